import type { Skipped } from '../../link/command/skipped.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import type { LinkerProfile } from '../../link/linkers/linker-profile.js';
import { toolKind } from '../../wrap/tool-name.js';
import { type AskedCommand, askCommand, requireLinkProgram } from './ask-command.js';

/** Answers of a command's linker or compiler driver about its link. */
export interface QueriedCommand {
  readonly opening: Pick<AskedCommand['opening'], 'libraryFolders' | 'handed'>;
  /** The linker that it runs, by what that says of itself; null where it is not known. */
  linkerFor(opened: OpenedLine): LinkerProfile | null;
  /** Why the compiler driver of the command does not link such a line; null where it may. */
  refusalFor(opened: OpenedLine): Skipped | null;
}

/** Settings for querying a command. */
export interface QueryOptions {
  readonly architectures: readonly string[];
  /** Variables that the command sets for its program. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Asks the tool of a command what it adds to the link, as `ardedup link` and `ardedup fix` do.
 *
 * @returns null without a command, and for a program that is not known to link: it is not run
 * @throws LineError for a command that compiles, too, and for a program that does not link
 */
export function queryCommand(
  program: string | null,
  words: readonly string[],
  { architectures, variables }: QueryOptions,
): QueriedCommand | null {
  const environment = { ...process.env, ...variables };
  if (program !== null) requireLinkProgram(program, environment);
  if (program === null || toolKind(program) === null) return null;
  const { opening, refusalFor } = askCommand([program, ...words], {
    linker: 'auto',
    linkerOfLog: null,
    architectures,
    environment,
  });
  const { libraryFolders = null, handed = null, linkerFor } = opening;
  return { opening: { libraryFolders, handed }, linkerFor, refusalFor };
}
