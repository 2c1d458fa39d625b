/*
 * Parts of a link as numbers, shared by the core and TypeScript: columns that TypeScript fills, kinds of items and
 * roots, and columns of the result. Members have no type, since the file is compiled as both AssemblyScript and
 * TypeScript.
 */

/** A column that TypeScript fills. */
export enum Given {
  /** By row of `Rule`. */
  RULES,
  /** By symbol: the name that it binds to. */
  BOUND_NAME,
  /** By symbol: the name by which it is searched, where that is another; see `Option.READS_OTHER_NAMES`. */
  READ_NAME,
  FLAGS,
  GROUP,
  MEMBER,
  SIZE,
  ALIGNMENT,
  /** By member, and one row more. */
  FIRST_SYMBOL,
  /** By COMDAT group. */
  SIGNATURE,
  SELECTION,
  GROUP_SIZE,
  GROUP_DIGEST,
  /** By member: a `Content`. */
  CONTENT,
  DROPPED,
  /** By archive: its members follow one another. */
  FIRST_MEMBER,
  END_MEMBER,
  HAS_INDEX,
  /** By archive, and one row more: its first entry in the two columns of all indexes. */
  FIRST_ENTRY,
  ENTRY_NAME,
  ENTRY_MEMBER,
  /** By member, and one row more: its local names; none at all where no linker reads them. */
  FIRST_LOCAL,
  LOCAL_NAME,
  /** By name of the line that is searched for; those in definitions of the line come first. */
  ROOT_NAME,
  ROOT_REASON,
  /** By item of the line, then of linker directives. */
  ITEM_KIND,
  /** A member, an archive, or the name of a definition. */
  ITEM_ID,
  ITEM_GROUP,
  /** The number of a --start-lib; 1 for --as-needed and for a default library. */
  ITEM_OPTION,
  /** By item, and one row more: members that it loads, or names that a definition refers to. */
  FIRST_LISTED,
  LISTED,
  /** By member, and two rows more: its linker directives; those of the line come last. */
  FIRST_REQUEST,
  REQUEST_KIND,
  /** A name, or an item. */
  REQUEST_ID,
  /** The other name of an alternate, or the rank of an input by its key. */
  REQUEST_OTHER,
  /** Names of --wrap. */
  WRAPPED_NAME,
  WRAPPER_NAME,
  REAL_NAME,
  /** Names that the line defines, and the name that each is an alias of, or NONE. */
  DEFINED_NAME,
  DEFINED_AS,
  /** COFF: `__imp_f` and `f`. */
  POINTER_NAME,
  IMPORTED_NAME,
  /** By symbol: the default of a weak external, or NONE (lld-link). */
  WEAK_DEFAULT,
  /** By name, of two links that are compared: see `Resolution`. */
  WINNERS_BEFORE,
  WINNERS_AFTER,
  STRENGTH_BEFORE,
  STRENGTH_AFTER,
  COUNT_BEFORE,
  COUNT_AFTER,
  /** Files of a link that was simulated, in load order, and other columns of its result. */
  LOADED_FILES,
  REPEATED_FILES,
  REDEFINED,
  CLASHING,
  GROUP_OUTCOME,
  /** Names whose definitions or references are searched for. */
  SOUGHT_NAME,
  /** By member: 1 for those that are searched for. */
  SOUGHT_MEMBER,
  /** By member: its class of equal content and its unit, or NONE. */
  CONTENT_CLASS,
  UNIT_CLASS,
  /** By member: its archive; one more than the last for an object of the line. */
  ARCHIVE,
  /** Mutable globals: by member, and one row more, its first row; and by row, its symbol and its key. */
  FIRST_STATE,
  STATE_SYMBOL,
  STATE_KEY,
  COUNT,
}

/** A kind of rows: see `selectRows`. */
export enum RowKind {
  DEFINITION,
  REFERENCE,
  /** Mutable global state. */
  STATE,
  /** Definitions that were local in another module, whose hash ThinLTO put after their names. */
  PROMOTED,
}

export enum Content {
  OTHER,
  OBJECT,
  SHARED_LIBRARY,
}

export enum ItemKind {
  OBJECT,
  LAZY_OBJECT,
  DEFINITION,
  SHARED_LIBRARY,
  ARCHIVE,
  WHOLE_ARCHIVE,
}

export enum Reason {
  OPTION,
  EXPORT,
  START_FUNCTION,
  DEFINITION,
  ENTRY,
  START_UP,
  OPEN_WORLD,
}

export enum RequestKind {
  INPUT,
  WITHOUT_INPUT,
  INCLUDE,
  EXPORT,
  INCLUDE_IF_OFFERED,
  ALTERNATE,
}

/** Selection of a COMDAT group, in the order of `SELECTIONS` in src/symbols/table.ts. */
export enum Selection {
  ANY,
  NO_DUPLICATES,
  SAME_SIZE,
  EXACT_MATCH,
  ASSOCIATIVE,
  LARGEST,
  NEWEST,
  LOST,
}

/** Effect of a COMDAT group on its definitions: see `GroupOutcome`. */
export enum Outcome {
  UNDECIDED,
  KEPT,
  REPLACES,
  OUT,
  CLASH,
}

/** A column of the result: see `Resolution`. */
export enum Result {
  LOADED,
  PLACED,
  REPEATED,
  REDEFINED,
  /** Names with two definitions that may be reported, in the order in which the second one was read. */
  CLASHING,
  /** After `collectClashes`: reported names, where the definitions of each begin, and all definitions. */
  CLASH_NAME,
  CLASH_START,
  CLASH_DEFINITION,
  /** Names with a strong reference and no definition. */
  UNDEFINED,
  /** By member. */
  IS_LOADED,
  EXTRACTED_FOR,
  EXTRACTED_BY,
  /** By name. */
  WINNERS,
  REFERENCE_STRENGTH,
  STRONG_COUNT,
  /** By COMDAT group: an `Outcome`. */
  GROUP_OUTCOME,
}

/** Strength of the strongest reference: see src/link/resolve/resolution.ts. */
export enum Strength {
  UNREFERENCED,
  WEAKLY_REFERENCED,
  STRONGLY_REFERENCED,
}
