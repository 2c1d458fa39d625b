/*
 * Rules of a linker as numbers, shared by the core and TypeScript. What they mean: `LinkerProfile` in
 * src/link/linkers/linker-profile.ts. Members have no type, since the file is compiled as both AssemblyScript and
 * TypeScript.
 */

/** Row of the column of rules. A rule that is either true or false is 1 or 0. */
export enum Rule {
  EXTRACTION,
  WEAK_REFERENCE_EXTRACTS,
  NEW_ROUND,
  READS_IN_ORDER,
  WEAK_DATA_STAYS_WEAK,
  EXTRACTS_PER_OCCURRENCE,
  LATE_ROOTS,
  PLACEMENT,
  TRUSTS_INDEX,
  OFFERS_LOCALS,
  READS_ARCHIVES_ONCE,
  LINKER_OPTIONS,
  RANKS,
  WEAK_TIE,
  WEAK_DEFINITION_BINDS,
  UNIQUE_IS_WEAK,
  DEAD_STRIP_TAKES_LAST,
  FIRST_REFERENCE_BINDS,
  ABSOLUTES_YIELD,
  IMPORTS_YIELD,
  ALTERNATES,
  IMPORTS,
  COMDATS,
  DISCARDED_GROUPS,
  COMMON_EXTRACTS,
  COMMON_SIZE,
  SHARED_REPLACES_COMMON,
  HIDDEN_BINDS_TO_SHARED,
  SHARED_REPLACES_LAZY,
  FORGETS_UNNEEDED,
  LINE_DEFINES,
  WRAPS,
  DEFSYM_HIDES_DUPLICATES,
  UNIQUE_NEVER_CLASHES,
  IGNORES_MERGEABLE_DUPLICATES,
  ABSOLUTES_CLASH,
  FORMAT,
  /** -dead_strip, which is an option of the line. */
  STRIPS_DEAD,
  /** Whether some definition that is neither weak nor COMMON is in a COMDAT group: needed by `ComdatRule.BY_NAME`. */
  HAS_STRONG_IN_GROUPS,
  COUNT,
}

export enum Extraction {
  SINGLE_PASS,
  EAGER,
  REACHABILITY,
  FIRST_DEFINITION,
  ROUNDS,
  QUEUED,
  OWN_FIRST,
}

export enum NewRound {
  WANTED,
  SEEN,
}

export enum LateRoots {
  NONE,
  ENTRY,
  ALL,
}

export enum Placement {
  AS_LOADED,
  AS_PARSED,
  NOT_KNOWN,
}

export enum LinkerOptions {
  AT_ONCE,
  AT_THE_END,
}

export enum Ranks {
  STRONG_COMMON_WEAK,
  STRONG_WEAK_COMMON,
}

export enum WeakTie {
  FIRST,
  LD64,
  LLD_LINK,
}

export enum Alternates {
  ALWAYS,
  IF_AVAILABLE,
}

export enum Imports {
  EXACT,
  POINTER_SERVES_NAME,
  NAME_SERVES_POINTER,
}

export enum ComdatRule {
  FIRST,
  LLD_LINK,
  MINGW,
  BY_NAME,
}

export enum DiscardedGroups {
  REFER,
  NEVER_EXTRACT,
  UNDEFINE,
  DEFINE,
}

export enum CommonExtraction {
  NONE,
  STRONG_DATA,
  STRONG,
  ANY,
}

export enum CommonSize {
  LARGEST,
  FIRST,
}

export enum SharedReplacesCommon {
  NONE,
  STRONG_DATA,
  ANY,
}

export enum LineDefines {
  AT_ITS_POSITION,
  AT_THE_END,
  FROM_THE_START,
  UNSOUGHT,
}

export enum Wraps {
  REFERENCES,
  REFERENCES_OF_LIBRARIES,
  LLD,
  LLD_14,
  LLD_STRONG,
  NONE,
}

export enum Format {
  ELF,
  MACHO,
  COFF,
  WASM,
}
