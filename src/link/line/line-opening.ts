import { type DriverInputs, driverInputs, withDriverInputs } from '../command/driver-inputs.js';
import { LineError } from '../command/line-error.js';
import { parseLine } from '../command/parse-line.js';
import type { ParsedLine } from '../command/parsed-line.js';
import { anyProgram, programOf } from '../command/program.js';
import type { KeptReading } from '../inputs/read-inputs.js';
import { readText } from '../inputs/read-text.js';

/** Settings for opening a line, besides its arguments. */
export interface LineOpening {
  /** Architectures to read from universal files; by default those of `-arch`, or all that are found. */
  readonly architectures?: readonly string[];
  /** The compiler or linker that reads the line, by name or path: what options mean differs. Null: any. */
  readonly program?: string | null;
  /** Where libraries are searched, the linker's own folders included; null: where the line says. */
  readonly libraryFolders?: readonly string[] | null;
  /**
   * The line that a compiler driver hands to its linker: start files and libraries that the user's line does not name.
   */
  readonly handed?: HandedLine | null;
  /** Records and snapshots of reading its files, for other links. */
  readonly kept?: KeptReading;
}

/** The line that a compiler driver passes to its linker. */
export interface HandedLine {
  readonly program: string;
  readonly words: readonly string[];
  /** The user's arguments for the driver. */
  readonly given: readonly string[];
}

/** Returns a function that parses the arguments of a line with these settings. */
export function lineReader(
  args: readonly string[],
  { program = null, libraryFolders = null, handed = null }: LineOpening,
) {
  const read = (words: readonly string[]) =>
    parseLine(words, readText, program === null ? anyProgram : programOf(program, words));
  const parsed = read(args);
  const driver = handed === null ? null : driverInputsOf(read(handed.given), handed);
  return {
    parsed,
    complete: (one: ParsedLine): ParsedLine => {
      const own = driver === null ? one : withDriverInputs(one, driver);
      return libraryFolders === null ? own : { ...own, libraryFolders };
    },
    read,
  };
}

/** Null where the driver's line cannot be read, or is another. */
function driverInputsOf(parsed: ParsedLine, { program, words }: HandedLine): DriverInputs | null {
  try {
    const linker = /collect2(?:\.exe)?$/.test(program) ? 'ld' : program;
    return driverInputs(parsed, parseLine(words, readText, programOf(linker, words)));
  } catch (error) {
    if (error instanceof LineError) return null;
    throw error;
  }
}
