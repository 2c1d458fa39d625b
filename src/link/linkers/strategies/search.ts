import type { SearchRules } from '../linker-profile.js';
import type { Strategy } from '../strategy.js';

/* In what order linkers load members, and what makes them load one. */

const DEFAULTS = {
  weakReferenceExtracts: false,
  newRound: 'wanted',
  readsInOrder: false,
  weakDataStaysWeak: false,
  extractsPerOccurrence: false,
  lateRoots: 'none',
  exportOrder: 'as-given',
  placement: 'as-loaded',
} as const;

export const ONE_PASS: Strategy<SearchRules> = {
  name: 'one pass',
  rule: 'Inputs from left to right; an archive or group is searched again while the list of undefined names grows.',
  source:
    'bfd/elflink.c (`elf_link_add_archive_symbols`), and links with the archive before and after its user',
  values: { ...DEFAULTS, extraction: 'single-pass' },
};

export const ONE_PASS_OF_GOLD: Strategy<SearchRules> = {
  name: 'one pass, as gold',
  rule: 'As *one pass*, but a group is searched again after the first reference of a file to an undefined name, even a weak one.',
  source: 'gold/archive.cc (`Archive::add_symbols`), `saw_undefined`',
  values: { ...DEFAULTS, extraction: 'single-pass', newRound: 'seen' },
};

export const EAGER: Strategy<SearchRules> = {
  name: 'eager',
  rule: 'A reference to a name that an archive could define extracts the member at once, depth first, independent of the position of the archive. The entry point is searched after all inputs.',
  source:
    'lld/ELF/InputFiles.cpp (`parseLazy`, `initializeSymbols`), lld/ELF/Symbols.cpp, lld/ELF/Driver.cpp (`handleUndefined`), `--why-extract`',
  values: { ...DEFAULTS, extraction: 'eager', lateRoots: 'entry' },
};

export const EAGER_BY_MENTION: Strategy<SearchRules> = {
  name: 'eager, by occurrence',
  rule: 'As *eager*, but each occurrence of an archive on the line has its own record of extracted members.',
  source: 'measured with random links on LLD 14',
  values: { ...EAGER.values, extractsPerOccurrence: true },
};

export const REACHABILITY: Strategy<SearchRules> = {
  name: 'reachability',
  rule: 'The best definition of every name among all files, extracted or not; then all files that strong references reach through those.',
  source: "mold's src/input-files.cc (`get_rank`, `mark_live_objects`), src/passes.cc (`resolve_symbols`)",
  values: { ...DEFAULTS, extraction: 'reachability' },
};

export const FIRST_DEFINITION: Strategy<SearchRules> = {
  name: 'first definition',
  rule: 'A strong reference loads the first file on the line that defines the name, extracted or not.',
  source: "wild's libwild/src/resolution.rs (`resolve_symbol`), symbol_db.rs (`select_symbol`)",
  values: { ...DEFAULTS, extraction: 'first-definition' },
};

export const ROUNDS: Strategy<SearchRules> = {
  name: 'rounds',
  rule: 'Objects and force-loaded archives first; then rounds over the undefined names in byte order. A weak reference extracts. The order of sections is not documented.',
  source:
    "ld64's Resolver.cpp and InputFiles.cpp (`searchLibraries`), and links in which the order of names decides",
  values: { ...DEFAULTS, extraction: 'rounds', weakReferenceExtracts: true, placement: 'not-known' },
};

export const EAGER_OF_MACHO: Strategy<SearchRules> = {
  name: 'eager, as LLD for Mach-O',
  rule: 'As *eager*, but a weak reference extracts, and a file is placed after the members that its references extracted.',
  source: 'outputs and maps of ld64.lld 14, 16, 19 and 22',
  values: { ...DEFAULTS, extraction: 'eager', weakReferenceExtracts: true, placement: 'as-parsed' },
};

export const EAGER_OF_MACHO_16: Strategy<SearchRules> = {
  name: 'eager, as LLD for Mach-O up to 16',
  rule: 'As *eager, as LLD for Mach-O*, but an archive is recorded only after it has been read: if a member that is loaded meanwhile names its own archive in a directive, the archive is read as a second archive, and may load members a second time.',
  source:
    'lld/MachO/Driver.cpp up to 16 (`addFile`, `loadedArchives`), and links of members that name their archive (`src/link/resolve/macho-linkers.test.ts`)',
  values: { ...EAGER_OF_MACHO.values, extractsPerOccurrence: true },
};

export const QUEUED: Strategy<SearchRules> = {
  name: 'queued',
  rule: 'As *eager*, but an extracted member waits in a queue after the remaining inputs. Exports are searched last, those of files before those of the line.',
  source:
    'lld/COFF/Driver.cpp (`enqueueArchiveMember`), lld/COFF/SymbolTable.cpp (`addLazyArchive`), `/verbose` and map files',
  values: { ...DEFAULTS, extraction: 'queued' },
};

export const OWN_FIRST: Strategy<SearchRules> = {
  name: 'own first',
  rule: 'Undefined names of a member are searched in its own library first, then in the libraries after it, then from the first library on. The order of sections is not documented.',
  source: "Microsoft's documentation, LINK input files; never run",
  values: { ...DEFAULTS, extraction: 'own-first', placement: 'not-known' },
};

export const EAGER_IN_ORDER: Strategy<SearchRules> = {
  name: 'eager, in the order of the table',
  rule: "As *eager, by occurrence*, but a file's symbols are read in the order of its table, all names of the line are searched after all inputs, those of `--export` in the order of a hash table (XXH3), and a file is placed after the members that its references extracted.",
  source:
    'lld/wasm/Driver.cpp (`exportedSymbols`), lld/wasm/SymbolTable.cpp, llvm/lib/Support/StringMap.cpp, and `--trace` of 14, 16, 19 and 22',
  values: {
    ...DEFAULTS,
    extraction: 'eager',
    readsInOrder: true,
    extractsPerOccurrence: true,
    lateRoots: 'all',
    exportOrder: 'xxh3',
    placement: 'as-parsed',
  },
};

export const EAGER_WEAK_DATA: Strategy<SearchRules> = {
  name: 'eager, weak data stays weak',
  rule: "As *eager, in the order of the table*, but data whose first reference is weak is not searched for later, and the hash of `--export` is Bernstein's.",
  source: 'lld/wasm/SymbolTable.cpp up to 16 (`addUndefinedData`), llvm/lib/Support/StringMap.cpp up to 16',
  values: { ...EAGER_IN_ORDER.values, weakDataStaysWeak: true, exportOrder: 'djb' },
};
