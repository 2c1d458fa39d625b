import { ByteSource } from '../../bytes/byte-source.js';
import {
  EditError,
  editsByRow,
  GrownStrings,
  type OwnSymbol,
  type SymbolEdit,
  type SymbolEditor,
} from '../symbol-edit.js';
import { eachCommand, readCommands } from './commands.js';
import {
  LC_DYSYMTAB,
  LC_SYMTAB,
  N_ABS,
  N_EXT,
  N_NO_DEAD_STRIP,
  N_PEXT,
  N_SECT,
  N_STAB,
  N_TYPE,
  N_UNDF,
  N_WEAK_DEF,
} from './constants.js';
import { type MachoHeader, readObjectHeader } from './header.js';
import { type MachoSymbol, type MachoSymbolTable, nameOf, readSymbolTable, symbolAt } from './symtab.js';
import { usesOf } from './twins.js';

/**
 * Edits of Mach-O symbols: a new symbol table and string table go to the end of the file, and LC_SYMTAB then points
 * there.
 *
 * A definition that becomes undefined or weak gets a *twin*: the old definition is renamed and hidden, an undefined
 * symbol of its old name is appended (undefined symbols are last), and relocations that used the definition use the
 * twin. (N_WEAK_DEF cannot be used to weaken, since it also affects the dynamic loader.)
 */
export const machoEditor: SymbolEditor = { ownSymbols, edit };

interface OpenedMacho {
  readonly header: MachoHeader;
  readonly table: MachoSymbolTable;
  /** Offset of LC_SYMTAB in the object. */
  readonly symtabAt: number;
  /** Offset of LC_DYSYMTAB in the object, or 0. */
  readonly dysymtabAt: number;
  readonly symbolsOffset: number;
  readonly stringsOffset: number;
  readonly stringsSize: number;
}

function open(object: ByteSource): OpenedMacho | null {
  const header = readObjectHeader(object);
  const { symtab } = readCommands(header);
  if (symtab === null) return null;
  let symtabAt = 0;
  let dysymtabAt = 0;
  for (const { kind, command } of eachCommand(header)) {
    if (kind === LC_SYMTAB && symtabAt === 0) symtabAt = command.fileOffset - object.start;
    else if (kind === LC_DYSYMTAB) dysymtabAt = command.fileOffset - object.start;
  }
  const { symbolsOffset, stringsOffset, stringsSize } = symtab;
  const table = readSymbolTable(object, header, symtab);
  return { header, table, symtabAt, dysymtabAt, symbolsOffset, stringsOffset, stringsSize };
}

const isLinkage = ({ type }: MachoSymbol): boolean => (type & N_STAB) === 0 && (type & N_EXT) !== 0;

const isUndefined = ({ type, value }: MachoSymbol): boolean => (type & N_TYPE) === N_UNDF && value === 0;

function roleOf(symbol: MachoSymbol): OwnSymbol['role'] {
  if ((symbol.type & N_TYPE) !== N_UNDF) return 'definition';
  return symbol.value === 0 ? 'reference' : 'common';
}

function ownSymbols(object: ByteSource): OwnSymbol[] {
  const opened = open(object);
  if (opened === null) return [];
  const symbols: OwnSymbol[] = [];
  for (let row = 0; row < opened.table.count; row++) {
    const symbol = symbolAt(opened.table, row);
    if (!isLinkage(symbol)) continue;
    const name = nameOf(opened.table, symbol);
    const role = roleOf(symbol);
    const isWeak = role === 'definition' && (symbol.description & N_WEAK_DEF) !== 0;
    if (name !== '') symbols.push({ row, name, role, isWeak });
  }
  return symbols;
}

function edit(object: ByteSource, edits: readonly SymbolEdit[]): ByteSource {
  const byRow = editsByRow(edits);
  if (byRow.size === 0) return object;
  const opened = open(object);
  if (opened === null) throw new EditError('not-editable', `${object.label}: no symbol table`);
  const { table, symbolsOffset, stringsOffset, stringsSize } = opened;
  for (const one of byRow.values()) requireEditable(object, opened, one);
  const grown = new GrownStrings(stringsSize);
  const names = new Map([...byRow.values()].map(({ symbol, newName }) => [symbol, grown.add(newName)]));
  const twins = [...byRow.values()].filter(({ action }) => action !== 'hide-and-rename');
  const start = Math.ceil(object.size / 8) * 8;
  const rowBytes = (table.count + twins.length) * table.entrySize;
  const stringBytes = Math.ceil(grown.size / 8) * 8;
  const bytes = new Uint8Array(start + rowBytes + stringBytes);
  object.fill(0, bytes.subarray(0, object.size));
  bytes.copyWithin(start, symbolsOffset, symbolsOffset + table.count * table.entrySize);
  bytes.copyWithin(start + rowBytes, stringsOffset, stringsOffset + stringsSize);
  bytes.set(grown.bytes(), start + rowBytes + stringsSize);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const one of byRow.values()) writeRow(data, start, table, one, names.get(one.symbol) ?? 0);
  appendTwins(data, start, opened, twins);
  moveUses(object, data, opened, twins);
  const { littleEndian } = opened.header;
  data.setUint32(opened.symtabAt + 8, start, littleEndian);
  data.setUint32(opened.symtabAt + 12, table.count + twins.length, littleEndian);
  data.setUint32(opened.symtabAt + 16, start + rowBytes, littleEndian);
  data.setUint32(opened.symtabAt + 20, stringBytes, littleEndian);
  countTwins(data, opened, twins.length);
  return ByteSource.of(object.label, bytes);
}

function requireEditable(
  object: ByteSource,
  { header, table, dysymtabAt }: OpenedMacho,
  { symbol: row, action }: SymbolEdit,
): void {
  const refuse = (problem: string) =>
    new EditError('not-editable', `${object.label}: symbol ${row}: ${problem}`);
  if (!(row >= 0 && row < table.count)) throw refuse('no such row');
  const symbol = symbolAt(table, row);
  if (!isLinkage(symbol)) throw refuse('local');
  if (action === 'hide-and-rename') return;
  const type = symbol.type & N_TYPE;
  if (type !== N_SECT && type !== N_ABS) throw refuse(`${action} needs a section-relative definition`);
  // There, references within an object name a section and not the symbol.
  if (header.bits === 32 || !header.littleEndian)
    throw refuse(`${action} is not supported in Mach-O objects for ${header.machine}`);
  if (dysymtabAt !== 0 && indirectCount(object, header, dysymtabAt) > 0)
    throw refuse(`${action} is not supported in an object with an indirect symbol table`);
}

const indirectCount = (object: ByteSource, { littleEndian }: MachoHeader, at: number): number =>
  object.view(at, 64, 'LC_DYSYMTAB', littleEndian).u32(60);

function writeRow(
  data: DataView,
  start: number,
  table: MachoSymbolTable,
  { symbol: row, action }: SymbolEdit,
  name: number,
): void {
  const { littleEndian } = table.view;
  const symbol = symbolAt(table, row);
  const at = start + row * table.entrySize;
  data.setUint32(at, name, littleEndian);
  if (isUndefined(symbol)) return;
  data.setUint8(at + 4, symbol.type | N_PEXT);
  // Nothing needs what a twin replaced: -dead_strip may remove it.
  if (action !== 'hide-and-rename')
    data.setUint16(at + 6, symbol.description & ~N_NO_DEAD_STRIP, littleEndian);
}

function appendTwins(
  data: DataView,
  start: number,
  { table }: OpenedMacho,
  twins: readonly SymbolEdit[],
): void {
  const { littleEndian } = table.view;
  for (const [index, { symbol }] of twins.entries()) {
    const at = start + (table.count + index) * table.entrySize;
    data.setUint32(at, symbolAt(table, symbol).nameOffset, littleEndian);
    data.setUint8(at + 4, N_UNDF | N_EXT);
  }
}

function moveUses(
  object: ByteSource,
  data: DataView,
  opened: OpenedMacho,
  twins: readonly SymbolEdit[],
): void {
  if (twins.length === 0) return;
  const { header, table } = opened;
  const twinOf = new Map(twins.map(({ symbol }, index) => [symbol, table.count + index]));
  const { sections } = readCommands(header);
  for (const { at, symbol } of usesOf(object, header, sections, table, new Set(twinOf.keys()))) {
    const fields = data.getUint32(at + 4, header.littleEndian);
    const twin = twinOf.get(symbol) ?? symbol;
    data.setUint32(at + 4, ((fields & 0xff000000) | twin) >>> 0, header.littleEndian);
  }
}

/** `iundefsym` at 24 and `nundefsym` at 28 of LC_DYSYMTAB. */
function countTwins(data: DataView, { header, table, dysymtabAt }: OpenedMacho, twins: number): void {
  if (dysymtabAt === 0 || twins === 0) return;
  const { littleEndian } = header;
  const known = data.getUint32(dysymtabAt + 28, littleEndian);
  if (known === 0) data.setUint32(dysymtabAt + 24, table.count, littleEndian);
  data.setUint32(dysymtabAt + 28, known + twins, littleEndian);
}
