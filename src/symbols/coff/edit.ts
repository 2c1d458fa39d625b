import { ByteSource } from '../../bytes/byte-source.js';
import {
  EditError,
  editsByRow,
  GrownStrings,
  type OwnSymbol,
  type SymbolEdit,
  type SymbolEditor,
} from '../symbol-edit.js';
import {
  IMAGE_SCN_LNK_COMDAT,
  IMAGE_SYM_CLASS_EXTERNAL,
  IMAGE_SYM_CLASS_WEAK_EXTERNAL,
  IMAGE_SYM_UNDEFINED,
} from './constants.js';
import { type CoffHeader, readCoffHeader } from './header.js';
import { type CoffSections, characteristicsOf, readSections } from './sections.js';
import { survey } from './survey.js';
import {
  auxCountOf,
  type CoffSymbolTable,
  classOf,
  readSymbolTable,
  sectionNumberOf,
  symbolName,
  symbolValue,
} from './symtab.js';
import { listsIndexes, usesOf } from './twins.js';

/**
 * Edits of COFF symbols, regular objects and bigobj. Names go into a grown string table, which follows the symbol
 * table.
 *
 * A definition that becomes undefined or weak gets a *twin*: the old definition is renamed, an undefined record of its
 * old name is appended, and relocations that used the definition use the twin. The leader of a COMDAT stays defined,
 * because its name identifies the group.
 */
export const coffEditor: SymbolEditor = { ownSymbols, edit };

interface OpenedCoff {
  readonly header: CoffHeader;
  readonly sections: CoffSections;
  readonly table: CoffSymbolTable;
}

function open(object: ByteSource): OpenedCoff {
  const header = readCoffHeader(object);
  const table = readSymbolTable(object, header);
  return { header, table, sections: readSections(object, header, table) };
}

function ownSymbols(object: ByteSource): OwnSymbol[] {
  const { table } = open(object);
  const symbols: OwnSymbol[] = [];
  for (let row = 0; row < table.count; row += 1 + auxCountOf(table, row)) {
    if (!isLinkage(table, row)) continue;
    const name = symbolName(table, row);
    const isWeak = classOf(table, row) === IMAGE_SYM_CLASS_WEAK_EXTERNAL;
    if (name !== '') symbols.push({ row, name, role: roleOf(table, row), isWeak });
  }
  return symbols;
}

const isLinkage = (table: CoffSymbolTable, row: number): boolean =>
  [IMAGE_SYM_CLASS_EXTERNAL, IMAGE_SYM_CLASS_WEAK_EXTERNAL].includes(classOf(table, row));

/** A weak external with a default is a definition only for readers of the default: here it counts as a reference. */
function roleOf(table: CoffSymbolTable, row: number): OwnSymbol['role'] {
  if (sectionNumberOf(table, row) !== IMAGE_SYM_UNDEFINED) return 'definition';
  const isCommon = classOf(table, row) === IMAGE_SYM_CLASS_EXTERNAL && symbolValue(table, row) !== 0;
  return isCommon ? 'common' : 'reference';
}

function edit(object: ByteSource, edits: readonly SymbolEdit[]): ByteSource {
  const byRow = editsByRow(edits);
  if (byRow.size === 0) return object;
  const old = object.bytes('object');
  const opened = open(object);
  if (survey(opened.sections).hasGccLto)
    throw new EditError('recompiled', `${object.label}: intermediate code for LTO is included`);
  for (const one of byRow.values()) requireEditable(object, opened, one);
  const { header, table } = opened;
  const stringsSize = Math.max(4, table.strings.bytes.length);
  const grown = new GrownStrings(stringsSize);
  const names = new Map(
    [...byRow.values()].map(({ symbol, newName }) => [symbol, nameField(newName, grown)]),
  );
  const twins = [...byRow.values()].filter(({ action }) => action !== 'hide-and-rename');
  const rowsEnd = header.symbolsOffset + table.count * table.recordBytes;
  const oldEnd = Math.min(object.size, rowsEnd + Math.max(4, table.strings.bytes.length));
  // Compilers write the tables last; otherwise the new ones are appended to the file.
  const isLast = oldEnd === object.size;
  const start = isLast ? header.symbolsOffset : object.size;
  const rows = new Uint8Array((table.count + twins.length) * table.recordBytes);
  rows.set(old.subarray(header.symbolsOffset, rowsEnd));
  for (const { symbol } of byRow.values()) rows.set(names.get(symbol) ?? [], symbol * table.recordBytes);
  appendTwins(rows, table, twins);
  const bytes = new Uint8Array(start + rows.length + grown.size);
  bytes.set(old.subarray(0, start));
  bytes.set(rows, start);
  bytes.set(table.strings.bytes, start + rows.length);
  bytes.set(grown.bytes(), start + rows.length + stringsSize);
  const data = new DataView(bytes.buffer);
  data.setUint32(start + rows.length, grown.size, true);
  data.setUint32(header.isBigObj ? 48 : 8, start, true);
  data.setUint32(header.isBigObj ? 52 : 12, table.count + twins.length, true);
  moveUses(object, data, opened, twins);
  return ByteSource.of(object.label, bytes);
}

/** Eight bytes: the name itself, or four zero bytes and the offset of a string. */
function nameField(name: string, grown: GrownStrings): Uint8Array {
  const field = Buffer.alloc(8);
  if (name.length <= 8) field.write(name, 'latin1');
  else field.writeUInt32LE(grown.add(name), 4);
  return field;
}

function requireEditable(
  object: ByteSource,
  { sections, table }: OpenedCoff,
  { symbol: row, action }: SymbolEdit,
): void {
  const refuse = (problem: string) =>
    new EditError('not-editable', `${object.label}: symbol ${row}: ${problem}`);
  if (!isRow(table, row)) throw refuse('no such row');
  if (!isLinkage(table, row)) throw refuse('local');
  if (action === 'hide-and-rename') return;
  const section = sectionNumberOf(table, row);
  if (section < 1 || section > sections.count) throw refuse(`${action} needs a section-relative definition`);
  if (classOf(table, row) === IMAGE_SYM_CLASS_WEAK_EXTERNAL) throw refuse(`${action} of a weak external`);
  if ((characteristicsOf(sections, section) & IMAGE_SCN_LNK_COMDAT) !== 0)
    throw refuse(`${action} of a definition in a COMDAT section`);
  if (listsIndexes(sections)) throw refuse(`${action} in an object with tables of Control Flow Guard`);
}

/** Whether a record begins there: auxiliary records are counted as symbols too. */
function isRow(table: CoffSymbolTable, wanted: number): boolean {
  for (let row = 0; row < table.count; row += 1 + auxCountOf(table, row)) if (row === wanted) return true;
  return false;
}

/** Undefined records with the old names and types. */
function appendTwins(rows: Uint8Array, table: CoffSymbolTable, twins: readonly SymbolEdit[]): void {
  const { recordBytes, count, bytes } = table;
  for (const [index, { symbol }] of twins.entries()) {
    const at = (count + index) * recordBytes;
    rows.set(bytes.subarray(symbol * recordBytes, symbol * recordBytes + 8), at);
    rows.set(
      bytes.subarray((symbol + 1) * recordBytes - 4, (symbol + 1) * recordBytes - 2),
      at + recordBytes - 4,
    );
    rows[at + recordBytes - 2] = IMAGE_SYM_CLASS_EXTERNAL;
  }
}

function moveUses(
  object: ByteSource,
  data: DataView,
  { sections, table }: OpenedCoff,
  twins: readonly SymbolEdit[],
): void {
  if (twins.length === 0) return;
  const twinOf = new Map(twins.map(({ symbol }, index) => [symbol, table.count + index]));
  for (const { at, symbol } of usesOf(object, sections, new Set(twinOf.keys())))
    data.setUint32(at + 4, twinOf.get(symbol) ?? symbol, true);
}
