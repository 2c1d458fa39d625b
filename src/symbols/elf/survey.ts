import type { SideEffectKind } from '../object-format.js';
import {
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_MERGE,
  SHF_TLS,
  SHF_WRITE,
  SHT_FINI_ARRAY,
  SHT_GROUP,
  SHT_INIT_ARRAY,
  SHT_LLVM_DEPENDENT_LIBRARIES,
  SHT_LLVM_LINKER_OPTIONS,
  SHT_LLVM_LTO,
  SHT_NULL,
  SHT_PREINIT_ARRAY,
  SHT_REL,
  SHT_RELA,
  SHT_STRTAB,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
} from './constants.js';
import { entryBytes } from './header.js';
import { holdsState, isNamed, isObjcMetadata, isRegistry, isSwiftMetadata, startsWith } from './names.js';
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
  else if ((flags & SHF_ALLOC) === 0) noteUnallocated(found, section, type, names, name);
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
  names: Uint8Array,
  name: number,
): void {
  if (type === SHT_LLVM_LINKER_OPTIONS || type === SHT_LLVM_DEPENDENT_LIBRARIES) {
    found.acting.push({ section, kind: 'linker-options' });
  } else if (type === SHT_LLVM_LTO || isNamed(names, name, '.llvm.lto')) {
    found.bitcode = section;
    found.hasLlvmLto = true;
  } else if (isNamed(names, name, '.llvmbc')) {
    found.bitcode = section;
  } else if (startsWith(names, name, '.gnu.lto_')) found.hasGccLto = true;
}

const DOT = 0x2e;

/** What a section that is loaded does by being there; null for nearly all. */
function sideEffectKind(type: number, flags: number, names: Uint8Array, name: number): SideEffectKind | null {
  if (type === SHT_INIT_ARRAY || type === SHT_PREINIT_ARRAY) return 'constructors';
  if (type === SHT_FINI_ARRAY) return 'destructors';
  if (names[name] !== DOT) {
    if (isObjcMetadata(names, name)) return 'objc-metadata';
    if (isSwiftMetadata(names, name)) return 'swift-metadata';
    // Code in a section of its own (`__libc_freeres_fn`) is called by name: functions are no array to walk.
    return (flags & SHF_EXECINSTR) === 0 && isRegistry(names, name) ? 'registry' : null;
  }
  // Old compilers and hand-written assembly make PROGBITS of these.
  switch (names[name + 1]) {
    case 0x69 /* i */:
      return isNamed(names, name, '.init_array') || isNamed(names, name, '.init') ? 'constructors' : null;
    case 0x70 /* p */:
      return isNamed(names, name, '.preinit_array') ? 'constructors' : null;
    case 0x63 /* c */:
      return isNamed(names, name, '.ctors') ? 'constructors' : null;
    case 0x64 /* d */:
      return isNamed(names, name, '.dtors') ? 'destructors' : null;
    case 0x66 /* f */:
      return isNamed(names, name, '.fini_array') || isNamed(names, name, '.fini') ? 'destructors' : null;
    case 0x6f /* o */:
      return isObjcMetadata(names, name) ? 'objc-metadata' : null;
    case 0x73 /* s */:
      return isSwiftMetadata(names, name) ? 'swift-metadata' : null;
    default:
      return null;
  }
}
