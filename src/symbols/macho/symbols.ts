import type { ByteSource } from '../../bytes/byte-source.js';
import { nextBoundary } from '../boundaries.js';
import { budgetOf, namesLimit, type Spend } from '../budget.js';
import {
  ABSOLUTE,
  ALIAS,
  AUTO_HIDE,
  COMMON,
  DATA,
  DEFINITION,
  FUNCTION,
  HIDDEN,
  LOCAL_STATE,
  REFERENCE,
  TLS,
  WEAK,
  WRITABLE,
} from '../flags.js';
import { endOfString } from '../string-table.js';
import { NONE, type SymbolSink } from '../table.js';
import type { MachoSection } from './commands.js';
import {
  FIRST_VALUE,
  N_ABS,
  N_EXT,
  N_INDR,
  N_PBUD,
  N_PEXT,
  N_SECT,
  N_STAB,
  N_TYPE,
  N_UNDF,
  N_WEAK_DEF,
  N_WEAK_REF,
  S_ATTR_NO_TOC,
} from './constants.js';
import { holdsState, isCode, isThreadLocal, sectionTitle, sideEffectOf } from './sections.js';
import {
  isPlaced,
  isTemporaryName,
  type MachoSymbol,
  type MachoSymbolTable,
  nameOf,
  readBoundaries,
  symbolAt,
} from './symtab.js';

/** Data that reading each symbol needs. */
interface Reading {
  readonly table: MachoSymbolTable;
  readonly sections: readonly MachoSection[];
  readonly boundaries: Float64Array;
  /** For each section: whether it is state, and whether a row is for (a part of) it. */
  readonly isState: readonly boolean[];
  readonly isNamed: boolean[];
  /** Sizes of first values of thread-local variables, by the variable's name; null until one is asked for. */
  firstValues: ReadonlyMap<string, number> | null;
  readonly out: SymbolSink;
  readonly spendName: Spend;
  rows: number;
  readonly notIndexed: number[];
}

/**
 * Hands every linkage symbol to `out`, and every local definition in a section of mutable state, in the order of
 * the table; then a row for each such section that no symbol names. An indirect symbol gives two rows: the alias,
 * and the reference to what it is an alias of.
 *
 * @returns rows, counted from the first, that tables of contents leave out
 */
export function readSymbols(
  object: ByteSource,
  table: MachoSymbolTable,
  sections: readonly MachoSection[],
  out: SymbolSink,
): number[] {
  const reading: Reading = {
    table,
    sections,
    boundaries: readBoundaries(table),
    isState: sections.map(holdsState),
    isNamed: sections.map(() => false),
    firstValues: null,
    out,
    spendName: budgetOf(object, 'symbol names', namesLimit(table.strings.bytes.length)),
    rows: 0,
    notIndexed: [],
  };
  for (let number = 0; number < table.count; number++) {
    const symbol = symbolAt(table, number);
    if ((symbol.type & N_STAB) !== 0) continue;
    if ((symbol.type & N_EXT) !== 0) readGlobal(reading, symbol);
    // N_PEXT alone is what `ld -r` leaves of a private extern: local.
    else if ((symbol.type & N_TYPE) === N_SECT) readLocal(reading, symbol);
  }
  addUnnamedState(reading);
  return reading.notIndexed;
}

function readGlobal(reading: Reading, symbol: MachoSymbol): void {
  const visibility = (symbol.type & N_PEXT) !== 0 ? HIDDEN : 0;
  const { value, description, nameOffset } = symbol;
  switch (symbol.type & N_TYPE) {
    case N_UNDF:
    case N_PBUD:
      if (value === 0)
        addRow(reading, nameOffset, REFERENCE | weakReference(description) | visibility, NONE, 0, 0);
      // The alignment of a common symbol has four bits of its own.
      else addRow(reading, nameOffset, COMMON | DATA | visibility, NONE, value, (description >> 8) & 15);
      return;
    case N_ABS:
      addRow(
        reading,
        nameOffset,
        DEFINITION | ABSOLUTE | weakDefinition(description) | visibility,
        NONE,
        0,
        0,
      );
      return;
    case N_INDR:
      addRow(reading, nameOffset, DEFINITION | ALIAS | weakDefinition(description) | visibility, NONE, 0, 0);
      addRow(reading, value, REFERENCE, NONE, 0, 0);
      return;
    case N_SECT:
      addPlaced(reading, symbol, DEFINITION | weakDefinition(description) | visibility);
      return;
    default:
      throw reading.table.view.error(0, `symbol of unknown type 0x${symbol.type.toString(16)}`);
  }
}

const weakReference = (description: number): number => ((description & N_WEAK_REF) !== 0 ? WEAK : 0);

/** On a definition, N_WEAK_REF with N_WEAK_DEF means that its address is not significant: the linker may hide it. */
function weakDefinition(description: number): number {
  if ((description & N_WEAK_DEF) === 0) return 0;
  return (description & N_WEAK_REF) !== 0 ? WEAK | AUTO_HIDE : WEAK;
}

function readLocal(reading: Reading, symbol: MachoSymbol): void {
  const section = sectionOf(reading, symbol);
  if (!reading.isState[symbol.section - 1] || isCode(section)) return;
  const name = nameOf(reading.table, symbol);
  // `x$tlv$init` is the first value of the thread-local `x`, which has a row of its own.
  if (isTemporaryName(name) || name.endsWith(FIRST_VALUE)) {
    if (name.endsWith(FIRST_VALUE)) reading.isNamed[symbol.section - 1] = true;
    return;
  }
  addPlaced(reading, symbol, LOCAL_STATE);
}

function addPlaced(reading: Reading, symbol: MachoSymbol, role: number): void {
  const section = sectionOf(reading, symbol);
  const offset = symbol.value - section.address;
  const kind = isCode(section) ? FUNCTION : isThreadLocal(section) ? TLS : DATA;
  const isWritten = reading.isState[symbol.section - 1] && kind !== FUNCTION;
  if (isWritten) reading.isNamed[symbol.section - 1] = true;
  if (role !== LOCAL_STATE && (section.flags & S_ATTR_NO_TOC) !== 0) reading.notIndexed.push(reading.rows);
  const alignment = Math.min(section.alignment, trailingZeros(offset), 255);
  const flags = role | kind | (isWritten ? WRITABLE : 0);
  const size =
    (kind === TLS ? firstValueOf(reading, symbol) : undefined) ?? extentOf(reading, symbol, section);
  addRow(reading, symbol.nameOffset, flags, symbol.section, size, alignment);
}

/** Bytes from a symbol to what follows it: the next symbol, or the end of its section. */
function extentOf({ boundaries }: Reading, { value }: MachoSymbol, section: MachoSection): number {
  const end = Math.min(nextBoundary(boundaries, value), section.address + section.size);
  return Math.max(0, end - value);
}

/** A thread-local variable is a descriptor of three pointers; `x$tlv$init` is what each thread's copy begins as. */
function firstValueOf(reading: Reading, variable: MachoSymbol): number | undefined {
  reading.firstValues ??= readFirstValues(reading);
  return reading.firstValues.get(nameOf(reading.table, variable));
}

function readFirstValues(reading: Reading): ReadonlyMap<string, number> {
  const { table } = reading;
  const sizes = new Map<string, number>();
  for (let number = 0; number < table.count; number++) {
    const symbol = symbolAt(table, number);
    if (!isPlaced(symbol)) continue;
    const name = nameOf(table, symbol);
    if (name.endsWith(FIRST_VALUE))
      sizes.set(name.slice(0, -FIRST_VALUE.length), extentOf(reading, symbol, sectionOf(reading, symbol)));
  }
  return sizes;
}

function sectionOf({ sections, table }: Reading, { section }: MachoSymbol): MachoSection {
  if (section < 1 || section > sections.length) {
    throw table.view.error(0, `symbol in section ${section} of ${sections.length}`);
  }
  return sections[section - 1];
}

function addRow(
  reading: Reading,
  nameOffset: number,
  flags: number,
  section: number,
  size: number,
  alignment: number,
): void {
  const { table, out, spendName } = reading;
  const end = endOfString(table.strings, nameOffset);
  spendName(end - nameOffset);
  if (end === nameOffset) return;
  out.symbol(out.intern(table.strings.bytes, nameOffset, end), flags, section, size, NONE, alignment);
  reading.rows++;
}

/** How far an offset is aligned, as log2; zero is aligned to anything. */
const trailingZeros = (offset: number): number => {
  const low = offset >>> 0;
  return low === 0 ? 31 : 31 - Math.clz32(low & -low);
};

function addUnnamedState({ sections, isState, isNamed, out }: Reading): void {
  for (let index = 0; index < sections.length; index++) {
    const section = sections[index];
    // Elements of a registry need no names, and are reported as a side effect.
    if (!isState[index] || isNamed[index] || section.size === 0 || sideEffectOf(section) !== null) continue;
    const title = Buffer.from(sectionTitle(section), 'latin1');
    const kind = isThreadLocal(section) ? TLS : DATA;
    const alignment = Math.min(section.alignment, 255);
    out.symbol(
      out.intern(title, 0, title.length),
      LOCAL_STATE | WRITABLE | kind,
      index + 1,
      section.size,
      NONE,
      alignment,
    );
  }
}
