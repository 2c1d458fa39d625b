/*
 * Roles of sections by their names. Objects have tens of thousands of names, so they are compared as bytes in their
 * table. Every name ends in a NUL, so that no comparison reads past it.
 */

const DOT: u8 = 0x2e;
const NINE: u8 = 0x39;
const ZERO: u8 = 0x30;
const UNDERSCORE: u8 = 0x5f;

/** Whether the name starts with `text`. */
export function startsWith(name: usize, text: string): bool {
  for (let index = 0; index < text.length; index++)
    if (load<u8>(name + index) !== text.charCodeAt(index)) return false;
  return true;
}

/** Whether the name is `text`, or `text` and a dotted suffix: `.ctors`, `.ctors.65435`, but not `.ctors_of_mine`. */
export function isNamed(name: usize, text: string): bool {
  if (!startsWith(name, text)) return false;
  const next = load<u8>(name + text.length);
  return next === 0 || next === DOT;
}

export function isAny(name: usize, known: StaticArray<string>): bool {
  for (let index = 0; index < known.length; index++) if (isNamed(name, unchecked(known[index]))) return true;
  return false;
}

export function startsWithAny(name: usize, known: StaticArray<string>): bool {
  for (let index = 0; index < known.length; index++)
    if (startsWith(name, unchecked(known[index]))) return true;
  return false;
}

/** Whether the name is one of those, without a suffix. */
export function isOneOf(name: usize, known: StaticArray<string>): bool {
  for (let index = 0; index < known.length; index++) {
    const text = unchecked(known[index]);
    if (startsWith(name, text) && load<u8>(name + text.length) === 0) return true;
  }
  return false;
}

/** Whether the name is `.attributes` behind a processor's: `.ARM.attributes`, `.riscv.attributes`. */
export function isAttributes(name: usize): bool {
  if (!isDotted(name)) return false;
  let at = name + 1;
  while (isLetter(load<u8>(at)) && load<u8>(at) !== UNDERSCORE) at++;
  return at > name + 1 && startsWith(at, '.attributes') && load<u8>(at + 11) === 0;
}

export function isDotted(name: usize): bool {
  return load<u8>(name) === DOT;
}

/** Whether the name is [A-Za-z_][A-Za-z0-9_]*: for such sections linkers define `__start_` and `__stop_`. */
export function isCIdentifier(name: usize): bool {
  if (!isLetter(load<u8>(name))) return false;
  let at = name + 1;
  while (isLetter(load<u8>(at)) || isDigit(load<u8>(at))) at++;
  return load<u8>(at) === 0;
}

function isLetter(byte: u8): bool {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || byte === UNDERSCORE;
}

function isDigit(byte: u8): bool {
  return byte >= ZERO && byte <= NINE;
}

/**
 * Writable in the object only so that the loader can relocate them, or written by the runtime that owns them:
 * no state of the program. The most frequent first.
 */
const CONSTANT_SECTIONS: StaticArray<string> = [
  '.data.rel.ro',
  '.init_array',
  '.fini_array',
  '.gnu.linkonce.d.rel.ro',
  '.preinit_array',
  '.ctors',
  '.dtors',
  '.eh_frame',
  '.gcc_except_table',
  '.rodata',
  '.toc',
  '.toc1',
  '.got',
  '.got2',
  '.plt',
  '.opd',
  '.jcr',
  '.tm_clone_table',
];

/** Whether a writable section of this name holds state that the program changes. */
export function holdsState(name: usize): bool {
  return (
    !isAny(name, CONSTANT_SECTIONS) &&
    !isObjcMetadata(name) &&
    !isSwiftMetadata(name) &&
    !describesItsObject(name)
  );
}

export function isObjcMetadata(name: usize): bool {
  return startsWith(name, '.objc_') || startsWith(name, '__objc_');
}

export function isSwiftMetadata(name: usize): bool {
  return startsWith(name, 'swift5_') || startsWith(name, '.swift5_');
}

/**
 * Sections that describe code or data of the same object (patch points, counters, instrumentation). A program that
 * iterates over them does not miss the entries of a dropped object.
 */
const DESCRIBES_ITS_OBJECT: StaticArray<string> = [
  '__patchable_function_entries',
  '__mcount_loc',
  '__llvm_prf_',
  '__llvm_cov',
  '__sancov_',
  'asan_globals',
  'xray_instr_map',
  'xray_fn_idx',
];

export function describesItsObject(name: usize): bool {
  return !isDotted(name) && startsWithAny(name, DESCRIBES_ITS_OBJECT);
}

/**
 * Names that compilers give to code and data, and linkers' own scripts know: they act by what refers to them. The most
 * frequent first.
 */
const USUAL: StaticArray<string> = [
  '.text',
  '.rodata',
  '.data',
  '.bss',
  '.gcc_except_table',
  '.eh_frame',
  '.tdata',
  '.tbss',
  '.gnu.linkonce',
  '.text1',
  '.rodata1',
  '.data1',
  '.sdata',
  '.sbss',
  '.sdata2',
  '.sbss2',
  '.srodata',
  '.lrodata',
  '.ldata',
  '.lbss',
  '.ltext',
  '.toc',
  '.toc1',
  '.got',
  '.got2',
  '.plt',
  '.opd',
  '.tm_clone_table',
  '.exception_ranges',
  '.scommon',
  '.ARM.exidx',
  '.ARM.extab',
  '.gnu_extab',
  '.MIPS.abiflags',
  '.MIPS.options',
  '.reginfo',
  '.sframe',
  '.eh_frame_entry',
  '.debug',
  '.debug_gdb_scripts',
  '.comment',
  '.stapsdt.base',
  '.probes',
  '.dynbss',
  '.dynsbss',
  '.line',
  '.stab',
];

/** The first bytes of nearly all names: sections of one function or variable each. */
const TEXT: u64 = wordOf('.text.');
const RODATA: u64 = wordOf('.rodata.');
const DATA: u64 = wordOf('.data.');
const SIX_BYTES: u64 = 0xffff_ffff_ffff;

/** Up to eight characters as they are in memory. */
function wordOf(text: string): u64 {
  let word: u64 = 0;
  for (let index = 0; index < text.length; index++)
    word |= (<u64>text.charCodeAt(index)) << ((<u64>index) << 3);
  return word;
}

/** Whether the name is that of a function's own section: `.text.f`. */
export function isText(name: usize): bool {
  return (load<u64>(name) & SIX_BYTES) === TEXT;
}

export function isUsual(name: usize): bool {
  const start = load<u64>(name);
  return isText(name) || start === RODATA || (start & SIX_BYTES) === DATA || isAny(name, USUAL);
}

/** Tables of instrumented code: dropping one changes the results even for code that was never called. */
const COUNTERS: StaticArray<string> = ['__llvm_prf_', '__llvm_cov', '__sancov_', 'asan_globals'];

export function isCounters(name: usize): bool {
  return !isDotted(name) && startsWithAny(name, COUNTERS);
}

/** Whether the elements of a `__start_`/`__stop_` set of this name are missed when they go. */
export function isRegistry(name: usize): bool {
  return isCIdentifier(name) && !describesItsObject(name);
}

/** Old compilers and hand-written assembly make PROGBITS of these. */
const CONSTRUCTORS: StaticArray<string> = ['.init_array', '.init', '.preinit_array', '.ctors'];
const DESTRUCTORS: StaticArray<string> = ['.fini_array', '.fini', '.dtors'];

export function isConstructors(name: usize): bool {
  return isAny(name, CONSTRUCTORS);
}

export function isDestructors(name: usize): bool {
  return isAny(name, DESTRUCTORS);
}

/** A name that only the assembler or disassembler cares for: `.Lfoo`, and ARM's and RISC-V's `$d`, `$x.12`. */
export function isNoiseName(name: usize): bool {
  const first = load<u8>(name);
  if (first === DOT) return load<u8>(name + 1) === 0x4c;
  if (first !== 0x24 || load<u8>(name + 1) === 0) return false;
  const next = load<u8>(name + 2);
  return next === 0 || next === DOT;
}
