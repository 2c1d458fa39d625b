import { NONE } from '../../symbols/table.js';
import type { LineInput, ParsedLine } from './parsed-line.js';

/** What a compiler driver adds to a link line by itself. */
export interface DriverInputs {
  /** Start files, and what else precedes the first input of the user. */
  readonly before: readonly LineInput[];
  /** Libraries of the language and the system, and the end files. */
  readonly after: readonly LineInput[];
  readonly libraryFolders: readonly string[];
  /** As the driver hands it on. */
  readonly sysroot: string;
  /** The driver passes on `--as-needed` by itself, before all inputs. */
  readonly asNeeded: boolean;
}

/**
 * Compares the user's line with the one that the driver hands to its linker. Null where the driver's line does not have
 * the user's inputs in their order, so that they cannot be told apart.
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
    place: NOWHERE,
    optionPlace: null,
  });
  return {
    before: handed.inputs.slice(0, first).map(added),
    // What is among the user's inputs is a library that an option of the driver means.
    after: [...between, ...handed.inputs.slice(last + 1)].map(added),
    libraryFolders: handed.libraryFolders,
    sysroot: handed.sysroot,
    asNeeded: handed.inputs[first].asNeeded && !wanted[0].asNeeded,
  };
}

/** Of an input that has no argument on the user's line. */
const NOWHERE = { word: NONE, part: NONE } as const;

/** Whether the user's line has an argument for an input. */
export const isOfUser = ({ place }: LineInput): boolean => place.word !== NONE;

const isSame = (own: LineInput, other: LineInput): boolean =>
  own.text === other.text && own.kind.replace('searched-', '') === other.kind.replace('searched-', '');

/** The user's line as the linker reads it: with what the driver adds. */
export function withDriverInputs(own: ParsedLine, driver: DriverInputs): ParsedLine {
  const { before, after, libraryFolders, sysroot, asNeeded } = driver;
  const inputs = own.inputs.map((input) => (asNeeded ? { ...input, asNeeded: true } : input));
  return {
    ...own,
    inputs: [...before, ...inputs, ...after],
    definitions: own.definitions.map((definition) => ({ ...definition, at: definition.at + before.length })),
    libraryFolders,
    sysroot: own.sysroot === '' ? sysroot : own.sysroot,
  };
}
