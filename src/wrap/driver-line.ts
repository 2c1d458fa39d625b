import { splitResponseFile } from '../link/command/response-file.js';
import { baseName, toolKind } from './tool-name.js';

/** A linker's command line, as a compiler driver says that it would run it. */
export interface DriverLine {
  /** The linker's path, or `collect2`, which runs it. */
  readonly program: string;
  readonly words: readonly string[];
}

/**
 * The command line that a compiler driver hands to its linker, of what it prints for `-###`: start files, `-lc`, `-lgcc` and all
 * folders are on it. It is the last of the commands that links; GCC and clang begin the lines of commands with a blank.
 */
export function linkerLineIn(text: string): DriverLine | null {
  const commands = text
    .split(/\r?\n/)
    .filter((line) => line.startsWith(' '))
    .map(wordsOf);
  const last = commands.findLast(([program]) => program !== undefined && isLinker(program));
  return last === undefined ? null : { program: last[0], words: last.slice(1) };
}

/** An unbalanced quote is not a command's. */
function wordsOf(line: string): string[] {
  try {
    return splitResponseFile(line);
  } catch {
    return [];
  }
}

const isLinker = (program: string): boolean =>
  baseName(program) === 'collect2' || toolKind(program) === 'linker';
