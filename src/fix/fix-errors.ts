/** An id that no cure of the command has. */
export class UnknownCureError extends Error {
  override readonly name = 'UnknownCureError';
}

/** Written archives that do not come to what was simulated. */
export class UnverifiedError extends Error {
  override readonly name = 'UnverifiedError';
}
