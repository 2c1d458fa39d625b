/** Where a command prints, so that tests can listen. */
export interface Streams {
  out(text: string): void;
  error(text: string): void;
  /** Whether `out` is a terminal that shows colours. */
  readonly colors: boolean;
}
