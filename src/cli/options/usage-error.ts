/** The command line is invalid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  /** @param unknownOption that may be a misspelt one */
  constructor(
    message: string,
    readonly unknownOption?: string,
  ) {
    super(message);
  }
}
