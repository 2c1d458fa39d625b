import type { SideEffectKind } from '../object-format.js';
import type { MachoSection } from './commands.js';
import {
  S_ATTR_DEBUG,
  S_ATTR_PURE_INSTRUCTIONS,
  S_ATTR_SOME_INSTRUCTIONS,
  S_COALESCED,
  S_DTRACE_DOF,
  S_GB_ZEROFILL,
  S_INIT_FUNC_OFFSETS,
  S_INTERPOSING,
  S_MOD_INIT_FUNC_POINTERS,
  S_MOD_TERM_FUNC_POINTERS,
  S_REGULAR,
  S_THREAD_LOCAL_INIT_FUNCTION_POINTERS,
  S_THREAD_LOCAL_REGULAR,
  S_THREAD_LOCAL_VARIABLES,
  S_THREAD_LOCAL_ZEROFILL,
  S_ZEROFILL,
  SECTION_TYPE,
} from './constants.js';

/** `__DATA,__bss`, as in a linker's map. */
export const sectionTitle = ({ segment, name }: MachoSection): string => `${segment},${name}`;

const typeOf = ({ flags }: MachoSection): number => flags & SECTION_TYPE;

export const isCode = ({ flags }: MachoSection): boolean =>
  (flags & (S_ATTR_PURE_INSTRUCTIONS | S_ATTR_SOME_INSTRUCTIONS)) !== 0;

/** Descriptors of thread-local variables, or their initial values. */
export function isThreadLocal(section: MachoSection): boolean {
  const type = typeOf(section);
  return (
    type === S_THREAD_LOCAL_REGULAR || type === S_THREAD_LOCAL_ZEROFILL || type === S_THREAD_LOCAL_VARIABLES
  );
}

export const isZeroFill = (section: MachoSection): boolean => {
  const type = typeOf(section);
  return type === S_ZEROFILL || type === S_GB_ZEROFILL || type === S_THREAD_LOCAL_ZEROFILL;
};

const READ_ONLY_SEGMENTS = new Set([
  '__TEXT',
  '__TEXT_EXEC',
  '__DATA_CONST',
  '__AUTH_CONST',
  '__LINKEDIT',
  '__DWARF',
  '__LLVM',
  '__LD',
  '__OBJC',
  '__IMPORT',
]);

/** Data in a writable segment that only the loader or a runtime writes to. */
const CONSTANT_SECTIONS = new Set([
  '__const',
  '__const_coal',
  '__mod_init_func',
  '__mod_term_func',
  '__init_offsets',
  '__got',
  '__auth_got',
  '__auth_ptr',
  '__la_symbol_ptr',
  '__nl_symbol_ptr',
  '__cfstring',
  '__interpose',
  '__dyld',
  '__thread_ptr',
  '__thread_ptrs',
  '__thread_init',
]);

const isObjc = (section: MachoSection): boolean =>
  section.segment === '__OBJC' || section.name.startsWith('__objc_');
const isSwift = (section: MachoSection): boolean =>
  section.name.startsWith('__swift5_') || section.name.startsWith('__swift_');

/** Sections that describe only their own object: their elements are not missed when the object is dropped. */
const DESCRIBES_ITS_OBJECT = [
  '__llvm_prf',
  '__llvm_cov',
  '__llvm_orderfile',
  '__sancov',
  '__asan',
  '__xray',
  '__fn_',
];
const describesItsObject = ({ name }: MachoSection): boolean =>
  DESCRIBES_ITS_OBJECT.some((described) => name.startsWith(described));

/** Whether the program changes what is in the section: mutable state. */
export function holdsState(section: MachoSection): boolean {
  if (READ_ONLY_SEGMENTS.has(section.segment) || (section.flags & S_ATTR_DEBUG) !== 0) return false;
  if (CONSTANT_SECTIONS.has(section.name) || isObjc(section) || isSwift(section)) return false;
  if (describesItsObject(section)) return false;
  // The other types are tables of pointers and literals.
  const type = typeOf(section);
  return type === S_REGULAR || type === S_COALESCED || isZeroFill(section) || isThreadLocal(section);
}

/** Lists that the Objective-C runtime walks; the rest of `__objc_*` is what they point to. */
const OBJC_LISTS = new Set([
  '__objc_catlist',
  '__objc_catlist2',
  '__objc_classlist',
  '__objc_nlcatlist',
  '__objc_nlclslist',
  '__objc_protolist',
  // The old runtime's, in segment __OBJC.
  '__module_info',
]);

/** Sections of `__DATA` that compilers emit for ordinary code. */
const STANDARD_DATA = new Set([
  '__data',
  '__bss',
  '__common',
  '__datacoal_nt',
  '__data_coal',
  '__dso_handle',
]);

/** The side effect of a section; null for nearly all. */
export function sideEffectOf(section: MachoSection): SideEffectKind | null {
  switch (typeOf(section)) {
    case S_MOD_INIT_FUNC_POINTERS:
    case S_INIT_FUNC_OFFSETS:
    case S_THREAD_LOCAL_INIT_FUNCTION_POINTERS:
      return 'constructors';
    case S_MOD_TERM_FUNC_POINTERS:
      return 'destructors';
    case S_INTERPOSING:
      return 'registry';
  }
  if (OBJC_LISTS.has(section.name)) return 'objc-metadata';
  if (section.name.startsWith('__swift5_')) return 'swift-metadata';
  if (isCounters(section)) return 'counters';
  if (isRegistry(section)) return 'registry';
  return isUsual(section) ? null : 'section';
}

/** Tables of instrumented code: dropping one changes the results even for code that was never called. */
const COUNTERS = ['__llvm_prf', '__llvm_cov', '__sancov', '__asan'];
const isCounters = ({ name }: MachoSection): boolean =>
  COUNTERS.some((counters) => name.startsWith(counters));

/** Sections of `__TEXT` that compilers emit for ordinary code. */
const STANDARD_TEXT = new Set([
  ...['__text', '__const', '__cstring', '__ustring', '__literal4', '__literal8', '__literal16', '__eh_frame'],
  ...[
    '__gcc_except_tab',
    '__unwind_info',
    '__constg_swiftt',
    '__oslogstring',
    '__const_coal',
    '__textcoal_nt',
  ],
  ...['__objc_classname', '__objc_methname', '__objc_methtype', '__cstring_coal'],
]);

/** Segments of which every section is the linker's, the debugger's or a runtime's. */
const STANDARD_SEGMENTS = new Set(['__DWARF', '__LLVM', '__LD', '__OBJC', '__IMPORT']);

/**
 * Whether a section has an effect only through references to it. Others are found by name:
 * `section$start$__PLUGINS$__set`, getsectiondata, or tools that read the file (`__TEXT,__info_plist`). Code has an
 * effect only when it is called.
 */
function isUsual(section: MachoSection): boolean {
  const { segment, name, flags } = section;
  const type = typeOf(section);
  if ((flags & S_ATTR_DEBUG) !== 0 || isCode(section) || STANDARD_SEGMENTS.has(segment)) return true;
  if (type === S_DTRACE_DOF) return false;
  // Literals, pointers, stubs: what linkers make and join.
  if (type !== S_REGULAR && type !== S_COALESCED) return true;
  if (isObjc(section) || isSwift(section) || describesItsObject(section)) return true;
  return segment === '__TEXT'
    ? STANDARD_TEXT.has(name)
    : segment.startsWith('__DATA') || segment === '__AUTH_CONST';
}

/**
 * A section of the program's own in a data segment: linkers define `section$start$__DATA$__name` for it, and
 * programs walk it. Made with a section attribute (no_dead_strip) or with symbols that are, so neither tells.
 */
function isRegistry(section: MachoSection): boolean {
  if (!section.segment.startsWith('__DATA') || typeOf(section) !== S_REGULAR || isCode(section)) return false;
  const { name } = section;
  if (STANDARD_DATA.has(name) || CONSTANT_SECTIONS.has(name) || isObjc(section) || isSwift(section))
    return false;
  return !describesItsObject(section);
}
