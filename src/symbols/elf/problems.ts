import type { ByteSource } from '../../bytes/byte-source.js';
import { Budget, Problem, Table } from '../../core/problem.js';
import { UnreadableError } from '../object-format.js';

/** Tables by their names in errors. */
export const TABLES: Record<number, string> = {
  [Table.SECTION_ZERO]: 'section 0',
  [Table.SECTION_HEADERS]: 'section headers',
  [Table.SECTION_NAMES]: 'string table',
  [Table.SYMBOLS]: 'symbol table',
  [Table.SYMBOL_NAMES]: 'string table',
  [Table.EXTENDED_INDEXES]: 'extended section indexes',
  [Table.SECTION_GROUP]: 'section group',
  [Table.EMBEDDED_BITCODE]: 'embedded bitcode',
  [Table.RELOCATIONS]: 'relocations',
  [Table.SECTION_CONTENT]: 'section content',
};

const BUDGETS: Record<number, string> = {
  [Budget.SYMBOL_NAMES]: 'symbol names',
  [Budget.SECTION_GROUPS]: 'section groups',
  [Budget.SECTION_NAMES]: 'section names',
  [Budget.RELOCATIONS]: 'relocations',
  [Budget.SECTION_CONTENTS]: 'section contents',
};

type Text = (a: number, b: number, c: number) => string;

const TEXTS: Record<number, Text> = {
  [Problem.OVER_BUDGET]: (budget, bytes) =>
    `${BUDGETS[budget]}: ${bytes} bytes together, more than the object can hold`,
  [Problem.NO_SECTION]: (section, count) => `section headers: no section ${section} of ${count}`,
  [Problem.NO_SECTION_NAME]: (section, name) => `section headers: section ${section}: no name at ${name}`,
  [Problem.NO_STRING]: () => 'string table: no string here',
  [Problem.RAGGED_SYMBOLS]: (bytes) => `symbol table: ${bytes} bytes are no whole number of symbols`,
  [Problem.SYMBOL_SECTION]: (symbol, section, count) =>
    `symbol table: symbol ${symbol}: no section ${section} of ${count}`,
  [Problem.NO_EXTENDED_INDEXES]: (symbol) =>
    `symbol table: symbol ${symbol}: SHN_XINDEX without a table of indexes`,
  [Problem.EXTENDED_INDEX]: (at, left) => `extended section indexes: need 4 bytes at ${at}, ${left} left`,
  [Problem.GROUP_SIZE]: (section, bytes) => `section ${section}: group of ${bytes} bytes`,
  [Problem.GROUP_SYMBOL]: (section, symbol) => `section ${section}: no symbol ${symbol} to name the group`,
  [Problem.GROUP_MEMBER]: (section, member) => `section ${section}: no section ${member} to be in the group`,
  [Problem.RAGGED_RELOCATIONS]: (bytes) => `${bytes} bytes are not a whole number of relocations`,
  [Problem.RELOCATION_OFFSET]: (section, at, size) =>
    `section ${section}: a relocation at ${at} of ${size} bytes`,
  [Problem.RELOCATION_SYMBOL]: (section, symbol, count) =>
    `section ${section}: a relocation to symbol ${symbol} of ${count}`,
};

/** Problems of objects that a linker may understand. */
const UNREADABLE: Record<number, Text> = {
  [Problem.SLIM_LTO]: () => 'GCC LTO intermediate code without native code (__gnu_lto_slim)',
  [Problem.COMPACT_RELOCATIONS]: () => 'compact relocations (SHT_CREL)',
  [Problem.RELOCATION_ADDEND]: (section, addend) => `section ${section}: a relocation with addend ${addend}`,
};

/** Throws what the core found in an object. @param offset in the object */
export function refuseElf(
  object: ByteSource,
  problem: Problem,
  offset: number,
  a: number,
  b: number,
  c: number,
): never {
  const unreadable = UNREADABLE[problem];
  if (unreadable !== undefined) throw new UnreadableError(unreadable(a, b, c));
  if (problem === Problem.OUT_OF_RANGE) object.slice(offset, b, TABLES[a]);
  throw object.error(offset, TEXTS[problem](a, b, c));
}
