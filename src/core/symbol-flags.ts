import {
  ABSOLUTE,
  AUTO_HIDE,
  COMMON,
  DEFINITION,
  FUNCTION,
  HIDDEN,
  IFUNC,
  IMPORTED,
  KIND_MASK,
  LOCAL_STATE,
  MERGEABLE,
  REFERENCE,
  ROLE_MASK,
  TLS,
  UNIQUE,
  VISIBILITY,
  WEAK,
  WRITABLE,
} from './flag-bits';

/** Tests of a symbol's flags, as src/symbols/flags.ts has them for TypeScript. */
export function isReference(flags: i32): bool {
  return (flags & ROLE_MASK) === REFERENCE;
}

export function isDefined(flags: i32): bool {
  const role = flags & ROLE_MASK;
  return role === DEFINITION || role === COMMON;
}

export function isDefinition(flags: i32): bool {
  return (flags & ROLE_MASK) === DEFINITION;
}

/** A strong definition in a section, of none of the kinds that some linker treats in a way of its own. */
export function isPlain(flags: i32): bool {
  return (flags & (ROLE_MASK | WEAK | UNIQUE | ABSOLUTE | MERGEABLE)) === DEFINITION;
}

export function isCommon(flags: i32): bool {
  return (flags & ROLE_MASK) === COMMON;
}

export function isLocalState(flags: i32): bool {
  return (flags & ROLE_MASK) === LOCAL_STATE;
}

export function isWeak(flags: i32): bool {
  return (flags & WEAK) !== 0;
}

/** Neither weak nor COMMON: a second definition like this is a duplicate by default. */
export function isStrong(flags: i32): bool {
  return !isWeak(flags) && !isCommon(flags);
}

export function isUnique(flags: i32): bool {
  return (flags & UNIQUE) !== 0;
}

export function isAbsolute(flags: i32): bool {
  return (flags & ABSOLUTE) !== 0;
}

export function isImported(flags: i32): bool {
  return (flags & IMPORTED) !== 0;
}

export function isMergeable(flags: i32): bool {
  return (flags & MERGEABLE) !== 0;
}

export function isHidden(flags: i32): bool {
  return (flags & VISIBILITY) === HIDDEN;
}

/** Auto-hide and not hidden already. */
export function mayHide(flags: i32): bool {
  return (flags & AUTO_HIDE) !== 0 && !isHidden(flags);
}

export function isWritable(flags: i32): bool {
  return (flags & WRITABLE) !== 0;
}

export function isTls(flags: i32): bool {
  return (flags & KIND_MASK) === TLS;
}

export function isFunction(flags: i32): bool {
  return (flags & KIND_MASK) === FUNCTION;
}

export function isIfunc(flags: i32): bool {
  return (flags & KIND_MASK) === IFUNC;
}

export function visibilityOf(flags: i32): i32 {
  return flags & VISIBILITY;
}
