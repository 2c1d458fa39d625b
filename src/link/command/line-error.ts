/** A line that cannot be read: an option without its argument, a group that is not closed. */
export class LineError extends Error {
  override readonly name = 'LineError';
}
