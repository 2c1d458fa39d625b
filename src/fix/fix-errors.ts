/** An id that no cure of the command has. */
export class UnknownCureError extends Error {
  override readonly name = 'UnknownCureError';
}

/** The written archives do not link as simulated. */
export class UnverifiedError extends Error {
  override readonly name = 'UnverifiedError';
}
