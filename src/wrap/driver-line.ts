import { LineError } from '../link/command/line-error.js';
import { splitResponseFile } from '../link/command/response-file.js';
import type { HandedLine } from '../link/line/line-opening.js';
import { baseName, toolKind } from './tool-name.js';

/** A linker's command line, as a compiler driver says that it would run it. */
export interface DriverLine {
  /** The linker's path, or `collect2`, which runs it. */
  readonly program: string;
  readonly words: readonly string[];
}

/**
 * The command line that a compiler driver hands to its linker, of what it prints for `-###`: start files, `-lc`,
 * `-lgcc` and all folders are on it. It is the last of the commands that links; GCC and clang begin the lines of
 * commands with a blank.
 */
export function linkerLineIn(text: string): DriverLine | null {
  const last = commandsIn(text).findLast(([program]) => program !== undefined && isLinker(program));
  return last === undefined ? null : { program: last[0], words: last.slice(1) };
}

/** The same with the user's arguments. @param text null for a linker, and for a driver without an answer */
export function handedLineIn(text: string | null, given: readonly string[]): HandedLine | null {
  const line = text === null ? null : linkerLineIn(text);
  return line === null ? null : { ...line, given };
}

/** A file name with more line breaks than this is not followed. */
const MOST_BREAKS = 16;

/** The commands that a compiler driver prints for `-###`, as words. A quoted name may contain line breaks. */
export function commandsIn(text: string): string[][] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    if (!line.startsWith(' ')) return [];
    for (let end = at + 1; end <= Math.min(lines.length, at + 1 + MOST_BREAKS); end++) {
      const words = wordsOf(lines.slice(at, end).join('\n').replace(/\r$/, ''));
      if (words !== null) return [words];
    }
    return [];
  });
}

/** Null where a quote is open: its name goes on in the next line, or it is not a command's. */
function wordsOf(line: string): string[] | null {
  try {
    return splitResponseFile(line);
  } catch (error) {
    if (error instanceof LineError) return null;
    throw error;
  }
}

const isLinker = (program: string): boolean =>
  baseName(program) === 'collect2' || toolKind(program) === 'linker';
