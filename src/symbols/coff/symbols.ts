import { nextBoundary } from '../boundaries.js';
import { budgetOf, namesLimit, type Spend } from '../budget.js';
import {
  ABSOLUTE,
  COMMON,
  DATA,
  DEFINITION,
  FUNCTION,
  LOCAL_STATE,
  NO_KIND,
  REFERENCE,
  TLS,
  WEAK,
  WRITABLE,
} from '../flags.js';
import { NONE, type SymbolSink } from '../table.js';
import { isSectionDefinition } from './comdats.js';
import {
  IMAGE_SYM_ABSOLUTE,
  IMAGE_SYM_CLASS_EXTERNAL,
  IMAGE_SYM_CLASS_STATIC,
  IMAGE_SYM_CLASS_WEAK_EXTERNAL,
  IMAGE_SYM_DTYPE_FUNCTION,
  IMAGE_SYM_UNDEFINED,
} from './constants.js';
import type { Directives } from './directives.js';
import type { CoffHeader } from './header.js';
import { type CoffSections, sectionAt, sizeOf } from './sections.js';
import { type CoffSurvey, THREAD_STATE } from './survey.js';
import {
  auxCountOf,
  type CoffSymbolTable,
  classOf,
  malformedSymbol,
  type NameRange,
  nameRange,
  sectionNumberOf,
  symbolName,
  symbolValue,
  typeOf,
} from './symtab.js';
import { readWeakExternal } from './weak.js';

/** Data that reading each symbol needs. */
interface Reading {
  readonly header: CoffHeader;
  readonly sections: CoffSections;
  readonly survey: CoffSurvey;
  readonly directives: Directives;
  readonly table: CoffSymbolTable;
  /** The group of each section; null if the object has none. */
  readonly groupOf: Int32Array | null;
  /** For each section of state: whether a row is for (a part of) it. */
  readonly isNamed: Uint8Array;
  readonly out: SymbolSink;
  readonly spendName: Spend;
  /** Where data begins, in order, as `placeKey` has it; null until it is asked for. */
  boundaries: Float64Array | null;
  /** Rows so far. */
  rows: number;
  readonly notIndexed: number[];
}

/** The part of a reading that the caller provides. */
export type SymbolsInput = Pick<Reading, 'header' | 'sections' | 'survey' | 'directives' | 'groupOf' | 'out'>;

/**
 * Hands every linkage symbol to `out`, and every static one in a section of mutable state, in the order of the table;
 * then a row for each such section that no symbol names. COFF records no sizes but of commons and sections: data ends
 * where the next symbol of its section is, or with the section. Functions have size 0.
 *
 * @returns rows of definitions that archive indexes leave out
 */
export function readSymbols(input: SymbolsInput): readonly number[] {
  const { sections } = input;
  const { table } = sections;
  const spendName = budgetOf(sections.object, 'symbol names', namesLimit(table.strings.bytes.length));
  const isNamed = new Uint8Array(sections.count + 1);
  const reading: Reading = { ...input, table, isNamed, spendName, boundaries: null, rows: 0, notIndexed: [] };
  for (let symbol = 0; symbol < table.count; symbol += 1 + auxCountOf(table, symbol)) {
    const storageClass = classOf(table, symbol);
    if (storageClass === IMAGE_SYM_CLASS_EXTERNAL) readExternal(reading, symbol);
    else if (storageClass === IMAGE_SYM_CLASS_WEAK_EXTERNAL) readWeak(reading, symbol);
    else if (storageClass === IMAGE_SYM_CLASS_STATIC) readStatic(reading, symbol);
  }
  addUnnamedState(reading);
  return reading.notIndexed;
}

function readExternal(reading: Reading, symbol: number): void {
  const { table } = reading;
  const section = sectionNumberOf(table, symbol);
  if (section > 0) addDefinition(reading, symbol, section, DEFINITION);
  else if (section === IMAGE_SYM_ABSOLUTE) add(reading, symbol, DEFINITION | ABSOLUTE, NONE, 0, 0);
  else if (section === IMAGE_SYM_UNDEFINED) readUnplaced(reading, symbol);
}

/** A value makes a common of what would be a reference: it is the size. Sections below 0 are debug information. */
function readUnplaced(reading: Reading, symbol: number): void {
  const { table } = reading;
  const size = symbolValue(table, symbol);
  if (size === 0) add(reading, symbol, REFERENCE | typeKind(table, symbol), NONE, 0, 0);
  else add(reading, symbol, COMMON | DATA, NONE, size, commonAlignment(reading, symbol, size));
}

function readWeak(reading: Reading, symbol: number): void {
  const { header, table } = reading;
  const own = sectionNumberOf(table, symbol);
  if (own > 0 || auxCountOf(table, symbol) === 0) {
    if (own > 0) addDefinition(reading, symbol, own, DEFINITION | WEAK);
    else add(reading, symbol, REFERENCE | WEAK | typeKind(table, symbol), NONE, 0, 0);
    return;
  }
  const weak = readWeakExternal(header, table, symbol);
  if (weak.kind === 'reference') {
    const binding = weak.isWeak ? WEAK : 0;
    add(reading, symbol, REFERENCE | binding | typeKind(table, symbol), NONE, 0, 0);
    return;
  }
  if (!weak.isIndexed) reading.notIndexed.push(reading.rows);
  addDefinition(reading, symbol, weak.section, DEFINITION | WEAK);
}

function addDefinition(reading: Reading, symbol: number, section: number, role: number): void {
  const { sections, survey, table, groupOf, isNamed } = reading;
  if (section > sections.count)
    throw malformedSymbol(table, symbol, `no section ${section} of ${sections.count}`);
  const state = survey.state[section];
  const isFunction = survey.isCode[section] !== 0 || typeKind(table, symbol) === FUNCTION;
  isNamed[section] = 1;
  const kind = state === THREAD_STATE ? TLS : isFunction ? FUNCTION : DATA;
  const written = state !== 0 && kind !== FUNCTION ? WRITABLE : 0;
  const size = kind === FUNCTION ? 0 : extentOf(reading, symbol, section);
  add(reading, symbol, role | kind | written, section, size, 0, groupOf === null ? NONE : groupOf[section]);
}

function readStatic(reading: Reading, symbol: number): void {
  const { sections, survey, table, groupOf, isNamed } = reading;
  const section = sectionNumberOf(table, symbol);
  if (section < 1) return;
  if (section > sections.count)
    throw malformedSymbol(table, symbol, `no section ${section} of ${sections.count}`);
  const state = survey.state[section];
  if (state === 0 || isSectionDefinition(table, symbol)) return;
  // Some assemblers write the section's symbol without an auxiliary record.
  if (symbolValue(table, symbol) === 0 && symbolName(table, symbol) === sectionAt(sections, section).name)
    return;
  isNamed[section] = 1;
  const kind = state === THREAD_STATE ? TLS : DATA;
  const group = groupOf === null ? NONE : groupOf[section];
  const size = extentOf(reading, symbol, section);
  add(reading, symbol, LOCAL_STATE | WRITABLE | kind, section, size, 0, group);
}

/** Bytes from a symbol to what follows it: the next symbol of its section, or the section's end. */
function extentOf(reading: Reading, symbol: number, section: number): number {
  reading.boundaries ??= readBoundaries(reading);
  const { boundaries, sections, table } = reading;
  const value = symbolValue(table, symbol);
  const next = nextBoundary(boundaries, placeKey(section, value)) - placeKey(section, 0);
  return Math.max(0, Math.min(next, sizeOf(sections, section)) - value);
}

/** Sections one after the other, each of 4 GiB. */
const placeKey = (section: number, value: number): number => section * 2 ** 32 + value;

function readBoundaries({ table, sections, survey }: Reading): Float64Array {
  const boundaries: number[] = [];
  for (let symbol = 0; symbol < table.count; symbol += 1 + auxCountOf(table, symbol)) {
    const section = sectionNumberOf(table, symbol);
    if (section < 1 || section > sections.count || survey.isCode[section] !== 0) continue;
    boundaries.push(placeKey(section, symbolValue(table, symbol)));
  }
  return Float64Array.from(boundaries).sort();
}

const typeKind = (table: CoffSymbolTable, symbol: number): number =>
  (typeOf(table, symbol) >> 4) % 16 === IMAGE_SYM_DTYPE_FUNCTION ? FUNCTION : NO_KIND;

function add(
  reading: Reading,
  symbol: number,
  flags: number,
  section: number,
  size: number,
  alignment: number,
  group = NONE,
): void {
  const { out, spendName, table } = reading;
  const { bytes, start, end }: NameRange = nameRange(table, symbol);
  if (start === end) return;
  spendName(end - start);
  out.symbol(out.intern(bytes, start, end), flags, section, size, group, alignment);
  reading.rows++;
}

/** Linkers align a common to its size, rounded up to a power of two, but to 32 at most. */
function commonAlignment({ directives, table }: Reading, symbol: number, size: number): number {
  const implied = Math.min(5, Math.ceil(Math.log2(size)));
  if (directives.alignments.size === 0) return implied;
  return directives.alignments.get(symbolName(table, symbol)) ?? implied;
}

function addUnnamedState({ sections, survey, groupOf, isNamed, out }: Reading): void {
  for (let number = 1; number <= sections.count; number++) {
    if (survey.state[number] === 0 || isNamed[number] !== 0) continue;
    const { name, size } = sectionAt(sections, number);
    if (size === 0 || name === '') continue;
    const kind = survey.state[number] === THREAD_STATE ? TLS : DATA;
    const text = Buffer.from(name, 'latin1');
    const group = groupOf === null ? NONE : groupOf[number];
    out.symbol(out.intern(text, 0, text.length), LOCAL_STATE | WRITABLE | kind, number, size, group, 0);
  }
}
