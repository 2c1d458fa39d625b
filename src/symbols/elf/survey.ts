import type { SideEffectKind } from '../object-format.js';
import {
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_GNU_RETAIN,
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
  SHT_REL,
  SHT_RELA,
  SHT_STRTAB,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
} from './constants.js';
import { entryBytes } from './header.js';
import {
  describesItsObject,
  holdsState,
  isCounters,
  isNamed,
  isObjcMetadata,
  isRegistry,
  isSwiftMetadata,
  isUsual,
  startsWith,
} from './names.js';
import type { ElfSections } from './sections.js';

/** The sections of an object that matter, found in one pass over the headers. */
export interface ElfSurvey {
  /** Section numbers; 0 is none. */
  symtab: number;
  bitcode: number;
  readonly symtabShndx: number[];
  readonly groups: number[];
  readonly linkonce: number[];
  readonly acting: { readonly section: number; readonly kind: SideEffectKind }[];
  /** Flags of `.note.GNU-stack`, or −1: a file without it may ask for an executable stack. */
  stackFlags: number;
  /** Sections that say what a file needs of the processor, or is for: attributes, .note.gnu.property. */
  readonly attributes: number[];
  /** GCC's intermediate code. */
  hasGccLto: boolean;
  /** LLVM's, of -ffat-lto-objects. */
  hasLlvmLto: boolean;
  /** For each section: 0, or what a definition in it is. */
  readonly state: Uint8Array;
  stateSections: number;
  /** For each section: 1 when the linker may join its equal pieces (SHF_MERGE). */
  readonly mergeable: Uint8Array;
}

/** `ElfSurvey.state`: the section is written to by the program; each thread has its own. */
export const STATE = 1;
export const THREAD_STATE = 2;

export function survey(sections: ElfSections): ElfSurvey {
  const found: ElfSurvey = {
    symtab: 0,
    bitcode: 0,
    symtabShndx: [],
    groups: [],
    linkonce: [],
    acting: [],
    stackFlags: -1,
    attributes: [],
    hasGccLto: false,
    hasLlvmLto: false,
    state: new Uint8Array(sections.count),
    stateSections: 0,
    mergeable: new Uint8Array(sections.count),
  };
  // The table's size was checked when it was read: from here on its numbers are read without further checks.
  const { bytes, littleEndian } = sections.headers;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entrySize = entryBytes(sections.header);
  const lowFlags = sections.header.bits === 64 && !littleEndian ? 12 : 8;
  const { bytes: names, lastNul } = sections.names;
  for (let section = 1, at = entrySize; section < sections.count; section++, at += entrySize) {
    const type = data.getUint32(at + 4, littleEndian);
    if (type === SHT_RELA || type === SHT_REL || type === SHT_NULL || type === SHT_STRTAB) continue;
    const name = data.getUint32(at, littleEndian);
    const flags = data.getUint32(at + lowFlags, littleEndian);
    if (name > lastNul && name !== 0)
      throw sections.headers.error(at, `section ${section}: no name at ${name}`);
    noteSection(found, section, type, flags, names, name);
  }
  return found;
}

function noteSection(
  found: ElfSurvey,
  section: number,
  type: number,
  flags: number,
  names: Uint8Array,
  name: number,
): void {
  if (type === SHT_SYMTAB) {
    if (found.symtab === 0) found.symtab = section;
  } else if (type === SHT_SYMTAB_SHNDX) found.symtabShndx.push(section);
  else if (type === SHT_GROUP) found.groups.push(section);
  else if ((flags & SHF_ALLOC) === 0) noteUnallocated(found, section, type, flags, names, name);
  else if (type === SHT_NOTE && isNamed(names, name, '.note.gnu.property')) found.attributes.push(section);
  else {
    const kind = sideEffectKind(type, flags, names, name);
    if (kind !== null) found.acting.push({ section, kind });
    if ((flags & SHF_WRITE) !== 0 && holdsState(names, name)) {
      found.state[section] = (flags & SHF_TLS) !== 0 ? THREAD_STATE : STATE;
      found.stateSections++;
    }
    if ((flags & SHF_MERGE) !== 0) found.mergeable[section] = 1;
    if (startsWith(names, name, '.gnu.linkonce.')) found.linkonce.push(section);
  }
}

function noteUnallocated(
  found: ElfSurvey,
  section: number,
  type: number,
  flags: number,
  names: Uint8Array,
  name: number,
): void {
  if (type === SHT_GNU_ATTRIBUTES || type === SHT_PROCESSOR_ATTRIBUTES) found.attributes.push(section);
  else if (names[name + 1] === LETTER_N && isNamed(names, name, '.note.GNU-stack')) found.stackFlags = flags;
  else if (type === SHT_LLVM_LINKER_OPTIONS || type === SHT_LLVM_DEPENDENT_LIBRARIES) {
    found.acting.push({ section, kind: 'linker-options' });
  } else if (type === SHT_LLVM_LTO || isNamed(names, name, '.llvm.lto')) {
    found.bitcode = section;
    found.hasLlvmLto = true;
  } else if (isNamed(names, name, '.llvmbc')) {
    found.bitcode = section;
  } else if (startsWith(names, name, '.gnu.lto_')) found.hasGccLto = true;
}

const DOT = 0x2e;
const LETTER_N = 0x6e;

/** What a section that is loaded does by being there; null for nearly all. */
function sideEffectKind(type: number, flags: number, names: Uint8Array, name: number): SideEffectKind | null {
  if (type === SHT_INIT_ARRAY || type === SHT_PREINIT_ARRAY) return 'constructors';
  if (type === SHT_FINI_ARRAY) return 'destructors';
  if (names[name] !== DOT) {
    if (isObjcMetadata(names, name)) return 'objc-metadata';
    if (isSwiftMetadata(names, name)) return 'swift-metadata';
    if (isCounters(names, name)) return 'counters';
    if (describesItsObject(names, name)) return null;
    // Code in a section of its own (`__libc_freeres_fn`) is called by name: functions are no array to walk.
    if ((flags & SHF_EXECINSTR) !== 0) return 'code-section';
    return isRegistry(names, name) ? 'registry' : 'section';
  }
  if (isUsual(names, name)) return (flags & SHF_GNU_RETAIN) === 0 ? null : 'retained';
  if (type === SHT_NOTE || names[name + 1] === LETTER_N) return 'note';
  return byDottedName(flags, names, name);
}

/** Of names that begin with a dot, and are none that compilers give to code and data. */
function byDottedName(flags: number, names: Uint8Array, name: number): SideEffectKind | null {
  // Old compilers and hand-written assembly make PROGBITS of these.
  if (isAny(names, name, CONSTRUCTORS)) return 'constructors';
  if (isAny(names, name, DESTRUCTORS)) return 'destructors';
  if (isObjcMetadata(names, name)) return 'objc-metadata';
  if (isSwiftMetadata(names, name)) return 'swift-metadata';
  return (flags & SHF_EXECINSTR) === 0 ? 'section' : 'code-section';
}

const CONSTRUCTORS = ['.init_array', '.init', '.preinit_array', '.ctors'];
const DESTRUCTORS = ['.fini_array', '.fini', '.dtors'];

const isAny = (names: Uint8Array, name: number, known: readonly string[]): boolean =>
  known.some((text) => isNamed(names, name, text));
