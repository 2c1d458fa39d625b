import type { LineNameRules } from '../linker-profile.js';
import type { Strategy } from '../strategy.js';

/* How linkers treat names that the line defines, wraps or aliases. */

const DEFAULTS = { defsymHidesDuplicates: false, modelsDefsymAndWrap: true } as const;

export const AT_ITS_POSITION: Strategy<LineNameRules> = {
  name: 'at its position',
  rule: '`--defsym` counts from its position on. `--wrap` renames references, those of shared libraries too, when files are read.',
  source: 'random links with `--defsym` and `--wrap` on GNU ld, and fixtures',
  values: { ...DEFAULTS, lineDefines: 'at-its-position', wraps: 'references-of-libraries' },
};

export const FROM_THE_START: Strategy<LineNameRules> = {
  name: 'from the start',
  rule: '`--defsym` counts from the start. `--wrap` works as in *at its position*.',
  source: 'random links with `--defsym` and `--wrap` on gold, and fixtures',
  values: { ...DEFAULTS, lineDefines: 'from-the-start', wraps: 'references-of-libraries' },
};

export const MOLD_NAMES: Strategy<LineNameRules> = {
  name: 'mold',
  rule: '`--defsym` counts from the start, and files may define the name twice. `--wrap` renames references of objects.',
  source: "mold's `check_duplicate_symbols`, and random links",
  values: {
    ...DEFAULTS,
    lineDefines: 'from-the-start',
    wraps: 'references',
    defsymHidesDuplicates: true,
  },
};

export const LLD_NAMES: Strategy<LineNameRules> = {
  name: 'LLD',
  rule: '`--defsym` is applied after all inputs. `--wrap` too: `__wrap_f` is searched for, weakly if `f` is, then `f` for `__real_f`.',
  source: 'random links with `--defsym` and `--wrap` on LLD 16 to 22, and fixtures',
  values: { ...DEFAULTS, lineDefines: 'at-the-end', wraps: 'lld' },
};

export const LLD_NAMES_14: Strategy<LineNameRules> = {
  name: 'LLD up to 15',
  rule: 'As *LLD*, but `__real_f` is searched for before `__wrap_f`.',
  source: 'random links with `--defsym` and `--wrap` on LLD 14, and fixtures',
  values: { ...DEFAULTS, lineDefines: 'at-the-end', wraps: 'lld-14' },
};

export const LLD_NAMES_STRONG: Strategy<LineNameRules> = {
  name: 'LLD for COFF and WebAssembly',
  rule: 'As *LLD up to 15*, but never weakly. A reference to `__real_f` extracts nothing for `f`: if nothing else does, it stays unresolved, without a message.',
  source:
    'links with lld-link and wasm-ld (`src/link/resolve/wasm-linkers.test.ts`); up to 16 wasm-ld writes an arbitrary number for such a reference',
  values: { ...DEFAULTS, lineDefines: 'at-the-end', wraps: 'lld-strong' },
};

export const NO_WRAP: Strategy<LineNameRules> = {
  name: 'no --wrap',
  rule: 'Names that the line defines are searched for from the start, and defined at the end. An option like `--wrap` does not exist.',
  source: "ld64's Options.cpp and Resolver.cpp (`Resolver::doAtom`); Microsoft's documentation",
  values: { ...DEFAULTS, lineDefines: 'at-the-end', wraps: 'none' },
};

export const ALIASES_UNSOUGHT: Strategy<LineNameRules> = {
  name: 'aliases not searched for',
  rule: 'An alias is defined at the end if its target is there, and neither name is searched for. There is no `--wrap`.',
  source: 'links with ld64.lld 14, 16, 19 and 22 (`src/link/resolve/macho-linkers.test.ts`)',
  values: { ...DEFAULTS, lineDefines: 'unsought', wraps: 'none' },
};

export const NOT_SIMULATED: Strategy<LineNameRules> = {
  name: 'not simulated',
  rule: 'No plan is made for a line with `--defsym` or `--wrap`.',
  source: 'not needed: such a line is refused',
  values: {
    lineDefines: 'at-the-end',
    wraps: 'none',
    defsymHidesDuplicates: false,
    modelsDefsymAndWrap: false,
  },
};
