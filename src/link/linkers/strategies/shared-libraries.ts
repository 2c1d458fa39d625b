import type { SharedLibraryRules } from '../linker-profile.js';
import type { Strategy } from '../strategy.js';

/* Effects of shared libraries on a link, and the exports of one that is linked. */

const DEFAULTS = {
  sharedReplacesCommon: 'none',
  hiddenBindsToShared: false,
  sharedReplacesLazy: true,
  forgetsUnneeded: false,
  listsHiddenBounds: false,
  exportsUnique: false,
  libraryVersions: 'ignored',
  requiresVersionedNames: false,
} as const;

export const SPARES_ARCHIVES: Strategy<SharedLibraryRules> = {
  name: 'spares archives',
  rule: 'A definition of a shared library makes it unnecessary to search an archive for the name.',
  source: '`fixtures/links/shared-*.link`, run with each linker',
  values: DEFAULTS,
};

export const LLD_14_LIBRARIES: Strategy<SharedLibraryRules> = {
  name: 'LLD up to 14',
  rule: 'As *spares archives*. A reference of a library to a version of a name extracts only what defines `f@V`.',
  source:
    'lld/ELF/InputFiles.cpp (`SharedFile::parse`) and `src/link/resolve/library-versions-linkers.test.ts`',
  values: { ...DEFAULTS, libraryVersions: 'exact' },
};

export const LLD_LIBRARIES: Strategy<SharedLibraryRules> = {
  name: 'LLD for ELF',
  rule: 'As *LLD up to 14*. A name that a version script spells out must be defined, if only in an archive.',
  source: '`fixtures/links/shared-*.link`; lld/ELF/SymbolTable.cpp (`assignExactVersion`)',
  values: { ...DEFAULTS, libraryVersions: 'exact', requiresVersionedNames: true },
};

export const GNU_LD_LIBRARIES: Strategy<SharedLibraryRules> = {
  name: 'GNU ld',
  rule: 'As *spares archives*. Data of a library replaces a COMMON, and a library under `--as-needed` that is unneeded at its position is left out. A hidden `__start_X` that exactly one file references is in the dynamic symbols of a shared library. A reference of a library to a version of a name extracts what defines `f@V` or `f@@V`, and not what defines `f`.',
  source:
    'bfd/elflink.c (`_bfd_elf_merge_symbol`, `bfd_elf_link_record_dynamic_symbol`), links with `--as-needed`, `src/plan/conditions/linker-defined-exports.test.ts`, and `src/link/resolve/library-versions-linkers.test.ts`',
  values: {
    ...DEFAULTS,
    sharedReplacesCommon: 'strong-data',
    forgetsUnneeded: true,
    listsHiddenBounds: true,
    libraryVersions: 'default',
  },
};

export const GOLD_LIBRARIES: Strategy<SharedLibraryRules> = {
  name: 'gold',
  rule: 'As *spares archives*. A hidden reference binds to a shared library, and the link fails. Programs export STB_GNU_UNIQUE definitions. References to versions work as in *GNU ld*.',
  source:
    '`fixtures/links/shared-*.link`; gold/symtab.cc (`Symbol::should_add_dynsym_entry`, `add_from_dynobj`)',
  values: { ...DEFAULTS, hiddenBindsToShared: true, exportsUnique: true, libraryVersions: 'default' },
};

export const MOLD_LIBRARIES: Strategy<SharedLibraryRules> = {
  name: 'mold',
  rule: 'As *spares archives*. Any definition of a library replaces a COMMON. A reference of a library to a version of a name counts as a reference to the name.',
  source: '`fixtures/links/shared-*.link` and `src/link/resolve/library-versions-linkers.test.ts`',
  values: { ...DEFAULTS, sharedReplacesCommon: 'any' },
};

export const MACHO_LIBRARIES: Strategy<SharedLibraryRules> = {
  name: 'Mach-O',
  rule: 'A library does not remove lazy symbols of an archive left of it, and its undefined names extract nothing.',
  source: '`src/link/inputs/macho-libraries.test.ts` (LLD), ld64’s source',
  values: { ...DEFAULTS, sharedReplacesLazy: false },
};
