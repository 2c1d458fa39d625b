import type { UniversalFile } from '../../archive/universal.js';
import type { ParsedLine } from '../command/parsed-line.js';
import type { Skipped } from '../command/skipped.js';
import type { InputPlace, Inputs } from '../inputs/inputs.js';
import type { LinkLine } from './link-line.js';

/** A line with all its files read. Close it when nothing more is to be read from them. */
export interface OpenedLine {
  /** The one that its universal files were read for; null for a line without any. */
  readonly architecture: string | null;
  readonly inputs: Inputs;
  readonly line: LinkLine;
  readonly parsed: ParsedLine;
  /** By input of `parsed.inputs`: where it is found; null when it was skipped. */
  readonly places: readonly (InputPlace | null)[];
  readonly skipped: readonly Skipped[];
  /** Every file that was opened, whether or not it takes part. */
  readonly paths: readonly string[];
  /** The universal files among them. */
  readonly universal: readonly { readonly path: string; readonly file: UniversalFile }[];
  /**
   * The link of different arguments that name the same files: moved, repeated, or with other options.
   * @throws LineError where they name a file that is not on this line, and whatever reading a line throws
   */
  relined(words: readonly string[]): RelinedLine;
  close(): void;
}

/** Another line over the same files. */
export interface RelinedLine extends Pick<OpenedLine, 'parsed' | 'line' | 'places'> {}

/** The links that one line means: one for each architecture of its universal files. Their files are open together. */
export interface OpenedLines {
  readonly lines: readonly OpenedLine[];
  close(): void;
}
