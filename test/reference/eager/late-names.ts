import type { WrappedName } from '../../../src/link/inputs/wrapped-names.js';
import type { LinkLine, Root } from '../../../src/link/line/link-line.js';
import { stringSetOrder } from '../../../src/link/linkers/llvm-string-set.js';
import type { NameId } from '../../../src/symbols/names.js';
import { type LoadState, WEAKLY_DEFINED, WEAKLY_UNDEFINED } from '../loading.js';
import { isKnown, type LazyNames } from './lazy-names.js';
import { find } from './load-eagerly.js';

/** Names of the line that are searched before the first input: see `LinkerProfile.lateRoots`. */
export const earlyRoots = (state: LoadState, { roots }: LinkLine): Root[] =>
  roots.filter((root) => !isLate(state, root));

/** Searches the names of the line that wait for all inputs. */
export function findLateNames(state: LoadState, lazy: LazyNames, line: LinkLine): void {
  for (const name of lateRoots(state, line)) findIfKnown(state, lazy, name);
  for (const wrapped of line.wrapped) findWrapped(state, lazy, wrapped);
}

/** Names of -u, then exported names, then the entry point. */
function lateRoots(state: LoadState, { roots }: LinkLine): NameId[] {
  const late = roots.filter((root) => isLate(state, root));
  const named = (isOf: (reason: Root['reason']) => boolean): NameId[] =>
    late.filter(({ reason }) => isOf(reason)).map(({ name }) => name);
  return [
    ...named((reason) => reason === 'option'),
    ...exportsInOrder(
      state,
      named((reason) => reason === 'export'),
    ),
    ...named((reason) => reason !== 'option' && reason !== 'export'),
  ];
}

/** See `LinkerProfile.exportOrder`. */
function exportsInOrder({ profile, graph }: LoadState, exported: readonly NameId[]): readonly NameId[] {
  const { names } = graph.inputs.symbols;
  if (profile.exportOrder === 'as-given' || exported.length < 2) return exported;
  return stringSetOrder(exported, (name) => names.bytes(name), profile.exportOrder);
}

function isLate({ profile: { lateRoots } }: LoadState, { reason }: Root): boolean {
  if (lateRoots === 'none') return false;
  if (reason === 'entry' || reason === 'definition') return true;
  return lateRoots === 'all' && (reason === 'option' || reason === 'export');
}

/**
 * lld/ELF/Driver.cpp `handleUndefined`: extracts the lazy symbol of the name, whatever its other references are.
 */
function findIfKnown(state: LoadState, lazy: LazyNames, name: NameId): void {
  if (isKnown(state, lazy, name)) find(state, lazy, name, false);
}

/**
 * Searches the names of --wrap if the wrapped name is known: see `LinkerProfile.wraps`.
 *
 * Source: lld/ELF/Driver.cpp and lld/wasm/Driver.cpp `addWrappedSymbols`.
 */
function findWrapped(state: LoadState, lazy: LazyNames, { name, wrap, real }: WrappedName): void {
  const { wraps } = state.profile;
  if (!isKnown(state, lazy, name)) return;
  // A member that was extracted for one name may reference the other.
  const isWeak = () =>
    state.symbolState[name] === WEAKLY_UNDEFINED || state.symbolState[name] === WEAKLY_DEFINED;
  if (wraps !== 'lld') find(state, lazy, real, false);
  find(state, lazy, wrap, isWeak() && wraps !== 'lld-strong');
  if (wraps !== 'lld') return;
  if (isKnown(state, lazy, real)) find(state, lazy, name, isWeak());
  find(state, lazy, real, false);
}
