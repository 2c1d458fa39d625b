import type { Progress } from '../progress/progress.js';

/** A link, as the four functions are given it. */
export interface LinkOptions {
  /** Arguments of a link, in order, or a whole command with the compiler or linker in front. It is read, not run. */
  readonly line: readonly string[];
  /** Archives whose copies stay, by path or file name, strongest first. */
  readonly providers?: readonly string[];
  /** Rules `pattern=archive`: whose copy of a crate or symbol stays, and replaces others. */
  readonly owners?: readonly string[];
  /** Architectures of universal files. */
  readonly architectures?: readonly string[];
  /**
   * Id of the linker that reads the line, such as `lld`. `auto`, the default: the one that the compiler or the line
   * names, or else any; `any`: the result holds on each linker of the format.
   */
  readonly linker?: string;
}

/** How a call is watched and stopped. */
export interface RunOptions {
  /**
   * Ends the call: its promise is rejected with the reason of the signal. Before the first file is written nothing is
   * left behind; once files are written, the one in hand is finished first, so that each is whole.
   */
  readonly signal?: AbortSignal;
  /** Told what is being read, compared, simulated or written, at most some times a second. */
  readonly onProgress?: (progress: Progress) => void;
}

/** A link to trim. */
export interface TrimLineOptions extends LinkOptions {
  /** Where trimmed archives go; without it none is written. */
  readonly outDir?: string;
  /** Saves the plan for `ardedup verify`; only with `outDir`. */
  readonly planPath?: string;
}

/** A member that is not in the trimmed archive. */
export interface DroppedMember {
  /** Path of the archive, as the line names it. */
  readonly archive: string;
  readonly member: string;
  /** Bytes. */
  readonly size: number;
  /** The copy that stays, as `libfoo.a(bar.o)`, or an object's path. */
  readonly copy: string | null;
  /** Of a universal file. */
  readonly architecture?: string;
}

/** An archive that was written, and the one that it replaces. */
export interface WrittenArchive {
  readonly archive: string;
  readonly path: string;
}

/** Result of `trimLine`. */
export interface TrimLineResult {
  /** The line with each trimmed archive in place of its original; as it was given where none was written. */
  readonly line: readonly string[];
  readonly dropped: readonly DroppedMember[];
  readonly written: readonly WrittenArchive[];
  /** Inputs that were not found or cannot be read, and options that are not simulated. */
  readonly warnings: readonly string[];
  /** Duplicate definitions of the link, on the simulated linker with the most. */
  readonly duplicatesBefore: number;
  readonly duplicatesLeft: number;
  /** Mutable globals in more than one copy. */
  readonly splitStateBefore: number;
  readonly splitStateLeft: number;
}

/** A link to check. */
export interface CheckLineOptions extends LinkOptions {
  /** Severities (and what is worse), kinds of finding, or `never`: default `warning`. */
  readonly failOn?: readonly string[];
}

/** A log, and the link that it is of. */
export interface ExplainLogOptions extends Omit<LinkOptions, 'line'> {
  /** The linker's output. */
  readonly log: string | Uint8Array;
  /** Without it only the words of the log are explained. */
  readonly line?: readonly string[];
}

/** A link command to cure. */
export interface FixLineOptions extends Pick<LinkOptions, 'architectures'> {
  /** The command, beginning with the compiler or linker. It is not run; only its linker's version is queried. */
  readonly line: readonly string[];
  /** Where changed archives go; without it none is written. */
  readonly outDir?: string;
  /** Ids of cures that are accepted though they are not proved. */
  readonly accept?: readonly string[];
  /** Id of the linker that a cure must hold on; `auto`, the default: the one that the command runs; `any`: each. */
  readonly linker?: string;
  /** The linker's output, whose messages show which linker it is. */
  readonly log?: string | Uint8Array;
}
