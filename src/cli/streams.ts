/** Where a command prints and what it is fed, so that tests can listen and speak. */
export interface Streams {
  out(text: string): void;
  error(text: string): void;
  /** All of standard input; null when nothing is fed: it is a terminal. */
  input(): Promise<Uint8Array | null>;
  /** Whether `out` is a terminal that shows colours. */
  readonly colors: boolean;
}
