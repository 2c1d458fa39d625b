import type { UniversalFile } from '../../archive/universal.js';
import type { ByteSource } from '../../bytes/byte-source.js';

/** Where in a universal file the part is that is read for a link. */
export interface SourceSlice {
  readonly architecture: string;
  /** Of the slice table. */
  readonly row: number;
  readonly universal: UniversalFile;
  /** The whole universal file: one object for all its slices. */
  readonly file: ByteSource;
}

/** A file as the reader is handed it. `key` is equal for two paths of one file. */
export interface InputFile {
  readonly path: string;
  readonly key: string;
  readonly source: ByteSource;
  /** Set when `source` is a slice of a universal file. */
  readonly slice?: SourceSlice;
  /** -load_hidden: the output does not export its symbols. */
  readonly isHidden?: boolean;
  /** Opens the file that a thin archive's member names, relative to the archive. One file has one source. */
  readonly openSibling?: (relativePath: string) => ByteSource;
}
