/**
 * Role, binding, visibility and kind of a symbol in 16 bits. flags.ts asks by name; the core, which shares this
 * file, sets them.
 *
 *     bit  0-1   role        2-3  visibility   4-6  kind
 *     bit  7 weak   8 unique   9 absolute   10 writable   11 auto-hide   12 mergeable   13 exported   14 imported
 */

/** Role of a symbol. `LOCAL_STATE` is a local definition in a writable section, to which no other file binds. */
export const REFERENCE = 0;
export const DEFINITION = 1;
export const COMMON = 2;
export const LOCAL_STATE = 3;

export const DEFAULT_VISIBILITY = 0 << 2;
/** ELF hidden and internal, Mach-O private extern. Such names still bind across archives in a static link. */
export const HIDDEN = 1 << 2;
export const PROTECTED = 2 << 2;

export const NO_KIND = 0 << 4;
export const FUNCTION = 1 << 4;
export const DATA = 2 << 4;
export const TLS = 3 << 4;
export const IFUNC = 4 << 4;
/** Mach-O N_INDR: another name for a symbol. */
export const ALIAS = 5 << 4;

export const WEAK = 1 << 7;
/** STB_GNU_UNIQUE. */
export const UNIQUE = 1 << 8;
export const ABSOLUTE = 1 << 9;
/** Defined in a section that the program writes to: mutable state. */
export const WRITABLE = 1 << 10;
/** Mach-O `weak_def_can_be_hidden`. */
export const AUTO_HIDE = 1 << 11;
/** ELF: defined in a section whose equal pieces the linker may join (SHF_MERGE): strings and other constants. */
export const MERGEABLE = 1 << 12;
/** WebAssembly: the object itself has the output export it (`export_name`). */
export const EXPORTED = 1 << 13;
/** COFF: defined by a short-form member of an import library, for a function or variable of a DLL. */
export const IMPORTED = 1 << 14;

/** Mask of the role. */
export const ROLE_MASK = 3;
/** Mask of the visibility bits. */
export const VISIBILITY = 3 << 2;
/** Mask of the kind. */
export const KIND_MASK = 7 << 4;
