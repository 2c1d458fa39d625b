import type { ByteSource } from '../bytes/byte-source.js';
import { readCoffHeader } from './coff/header.js';
import { readSections as readCoffSections } from './coff/sections.js';
import { readSymbolTable as readCoffTable } from './coff/symtab.js';
import { relocationSymbols as coffRelocations } from './coff/twins.js';
import { findTables } from './elf/find-tables.js';
import { entryBytes, readElfHeader } from './elf/header.js';
import { readSections as readElfSections, sectionAt } from './elf/sections.js';
import { eachCommand, readCommands } from './macho/commands.js';
import { LC_DYSYMTAB, LC_SYMTAB } from './macho/constants.js';
import { readObjectHeader } from './macho/header.js';
import { relocationSymbols as machoRelocations } from './macho/twins.js';
import type { ObjectFormatId } from './object-format.js';
import type { OwnSymbol, SymbolEdit } from './symbol-edit.js';
import { ownSymbols } from './symbol-editors.js';
import { differenceInWasm } from './wasm/edit-difference.js';

/** A range of the object as it was that an edit may change. */
interface Mask {
  readonly at: number;
  readonly size: number;
}

/**
 * Describes a difference between an object and its edited form that the edits do not explain; null if there is none.
 * Reads both files, independent of the editor: no byte may differ outside of symbols, strings and relocations with a
 * symbol. In WebAssembly an undefined function also changes imports and function indexes.
 */
export function differenceBeyondEdits(
  before: ByteSource,
  after: ByteSource,
  format: ObjectFormatId,
  edits: readonly SymbolEdit[],
): string | null {
  if (format === 'wasm')
    return differenceInWasm(before, after, edits) ?? differenceInSymbols(before, after, format, edits);
  const { masks, end } = masksOf(before, format);
  const old = before.bytes('object');
  const now = after.viewUpTo(0, end, 'object').bytes;
  if (now.length < end) return 'is shorter than the original';
  const isMasked = new Uint8Array(end);
  for (const { at, size } of masks) isMasked.fill(1, Math.min(at, end), Math.min(at + size, end));
  for (let byte = 0; byte < end; byte++)
    if (old[byte] !== now[byte] && isMasked[byte] === 0)
      return `differs at byte ${byte}, outside of the symbols`;
  return (
    differenceInRelocations(before, after, format, edits) ?? differenceInSymbols(before, after, format, edits)
  );
}

function masksOf(
  object: ByteSource,
  format: ObjectFormatId,
): { readonly masks: Mask[]; readonly end: number } {
  if (format === 'elf') return { masks: masksOfElf(object), end: object.size };
  if (format === 'macho') return { masks: masksOfMacho(object), end: object.size };
  const header = readCoffHeader(object);
  const sections = readCoffSections(object, header, readCoffTable(object, header));
  const relocations = coffRelocations(object, sections).map(({ at }) => ({ at: at + 4, size: 4 }));
  const counts = { at: header.isBigObj ? 48 : 8, size: 8 };
  return { masks: [counts, ...relocations], end: header.symbolsOffset || object.size };
}

function masksOfElf(object: ByteSource): Mask[] {
  const header = readElfHeader(object);
  const sections = readElfSections(object, header);
  const found = findTables(sections);
  const masks = [found.symtab, ...found.symtabShndx]
    .filter((index) => index !== 0)
    .map((index) => sectionAt(sections, index))
    .map(({ offset, size }) => ({ at: offset, size }));
  if (found.symtab === 0) return masks;
  const strings = sectionAt(sections, sectionAt(sections, found.symtab).link).index;
  const at = header.sectionsOffset + strings * entryBytes(header);
  return [...masks, header.bits === 64 ? { at: at + 24, size: 16 } : { at: at + 16, size: 8 }];
}

function masksOfMacho(object: ByteSource): Mask[] {
  const header = readObjectHeader(object);
  const masks: Mask[] = [];
  for (const { kind, command } of eachCommand(header)) {
    const at = command.fileOffset - object.start;
    if (kind === LC_SYMTAB) masks.push({ at: at + 8, size: 16 });
    else if (kind === LC_DYSYMTAB) masks.push({ at: at + 24, size: 8 });
  }
  const { sections } = readCommands(header);
  return [...masks, ...machoRelocations(object, header, sections).map(({ at }) => ({ at: at + 4, size: 4 }))];
}

/** A relocation names what it named, or the new undefined symbol that took a definition's name. */
function differenceInRelocations(
  before: ByteSource,
  after: ByteSource,
  format: ObjectFormatId,
  edits: readonly SymbolEdit[],
): string | null {
  if (format === 'elf') return null;
  const [old, now] = [before, after].map((object) => relocationsOf(object, format));
  const given = new Set(
    edits.filter(({ action }) => action !== 'hide-and-rename').map(({ symbol }) => symbol),
  );
  const nameOf = new Map(ownSymbols(before, format).map(({ row, name }) => [row, name]));
  const newName = new Map(ownSymbols(after, format).map(({ row, name }) => [row, name]));
  if (old.length !== now.length) return 'has other relocations';
  for (const [at, { symbol }] of old.entries()) {
    const other = now[at].symbol;
    if (symbol === other) continue;
    if (!given.has(symbol) || newName.get(other) !== nameOf.get(symbol))
      return `has another relocation ${at}`;
  }
  return null;
}

function relocationsOf(object: ByteSource, format: ObjectFormatId): readonly { readonly symbol: number }[] {
  if (format === 'macho') {
    const header = readObjectHeader(object);
    return machoRelocations(object, header, readCommands(header).sections);
  }
  const header = readCoffHeader(object);
  return coffRelocations(object, readCoffSections(object, header, readCoffTable(object, header)));
}

function differenceInSymbols(
  before: ByteSource,
  after: ByteSource,
  format: ObjectFormatId,
  edits: readonly SymbolEdit[],
): string | null {
  const editOf = new Map(edits.map((edit) => [edit.symbol, edit]));
  const now = new Map(ownSymbols(after, format).map((symbol) => [symbol.row, symbol]));
  const hasTwins = format === 'macho' || format === 'coff';
  const twins: string[] = [];
  for (const old of ownSymbols(before, format)) {
    const edit = editOf.get(old.row);
    const found = now.get(old.row);
    now.delete(old.row);
    if (found === undefined || !isAsEdited(old, found, edit, hasTwins))
      return `'${old.name}' is not as planned`;
    if (edit !== undefined && edit.action !== 'hide-and-rename' && hasTwins) twins.push(old.name);
  }
  const added = [...now.values()].map(({ name, role }) => `${role} ${name}`).sort();
  const wanted = twins.map((name) => `reference ${name}`).sort();
  return added.join('\n') === wanted.join('\n') ? null : 'has other new symbols than planned';
}

function isAsEdited(
  old: OwnSymbol,
  now: OwnSymbol,
  edit: SymbolEdit | undefined,
  hasTwins: boolean,
): boolean {
  if (edit === undefined) return now.name === old.name && now.role === old.role && now.isWeak === old.isWeak;
  if (edit.action === 'hide-and-rename' || hasTwins)
    return now.name === edit.newName && now.role === old.role;
  if (now.name !== old.name) return false;
  return edit.action === 'undefine' ? now.role === 'reference' : now.isWeak && now.role === old.role;
}
