/** Something on the line that was not taken into account. A plan with any of these is not complete. */
export interface Skipped {
  readonly what: string;
  readonly reason: string;
}
