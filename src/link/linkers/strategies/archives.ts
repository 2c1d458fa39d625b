import type { ArchiveRules } from '../linker-profile.js';
import type { Strategy } from '../strategy.js';

/* How linkers read archives: by index or by symbols, once or at each occurrence. */

const DEFAULTS = {
  offersLocals: false,
  readsArchivesOnce: false,
  rejectsNonObjects: false,
  supportsStartLib: true,
  linkerOptions: 'at-the-end',
  initIsRoot: false,
} as const;

export const BY_INDEX: Strategy<ArchiveRules> = {
  name: 'by index, no lazy objects',
  rule: "Members are found by the archive's index, correct or stale. `--start-lib` is refused.",
  source: 'links with an index that leaves a name out, and with one that gives it to the wrong member',
  values: { ...DEFAULTS, trustsIndex: true, supportsStartLib: false },
};

export const BY_INDEX_OR_LAZY: Strategy<ArchiveRules> = {
  name: 'by index',
  rule: "Members are found by the archive's index, correct or stale.",
  source: 'links with an index that leaves a name out, and with one that gives it to the wrong member',
  values: { ...DEFAULTS, trustsIndex: true },
};

export const BY_SYMBOLS: Strategy<ArchiveRules> = {
  name: 'by symbols',
  rule: "Members are found by their own symbols; the archive's index is not used.",
  source: 'links with an index that leaves a name out, and with one that gives it to the wrong member',
  values: { ...DEFAULTS, trustsIndex: false },
};

export const BY_ALL_SYMBOLS: Strategy<ArchiveRules> = {
  name: 'by symbols, local ones too',
  rule: "Members are found by their own symbols; a local definition of an undefined name extracts its member, and leaves the name undefined. The archive's index is not used.",
  source:
    'lld/wasm/InputFiles.cpp `ObjFile::parseLazy` of 19, and links with wasm-ld 19 (`src/link/resolve/wasm-linkers.test.ts`)',
  values: { ...DEFAULTS, trustsIndex: false, offersLocals: true },
};

export const APPLE: Strategy<ArchiveRules> = {
  name: "Apple's",
  rule: 'By index. A repeated archive is treated as at its first occurrence (loaded whole, or searched); an archive with a member that is not an object is refused or ignored. The function of `-init` is searched for.',
  source: "ld64's archive_file.cpp, Options.cpp, and a build of 951.9",
  values: {
    ...DEFAULTS,
    trustsIndex: true,
    readsArchivesOnce: true,
    rejectsNonObjects: true,
    supportsStartLib: false,
    initIsRoot: true,
  },
};

export const LLD_MACHO_ARCHIVES: Strategy<ArchiveRules> = {
  name: 'LLD for Mach-O',
  rule: 'By index. A repeated archive is treated as at its first occurrence (loaded whole, or searched). Libraries that objects request are searched after all inputs.',
  source: 'links with ld64.lld 19 and 22 (`src/link/resolve/macho-linkers.test.ts`)',
  values: { ...DEFAULTS, trustsIndex: true, readsArchivesOnce: true },
};

export const LLD_MACHO_AT_ONCE: Strategy<ArchiveRules> = {
  name: 'LLD for Mach-O, at once',
  rule: 'As *LLD for Mach-O*, but libraries that an object requests are searched before its own symbols. LLD 14 also does not load an archive whole if an object requested it first; that is not simulated.',
  source: 'links with ld64.lld 14, 15 and 16 (`src/link/resolve/macho-linkers.test.ts`)',
  values: { ...LLD_MACHO_ARCHIVES.values, linkerOptions: 'at-once' },
};
