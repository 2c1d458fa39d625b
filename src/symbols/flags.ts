/**
 * Role, binding, visibility and kind of a symbol in 16 bits. Shifts and masks live here alone; everyone else asks
 * by name.
 *
 *     bit  0-1   role        2-3  visibility   4-6  kind
 *     bit  7 weak   8 unique   9 absolute   10 writable   11 auto-hide   12 mergeable   13 exported
 */

/** What the symbol is to a linker. `LOCAL_STATE` is a local definition in a writable section: nothing binds to it. */
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

const ROLE_MASK = 3;
/** Mask of the visibility bits. */
export const VISIBILITY = 3 << 2;
const KIND_MASK = 7 << 4;

export const isReference = (flags: number): boolean => (flags & ROLE_MASK) === REFERENCE;
/** A definition with a place, or a common one. */
export const isDefined = (flags: number): boolean =>
  (flags & ROLE_MASK) === DEFINITION || (flags & ROLE_MASK) === COMMON;
export const isDefinition = (flags: number): boolean => (flags & ROLE_MASK) === DEFINITION;
/** A strong definition in a section, of none of the kinds that some linker treats in a way of its own. */
export const isPlain = (flags: number): boolean =>
  (flags & (ROLE_MASK | WEAK | UNIQUE | ABSOLUTE | MERGEABLE)) === DEFINITION;
export const isCommon = (flags: number): boolean => (flags & ROLE_MASK) === COMMON;
export const isLocalState = (flags: number): boolean => (flags & ROLE_MASK) === LOCAL_STATE;
export const isWeak = (flags: number): boolean => (flags & WEAK) !== 0;
export const isUnique = (flags: number): boolean => (flags & UNIQUE) !== 0;
export const isAbsolute = (flags: number): boolean => (flags & ABSOLUTE) !== 0;
export const isWritable = (flags: number): boolean => (flags & WRITABLE) !== 0;
export const isAutoHide = (flags: number): boolean => (flags & AUTO_HIDE) !== 0;
export const isMergeable = (flags: number): boolean => (flags & MERGEABLE) !== 0;
export const isExported = (flags: number): boolean => (flags & EXPORTED) !== 0;
export const isTls = (flags: number): boolean => (flags & KIND_MASK) === TLS;
export const isFunction = (flags: number): boolean => (flags & KIND_MASK) === FUNCTION;
export const isHidden = (flags: number): boolean => (flags & VISIBILITY) === HIDDEN;
export const kindOf = (flags: number): number => flags & KIND_MASK;
export const visibilityOf = (flags: number): number => flags & VISIBILITY;

/** Mutable global state: data, bss, common or thread-local, wherever it is visible from. */
export const isState = (flags: number): boolean =>
  isCommon(flags) || isLocalState(flags) || (isDefinition(flags) && (isWritable(flags) || isTls(flags)));

const KIND_NAMES: Record<number, string> = {
  [NO_KIND]: 'none',
  [FUNCTION]: 'function',
  [DATA]: 'data',
  [TLS]: 'tls',
  [IFUNC]: 'ifunc',
  [ALIAS]: 'alias',
};
export const kindName = (flags: number): string => KIND_NAMES[kindOf(flags)];
export const visibilityName = (flags: number): string =>
  visibilityOf(flags) === HIDDEN ? 'hidden' : visibilityOf(flags) === PROTECTED ? 'protected' : 'default';
