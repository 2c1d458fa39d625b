import {
  ABSOLUTE,
  ALIAS,
  AUTO_HIDE,
  COMMON,
  DATA,
  DEFINITION,
  EXPORTED,
  FUNCTION,
  HIDDEN,
  IFUNC,
  IMPORTED,
  KIND_MASK,
  LOCAL_STATE,
  MERGEABLE,
  NO_KIND,
  PROTECTED,
  REFERENCE,
  ROLE_MASK,
  TLS,
  UNIQUE,
  VISIBILITY,
  WEAK,
  WRITABLE,
} from '../core/flag-bits.js';

export * from '../core/flag-bits.js';

/** Tests of a symbol's flags: its role, strength, kind and visibility. */
export const isReference = (flags: number): boolean => (flags & ROLE_MASK) === REFERENCE;
/** A section-relative or absolute definition, or a common one. */
export const isDefined = (flags: number): boolean =>
  (flags & ROLE_MASK) === DEFINITION || (flags & ROLE_MASK) === COMMON;
export const isDefinition = (flags: number): boolean => (flags & ROLE_MASK) === DEFINITION;
/** A strong definition in a section, of a kind that all linkers treat alike. */
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
export const isImported = (flags: number): boolean => (flags & IMPORTED) !== 0;
export const isExported = (flags: number): boolean => (flags & EXPORTED) !== 0;
export const isTls = (flags: number): boolean => (flags & KIND_MASK) === TLS;
export const isFunction = (flags: number): boolean => (flags & KIND_MASK) === FUNCTION;
export const isHidden = (flags: number): boolean => (flags & VISIBILITY) === HIDDEN;
export const kindOf = (flags: number): number => flags & KIND_MASK;
/** A function of any kind, or another name for one. */
export const isCallable = (flags: number): boolean =>
  kindOf(flags) === FUNCTION || kindOf(flags) === IFUNC || kindOf(flags) === ALIAS;
export const visibilityOf = (flags: number): number => flags & VISIBILITY;

/** Mutable global state: data, bss, common or thread-local, of any visibility. */
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
