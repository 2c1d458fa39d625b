import { budgetOf, namesLimit, type Spend } from '../budget.js';
import {
  ABSOLUTE,
  COMMON,
  DATA,
  DEFAULT_VISIBILITY,
  DEFINITION,
  FUNCTION,
  HIDDEN,
  IFUNC,
  isCommon,
  isReference,
  LOCAL_STATE,
  MERGEABLE,
  NO_KIND,
  PROTECTED,
  REFERENCE,
  TLS,
  UNIQUE,
  WEAK,
  WRITABLE,
} from '../flags.js';
import { endOfString, internAt } from '../string-table.js';
import { NONE, type SymbolSink } from '../table.js';
import {
  EM_SPARC,
  EM_SPARC32PLUS,
  EM_SPARCV9,
  SHN_LORESERVE,
  SHN_UNDEF,
  SHN_XINDEX,
  STB_GNU_UNIQUE,
  STB_LOCAL,
  STB_WEAK,
  STT_COMMON,
  STT_FUNC,
  STT_GNU_IFUNC,
  STT_LOPROC,
  STT_NOTYPE,
  STT_OBJECT,
  STT_TLS,
  STV_HIDDEN,
  STV_INTERNAL,
  STV_PROTECTED,
} from './constants.js';
import { isCIdentifier, isNoiseName, startsWith } from './names.js';
import { reservedIndex } from './reserved.js';
import { type ElfSections, sectionAt } from './sections.js';
import { type ElfSurvey, THREAD_STATE } from './survey.js';
import { type ElfSymbolTable, extendedIndex, malformedSymbol } from './symtab.js';

/** Symbol type (low half of st_info) → kind. */
const KIND_OF_TYPE = new Uint16Array(16).fill(NO_KIND);
KIND_OF_TYPE[STT_OBJECT] = DATA;
KIND_OF_TYPE[STT_COMMON] = DATA;
KIND_OF_TYPE[STT_FUNC] = FUNCTION;
KIND_OF_TYPE[STT_TLS] = TLS;
KIND_OF_TYPE[STT_GNU_IFUNC] = IFUNC;
// Thumb functions of the old ARM ABI, PA-RISC's millicode.
KIND_OF_TYPE[STT_LOPROC] = FUNCTION;

/** Binding (high half of st_info) → flags. Bindings that we do not know are as strong as STB_GLOBAL. */
const FLAGS_OF_BINDING = new Uint16Array(16);
FLAGS_OF_BINDING[STB_WEAK] = WEAK;
FLAGS_OF_BINDING[STB_GNU_UNIQUE] = UNIQUE;

/** Low two bits of st_other → visibility. The bits above are the processor's own. */
const VISIBILITY_OF = new Uint16Array(4).fill(DEFAULT_VISIBILITY);
VISIBILITY_OF[STV_INTERNAL] = HIDDEN;
VISIBILITY_OF[STV_HIDDEN] = HIDDEN;
VISIBILITY_OF[STV_PROTECTED] = PROTECTED;

/** What the reading of one symbol table needs at each symbol. */
interface Reading {
  readonly sections: ElfSections;
  readonly survey: ElfSurvey;
  readonly table: ElfSymbolTable;
  /** The group of each section, or null when there are no groups. */
  readonly groupOf: Int32Array | null;
  /** For each section of state: whether a row stands for (a part of) it. Empty when there are none. */
  readonly isNamed: Uint8Array;
  readonly out: SymbolSink;
  readonly spendName: Spend;
}

/**
 * Hands every linkage symbol to `out`, and every local definition in a section of mutable state, in the order of
 * the table; then a row for each such section that no symbol names (compilers merge variables and drop the names).
 *
 * Names are taken as they are: `memcpy@@GLIBC_2.14` keeps its version, and of 64-bit PowerPC's older ABI `.f` (the
 * code) and `f` (its descriptor) stay two names.
 */
export function readSymbols(
  sections: ElfSections,
  survey: ElfSurvey,
  table: ElfSymbolTable,
  groupOf: Int32Array | null,
  out: SymbolSink,
): void {
  const hasState = survey.stateSections > 0;
  const isNamed = new Uint8Array(hasState ? sections.count : 0);
  const limit = namesLimit(table.strings.bytes.length);
  const spendName = budgetOf(sections.object, 'symbol names', limit);
  const reading: Reading = { sections, survey, table, groupOf, isNamed, out, spendName };
  const { bytes, layout, count } = table;
  const otherType = isSparc(sections.header.machine) ? STT_LOPROC : -1;
  for (let symbol = 1, at = layout.bytes; symbol < count; symbol++, at += layout.bytes) {
    const info = bytes[at + layout.info];
    if (info >>> 4 === STB_LOCAL) {
      if (hasState && mayBeState(info & 15)) readLocal(reading, symbol, at);
    } else if ((info & 15) !== otherType) readGlobal(reading, symbol, at, info);
  }
  if (hasState) addUnnamedState(reading);
}

/** SPARC's STT_REGISTER: a claim on a register, which binds nothing. */
const isSparc = (machine: number): boolean =>
  machine === EM_SPARC || machine === EM_SPARC32PLUS || machine === EM_SPARCV9;

const mayBeState = (type: number): boolean => type === STT_OBJECT || type === STT_NOTYPE || type === STT_TLS;

function readGlobal(reading: Reading, symbol: number, at: number, info: number): void {
  const { table, groupOf, out } = reading;
  const start = table.data.getUint32(at, table.littleEndian);
  const end = nameEnd(reading, start);
  if (end === start) return;
  const section = sectionOf(reading, symbol, at);
  const flags =
    KIND_OF_TYPE[info & 15] |
    FLAGS_OF_BINDING[info >>> 4] |
    VISIBILITY_OF[table.bytes[at + table.layout.other] & 3] |
    (section === NONE ? unplacedRole(reading, at) : placedRole(reading, section, info & 15, start));
  out.symbol(
    out.intern(table.strings.bytes, start, end),
    flags,
    section,
    isReference(flags) ? 0 : fieldAt(table, at + table.layout.size),
    section !== NONE && groupOf !== null ? groupOf[section] : NONE,
    isCommon(flags) ? log2(fieldAt(table, at + table.layout.value)) : 0,
  );
}

function readLocal(reading: Reading, symbol: number, at: number): void {
  const { survey, table, groupOf, isNamed, out } = reading;
  const section = sectionOf(reading, symbol, at);
  if (section === NONE || survey.state[section] === 0) return;
  const { bytes } = table.strings;
  const start = table.data.getUint32(at, table.littleEndian);
  const end = nameEnd(reading, start);
  if (end === start || isNoiseName(bytes, start)) return;
  isNamed[section] = 1;
  if (isPersonalityPointer(bytes, start)) return;
  const kind = survey.state[section] === THREAD_STATE ? TLS : DATA;
  const group = groupOf === null ? NONE : groupOf[section];
  const size = fieldAt(table, at + table.layout.size);
  out.symbol(out.intern(bytes, start, end), LOCAL_STATE | WRITABLE | kind, section, size, group, 0);
}

/** End of the name that starts at `start`; `start` itself when it is empty. */
function nameEnd({ table, spendName }: Reading, start: number): number {
  const end = endOfString(table.strings, start);
  spendName(end - start);
  return end;
}

/** The section that a symbol is defined in, or NONE. */
function sectionOf({ sections, table }: Reading, symbol: number, at: number): number {
  let section = table.data.getUint16(at + table.layout.sectionIndex, table.littleEndian);
  if (section >= SHN_LORESERVE) {
    if (section !== SHN_XINDEX) return NONE;
    // In the extended table 0xff00 and above are sections like any other.
    section = extendedIndex(table, symbol);
  }
  if (section === SHN_UNDEF) return NONE;
  if (section >= sections.count)
    throw malformedSymbol(table, symbol, `no section ${section} of ${sections.count}`);
  return section;
}

function placedRole(
  { survey, table, isNamed }: Reading,
  section: number,
  type: number,
  start: number,
): number {
  const role =
    (type === STT_COMMON ? COMMON : DEFINITION) | (survey.mergeable[section] === 0 ? 0 : MERGEABLE);
  if (survey.state[section] === 0) return role;
  isNamed[section] = 1;
  const isWritten =
    type !== STT_FUNC && type !== STT_GNU_IFUNC && !isPersonalityPointer(table.strings.bytes, start);
  return isWritten ? role | WRITABLE : role;
}

function unplacedRole({ sections, table }: Reading, at: number): number {
  const index = table.data.getUint16(at + table.layout.sectionIndex, table.littleEndian);
  if (index === SHN_UNDEF || index === SHN_XINDEX) return REFERENCE;
  switch (reservedIndex(sections.header.machine, index)) {
    case 'absolute':
      return DEFINITION | ABSOLUTE;
    case 'common':
      return COMMON;
    case 'undefined':
      return REFERENCE;
    case 'defined':
      return DEFINITION;
  }
}

/** `DW.ref.__gxx_personality_v0` is written by the loader alone. */
const isPersonalityPointer = (strings: Uint8Array, start: number): boolean =>
  startsWith(strings, start, 'DW.ref.');

/** A word of the class's size; sizes past 2⁵³ lose low bits, which no real object has. */
function fieldAt({ data, is64, littleEndian }: ElfSymbolTable, at: number): number {
  const first = data.getUint32(at, littleEndian);
  if (!is64) return first;
  const second = data.getUint32(at + 4, littleEndian);
  return littleEndian ? second * 0x1_0000_0000 + first : first * 0x1_0000_0000 + second;
}

const log2 = (alignment: number): number => (alignment > 1 ? Math.floor(Math.log2(alignment)) : 0);

function addUnnamedState({ sections, survey, groupOf, isNamed, out }: Reading): void {
  for (let index = 1; index < sections.count; index++) {
    if (survey.state[index] === 0 || isNamed[index] !== 0) continue;
    const { size, nameOffset } = sectionAt(sections, index);
    // Elements of a registry need no names, and are told of as a side effect.
    if (size === 0 || isCIdentifier(sections.names.bytes, nameOffset)) continue;
    const kind = survey.state[index] === THREAD_STATE ? TLS : DATA;
    const group = groupOf === null ? NONE : groupOf[index];
    out.symbol(
      internAt(sections.names, nameOffset, out),
      LOCAL_STATE | WRITABLE | kind,
      index,
      size,
      group,
      0,
    );
  }
}
