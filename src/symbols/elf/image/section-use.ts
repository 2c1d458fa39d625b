import {
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_TLS,
  SHF_WRITE,
  SHT_FINI_ARRAY,
  SHT_INIT_ARRAY,
  SHT_LLVM_ADDRSIG,
  SHT_LLVM_LTO,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_PREINIT_ARRAY,
  SHT_PROGBITS,
} from '../../../core/elf/constants.js';
import type { SectionUse } from '../../image/object-image.js';
import { startsWith, stringAt } from '../../string-table.js';
import { holdsState } from '../scratch.js';
import type { ElfSection, ElfSections } from '../sections.js';

const NAMED = (...names: string[]): RegExp =>
  new RegExp(`^(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})(\\.|$)`);

/** Old compilers and hand-written assembly make PROGBITS of these. */
const CONSTRUCTORS = NAMED('.init_array', '.preinit_array', '.ctors', '.init');
const DESTRUCTORS = NAMED('.fini_array', '.dtors', '.fini');
const UNWIND = NAMED('.eh_frame', '.gcc_except_table', '.ARM.exidx', '.ARM.extab');
const IGNORED =
  /^\.(comment$|z?debug_|debug$|line$|stab|gnu\.debuglink$|gnu\.debugaltlink$|gnu\.build\.attributes|GCC\.command\.line$|gdb_index$)/;
const DIRECTIVE =
  /^\.(deplibs$|linker-options$|note[.-]|gnu\.warning\.|gnu\.attributes$|[A-Za-z]+\.attributes$|llvm\.call-graph-profile$)/;
/** A linker makes `__start_` and `__stop_` symbols for sections of such names. */
const C_IDENTIFIER = /^[A-Za-z_]\w*$/;

/** The use of an ELF section in a link, by its type, flags, link and name. */
export function elfSectionUse(section: ElfSection, name: string): SectionUse {
  const { type, flags } = section;
  if ((flags & SHF_ALLOC) === 0) return useOutsideMemory(section, name);
  const array = arrayUse(type, name);
  if (array !== null) return array;
  if ((flags & SHF_EXECINSTR) !== 0) return 'code';
  if (UNWIND.test(name)) return 'unwind';
  if ((flags & SHF_TLS) !== 0) return 'tls';
  if (type === SHT_NOTE) return 'directive';
  if (C_IDENTIFIER.test(name)) return 'other';
  if (type === SHT_NOBITS) return 'zero';
  return elfHoldsState(flags, name) ? 'data' : 'constant';
}

const CODE_FLAGS = SHF_ALLOC | SHF_EXECINSTR;

/**
 * The same, by the offset of a name that was checked. Most sections of an object with a section for each function are
 * `.text` and more, which none of the names that count begins with: such a name is not decoded.
 */
export const elfUseOf = ({ names }: ElfSections, section: ElfSection): SectionUse =>
  section.type === SHT_PROGBITS &&
  (section.flags & CODE_FLAGS) === CODE_FLAGS &&
  startsWith(names, section.nameOffset, '.text')
    ? 'code'
    : elfSectionUse(section, stringAt(names, section.nameOffset));

/** Of a section that the program does not load. */
function useOutsideMemory({ type, link }: ElfSection, name: string): SectionUse {
  // objcopy and `ld -r` renumber symbols and unlink the table, which linkers ignore then.
  if (type === SHT_LLVM_ADDRSIG) return link === 0 ? 'ignored' : 'addrsig';
  if (type !== SHT_LLVM_LTO && IGNORED.test(name)) return 'ignored';
  return DIRECTIVE.test(name) ? 'directive' : 'other';
}

/** Null for a section without addresses of functions that run before or after the program. */
function arrayUse(type: number, name: string): SectionUse | null {
  if (type === SHT_INIT_ARRAY || type === SHT_PREINIT_ARRAY || CONSTRUCTORS.test(name)) return 'constructors';
  return type === SHT_FINI_ARRAY || DESTRUCTORS.test(name) ? 'destructors' : null;
}

/** Whether a program changes what is in a section of these flags and this name. */
export const elfHoldsState = (flags: number, name: string): boolean =>
  (flags & SHF_WRITE) !== 0 && (flags & SHF_ALLOC) !== 0 && holdsState(name);
