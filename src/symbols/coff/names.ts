import type { SideEffectKind } from '../object-format.js';

/**
 * Roles of sections by their names. Linkers merge `name$suffix` into `name`, in the order of the suffixes: so
 * `.CRT$XCU` is placed between the CRT's own `.CRT$XCA` and `.CRT$XCZ`, which the CRT iterates over as an array.
 */

/** Sections that linkers, compilers and C runtimes know: a `$` in their names only sorts them. */
const STANDARD = [
  '.text',
  '.data',
  '.rdata',
  '.bss',
  '.tls',
  '.xdata',
  '.pdata',
  '.edata',
  '.reloc',
  '.00cfg',
  '.voltbl',
  '.fptable',
  '.mrdata',
  '.gxfg',
  '.gehcont',
  '.eh_frame',
  '.gcc_except_table',
  '.jcr',
  '.hybmp',
  '.wowthk',
  '.impcall',
  '.hexpthk',
  '.a64xrm',
];

/** Sections that describe only their own object: their elements are not missed when the object is dropped. */
const DESCRIBES_ITS_OBJECT = [
  '.debug',
  '.zdebug',
  '.stab',
  '.comment',
  '.chks64',
  '.gfids',
  '.giats',
  '.gljmp',
  '.sxdata',
  '.retplne',
  '.llvm',
  '.gnu.lto_',
];

/** The name up to its `$`: the section that it becomes a part of. */
const outputName = (name: string): string => {
  const dollar = name.indexOf('$');
  return dollar < 0 ? name : name.slice(0, dollar);
};

const isNamed = (name: string, text: string): boolean => name === text || name.startsWith(`${text}.`);

/** The side effect of a section; null for nearly all. */
export function sideEffectKind(name: string): SideEffectKind | null {
  const known = knownKind(name);
  if (known !== null || isUsual(name)) return known;
  return name.includes('$') || /^[A-Za-z_]\w*$/.test(name) ? 'registry' : 'section';
}

function knownKind(name: string): SideEffectKind | null {
  if (name.startsWith('.CRT$X')) return isTerminator(name[6]) ? 'destructors' : 'constructors';
  // Runtime checks (/RTC) are switched on by an initializer in `.rtc$IMZ`.
  if (name.startsWith('.rtc$')) return name[5] === 'T' ? 'destructors' : 'constructors';
  if (isNamed(name, '.ctors') || isNamed(name, '.init_array')) return 'constructors';
  if (isNamed(name, '.dtors') || isNamed(name, '.fini_array')) return 'destructors';
  if (name.startsWith('.objc') || name.startsWith('__objc_')) return 'objc-metadata';
  if (name.startsWith('.sw5')) return 'swift-metadata';
  if (isNamed(outputName(name), '.rsrc')) return 'note';
  return COUNTERS.some((counters) => name.startsWith(counters)) ? 'counters' : null;
}

/** Tables of instrumented code: dropping one changes the results even for code that was never called. */
const COUNTERS = ['.lprf', '.lcov', '.SCOV', '.SCOVP', '.ASAN', '.gcov_info'];

/** `.CRT$XP*` and `.CRT$XT*` run at exit; C, I, D and L (thread-local callbacks) before main or with a thread. */
const isTerminator = (letter: string): boolean => letter === 'P' || letter === 'T';

/**
 * Whether compilers give the name to code and data. Any other section is a part of an array that is walked from its
 * first to its last suffix (`.linkme_X$b`), or, as GNU ld provides it for any C identifier, from `__start_X` to
 * `__stop_X`. The import tables (`.idata$5`) are such arrays, for the loader.
 */
const isUsual = (name: string): boolean =>
  STANDARD.some((standard) => isNamed(outputName(name), standard)) ||
  DESCRIBES_ITS_OBJECT.some((described) => name.startsWith(described));

export const isThreadLocal = (name: string): boolean => outputName(name) === '.tls';

/** Writable in the object only so that the loader can relocate them, or filled in by it: no state of the program. */
const CONSTANT = ['.rdata', '.xdata', '.pdata', '.edata', '.idata', '.didat', '.rsrc', '.eh_frame', '.jcr'];
const CONSTANT_GNU = ['.gcc_except_table', '.data.rel.ro', '.CRT', '.rtc', '.fptable', '.mrdata', '.00cfg'];
const CONSTANT_SECTIONS = [...CONSTANT, ...CONSTANT_GNU];

/** Whether a writable section of this name holds state that the program changes. */
export function holdsState(name: string): boolean {
  if (CONSTANT_SECTIONS.some((constant) => isNamed(outputName(name), constant))) return false;
  const kind = sideEffectKind(name);
  return kind === null || kind === 'registry' || kind === 'section';
}
