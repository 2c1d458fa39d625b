import { Column } from '../column';
import { Problem, SectionRole } from '../problem';
import {
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_GNU_RETAIN,
  SHF_GROUP,
  SHF_MERGE,
  SHF_TLS,
  SHF_WRITE,
  SHT_FINI_ARRAY,
  SHT_GNU_ATTRIBUTES,
  SHT_GROUP,
  SHT_INIT_ARRAY,
  SHT_LLVM_DEPENDENT_LIBRARIES,
  SHT_LLVM_LINKER_OPTIONS,
  SHT_LLVM_LTO,
  SHT_NOTE,
  SHT_NULL,
  SHT_PREINIT_ARRAY,
  SHT_PROCESSOR_ATTRIBUTES,
  SHT_PROGBITS,
  SHT_REL,
  SHT_RELA,
  SHT_STRTAB,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
} from './constants';
import { refuse } from './object';
import {
  describesItsObject,
  holdsState,
  isConstructors,
  isCounters,
  isDestructors,
  isDotted,
  isNamed,
  isObjcMetadata,
  isRegistry,
  isSwiftMetadata,
  isText,
  isUsual,
  startsWith,
} from './section-names';
import {
  bytesIn,
  flagsIn,
  headers,
  infoIn,
  isOfRelocations,
  linkIn,
  nameIn,
  offsetIn,
  placeIn,
  placeOfHeader,
  sectionCount,
  sectionNames,
  sizeIn,
  typeIn,
} from './sections';

/*
 * Finds the relevant sections of an object in one pass over the headers. Section number 0 means none.
 */

export let symtab: i32 = 0;
/** Fields of its header. */
export let symtabPlace: f64 = 0;
export let symtabBytes: f64 = 0;
export let symtabLink: u32 = 0;
export let bitcode: i32 = 0;
/** SHT_SYMTAB_SHNDX of that table. */
export let extendedIndexes: i32 = 0;
/** Flags of `.note.GNU-stack`; −1 without it: such a file may require an executable stack. */
export let stackFlags: f64 = -1;
/** GCC's intermediate code. */
export let hasGccLto: bool = false;
/** LLVM's, of -ffat-lto-objects. */
export let hasLlvmLto: bool = false;

/** By section: its properties, as bits. */
export const facts = new Column<u8>();
/** The section is written to by the program. */
export const STATE: u8 = 1;
/** Such a section, of which each thread has its own copy. */
export const THREAD_STATE: u8 = 2;
export const ANY_STATE: u8 = STATE | THREAD_STATE;
/** The linker may join its equal pieces (SHF_MERGE). */
export const MERGEABLE_PIECES: u8 = 4;
/** It has a role. */
const ACTING: u8 = 8;
/** A row is for the section of state, or for a part of it. */
export const NAMED_STATE: u8 = 16;

/** Numbers of sections, in order. */
@unmanaged
export class SectionList {
  length: i32 = 0;
  section: Column<i32> = new Column<i32>();

  add(section: i32): void {
    this.section.reserve(this.length + 1);
    this.section[this.length++] = section;
  }
}

/** Sections of state, with the offset of each one's name, and its size. */
export const stateSections = new SectionList();
export const stateName = new Column<u32>();
export const stateSize = new Column<f64>();
/** SHT_GROUP sections, with where each is, its size, and the symbol that names the group. */
export const groupSections = new SectionList();
export const groupPlace = new Column<f64>();
export const groupSize = new Column<f64>();
export const groupSymbol = new Column<u32>();
export const linkonceSections = new SectionList();
/** Sections with a role, and the role of each. */
export const acting = new SectionList();
export const actingRole = new Column<u8>();
/** Relocation sections of those. */
export const relocating = new SectionList();
/** Whether a relocation section comes before the section that it is of. */
let hasEarlyRelocations: bool = false;
const symtabShndx = new SectionList();

export function survey(): void {
  symtab = 0;
  bitcode = 0;
  extendedIndexes = 0;
  stackFlags = -1;
  hasGccLto = false;
  hasLlvmLto = false;
  stateSections.length = 0;
  facts.fill(sectionCount, 0);
  hasEarlyRelocations = false;
  groupSections.length = 0;
  linkonceSections.length = 0;
  acting.length = 0;
  relocating.length = 0;
  symtabShndx.length = 0;
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    const type = typeIn(header);
    if (isOfRelocations(type)) noteRelocations(section, infoIn(header));
    if (type === SHT_RELA || type === SHT_REL || type === SHT_NULL || type === SHT_STRTAB) continue;
    const name = nameIn(header);
    requireName(section, name);
    const flags = flagsIn(header);
    const text = sectionNames.at(name);
    if (!isPlainCode(type, flags, text)) note(section, type, flags, text, header);
  }
  findExtendedIndexes();
  if (hasEarlyRelocations && acting.length > 0) findRelocations();
}

/** Whether the section is code without a role, as most of an object with a section for each function are. */
function isPlainCode(type: u32, flags: u32, name: usize): bool {
  return type === SHT_PROGBITS && (flags & ~SHF_GROUP) === (SHF_ALLOC | SHF_EXECINSTR) && isText(name);
}

/** Fails for a name that is out of range, a sign of damage even where no reader uses it. */
function requireName(section: i32, name: u32): void {
  if (name !== 0 && !sectionNames.has(name))
    refuse(Problem.NO_SECTION_NAME, placeOfHeader(section), section, name);
}

/** Finds only the symbol table, and the table of section indexes that goes with it. */
export function findSymbolTable(): void {
  symtab = 0;
  extendedIndexes = 0;
  symtabShndx.length = 0;
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    const type = typeIn(header);
    if (type !== SHT_SYMTAB && type !== SHT_SYMTAB_SHNDX && type !== SHT_GROUP) continue;
    requireName(section, nameIn(header));
    if (type === SHT_SYMTAB && symtab === 0) noteSymtab(section, header);
    else if (type === SHT_SYMTAB_SHNDX) symtabShndx.add(section);
  }
  findExtendedIndexes();
}

function noteRelocations(section: i32, target: u32): void {
  if (target >= <u32>sectionCount) return;
  if (target >= <u32>section) hasEarlyRelocations = true;
  if ((facts[target] & ACTING) !== 0) relocating.add(section);
}

/** Finds the relocation sections again, now that all roles are known. */
function findRelocations(): void {
  relocating.length = 0;
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    if (isOfRelocations(typeIn(header))) noteRelocations(section, infoIn(header));
  }
}

function findExtendedIndexes(): void {
  for (let at = symtabShndx.length - 1; at >= 0; at--) {
    const section = symtabShndx.section[at];
    if (linkIn(headers.at(section)) === symtab) extendedIndexes = section;
  }
}

function note(section: i32, type: u32, flags: u32, name: usize, header: usize): void {
  switch (type) {
    case SHT_SYMTAB:
      if (symtab === 0) noteSymtab(section, header);
      return;
    case SHT_SYMTAB_SHNDX:
      symtabShndx.add(section);
      return;
    case SHT_GROUP:
      noteGroup(section, header);
      return;
    default:
      if ((flags & SHF_ALLOC) === 0) noteUnallocated(section, type, flags, name);
      else if (type === SHT_NOTE && isNamed(name, '.note.gnu.property')) act(section, SectionRole.ATTRIBUTES);
      else noteAllocated(section, type, flags, name, header);
  }
}

function noteSymtab(section: i32, header: usize): void {
  symtab = section;
  symtabPlace = placeIn(header);
  symtabBytes = bytesIn(header);
  symtabLink = linkIn(header);
}

function noteGroup(section: i32, header: usize): void {
  const at = groupSections.length;
  groupSections.add(section);
  groupPlace.reserve(at + 1);
  groupSize.reserve(at + 1);
  groupSymbol.reserve(at + 1);
  groupPlace[at] = offsetIn(header);
  groupSize[at] = sizeIn(header);
  groupSymbol[at] = infoIn(header);
}

function noteState(section: i32, flags: u32, header: usize): void {
  facts[section] |= (flags & SHF_TLS) !== 0 ? THREAD_STATE : STATE;
  const at = stateSections.length;
  stateSections.add(section);
  stateName.reserve(at + 1);
  stateSize.reserve(at + 1);
  stateName[at] = nameIn(header);
  stateSize[at] = sizeIn(header);
}

function noteAllocated(section: i32, type: u32, flags: u32, name: usize, header: usize): void {
  const role = roleOf(type, flags, name);
  if (role !== SectionRole.NONE) act(section, role);
  if ((flags & SHF_WRITE) !== 0 && holdsState(name)) noteState(section, flags, header);
  if ((flags & SHF_MERGE) !== 0) facts[section] |= MERGEABLE_PIECES;
  if (startsWith(name, '.gnu.linkonce.')) linkonceSections.add(section);
}

function act(section: i32, role: SectionRole): void {
  facts[section] |= ACTING;
  acting.add(section);
  actingRole.reserve(acting.length);
  actingRole[acting.length - 1] = <u8>role;
}

function noteUnallocated(section: i32, type: u32, flags: u32, name: usize): void {
  if (type === SHT_GNU_ATTRIBUTES || type === SHT_PROCESSOR_ATTRIBUTES) act(section, SectionRole.ATTRIBUTES);
  else if (isNamed(name, '.note.GNU-stack')) stackFlags = flags;
  else if (type === SHT_LLVM_LINKER_OPTIONS || type === SHT_LLVM_DEPENDENT_LIBRARIES)
    act(section, SectionRole.LINKER_OPTIONS);
  else if (type === SHT_LLVM_LTO || isNamed(name, '.llvm.lto')) {
    bitcode = section;
    hasLlvmLto = true;
  } else if (isNamed(name, '.llvmbc')) bitcode = section;
  else if (startsWith(name, '.gnu.lto_')) hasGccLto = true;
}

/** The side effect of an allocated section; NONE for nearly all. */
function roleOf(type: u32, flags: u32, name: usize): SectionRole {
  if (type === SHT_INIT_ARRAY || type === SHT_PREINIT_ARRAY) return SectionRole.CONSTRUCTORS;
  if (type === SHT_FINI_ARRAY) return SectionRole.DESTRUCTORS;
  if (!isDotted(name)) return undottedRole(flags, name);
  if (isUsual(name)) return (flags & SHF_GNU_RETAIN) === 0 ? SectionRole.NONE : SectionRole.RETAINED;
  if (type === SHT_NOTE || load<u8>(name + 1) === 0x6e) return SectionRole.NOTE;
  return dottedRole(flags, name);
}

function undottedRole(flags: u32, name: usize): SectionRole {
  if (isObjcMetadata(name)) return SectionRole.OBJC_METADATA;
  if (isSwiftMetadata(name)) return SectionRole.SWIFT_METADATA;
  if (isCounters(name)) return SectionRole.COUNTERS;
  if (describesItsObject(name)) return SectionRole.NONE;
  // Code in a separate section (`__libc_freeres_fn`) is called by name, since functions are not an array to iterate
  // over.
  if ((flags & SHF_EXECINSTR) !== 0) return SectionRole.CODE_SECTION;
  return isRegistry(name) ? SectionRole.REGISTRY : SectionRole.SECTION;
}

/** The side effect of a section whose name begins with a dot and is not one that compilers use for code and data. */
function dottedRole(flags: u32, name: usize): SectionRole {
  if (isConstructors(name)) return SectionRole.CONSTRUCTORS;
  if (isDestructors(name)) return SectionRole.DESTRUCTORS;
  if (isObjcMetadata(name)) return SectionRole.OBJC_METADATA;
  if (isSwiftMetadata(name)) return SectionRole.SWIFT_METADATA;
  return (flags & SHF_EXECINSTR) === 0 ? SectionRole.SECTION : SectionRole.CODE_SECTION;
}
