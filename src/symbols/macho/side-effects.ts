import type { ByteSource } from '../../bytes/byte-source.js';
import type { ByteView } from '../../bytes/byte-view.js';
import { budgetOf, namesLimit, type Spend } from '../budget.js';
import type { SideEffect } from '../object-format.js';
import { bytesEntry, slotEntry } from '../side-effect-entries.js';
import type { MachoCommands, MachoSection } from './commands.js';
import type { MachoHeader } from './header.js';
import { type MachoRelocation, readRelocations } from './relocations.js';
import { isZeroFill, sectionTitle, sideEffectOf } from './sections.js';
import { isPlaced, isTemporaryName, type MachoSymbolTable, nameOf, symbolAt } from './symtab.js';

/** Data that reading the side effects of a section needs. */
interface Reading {
  readonly object: ByteSource;
  readonly header: MachoHeader;
  readonly sections: readonly MachoSection[];
  readonly table: MachoSymbolTable | null;
  /** Symbols by address, for slots that hold one; made when the first one is met. */
  readonly symbolAtAddress: (address: number) => string | undefined;
  readonly spendBytes: Spend;
  readonly spendText: Spend;
}

/** One side effect for each section that acts and is not empty, then one for all linker options. */
export function readSideEffects(
  object: ByteSource,
  header: MachoHeader,
  { sections, linkerOptions }: MachoCommands,
  table: MachoSymbolTable | null,
): readonly SideEffect[] {
  const limit = namesLimit(table?.strings.bytes.length ?? 0);
  const reading: Reading = {
    object,
    header,
    sections,
    table,
    symbolAtAddress: symbolsByAddress(object, table),
    spendBytes: budgetOf(object, 'constructors and registries'),
    spendText: budgetOf(object, 'names of what sections hold', limit),
  };
  const sideEffects: SideEffect[] = [];
  for (const section of sections) {
    const kind = sideEffectOf(section);
    if (kind === null || section.size === 0) continue;
    const entries = kind === 'counters' ? [`${section.size} bytes`] : slotsOf(reading, section);
    sideEffects.push({ kind, section: sectionTitle(section), entries });
  }
  if (linkerOptions.length > 0) {
    sideEffects.push({ kind: 'linker-options', section: 'LC_LINKER_OPTION', entries: linkerOptions });
  }
  return sideEffects;
}

/** A slot for each relocation; then what lies between the slots, unless it is all zero. */
function slotsOf(reading: Reading, section: MachoSection): string[] {
  if (isZeroFill(section)) return [`zeros:${section.size}`];
  const { littleEndian } = reading.header;
  const view = reading.object.view(section.offset, section.size, sectionTitle(section), littleEndian);
  reading.spendBytes(section.size + section.relocationCount * 8);
  const relocations = readRelocations(reading.object, reading.header, section);
  const entries = relocations.map((relocation) => slotOf(reading, view, relocation));
  for (const entry of entries) reading.spendText(entry.length);
  // Slots hold addresses within the object, which are other ones in each.
  const rest = Uint8Array.from(view.bytes);
  for (const { offset, width } of relocations) rest.fill(0, offset, offset + width);
  return entries.length > 0 && rest.every((byte) => byte === 0) ? entries : [...entries, bytesEntry(rest)];
}

function slotOf(reading: Reading, slots: ByteView, relocation: MachoRelocation): string {
  const { target, offset, width, isSubtracted } = relocation;
  switch (target.kind) {
    case 'symbol': {
      const { table } = reading;
      if (table === null || target.symbol >= table.count) throw slots.error(0, `no symbol ${target.symbol}`);
      // The addend is in the slot, and belongs to the symbol that is not subtracted.
      const addend = isSubtracted ? 0 : signedSlot(slots, offset, width);
      const entry = slotEntry(nameOf(table, symbolAt(table, target.symbol)), addend);
      return isSubtracted ? `-${entry}` : entry;
    }
    case 'section':
      // The offset in the section is not stored, but is part of the number in the slot.
      if (isSubtracted) return `-section ${target.section}`;
      return placeEntry(reading, unsignedSlot(slots, offset, width), 0);
    case 'address':
      if (isSubtracted) return `-${placeEntry(reading, target.address, 0)}`;
      return placeEntry(reading, target.address, unsignedSlot(slots, offset, width) - target.address);
  }
}

/** The symbol at an address, or the section and an offset in it; then what is added. */
function placeEntry({ sections, symbolAtAddress }: Reading, address: number, addend: number): string {
  const symbol = symbolAtAddress(address);
  if (symbol !== undefined) return slotEntry(symbol, addend);
  const section = sections.find(
    (candidate) => address >= candidate.address && address < candidate.address + candidate.size,
  );
  if (section === undefined) return slotEntry('', address + addend);
  return slotEntry(sectionTitle(section), address - section.address + addend);
}

function unsignedSlot(slots: ByteView, offset: number, width: number): number {
  switch (width) {
    case 1:
      return slots.u8(offset);
    case 2:
      return slots.u16(offset);
    case 4:
      return slots.u32(offset);
    default:
      return slots.u64(offset);
  }
}

function signedSlot(slots: ByteView, offset: number, width: number): number {
  if (width !== 8) return width === 4 ? slots.i32(offset) : unsignedSlot(slots, offset, width);
  const [high, low] = slots.littleEndian ? [offset + 4, offset] : [offset, offset + 4];
  return slots.i32(high) * 0x1_0000_0000 + slots.u32(low);
}

function symbolsByAddress(object: ByteSource, table: MachoSymbolTable | null): Reading['symbolAtAddress'] {
  let names: Map<number, string> | null = null;
  return (address) => {
    names ??= table === null ? new Map() : collectAddresses(object, table);
    return names.get(address);
  };
}

function collectAddresses(object: ByteSource, table: MachoSymbolTable): Map<number, string> {
  const names = new Map<number, string>();
  const spend = budgetOf(object, 'symbol names', namesLimit(table.strings.bytes.length));
  for (let number = 0; number < table.count; number++) {
    const symbol = symbolAt(table, number);
    if (!isPlaced(symbol) || names.has(symbol.value)) continue;
    const name = nameOf(table, symbol);
    spend(name.length);
    if (name !== '' && !isTemporaryName(name)) names.set(symbol.value, name);
  }
  return names;
}
