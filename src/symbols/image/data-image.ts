import { STT_OBJECT } from '../../core/elf/constants.js';
import { FIRST_VALUE } from '../macho/constants.js';
import type { ObjectFormatId } from '../object-format.js';
import {
  ABSOLUTE_SECTION,
  COMMON_SECTION,
  type ImageSection,
  type ImageSymbol,
  type ObjectImage,
} from './object-image.js';

/** The properties of a section that its data has. */
export type DataSection = Pick<
  ImageSection,
  | 'number'
  | 'name'
  | 'use'
  | 'flags'
  | 'isWritable'
  | 'alignment'
  | 'entrySize'
  | 'size'
  | 'bytes'
  | 'relocations'
>;

/** The symbols of an object, by row; a column each for those properties that are asked of all symbols. */
export interface DataSymbols {
  /** As `ImageSymbol.section` has it; symbols that an image leaves out are in UNLISTED_SECTION. */
  readonly section: Int32Array;
  /** Bytes from the start of its section; a value if absolute, the alignment if common. Exact up to 2⁵³. */
  readonly value: Float64Array;
  /** 1 for a local symbol. */
  readonly isLocal: Uint8Array;
  /** Rows whose data is compared under their names: those that other objects see, and not `ignored` ones. */
  readonly compared: Int32Array;
  /** Rows of placed symbols; without labels of the assembler (`L_.str`, `ltmp0`), which are within what they are in. */
  readonly placed: PlacedRows;
  size(row: number): number;
  isWeak(row: number): boolean;
  /** Its type says that it is not code, wherever it is. */
  isData(row: number): boolean;
  name(row: number): string;
}

/** Rows, section after section: those of section s from `first[s]` to `first[s + 1]`. */
export interface PlacedRows {
  readonly rows: Int32Array;
  readonly first: Int32Array;
}

/** Sections and symbols of an object whose data is compared. Rows are the implementation's own. */
export interface DataImage {
  /** As `ObjectImage.attributes`. */
  readonly attributes: readonly string[];
  readonly symbols: DataSymbols;
  /** @throws MalformedError, UnreadableError where its bytes cannot be read, and so may they */
  section(row: number): DataSection;
}

/** A whole image, with its own rows. */
export function dataImageOf(
  { attributes, sections, symbols }: ObjectImage,
  format: ObjectFormatId,
): DataImage {
  return {
    attributes,
    section: (row) => sections[row],
    symbols: {
      section: Int32Array.from(symbols, ({ section }) => section),
      value: Float64Array.from(symbols, ({ value }) => Number(value)),
      isLocal: Uint8Array.from(symbols, (symbol) => (isLocal(symbol) ? 1 : 0)),
      compared: rowsWhere(symbols, (symbol) => isCompared(symbol, sections)),
      placed: placedRows(symbols, sections.length),
      size: (row) => Number(symbols[row].size),
      isWeak: (row) => symbols[row].binding === 'weak',
      isData: (row) => format === 'elf' && symbols[row].type === STT_OBJECT,
      name: (row) => symbols[row].name,
    },
  };
}

function rowsWhere(symbols: readonly ImageSymbol[], isWanted: (symbol: ImageSymbol) => boolean): Int32Array {
  const rows: number[] = [];
  for (const [row, symbol] of symbols.entries()) if (isWanted(symbol)) rows.push(row);
  return Int32Array.from(rows);
}

function isCompared(symbol: ImageSymbol, sections: readonly ImageSection[]): boolean {
  const { section } = symbol;
  if (isLocal(symbol) && !isFirstValue(symbol)) return false;
  return section < 0
    ? section === ABSOLUTE_SECTION || section === COMMON_SECTION
    : sections[section].use !== 'ignored';
}

function placedRows(symbols: readonly ImageSymbol[], sections: number): PlacedRows {
  const rows = rowsWhere(symbols, (symbol) => symbol.section >= 0 && !isLabel(symbol));
  rows.sort((one, other) => symbols[one].section - symbols[other].section || one - other);
  const first = new Int32Array(sections + 1);
  for (const row of rows) first[symbols[row].section + 1]++;
  for (let section = 0; section < sections; section++) first[section + 1] += first[section];
  return { rows, first };
}

const isLabel = (symbol: ImageSymbol): boolean => isLocal(symbol) && LABEL.test(symbol.name);

/** Names of labels. */
const LABEL = /^(?:\.?L|ltmp\d)/;

const isLocal = ({ binding }: ImageSymbol): boolean => binding === 'local';

/** Of a thread-local variable of Mach-O: the variable itself is a descriptor. */
const isFirstValue = ({ name }: ImageSymbol): boolean => name.endsWith(FIRST_VALUE);
