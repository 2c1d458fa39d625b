/** A place that code leads to. */
export interface CodeTarget {
  readonly place: number;
  /** Its address is taken, and may be stored. */
  readonly isAddress: boolean;
}

/** Code of a section as extents, and where control passes from one to another without a relocation. */
export interface SplitCode {
  /** Where extents start, the first at 0. */
  readonly starts: readonly number[];
  /** By extent: places in the section that it may pass control to or take the address of, outside of itself. */
  targetsOf(start: number, end: number): Iterable<CodeTarget>;
}
