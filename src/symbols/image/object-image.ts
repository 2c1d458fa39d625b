/**
 * A whole object as a linker sees it. Symbol tables hold what all members need; an image is read only for the few
 * members whose content decides a question: are two members one, do two constructors interact, which state can code
 * reach. One reader per format makes it (`elf/image/elf-image.ts` and its neighbours).
 */

/** The role of a section for the linker and the program. */
export type SectionUse =
  | 'code'
  | 'constant'
  /** Written by the program, with bytes in the file. */
  | 'data'
  /** Written by the program, all zero at its start: `.bss`, `__bss`. */
  | 'zero'
  | 'tls'
  /** Code addresses that the loader calls: `.init_array`, `.ctors`, `__mod_init_func`, `.CRT$X*`. */
  | 'constructors'
  | 'destructors'
  /** Tells the linker something: `.drectve`, `.deplibs`, `.note.GNU-stack`. */
  | 'directive'
  /**
   * Lists symbols whose addresses matter (`.llvm_addrsig`), so that a linker may fold others: its relocations name
   * them.
   */
  | 'addrsig'
  /** Unwind tables: they refer to code, and code does not refer to them. */
  | 'unwind'
  /** Not loaded, without meaning to a linker: debug information, comments, compiler identification. */
  | 'ignored'
  /** Anything else: unknown names or types count as acting by being present. */
  | 'other';

/** Where a symbol is defined: a row of `sections`, or one of these. */
export {
  ABSOLUTE_SECTION,
  COMMON_SECTION,
  UNDEFINED_SECTION,
  UNLISTED_SECTION,
} from '../../core/image-sections.js';

export interface ImageRelocation {
  /** Bytes from the start of its section. */
  readonly offset: number;
  /** As its format numbers types. */
  readonly type: number;
  /** Row of `symbols`; NONE where it names a section, or nothing. */
  readonly symbol: number;
  /** Row of `sections` if the target is a section (ELF section symbols, Mach-O local relocations); otherwise NONE. */
  readonly section: number;
  /**
   * The number that is added, whether the table or the section's bytes hold it. Null where an instruction holds it that
   * is not decoded here (REL of ARM and MIPS): the section's bytes then still have it, and its target is anywhere in
   * the section that the relocation names. Exact: an object with one beyond 2⁵³ has no image.
   */
  readonly addend: number | null;
}

/** Called with the target of a relocation: `symbol` and `section` as `ImageRelocation` has them. */
export type VisitTarget = (symbol: number, section: number) => void;

/** One section; of WebAssembly one function body or data segment, which is what its linker keeps or drops. */
export interface ImageSection {
  /** As its format counts sections (`SymbolTable.section` has this number). */
  readonly number: number;
  /** With the segment where there is one: `__DATA,__mod_init_func`. */
  readonly name: string;
  readonly use: SectionUse;
  /** Type and flags as the format numbers them; they have to be equal in equal images. */
  readonly type: number;
  readonly flags: bigint;
  /** The program changes it: state. Constants that only the loader relocates (`.data.rel.ro`) are not. */
  readonly isWritable: boolean;
  /** Bytes, a power of two; 1 where none is recorded. */
  readonly alignment: number;
  /** Bytes of one entry (SHF_MERGE, tables), otherwise 0. */
  readonly entrySize: number;
  readonly size: number;
  /** Empty for `zero` and `ignored` sections. Slots of relocations whose addend was read from them are zero. */
  readonly bytes: Uint8Array;
  /** By offset; those of one offset in the order of their table. None of `ignored` sections. */
  readonly relocations: readonly ImageRelocation[];
  /** Visits the targets of its relocations, equal ones perhaps once, where that takes less than to decode them. */
  eachTarget?(visit: VisitTarget): void;
  /** Row of `groups`, or NONE. */
  readonly group: number;
  /** Row of the section that this one follows (SHF_LINK_ORDER, COFF associative COMDAT), or NONE. */
  readonly follows: number;
}

/** A named symbol: section symbols and names of source files are left out. */
export interface ImageSymbol {
  /** As its format counts symbols. */
  readonly number: number;
  readonly name: string;
  /** Row of `sections`, or UNDEFINED_SECTION, ABSOLUTE_SECTION, COMMON_SECTION. */
  readonly section: number;
  /** Bytes from the start of its section; a value if absolute, the alignment if common. */
  readonly value: bigint;
  readonly size: bigint;
  readonly binding: 'local' | 'global' | 'weak' | 'unique';
  /** As its format numbers types. */
  readonly type: number;
  /** Visibility and every other bit that a linker reads: st_other, n_desc, storage class, wasm flags. */
  readonly other: number;
  /**
   * Set for a local symbol whose presence instructs a linker whatever its name: the kind of an ARM mapping symbol
   * (`$t`), `atom` where it divides a Mach-O section. Of a COFF weak external its rule and default. `linker-defined`
   * for an undefined name that the linker itself defines. Else null.
   */
  readonly marker: string | null;
}

export interface ImageGroup {
  readonly signature: string;
  /** Rows of `sections`. */
  readonly sections: readonly number[];
  /** Selection rule and flags, as text that is equal for equal rules. */
  readonly rule: string;
}

/** Facts of what linkers merge by name, in a fixed order. They are equal for equal content. */
export type GroupParts = readonly (string | Uint8Array)[];

export interface ObjectImage {
  /** Link-relevant fields of the header, one text each, sorted. (Attribute sections are `directive` sections.) */
  readonly attributes: readonly string[];
  /** In the order of the object. Symbol, string and relocation tables and ELF group sections are left out. */
  readonly sections: readonly ImageSection[];
  readonly symbols: readonly ImageSymbol[];
  readonly groups: readonly ImageGroup[];
  /** The symbol table has the number of the section of each definition, too (`SymbolTable.section`). */
  readonly placesAllSymbols?: boolean;
}

/** Visits what a section's relocations refer to, equal targets perhaps once. */
export function eachTarget(section: ImageSection, visit: VisitTarget): void {
  if (section.eachTarget) section.eachTarget(visit);
  else for (const { symbol, section: target } of section.relocations) visit(symbol, target);
}
