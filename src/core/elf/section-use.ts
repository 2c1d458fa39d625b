import { Column } from '../column';
import { Budget, SectionUse } from '../problem';
import { lengthOfText } from '../words';
import {
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_TLS,
  SHF_WRITE,
  SHT_FINI_ARRAY,
  SHT_GROUP,
  SHT_INIT_ARRAY,
  SHT_LLVM_ADDRSIG,
  SHT_LLVM_LTO,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_NULL,
  SHT_PREINIT_ARRAY,
  SHT_PROGBITS,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
} from './constants';
import { Limit } from './limit';
import {
  holdsState,
  isAny,
  isAttributes,
  isCIdentifier,
  isConstructors,
  isDestructors,
  isOneOf,
  startsWith,
  startsWithAny,
} from './section-names';
import {
  flagsIn,
  headers,
  isOfRelocations,
  linkIn,
  nameIn,
  namesSection,
  sectionCount,
  sectionNames,
  typeIn,
} from './sections';
import { namesLimit } from './strings';

/*
 * The use of each section in a link, by its type, flags, link and name.
 */

/** By section: its `SectionUse`. */
export const useOfSection = Column.of<u8>();

const names = new Limit(Budget.SECTION_NAMES);

/**
 * Finds the uses. Tables that describe other sections have `SectionUse.TABLE`. Fails for a section without a name in
 * the table of names, and for names that are longer together than those of real objects.
 */
export function findUses(): void {
  useOfSection.fill(sectionCount, <u8>SectionUse.TABLE);
  names.begin(namesLimit(sectionNames));
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    if (isTable(typeIn(header)) || section === namesSection) continue;
    useOfSection[section] = <u8>useOf(header);
  }
  // Strings of symbol tables, which may come before them.
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    const strings = linkIn(header);
    if (typeIn(header) === SHT_SYMTAB && strings < <u32>sectionCount)
      useOfSection[strings] = <u8>SectionUse.TABLE;
  }
}

function isTable(type: u32): bool {
  return (
    isOfRelocations(type) ||
    type === SHT_NULL ||
    type === SHT_SYMTAB ||
    type === SHT_SYMTAB_SHNDX ||
    type === SHT_GROUP
  );
}

function useOf(header: usize): SectionUse {
  const name = sectionNames.at(nameIn(header));
  names.spend(lengthOfText(name));
  const type = typeIn(header);
  const flags = flagsIn(header);
  if ((flags & SHF_ALLOC) === 0) return useOutsideMemory(type, linkIn(header), name);
  // Most sections of an object with a section for each function.
  if (type === SHT_PROGBITS && (flags & SHF_EXECINSTR) !== 0 && startsWith(name, '.text'))
    return SectionUse.CODE;
  const array = arrayUse(type, name);
  if (array !== SectionUse.OTHER) return array;
  if ((flags & SHF_EXECINSTR) !== 0) return SectionUse.CODE;
  if (isAny(name, UNWIND)) return SectionUse.UNWIND;
  if ((flags & SHF_TLS) !== 0) return SectionUse.TLS;
  if (type === SHT_NOTE) return SectionUse.DIRECTIVE;
  if (isCIdentifier(name)) return SectionUse.OTHER;
  if (type === SHT_NOBITS) return SectionUse.ZERO;
  return (flags & SHF_WRITE) !== 0 && holdsState(name) ? SectionUse.DATA : SectionUse.CONSTANT;
}

/** The use of a section that the program does not load. */
function useOutsideMemory(type: u32, link: u32, name: usize): SectionUse {
  // objcopy and `ld -r` renumber symbols and unlink the table, so that linkers ignore it.
  if (type === SHT_LLVM_ADDRSIG) return link === 0 ? SectionUse.IGNORED : SectionUse.ADDRSIG;
  if (type !== SHT_LLVM_LTO && isIgnored(name)) return SectionUse.IGNORED;
  return isDirective(name) ? SectionUse.DIRECTIVE : SectionUse.OTHER;
}

/** OTHER for a section without addresses of functions that run before or after the program. */
function arrayUse(type: u32, name: usize): SectionUse {
  if (type === SHT_INIT_ARRAY || type === SHT_PREINIT_ARRAY || isConstructors(name))
    return SectionUse.CONSTRUCTORS;
  return type === SHT_FINI_ARRAY || isDestructors(name) ? SectionUse.DESTRUCTORS : SectionUse.OTHER;
}

const UNWIND: StaticArray<string> = ['.eh_frame', '.gcc_except_table', '.ARM.exidx', '.ARM.extab'];
const IGNORED: StaticArray<string> = [
  '.comment',
  '.debug',
  '.line',
  '.gnu.debuglink',
  '.gnu.debugaltlink',
  '.GCC.command.line',
  '.gdb_index',
];
const IGNORED_FAMILIES: StaticArray<string> = ['.debug_', '.zdebug_', '.stab', '.gnu.build.attributes'];
const DIRECTIVES: StaticArray<string> = [
  '.deplibs',
  '.linker-options',
  '.gnu.attributes',
  '.llvm.call-graph-profile',
];
const DIRECTIVE_FAMILIES: StaticArray<string> = ['.note.', '.note-', '.gnu.warning.'];

function isIgnored(name: usize): bool {
  return startsWithAny(name, IGNORED_FAMILIES) || isOneOf(name, IGNORED);
}

function isDirective(name: usize): bool {
  return startsWithAny(name, DIRECTIVE_FAMILIES) || isOneOf(name, DIRECTIVES) || isAttributes(name);
}
