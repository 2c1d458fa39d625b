import type { LinkerId } from '../linkers/linker-profile.js';

/** A linker's record of the files that it loaded: a map, a trace or a log. */
export interface LinkerRecord {
  /** For messages: `map of GNU ld`. */
  readonly title: string;
  /** Linkers that write it; empty where several write the same. */
  readonly linkers: readonly LinkerId[];
  /**
   * `all`: every archive member that was loaded is listed. `placed`: members that contribute a section to the output;
   * one without sections, or whose sections were all discarded, is missing.
   */
  readonly extent: 'all' | 'placed';
  /** In the order of the record, each as often as it is listed: `main.o`, `liba.a(a.o)`. */
  readonly files: readonly string[];
  /**
   * Set where archives are named without their folders: the paths that the record says were opened, as far as it does.
   */
  readonly opened?: readonly string[];
  /** Of the output, where the record names one. */
  readonly architecture?: string;
}

/** Reads one form of record. */
export interface RecordFormat {
  matches(text: string): boolean;
  read(text: string): LinkerRecord;
}

/** A record that cannot confirm a link. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}
