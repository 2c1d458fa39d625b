import type { OpenedObject } from '../open-in-core.js';
import { columnCopier } from './columns-in-core.js';

/** Symbols of an object by number, number 0 included. */
export interface DataColumns {
  readonly count: number;
  /** As `DataSymbols` has them. */
  readonly section: Int32Array;
  readonly value: Float64Array;
  readonly isLocal: Uint8Array;
  readonly compared: Int32Array;
  readonly firstPlaced: Int32Array;
  readonly placed: Int32Array;
  /** The number itself; NONE for a symbol that relocations do not name as one: of a section, of a source file. */
  readonly rowOf: Int32Array;
  /** The section that a section symbol names, or NONE. */
  readonly sectionOf: Int32Array;
}

/** Columns in the order of `elfDataColumn` in src/core/elf/image.ts. */
const DATA_COLUMNS = {
  section: [0, Int32Array],
  value: [1, Float64Array],
  isLocal: [2, Uint8Array],
  rowOf: [3, Int32Array],
  sectionOf: [4, Int32Array],
  compared: [5, Int32Array],
  firstPlaced: [6, Int32Array],
  placed: [7, Int32Array],
} as const;

/** @param symbols how many the object has @throws MalformedError, UnreadableError for a broken symbol */
export function readDataColumns({ core, sectionCount }: OpenedObject, symbols: number): DataColumns {
  const compared = core.exports.elfReadDataSymbols();
  const columnOf = columnCopier(core, DATA_COLUMNS, core.exports.elfDataColumn);
  const firstPlaced = columnOf('firstPlaced', sectionCount + 1);
  const numbers = Math.max(symbols, 1);
  return {
    count: symbols,
    section: columnOf('section', symbols),
    value: columnOf('value', symbols),
    isLocal: columnOf('isLocal', symbols),
    rowOf: columnOf('rowOf', numbers),
    sectionOf: columnOf('sectionOf', numbers),
    compared: columnOf('compared', compared),
    firstPlaced,
    placed: columnOf('placed', firstPlaced[sectionCount]),
  };
}

/** Sections of an object's symbols; the names of its symbols are checked, too. @throws as `readDataColumns` */
export function readHomes(
  { core }: OpenedObject,
  symbols: number,
): Pick<DataColumns, 'section' | 'sectionOf'> {
  core.exports.elfReadDataSymbols();
  const columnOf = columnCopier(core, DATA_COLUMNS, core.exports.elfDataColumn);
  return {
    section: columnOf('section', symbols),
    sectionOf: columnOf('sectionOf', Math.max(symbols, 1)),
  };
}
