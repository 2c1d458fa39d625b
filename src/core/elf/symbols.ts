import {
  ABSOLUTE,
  COMMON,
  DATA,
  DEFAULT_VISIBILITY,
  DEFINITION,
  FUNCTION,
  HIDDEN,
  IFUNC,
  LOCAL_STATE,
  MERGEABLE,
  NO_KIND,
  PROTECTED,
  REFERENCE,
  ROLE_MASK,
  TLS,
  UNIQUE,
  WEAK,
  WRITABLE,
} from '../flag-bits';
import { reservedMeaning } from '../host';
import { intern, internHashed } from '../names';
import { Budget, Problem, ReservedMeaning } from '../problem';
import { addSymbol } from '../rows';
import { lengthOfText } from '../words';
import {
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
} from './constants';
import { groupOfSectionAt } from './groups';
import { Limit } from './limit';
import { hashAhead, lookAhead, lookAheadFrom } from './look-ahead';
import { refuse, u32At, wordAt } from './object';
import { isCIdentifier, isNoiseName, startsWith } from './section-names';
import { sectionCount, sectionNames } from './sections';
import { namesLimit } from './strings';
import {
  ANY_STATE,
  facts,
  MERGEABLE_PIECES,
  NAMED_STATE,
  stateName,
  stateSections,
  stateSize,
  THREAD_STATE,
} from './survey';
import {
  entryOf,
  extendedIndex,
  indexAt,
  infoAt,
  otherAt,
  placeOfSymbol,
  sizeField,
  strings,
  tableSymbols,
  valueField,
} from './symtab';

const NONE: i32 = -1;

const names = new Limit(Budget.SYMBOL_NAMES);

/**
 * Adds a row for every linkage symbol, and for every local definition in a section of mutable state, in the order of
 * the table; then one for each such section that no symbol names (compilers merge variables and drop the names).
 *
 * Names are not changed: `memcpy@@GLIBC_2.14` keeps its version, and of 64-bit PowerPC's older ABI `.f` (the code) and
 * `f` (its descriptor) stay two names.
 *
 * @param ignoredType SPARC's STT_REGISTER, a claim on a register, which binds nothing; −1 for other processors
 */
export function readSymbols(ignoredType: i32): void {
  const hasState = stateSections.length > 0;
  lookAheadFrom(1);
  names.begin(namesLimit(strings));
  for (let symbol = 1; symbol < tableSymbols; symbol++) {
    const entry = entryOf(symbol);
    const info = infoAt(entry);
    const type = info & 15;
    if (info >>> 4 === STB_LOCAL) {
      if (hasState && mayBeState(type)) readLocal(symbol, entry);
    } else if (type !== ignoredType) {
      lookAhead(symbol);
      readGlobal(symbol, entry, type, info >>> 4);
    }
  }
  if (hasState) addUnnamedState();
}

function mayBeState(type: u32): bool {
  return type === STT_OBJECT || type === STT_NOTYPE || type === STT_TLS;
}

function readGlobal(symbol: i32, entry: usize, type: u32, binding: u32): void {
  const name = strings.at(u32At(entry));
  const length = lengthOfText(name);
  names.spend(length);
  if (length === 0) return;
  const section = sectionOfSymbol(symbol, entry);
  const flags =
    kindOf(type) |
    flagsOfBinding(binding) |
    visibilityOf(otherAt(entry) & 3) |
    (section === NONE ? unplacedRole(entry) : placedRole(section, type, name));
  const role = flags & ROLE_MASK;
  addSymbol(
    internHashed(name, length, hashAhead(symbol)),
    flags,
    section,
    role === REFERENCE ? 0 : wordAt(entry + sizeField()),
    section === NONE ? NONE : groupOfSectionAt(section),
    role === COMMON ? log2(wordAt(entry + valueField())) : 0,
  );
}

function readLocal(symbol: i32, entry: usize): void {
  const section = sectionOfSymbol(symbol, entry);
  if (section === NONE || (facts[section] & ANY_STATE) === 0) return;
  const name = strings.at(u32At(entry));
  const length = lengthOfText(name);
  names.spend(length);
  if (length === 0 || isNoiseName(name)) return;
  facts[section] |= NAMED_STATE;
  if (isPersonalityPointer(name)) return;
  addState(intern(name, length), section, wordAt(entry + sizeField()));
}

function addState(name: i32, section: i32, size: f64): void {
  const kind = (facts[section] & THREAD_STATE) !== 0 ? TLS : DATA;
  addSymbol(name, LOCAL_STATE | WRITABLE | kind, section, size, groupOfSectionAt(section), 0);
}

function addUnnamedState(): void {
  for (let at = 0; at < stateSections.length; at++) {
    const section = stateSections.section[at];
    if ((facts[section] & NAMED_STATE) !== 0 || stateSize[at] === 0) continue;
    // Elements of a registry need no names, and are reported as a side effect.
    if (!isCIdentifier(sectionNames.at(stateName[at])))
      addState(sectionNames.internAt(stateName[at]), section, stateSize[at]);
  }
}

/** The section that a symbol is defined in, or NONE. */
function sectionOfSymbol(symbol: i32, entry: usize): i32 {
  let section = indexAt(entry);
  if (section >= <u32>SHN_LORESERVE) {
    if (section !== <u32>SHN_XINDEX) return NONE;
    // In the extended table 0xff00 and above are sections like any other.
    section = extendedIndex(symbol);
  }
  if (section === SHN_UNDEF) return NONE;
  if (section >= <u32>sectionCount)
    refuse(Problem.SYMBOL_SECTION, placeOfSymbol(symbol), <f64>symbol, section, <f64>sectionCount);
  return section;
}

function placedRole(section: i32, type: u32, name: usize): i32 {
  const role =
    (type === STT_COMMON ? COMMON : DEFINITION) | ((facts[section] & MERGEABLE_PIECES) === 0 ? 0 : MERGEABLE);
  if ((facts[section] & ANY_STATE) === 0) return role;
  facts[section] |= NAMED_STATE;
  const isWritten = type !== STT_FUNC && type !== STT_GNU_IFUNC && !isPersonalityPointer(name);
  return isWritten ? role | WRITABLE : role;
}

function unplacedRole(entry: usize): i32 {
  const index = indexAt(entry);
  if (index === SHN_UNDEF || index === SHN_XINDEX) return REFERENCE;
  switch (reservedMeaning(index)) {
    case ReservedMeaning.ABSOLUTE:
      return DEFINITION | ABSOLUTE;
    case ReservedMeaning.COMMON:
      return COMMON;
    case ReservedMeaning.UNDEFINED:
      return REFERENCE;
    default:
      return DEFINITION;
  }
}

function kindOf(type: u32): i32 {
  switch (type) {
    case STT_OBJECT:
    case STT_COMMON:
      return DATA;
    case STT_FUNC:
    // Thumb functions of the old ARM ABI, PA-RISC's millicode.
    case STT_LOPROC:
      return FUNCTION;
    case STT_TLS:
      return TLS;
    case STT_GNU_IFUNC:
      return IFUNC;
    default:
      return NO_KIND;
  }
}

/** Unknown bindings count as STB_GLOBAL. */
function flagsOfBinding(binding: u32): i32 {
  return binding === STB_WEAK ? WEAK : binding === STB_GNU_UNIQUE ? UNIQUE : 0;
}

/** @param visibility the low two bits of st_other; the bits above are the processor's own */
function visibilityOf(visibility: u32): i32 {
  if (visibility === STV_PROTECTED) return PROTECTED;
  return visibility === STV_INTERNAL || visibility === STV_HIDDEN ? HIDDEN : DEFAULT_VISIBILITY;
}

/** `DW.ref.__gxx_personality_v0` is written by the loader alone. */
function isPersonalityPointer(name: usize): bool {
  return startsWith(name, 'DW.ref.');
}

/** The exponent of a number: its logarithm, rounded down. */
function log2(alignment: f64): u8 {
  return alignment > 1 ? <u8>((reinterpret<u64>(alignment) >> 52) - 1023) : 0;
}
