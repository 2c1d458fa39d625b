/**
 * Enumerations shared by the core and TypeScript. Members have no type, since the file is compiled as both
 * AssemblyScript and TypeScript.
 */

/** Why the core gives up: `src/symbols/elf/problems.ts` has the texts. */
export enum Problem {
  /** a: Table, b: bytes that are needed */
  OUT_OF_RANGE,
  /** a: Budget, b: bytes together */
  OVER_BUDGET,
  /** a: section, b: sections */
  NO_SECTION,
  /** a: section, b: offset of its name */
  NO_SECTION_NAME,
  NO_STRING,
  /** a: bytes of the symbol table */
  RAGGED_SYMBOLS,
  /** a: symbol, b: section, c: sections */
  SYMBOL_SECTION,
  /** a: symbol */
  NO_EXTENDED_INDEXES,
  /** a: offset in the table, b: bytes left */
  EXTENDED_INDEX,
  /** a: section, b: bytes */
  GROUP_SIZE,
  /** a: section, b: symbol */
  GROUP_SYMBOL,
  /** a: section, b: the one that is not there */
  GROUP_MEMBER,
  SLIM_LTO,
  /** a: bytes of the table */
  RAGGED_RELOCATIONS,
  COMPACT_RELOCATIONS,
  /** a: section, b: offset in it, c: its size */
  RELOCATION_OFFSET,
  /** a: section, b: symbol, c: symbols */
  RELOCATION_SYMBOL,
  /** a: section, b: addend */
  RELOCATION_ADDEND,
  OUT_OF_MEMORY,
}

/** Content of a range of the object, for error messages. */
export enum Table {
  SECTION_ZERO,
  SECTION_HEADERS,
  SECTION_NAMES,
  SYMBOLS,
  SYMBOL_NAMES,
  EXTENDED_INDEXES,
  SECTION_GROUP,
  EMBEDDED_BITCODE,
  RELOCATIONS,
  SECTION_CONTENT,
}

/** A limit on the total size of tables of one kind. */
export enum Budget {
  SYMBOL_NAMES,
  SECTION_GROUPS,
  SECTION_NAMES,
  RELOCATIONS,
  SECTION_CONTENTS,
}

/** Side effect of a section: an effect in the link without a reference to it. */
export enum SectionRole {
  NONE,
  ATTRIBUTES,
  CONSTRUCTORS,
  DESTRUCTORS,
  REGISTRY,
  OBJC_METADATA,
  SWIFT_METADATA,
  LINKER_OPTIONS,
  SECTION,
  CODE_SECTION,
  RETAINED,
  NOTE,
  COUNTERS,
}

/** Use of a section in a link: `SectionUse` of src/symbols/image/object-image.ts has the meanings. */
export enum SectionUse {
  /** It says something of other sections. */
  TABLE,
  CODE,
  CONSTANT,
  DATA,
  ZERO,
  TLS,
  CONSTRUCTORS,
  DESTRUCTORS,
  DIRECTIVE,
  ADDRSIG,
  UNWIND,
  IGNORED,
  OTHER,
}

/** Meaning of a reserved section index (SHN_LORESERVE and above) in a symbol. */
export enum ReservedMeaning {
  ABSOLUTE,
  COMMON,
  UNDEFINED,
  DEFINED,
}
