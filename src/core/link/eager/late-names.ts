import { givenRows } from '../given';
import { realName, rootCount, rootName, rootReason, wrappedName, wrapperName } from '../line';
import { rule, wraps } from '../linker';
import { Given, Reason } from '../parts';
import { LateRoots, Rule, Wraps } from '../rules';
import { WEAKLY_DEFINED, WEAKLY_UNDEFINED } from '../symbol-state';
import { addUndefined, stateOf } from '../symbol-states';
import { isKnown } from './lazy-names';
import { find } from './load-eagerly';

const NONE: i32 = -1;

/** Searches the names of the line that need not wait for all inputs: see `LinkerProfile.lateRoots`. */
export function addEarlyRoots(): void {
  for (let root = 0; root < rootCount; root++)
    if (!isLate(rootReason[root])) addUndefined(rootName[root], false, NONE);
}

/** Searches the names of the line that wait for all inputs: of -u, then exported names, then the entry point. */
export function findLateNames(): void {
  for (let root = 0; root < rootCount; root++) if (rootReason[root] === <u8>Reason.OPTION) findLateRoot(root);
  for (let root = 0; root < rootCount; root++) if (rootReason[root] === <u8>Reason.EXPORT) findLateRoot(root);
  for (let root = 0; root < rootCount; root++)
    if (rootReason[root] !== <u8>Reason.OPTION && rootReason[root] !== <u8>Reason.EXPORT) findLateRoot(root);
  for (let at = 0, count = givenRows(Given.WRAPPED_NAME); at < count; at++)
    findWrapped(wrappedName[at], wrapperName[at], realName[at]);
}

/** lld/ELF/Driver.cpp `handleUndefined`: extracts the lazy symbol of the name, whatever its other references are. */
function findLateRoot(root: i32): void {
  if (isLate(rootReason[root]) && isKnown(rootName[root])) find(rootName[root], false);
}

function isLate(reason: u8): bool {
  const late = rule(Rule.LATE_ROOTS);
  if (late === LateRoots.NONE) return false;
  if (reason === <u8>Reason.ENTRY || reason === <u8>Reason.DEFINITION) return true;
  return late === LateRoots.ALL && (reason === <u8>Reason.OPTION || reason === <u8>Reason.EXPORT);
}

/**
 * Searches the names of --wrap if the wrapped name is known: see `LinkerProfile.wraps`.
 *
 * Source: lld/ELF/Driver.cpp and lld/wasm/Driver.cpp `addWrappedSymbols`.
 */
function findWrapped(name: i32, wrap: i32, real: i32): void {
  if (!isKnown(name)) return;
  if (wraps !== Wraps.LLD) find(real, false);
  find(wrap, isWeaklyKnown(name) && wraps !== Wraps.LLD_STRONG);
  if (wraps !== Wraps.LLD) return;
  if (isKnown(real)) find(name, isWeaklyKnown(name));
  find(real, false);
}

function isWeaklyKnown(name: i32): bool {
  return stateOf[name] === WEAKLY_UNDEFINED || stateOf[name] === WEAKLY_DEFINED;
}
