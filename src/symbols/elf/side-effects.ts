import type { ByteSource } from '../../bytes/byte-source.js';
import type { ByteView } from '../../bytes/byte-view.js';
import { signedWord } from '../../bytes/signed-word.js';
import { STT_FUNC, STT_NOTYPE, STT_OBJECT, STT_SECTION } from '../../core/elf/constants.js';
import { budgetOf, namesLimit, type Spend } from '../budget.js';
import type { SideEffect, SideEffectKind } from '../object-format.js';
import { bytesEntry, slotEntry, stringEntries } from '../side-effect-entries.js';
import { stringAt } from '../string-table.js';
import type { ElfHeader } from './header.js';
import type { ElfRelocation } from './references/relocation-table.js';
import { readRelocations } from './relocations.js';
import type { ActingSection } from './roles.js';
import { type ElfSection, type ElfSections, sectionAt, sectionBytes, sectionName } from './sections.js';
import { type ElfSymbolTable, symbolAt } from './symtab.js';
import type { TablesInCore } from './tables-in-core.js';

/** Data that reading the side effects of a section needs. */
interface Reading {
  readonly sections: ElfSections;
  readonly table: ElfSymbolTable | null;
  readonly relocations: ReadonlyMap<number, readonly ElfRelocation[]>;
  /** Symbols by place, for slots that name a section and an offset; found when they are queried. */
  readonly symbolAtPlace: (section: number, value: number) => string | undefined;
  readonly spendBytes: Spend;
  readonly spendText: Spend;
}

/** One side effect for each section that acts and is not empty, in the order of the sections. */
export function readSideEffects(
  tables: TablesInCore,
  acting: readonly ActingSection[],
  relocationSections: readonly number[],
): readonly SideEffect[] {
  const { sections } = tables;
  const read = new Set(acting.filter(({ kind }) => isRead(kind)).map(({ section }) => section));
  const table = read.size > 0 ? tables.table : null;
  const reading: Reading = {
    sections,
    table,
    relocations: readRelocations(
      sections,
      (section) => read.has(section),
      read.size > 0 ? relocationSections : [],
    ),
    symbolAtPlace: symbolsByPlace(tables, table),
    spendBytes: budgetOf(sections.object, 'constructors and registries'),
    spendText: budgetOf(
      sections.object,
      'names of what sections hold',
      namesLimit(table?.strings.bytes.length ?? 0),
    ),
  };
  const sideEffects: SideEffect[] = [];
  const counters = new Map<string, Counters>();
  for (const { section, kind, size, nameOffset } of acting) {
    if (size === 0) continue;
    const name = stringAt(sections.names, nameOffset);
    if (kind === 'counters') addCounters(counters, name, size);
    else sideEffects.push({ kind, section: name, entries: entriesOf(reading, kind, section, size) });
  }
  for (const [name, { count, bytes }] of counters)
    sideEffects.push({ kind: 'counters', section: name, entries: [`${count} of ${bytes} bytes`] });
  return sideEffects;
}

/** For other sections the size suffices. */
const isRead = (kind: SideEffectKind): boolean =>
  kind !== 'counters' && kind !== 'code-section' && kind !== 'retained';

interface Counters {
  count: number;
  bytes: number;
}

/**
 * Instrumented code has one section per function: only their number and size are recorded, their content is not read.
 */
function addCounters(counters: Map<string, Counters>, name: string, size: number): void {
  const known = counters.get(name) ?? { count: 0, bytes: 0 };
  counters.set(name, { count: known.count + 1, bytes: known.bytes + size });
}

function entriesOf(reading: Reading, kind: SideEffectKind, index: number, size: number): string[] {
  if (!isRead(kind)) return [`${size} bytes`];
  const section = sectionAt(reading.sections, index);
  return kind === 'linker-options' ? optionsOf(reading, section) : slotsOf(reading, section);
}

/**
 * Properties that linkers merge over all files: header flags, executable stack, attributes and processor features.
 */
export function readTraits(
  object: ByteSource,
  { flags, littleEndian }: Pick<ElfHeader, 'flags' | 'littleEndian'>,
  stackFlags: number,
  attributes: readonly { readonly offset: number; readonly size: number }[],
): string {
  const spend = budgetOf(object, 'attributes');
  const entries = attributes.map(({ offset, size }) => {
    spend(size);
    return bytesEntry(object.view(offset, size, 'attributes', littleEndian).bytes);
  });
  return [flags, stackFlags, ...entries].join(' ');
}

function optionsOf({ sections, spendBytes }: Reading, section: ElfSection): string[] {
  spendBytes(section.size);
  return stringEntries(sectionBytes(sections, section, 'linker options').bytes);
}

/**
 * A slot for each relocation, then the bytes unless they are all zero: what lies between slots, or the code of
 * `.init`.
 */
function slotsOf(reading: Reading, section: ElfSection): string[] {
  const view = sectionBytes(reading.sections, section, 'constructors or registry');
  reading.spendBytes(view.length);
  if (view.length === 0) return [`zeros:${section.size}`];
  const relocations = reading.relocations.get(section.index) ?? [];
  const entries = relocations.map((relocation) => slotOf(reading, view, relocation));
  for (const entry of entries) reading.spendText(entry.length);
  const rest = Uint8Array.from(view.bytes);
  const word = reading.sections.header.bits / 8;
  for (const { offset, addend } of relocations) if (addend === null) rest.fill(0, offset, offset + word);
  return entries.length > 0 && rest.every((byte) => byte === 0) ? entries : [...entries, bytesEntry(rest)];
}

function slotOf(
  { sections, table, symbolAtPlace }: Reading,
  slots: ByteView,
  relocation: ElfRelocation,
): string {
  const addend =
    relocation.addend === null
      ? signedWord(slots, relocation.offset, sections.header.bits === 64)
      : relocation.addend;
  if (relocation.symbol === 0 || table === null) return slotEntry('', addend);
  const symbol = symbolAt(sections, table, relocation.symbol);
  if (symbol.type !== STT_SECTION && symbol.name !== '') return slotEntry(symbol.name, addend);
  // Assemblers put section and offset in place of a local symbol. Its name says more: every object made by GCC has
  // a constructor at `.text.startup+0x0`.
  const value = symbol.value + addend;
  const local = symbolAtPlace(symbol.sectionIndex, value);
  if (local !== undefined) return slotEntry(local, 0);
  return slotEntry(sectionName(sections, sectionAt(sections, symbol.sectionIndex)), value);
}

/** Places from which on all symbols are listed by place: until then, the core searches the table for each. */
const MANY_PLACES = 16;

function symbolsByPlace(tables: TablesInCore, table: ElfSymbolTable | null): Reading['symbolAtPlace'] {
  const { sections } = tables;
  let names: Map<string, string> | null = null;
  let places = 0;
  return (section, value) => {
    if (table === null) return undefined;
    if (places++ < MANY_PLACES) {
      const symbol = tables.symbolAtPlace(section, value);
      return symbol < 0 ? undefined : symbolAt(sections, table, symbol).name;
    }
    names ??= collectPlaces(sections, table);
    return names.get(`${section}:${value}`);
  };
}

/** The first of the symbols at each place, which in all compilers is the one the others are aliases of. */
function collectPlaces(sections: ElfSections, table: ElfSymbolTable): Map<string, string> {
  const names = new Map<string, string>();
  const spend = budgetOf(sections.object, 'symbol names', namesLimit(table.strings.bytes.length));
  for (let number = 1; number < table.count; number++) {
    const type = table.view.u8(number * table.layout.bytes + table.layout.info) & 15;
    if (type !== STT_FUNC && type !== STT_OBJECT && type !== STT_NOTYPE) continue;
    const { name, sectionIndex, value } = symbolAt(sections, table, number);
    spend(name.length);
    const place = `${sectionIndex}:${value}`;
    if (name !== '' && !/^\.L|^\$/.test(name) && !names.has(place)) names.set(place, name);
  }
  return names;
}
