import type { PrecedenceRules } from '../linker-profile.js';
import type { Strategy } from '../strategy.js';

/* Which of two definitions of a name linkers use. */

const DEFAULTS = {
  ranks: 'strong-common-weak',
  weakTie: 'first',
  weakDefinitionBinds: true,
  uniqueIsWeak: false,
  deadStripTakesLast: false,
  firstReferenceBinds: false,
  absolutesYield: false,
  importsYield: false,
  alternates: 'always',
  imports: 'exact',
} as const;

export const COMMON_OVER_WEAK: Strategy<PrecedenceRules> = {
  name: 'common over weak',
  rule: 'Strong, then common, then weak; of equals the first.',
  source:
    'bfd/elflink.c (`_bfd_elf_merge_symbol`), gold/resolve.cc, and links with two objects for each pair',
  values: DEFAULTS,
};

export const WEAK_OVER_COMMON: Strategy<PrecedenceRules> = {
  name: 'weak over common',
  rule: 'Strong, then weak, then common; of equals the first.',
  source: "mold's src/input-files.cc (`get_rank`), and links with two objects for each pair",
  values: { ...DEFAULTS, ranks: 'strong-weak-common' },
};

export const REFERENCE_DECIDES: Strategy<PrecedenceRules> = {
  name: 'first reference decides',
  rule: 'As *common over weak*; the first file that references a name decides whether it is undefined or weakly undefined.',
  source: 'lld/ELF/Symbols.cpp (`Symbol::resolveUndefined`)',
  values: { ...DEFAULTS, firstReferenceBinds: true },
};

export const UNIQUE_AS_WEAK: Strategy<PrecedenceRules> = {
  name: 'unique as weak',
  rule: 'As *first reference decides*; an earlier weak definition is kept instead of an STB_GNU_UNIQUE one.',
  source: 'links with two objects for each pair (LLD 15, 16, 19 and 22)',
  values: { ...REFERENCE_DECIDES.values, uniqueIsWeak: true },
};

export const LD64_ORDER: Strategy<PrecedenceRules> = {
  name: 'ld64',
  rule: 'Weak over common; of weak definitions the one that need not be hidden, then the visible one, then the one with the greater alignment. With `-dead_strip`, the later of two strong definitions on the line.',
  source: "ld64's SymbolTable.cpp (`NameCollisionResolution`), and a build of 951.9",
  values: { ...DEFAULTS, ranks: 'strong-weak-common', weakTie: 'ld64', deadStripTakesLast: true },
};

export const LLD_COFF_ORDER: Strategy<PrecedenceRules> = {
  name: 'LLD for COFF',
  rule: 'Common over weak; a definition in a section replaces an absolute one, and that of an import member before it; of weak externals with two defaults the last; a definition of `f` also defines `__imp_f`. An alternate is used only if a file could define it.',
  source: 'links with two objects for each pair (lld-link 22, `src/link/resolve/coff-linkers.test.ts`)',
  values: {
    ...DEFAULTS,
    weakTie: 'lld-link',
    absolutesYield: true,
    importsYield: true,
    imports: 'name-serves-pointer',
    alternates: 'if-available',
  },
};

export const LLD_COFF_ORDER_19: Strategy<PrecedenceRules> = {
  name: 'LLD for COFF up to 19',
  rule: 'As *LLD for COFF*, but an alternate is always used, and then its own alternate is tried.',
  source: 'links with lld-link 14, 16 and 19',
  values: { ...LLD_COFF_ORDER.values, alternates: 'always' },
};

export const LINK_EXE_ORDER: Strategy<PrecedenceRules> = {
  name: 'link.exe',
  rule: 'Common over weak; of equals the first; a definition of `f` also defines `__imp_f`.',
  source: "Microsoft's documentation; never run",
  values: { ...DEFAULTS, imports: 'name-serves-pointer' },
};

export const MINGW_ORDER: Strategy<PrecedenceRules> = {
  name: 'MinGW',
  rule: 'Common over weak; `f` is imported through `__imp_f`; a weak external resolves references of its own object, and weak references of others if it is the first of its name.',
  source: "links with MinGW's GNU ld 2.40 (`src/link/resolve/coff-linkers.test.ts`)",
  values: { ...DEFAULTS, imports: 'pointer-serves-name', weakDefinitionBinds: false },
};
