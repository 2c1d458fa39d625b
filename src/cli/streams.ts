/** A terminal that shows what is printed. */
export interface Terminal {
  readonly columns: number;
  readonly colors: boolean;
}

/** The streams of a command, which tests replace. */
export interface Streams {
  out(text: string): void;
  error(text: string): void;
  /** All of standard input; null when nothing is fed: it is a terminal. */
  input(): Promise<Uint8Array | null>;
  /** Whether `out` is a terminal that shows colours. */
  readonly colors: boolean;
  /** Columns of the terminal that shows `out`; null or not given: it is a file or a pipe. */
  readonly columns?: number | null;
  /** The terminal that shows `error`; null or not given: it is a file or a pipe. */
  readonly errorTerminal?: Terminal | null;
}
