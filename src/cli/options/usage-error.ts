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

/** The error for an option that neither we nor any simulated linker know. */
export const unknownOptionError = (option: string): UsageError =>
  new UsageError(`unknown option '${option}' (put options of a linker after --)`, option);
