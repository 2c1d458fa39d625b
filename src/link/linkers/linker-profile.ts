import type { ObjectFormatId } from '../../symbols/object-format.js';
import type { StringHash } from './llvm-string-set.js';

/** How an archive is searched: a file of `core/link/extract/` each, and `core/link/eager/`. */
export type Extraction =
  | 'single-pass'
  | 'eager'
  | 'reachability'
  | 'first-definition'
  | 'rounds'
  | 'queued'
  | 'own-first';

/**
 * How a linker chooses among COMDAT groups of one signature. `by-name`: it does not; each definition counts by itself,
 * and two that are both in groups are no duplicates.
 */
export type ComdatRule = 'first' | 'lld-link' | 'mingw' | 'by-name';

/** Which member a linker extracts to replace a COMMON symbol that is already in the link. */
export type CommonExtraction = 'none' | 'strong-data' | 'strong' | 'any';

/**
 * How a linker treats a definition in a discarded COMDAT group. `refer`: it becomes a reference like any other.
 * `never-extract`: a reference for which no archive is searched, now or later (bfd/elflink.c, the index of −3).
 * `undefine`: it becomes a reference that also replaces the lazy symbol of the archive being read (LLD 14:
 * `ObjFile::initializeSymbols`). `define`: it takes part in the resolution, because groups are processed later, and a
 * name that it wins becomes undefined (LLD from 15 on: `ObjFile::initializeSymbols`, `postParse`).
 */
export type DiscardedGroups = 'refer' | 'never-extract' | 'undefine' | 'define';

/** The order in which a linker loads members, and what extracts a member. */
export interface SearchRules {
  readonly extraction: Extraction;
  readonly weakReferenceExtracts: boolean;
  /**
   * When a single-pass linker searches a group again. `wanted`: after a name became undefined, or common without having
   * been referenced (bfd's list of undefined symbols grew; this also applies to repeated searches of one archive).
   * `seen`: after the first reference of a file to a name that is undefined, even a weak one (gold's `saw_undefined`).
   */
  readonly newRound: 'wanted' | 'seen';
  /**
   * Whether a file's symbols are read in the order of its table, so that a reference may extract a member although a
   * later symbol of the file defines the name. Otherwise definitions are read first. Only for eager linkers.
   */
  readonly readsInOrder: boolean;
  /**
   * Data that a file referred to weakly stays weak, whichever file refers to it later, until an archive could define
   * it: no later archive is searched for it (lld/wasm/SymbolTable.cpp up to 16, `addUndefinedData`). Eager linkers
   * only.
   */
  readonly weakDataStaysWeak: boolean;
  /**
   * Records extracted members for each occurrence of an archive on the line: a second occurrence may extract the same
   * member again, for a name that is still undefined because its group was discarded. Eager linkers only.
   */
  readonly extractsPerOccurrence: boolean;
  /** Which names of the line are searched for after all inputs have been read. `entry`: the entry
   * point. `all`: names of -u and similar options, too. Eager linkers only. */
  readonly lateRoots: 'none' | 'entry' | 'all';
  /** The order in which names of --export are searched: as given, or that of a table in LLVM by a hash of the names. */
  readonly exportOrder: 'as-given' | StringHash;
  /**
   * The order in which sections of equal rank are placed in the output. `as-loaded`: the order in which files are
   * loaded. `as-parsed`: a file follows the members that its own references extracted. `not-known`: as loaded, or in
   * the order of the link line; conditions that depend on it must hold for both.
   */
  readonly placement: 'as-loaded' | 'as-parsed' | 'not-known';
}

/** How a linker reads archives, and which it accepts. */
export interface ArchiveRules {
  /** Whether members are found through the archive's index, even a stale one; otherwise by the members' symbols. */
  readonly trustsIndex: boolean;
  /** Local definitions of a member extract it as well, though they leave the name undefined. */
  readonly offersLocals: boolean;
  /** An archive that is named twice is treated as at its first occurrence: loaded whole, or searched. */
  readonly readsArchivesOnce: boolean;
  /** Refuses or ignores an archive in which a member is not an object. */
  readonly rejectsNonObjects: boolean;
  /** Accepts --start-lib and --end-lib; others refuse the line. */
  readonly supportsStartLib: boolean;
  /**
   * When a library is searched that a file requests by LC_LINKER_OPTION: when the file is read, or after all inputs.
   */
  readonly linkerOptions: 'at-once' | 'at-the-end';
  /** Searches for the function that -init names. */
  readonly initIsRoot: boolean;
}

/** Which of two definitions of a name is used. */
export interface PrecedenceRules {
  /** Which of two non-strong definitions wins, and which common. */
  readonly ranks: 'strong-common-weak' | 'strong-weak-common';
  /**
   * Of equal weak definitions: the first; Apple's rule (visibility, alignment); or lld-link's: the first, but the last
   * and a duplicate where their defaults have two names.
   */
  readonly weakTie: 'first' | 'ld64' | 'lld-link';
  /**
   * Whether references of other files bind to a weak definition. In GNU ld a weak external of COFF resolves only weak
   * references, and only if it is the first one; so its member may be extracted again at each occurrence of its
   * archive.
   */
  readonly weakDefinitionBinds: boolean;
  /** STB_GNU_UNIQUE ranks as a weak definition, so the first of them stays, but it ranks higher against a common one
   * and still clashes with a strong one. */
  readonly uniqueIsWeak: boolean;
  /** With -dead_strip, of two strong definitions of which an extracted member has the second, the one that is
   * further right is used. */
  readonly deadStripTakesLast: boolean;
  /**
   * Whether the first reference of a file decides if a name is undefined or weakly undefined, and overrides references
   * of shared libraries and discarded definitions (lld/ELF/Symbols.cpp, `Symbol::resolveUndefined`).
   */
  readonly firstReferenceBinds: boolean;
  /** Any definition in a section replaces an absolute one, without a message. */
  readonly absolutesYield: boolean;
  /** A definition in a section, or a COMMON one, replaces that of an import member before it, without a message. */
  readonly importsYield: boolean;
  /** Whether an undefined name takes its alternate (/alternatename) though no file could define that either. */
  readonly alternates: 'always' | 'if-available';
  /**
   * How the linker resolves `f` or `__imp_f`, the pointer through which COFF imports it, if only the other is defined.
   * `pointer-serves-name`: `f` is imported through the pointer (GNU ld's auto-import, which also extracts members).
   * `name-serves-pointer`: the linker creates a pointer to `f`.
   */
  readonly imports: 'exact' | 'pointer-serves-name' | 'name-serves-pointer';
}

/** Which COMDAT group stays, and what the definitions of the others become. */
export interface ComdatRules {
  readonly comdats: ComdatRule;
  readonly discardedGroups: DiscardedGroups;
}

/** Of tentative definitions. */
export interface CommonRules {
  readonly commonExtracts: CommonExtraction;
  readonly commonSize: 'largest' | 'first';
  /** Accepts --fortran-common and its opposite; others refuse the line. */
  readonly supportsFortranCommon: boolean;
}

/** Effects of shared libraries on the line, and the symbols that a shared library as output exports. */
export interface SharedLibraryRules {
  /** Which definitions of shared libraries replace a COMMON, and make it a reference. */
  readonly sharedReplacesCommon: 'none' | 'strong-data' | 'any';
  /**
   * Whether a hidden or protected reference, which must be resolved within the output, binds to a shared library, so
   * that the link fails. Otherwise the library is skipped.
   */
  readonly hiddenBindsToShared: boolean;
  /** A shared library's definition replaces what an archive left of it could define, and its references extract. */
  readonly sharedReplacesLazy: boolean;
  /** A shared library after --as-needed that nothing needs at its position is not considered again. */
  readonly forgetsUnneeded: boolean;
  /**
   * A hidden `__start_X` that one file refers to is in the dynamic symbol table of a shared library; with a second file
   * it is not.
   */
  readonly listsHiddenBounds: boolean;
  /** A program that is linked dynamically exports its STB_GNU_UNIQUE definitions, whatever the options. */
  readonly exportsUnique: boolean;
  /**
   * How a linker reads the reference of a shared library to a version of a name (`f@V`). `exact`: as one to that
   * version alone. `default`: a default version of a file (`f@@V`) defines it, too. `ignored`: as one to `f`.
   */
  readonly libraryVersions: 'exact' | 'default' | 'ignored';
  /** A name that a version script spells out must be defined in the link or in an archive of the line. */
  readonly requiresVersionedNames: boolean;
}

/** Of names that the command line defines, wraps or aliases. */
export interface LineNameRules {
  /**
   * When a linker applies definitions of the line (--defsym), and when it searches for the names in them.
   * `at-its-position`: from its position on. `at-the-end`: names are searched for from the start, in archives too for
   * what it defines. `from-the-start`: both. `unsought`: the definition is known at the end, and no name is searched
   * for (-alias).
   */
  readonly lineDefines: 'at-its-position' | 'at-the-end' | 'from-the-start' | 'unsought';
  /**
   * How --wrap=f replaces references to `f` (by `__wrap_f`) and to `__real_f` (by `f`). `references`: references of
   * objects have the new name from the start; `references-of-libraries`: those of shared libraries, too. The other
   * linkers read all files with the original names and replace references afterwards, also in the file that defines
   * `f`. Before that they search the new names if `f` is known: `lld`: `__wrap_f`, weakly if `f` is known weakly, `f`
   * if `__real_f` is referenced, then `__real_f`; `lld-14`: `__real_f`, then `__wrap_f`; `lld-strong`: likewise, never
   * weakly. `none`: lines with --wrap are refused.
   */
  readonly wraps: 'references' | 'references-of-libraries' | 'lld' | 'lld-14' | 'lld-strong' | 'none';
  /** Two files may define a name that the line defines, without a message (mold, `check_duplicate_symbols`). */
  readonly defsymHidesDuplicates: boolean;
  /** Whether --defsym and --wrap are simulated; otherwise lines with them are refused. */
  readonly modelsDefsymAndWrap: boolean;
}

/** Which definitions of one name are reported as duplicates, beyond two strong ones. */
export interface ClashRules {
  /** STB_GNU_UNIQUE ranks as a weak definition in every way, and clashes with nothing. */
  readonly uniqueNeverClashes: boolean;
  /** Whether absolute definitions are always duplicates; otherwise only if values differ, which is not recorded. */
  readonly absolutesClash: boolean;
  /** Definitions in sections whose equal pieces are merged (SHF_MERGE) are not reported as duplicates. */
  readonly ignoresMergeableDuplicates: boolean;
}

/** The rules of a linker, by what they are about. A strategy is one set of values of a group: `strategies/`. */
export interface RuleGroups {
  readonly search: SearchRules;
  readonly archives: ArchiveRules;
  readonly precedence: PrecedenceRules;
  readonly comdat: ComdatRules;
  readonly commons: CommonRules;
  readonly shared: SharedLibraryRules;
  readonly lineNames: LineNameRules;
  readonly clashes: ClashRules;
}

/** Which linker this is. */
export interface LinkerIdentity {
  readonly id: LinkerId;
  /** Name for messages: `GNU ld`. */
  readonly title: string;
  /** For a linker that was never run: the only basis of its rules. Reports state it. */
  readonly notRun: string | null;
  /**
   * If it is unknown which of two definitions a linker uses: a description of the outcome that this profile assumes.
   */
  readonly outcome: string | null;
  /** Of another outcome: the linker that it is one of. A plan for that linker holds on all its outcomes. */
  readonly outcomeOf: LinkerId | null;
  readonly format: ObjectFormatId;
}

/**
 * How one linker, in a range of versions, differs from the others: its strategies' values side by side, as the
 * simulation reads them.
 */
export interface LinkerProfile
  extends LinkerIdentity,
    SearchRules,
    ArchiveRules,
    PrecedenceRules,
    ComdatRules,
    CommonRules,
    SharedLibraryRules,
    LineNameRules,
    ClashRules {}

export type LinkerId =
  | 'gnu-ld'
  | 'gold'
  | 'lld-14'
  | 'lld'
  | 'mold'
  | 'wild'
  | 'ld64'
  | 'ld-prime'
  | 'ld-prime-last'
  | 'ld64.lld'
  | 'ld64.lld-16'
  | 'lld-link'
  | 'lld-link-19'
  | 'link.exe'
  | 'mingw-ld'
  | 'wasm-ld'
  | 'wasm-ld-19'
  | 'wasm-ld-16';
