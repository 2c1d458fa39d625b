/**
 * What a section is for, by its name. Objects carry tens of thousands of names, so they are compared as bytes in
 * their table and never made strings.
 */

const DOT = 0x2e;

/** Whether the name at `at` starts with `text`. Past the table's end nothing matches. */
export function startsWith(names: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (names[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** Whether the name is `text`, or `text` and a dotted suffix: `.ctors`, `.ctors.65435`, but not `.ctors_of_mine`. */
export function isNamed(names: Uint8Array, at: number, text: string): boolean {
  if (!startsWith(names, at, text)) return false;
  const next = names[at + text.length];
  return next === 0 || next === DOT;
}

/** Whether the name at `at` is [A-Za-z_][A-Za-z0-9_]*: for such sections linkers define `__start_` and `__stop_`. */
export function isCIdentifier(names: Uint8Array, at: number): boolean {
  if (!isLetter(names[at])) return false;
  let end = at + 1;
  while (isLetter(names[end]) || (names[end] >= 0x30 && names[end] <= 0x39)) end++;
  return names[end] === 0;
}

const isLetter = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f;

/**
 * Writable in the object only so that the loader can relocate them, or written by the runtime that owns them:
 * no state of the program.
 */
const CONSTANT_SECTIONS = [
  '.data.rel.ro',
  '.gnu.linkonce.d.rel.ro',
  '.init_array',
  '.fini_array',
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

/** By their second letter: a large object has thousands of names to look up here. */
const CONSTANT_BY_LETTER = byLetter(CONSTANT_SECTIONS);

function byLetter(all: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: 256 }, (_, letter) => all.filter((name) => name.charCodeAt(1) === letter));
}

/** Whether a writable section of this name holds state that the program changes. */
export function holdsState(names: Uint8Array, at: number): boolean {
  for (const constant of CONSTANT_BY_LETTER[names[at + 1]] ?? []) {
    if (isNamed(names, at, constant)) return false;
  }
  return !isObjcMetadata(names, at) && !isSwiftMetadata(names, at) && !describesItsObject(names, at);
}

export const isObjcMetadata = (names: Uint8Array, at: number): boolean =>
  startsWith(names, at, '.objc_') || startsWith(names, at, '__objc_');

export const isSwiftMetadata = (names: Uint8Array, at: number): boolean =>
  startsWith(names, at, 'swift5_') || startsWith(names, at, '.swift5_');

/**
 * Sets that describe the code or data beside them (patch points, counters, instrumentation): whoever walks them
 * misses nothing when that code goes too.
 */
const DESCRIBES_ITS_OBJECT = [
  '__patchable_function_entries',
  '__mcount_loc',
  '__llvm_prf_',
  '__llvm_cov',
  '__sancov_',
  'asan_globals',
  'xray_instr_map',
  'xray_fn_idx',
];

export const describesItsObject = (names: Uint8Array, at: number): boolean =>
  names[at] !== DOT && DESCRIBES_ITS_OBJECT.some((described) => startsWith(names, at, described));

/**
 * Names that compilers give to code and data, and linkers' own scripts know: they act by what refers to them. By their
 * second letter, as above.
 */
const USUAL_BY_LETTER: readonly (readonly string[])[] = byLetter([
  ...[
    '.text',
    '.rodata',
    '.data',
    '.bss',
    '.tdata',
    '.tbss',
    '.eh_frame',
    '.gcc_except_table',
    '.gnu.linkonce',
  ],
  ...[
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
  ],
  ...[
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
  ],
  ...[
    '.ARM.exidx',
    '.ARM.extab',
    '.gnu_extab',
    '.MIPS.abiflags',
    '.MIPS.options',
    '.reginfo',
    '.sframe',
    '.eh_frame_entry',
  ],
  ...[
    '.debug',
    '.debug_gdb_scripts',
    '.comment',
    '.stapsdt.base',
    '.probes',
    '.dynbss',
    '.dynsbss',
    '.line',
    '.stab',
  ],
]);

export const isUsual = (names: Uint8Array, at: number): boolean =>
  (USUAL_BY_LETTER[names[at + 1]] ?? []).some((usual) => isNamed(names, at, usual));

/** Tables of instrumented code, of which whoever reads them misses those of code that was not called, too. */
const COUNTERS = ['__llvm_prf_', '__llvm_cov', '__sancov_', 'asan_globals'];

export const isCounters = (names: Uint8Array, at: number): boolean =>
  names[at] !== DOT && COUNTERS.some((counters) => startsWith(names, at, counters));

/** Whether the elements of a `__start_`/`__stop_` set of this name are missed when they go. */
export const isRegistry = (names: Uint8Array, at: number): boolean =>
  isCIdentifier(names, at) && !describesItsObject(names, at);

/** A name that only the assembler or disassembler cares for: `.Lfoo`, and ARM's and RISC-V's `$d`, `$x.12`. */
export function isNoiseName(names: Uint8Array, at: number): boolean {
  if (names[at] === DOT) return names[at + 1] === 0x4c;
  if (names[at] !== 0x24) return false;
  const next = names[at + 2];
  return names[at + 1] !== 0 && (next === 0 || next === DOT);
}
