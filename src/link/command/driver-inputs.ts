import { NONE } from '../../symbols/table.js';
import type { LineInput, ParsedLine } from './parsed-line.js';

/** Inputs and settings that a compiler driver adds to the user's link line. */
export interface DriverInputs {
  /** Inputs before the user's first one: start files and the like. */
  readonly before: readonly LineInput[];
  /** Inputs after the user's last one: libraries of the language and the system, and end files. */
  readonly after: readonly LineInput[];
  readonly libraryFolders: readonly string[];
  /** As the driver passes it to the linker. */
  readonly sysroot: string;
  /** Whether the driver passes `--as-needed` before all inputs although the user did not. */
  readonly asNeeded: boolean;
}

/**
 * Compares the user's line with the one that the driver passes to its linker.
 * @returns null if the driver's line does not contain the user's inputs in their order
 * @param own the user's line, as the driver gets it
 * @param handed the line that the driver passes to the linker
 */
export function driverInputs(own: ParsedLine, handed: ParsedLine): DriverInputs | null {
  const wanted = own.inputs.filter(({ kind }) => kind !== 'default-library');
  const rows: number[] = [];
  for (const input of wanted) {
    const from = rows.length === 0 ? 0 : rows[rows.length - 1] + 1;
    const row = handed.inputs.findIndex((other, at) => at >= from && isSame(input, other));
    if (row < 0) return null;
    rows.push(row);
  }
  if (rows.length === 0) return null;
  const [first, last] = [rows[0], rows[rows.length - 1]];
  const between = handed.inputs.slice(first, last + 1).filter((_, at) => !rows.includes(first + at));
  const groups = own.inputs.reduce((most, { group }) => Math.max(most, group + 1), 0);
  const added = (input: LineInput): LineInput => ({
    ...input,
    group: input.group === NONE ? NONE : input.group + groups,
    place: NO_PLACE,
    optionPlace: null,
  });
  return {
    before: handed.inputs.slice(0, first).map(added),
    // An input between the user's inputs is a library that a driver option, such as -fopenmp, adds.
    after: [...between, ...handed.inputs.slice(last + 1)].map(added),
    libraryFolders: handed.libraryFolders,
    sysroot: handed.sysroot,
    asNeeded: handed.inputs[first].asNeeded && !wanted[0].asNeeded,
  };
}

/** Place of an input without an argument on the user's line. */
const NO_PLACE = { argument: NONE, part: NONE } as const;

/** Whether the user's line has an argument for an input. */
export const isOfUser = ({ place }: LineInput): boolean => place.argument !== NONE;

const isSame = (own: LineInput, other: LineInput): boolean =>
  own.text === other.text && own.kind.replace('searched-', '') === other.kind.replace('searched-', '');

/** The line that the linker reads: the user's, with the inputs and settings that the driver adds. */
export function withDriverInputs(own: ParsedLine, driver: DriverInputs): ParsedLine {
  const { before, after, libraryFolders, sysroot, asNeeded } = driver;
  const inputs = own.inputs.map((input) => (asNeeded ? { ...input, asNeeded: true } : input));
  return {
    ...own,
    inputs: [...before, ...inputs, ...after],
    symbols: {
      ...own.symbols,
      definitions: own.symbols.definitions.map((one) => ({ ...one, at: one.at + before.length })),
    },
    libraryFolders,
    sysroot: own.sysroot === '' ? sysroot : own.sysroot,
  };
}
