import type { ObjectFormatId } from '../../symbols/object-format.js';

/** Where the archive search stands among the linkers: see extract-*.ts, a file each. */
export type Extraction =
  | 'single-pass'
  | 'eager'
  | 'reachability'
  | 'first-definition'
  | 'rounds'
  | 'queued'
  | 'own-first';

/** How a linker chooses among COMDAT groups of one signature. `by-name`: not at all, but of definitions one by one, and two
 * that are both in groups are no duplicates. */
export type ComdatRule = 'first' | 'lld-link' | 'mingw' | 'by-name';

/** What a linker does when a member could stand in for a COMMON symbol that is already there. */
export type CommonExtraction = 'none' | 'strong-data' | 'strong' | 'any';

/**
 * What a definition is that goes because its COMDAT group loses. `refer`: a reference like any other. `never-extract`:
 * one that no archive is searched for, now or later (bfd/elflink.c, the index of −3). `undefine`: a reference, which also
 * takes the place of what the archive being read was to define (LLD 14: `ObjFile::initializeSymbols`). `define`: it takes part in the
 * resolution all the same, since groups are looked at later, and a name that it wins is undefined (LLD from 15 on:
 * `ObjFile::initializeSymbols`, `postParse`).
 */
export type LosingGroups = 'refer' | 'never-extract' | 'undefine' | 'define';

/**
 * How one linker, in a range of versions, differs from the others: data, not subclasses. What each value rests on is
 * in docs/linkers.md.
 */
export interface LinkerProfile {
  readonly id: LinkerId;
  /** As people call it: `GNU ld`. */
  readonly title: string;
  /** Where nobody ran the linker itself: on what alone the profile rests. Reports say it. */
  readonly notRun: string | null;
  /** Where it is not known which of two definitions a linker uses: in words, the outcome that this profile is. */
  readonly outcome: string | null;
  /** Of another outcome: the linker that it is one of. A plan for that linker holds on all its outcomes. */
  readonly outcomeOf: LinkerId | null;
  readonly format: ObjectFormatId;
  readonly extraction: Extraction;
  /** Finds archive members through the archive's own index, right or stale; else by the members' symbols. */
  readonly trustsIndex: boolean;
  readonly weakReferenceExtracts: boolean;
  readonly commonExtracts: CommonExtraction;
  /** Which of two non-strong definitions wins, and which common. */
  readonly ranks: 'strong-common-weak' | 'strong-weak-common';
  readonly commonSize: 'largest' | 'first';
  /** STB_GNU_UNIQUE is as good as a weak definition, so the first of them stays, but not as weak against a common one;
   * it still clashes with a strong one. */
  readonly uniqueIsWeak: boolean;
  /** STB_GNU_UNIQUE is as good as a weak definition in every way, and clashes with nothing. */
  readonly uniqueNeverClashes: boolean;
  /** Absolute definitions are duplicates like any other; else only where values differ, which is not recorded. */
  readonly absolutesClash: boolean;
  /** Any definition with a place takes the place of an absolute one, and no word is said. */
  readonly absolutesYield: boolean;
  /** Definitions in sections whose equal pieces are joined (SHF_MERGE) are not told of as duplicates. */
  readonly passesMergeableDuplicates: boolean;
  /** Equal weak definitions: the first stays; Apple's rule (visibility, alignment); or lld-link's: the first, but
   * where their defaults have two names the last, and a duplicate. */
  readonly weakTie: 'first' | 'ld64' | 'lld-link';
  /** References of other files bind to a weak definition. A weak external of COFF serves in GNU ld weak references alone, if
   * it is the first, and so its member may come once more with each mention of its archive. */
  readonly weakDefinitionServes: boolean;
  /** Which definitions of shared libraries take the place of a COMMON, and make a reference of it. */
  readonly sharedReplacesCommon: 'none' | 'strong-data' | 'any';
  /** A reference that must be met within the output, being hidden or protected, is met by a shared library all the same,
   * and the link fails; else the library is passed over. */
  readonly sharedMeetsHidden: boolean;
  /** With -dead_strip, of two strong definitions of which a member that was extracted brings the second, the one that is
   * further right stays. */
  readonly deadStripTakesLast: boolean;
  /** When that is looked for which a file asks for in LC_LINKER_OPTION: when it is read, or when all else has been. */
  readonly linkerOptions: 'at-once' | 'at-the-end';
  /** An archive that is named twice is what it was first: whole, or searched. */
  readonly readsArchivesOnce: boolean;
  /** A shared library's definition takes the place of what an archive left of it could define, and its references extract. */
  readonly sharedSparesArchives: boolean;
  /** A shared library behind --as-needed that nothing needs where it stands is not looked at again. */
  readonly leavesOutUnneeded: boolean;
  readonly comdats: ComdatRule;
  readonly losingGroups: LosingGroups;
  /** What shared libraries and lost definitions say of a name counts until a file refers to it: that reference says anew
   * whether the name is wanted, or weakly so (lld/ELF/Symbols.cpp, `Symbol::resolveUndefined`). */
  readonly firstReferenceBinds: boolean;
  /**
   * What makes single-pass linkers search a group once more. `wanted`: a name became undefined, or common out of nothing
   * (bfd's list of undefined symbols grew; so for a pass over one archive, too). `seen`: a file was the first to
   * refer to a name, and that was undefined, be it weakly (gold's `saw_undefined`).
   */
  readonly newRound: 'wanted' | 'seen';
  /** Takes in a file's symbols in the order of its table, so that a reference may extract what a definition further
   * down would have spared; else a file's definitions come first. Of the eager linkers only. */
  readonly readsInOrder: boolean;
  /** Data that a file referred to weakly stays so, whoever else refers to it, until an archive could define it: no later archive is
   * searched for it (lld/wasm/SymbolTable.cpp up to 16, `addUndefinedData`). Of the eager linkers only. */
  readonly weakDataStaysWeak: boolean;
  /** Whether a name that is still open takes its alternate (/alternatename) though nobody could define that either. */
  readonly alternates: 'always' | 'if-available';
  /**
   * What becomes of `f` and `__imp_f`, the pointer through which COFF imports it, where only one is defined.
   * `pointer-serves-name`: `f` is imported by way of the pointer (GNU ld's auto-import, which extracts for it too).
   * `name-serves-pointer`: a pointer to `f` is made.
   */
  readonly imports: 'exact' | 'pointer-serves-name' | 'name-serves-pointer';
  /** Keeps account of extracted members for each mention of an archive on the line: what one mention brought, another may
   * bring once more, for a name that is open still since its definition went with a group. Of the eager linkers only. */
  readonly extractsByMention: boolean;
  /** Which names of the line it looks for when all inputs are read, not before: order then differs. `entry`: the entry
   * point. `all`: names of -u and the like, too. Of the eager linkers only. */
  readonly lateRoots: 'none' | 'entry' | 'all';
  /**
   * The order in which sections of equal rank are placed in the output. `as-loaded`: in the order in which files are loaded.
   * `as-parsed`: a file follows all that its own references extracted. `not-known`: as loaded, or in the order of the
   * link line; what depends on it must hold for both.
   */
  readonly placement: 'as-loaded' | 'as-parsed' | 'not-known';
  /**
   * When a linker knows what the line defines itself (--defsym), and looks for the names in it. `where-it-stands`: from
   * there on. `at-the-end`: names are looked for from the start, and archives for what it defines, too.
   * `from-the-start`: both. `unsought`: what it defines it knows at the end, and looks for no name (-alias).
   */
  readonly lineDefines: 'where-it-stands' | 'at-the-end' | 'from-the-start' | 'unsought';
  /**
   * What --wrap=f makes of references to `f` (`__wrap_f`) and `__real_f` (`f`). `references`: those of objects have the
   * other name from the start; `references-of-libraries`: those of shared libraries, too. The others go by the names as
   * they stand, and replace them when all is read, in the file that defines `f` as well; before that they look for the
   * new names if they know `f`: `lld`: `__wrap_f`, weakly if that is how `f` is known, `f` if there is talk of `__real_f`,
   * then `__real_f`; `lld-14`: `__real_f`, then `__wrap_f`; `lld-strong`: likewise, never weakly. `none`: refuse it.
   */
  readonly wraps: 'references' | 'references-of-libraries' | 'lld' | 'lld-14' | 'lld-strong' | 'none';
  /** Files may define twice what the line defines (mold, `check_duplicate_symbols`). */
  readonly lineSparesDuplicates: boolean;
  /** What it makes of --defsym and --wrap is simulated; else no plan is made of a line with them. */
  readonly followsLineNames: boolean;
  /** Looks for the function that -init names. */
  readonly seeksStartFunction: boolean;
  /** Takes --fortran-common and its opposite; others refuse the line. */
  readonly knowsFortranCommon: boolean;
  /** Refuses or ignores an archive in which a member is no object. */
  readonly wantsObjectsAlone: boolean;
  /** Takes --start-lib and --end-lib; others refuse the line. */
  readonly knowsLazyObjects: boolean;
}

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
  | 'wasm-ld-16';
