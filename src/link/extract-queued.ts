import type { NameId } from '../symbols/name-table.js';
import { isDefined, isWeak } from '../symbols/symbol-flags.js';
import { type MemberId, NONE } from '../symbols/symbol-table.js';
import { membersOf } from './link-graph.js';
import type { LinkLine } from './link-line.js';
import { type Loading, type LoadState, UNDEFINED, UNSEEN } from './loading.js';

/**
 * lld-link: as in LLD's other linkers an archive's index says what it could define, but a member that is wanted waits
 * in a queue behind the inputs of the line. A weak external, wherever it is met before its name is defined, makes the
 * name one that no archive is searched for, now or later.
 *
 * Source: lld/COFF/Driver.cpp `enqueueArchiveMember`; lld/COFF/SymbolTable.cpp `addLazyArchive`, `addUndefined`;
 * lld/COFF/InputFiles.cpp `initializeSymbols`.
 */
export function extractQueued(state: LoadState, line: LinkLine): Loading {
  const names: NameStates = {
    lazy: new Int32Array(state.known.length).fill(NONE),
    isSettledWeakly: new Uint8Array(state.known.length),
    isPending: new Uint8Array(state.known.length),
    queue: [],
    isQueued: new Uint8Array(state.isLoaded.length),
  };
  for (const { name } of line.roots) state.refer(name, false, NONE);
  for (const item of line.items) {
    if (item.kind === 'object') takeIn(state, names, item.member, NONE);
    else if (item.whole)
      for (const member of membersOf(state.graph.inputs, item.archive)) takeIn(state, names, member, NONE);
    else offerArchive(state, names, item.archive);
  }
  for (let next = 0; next < names.queue.length; next++) {
    const { member, wanted } = names.queue[next];
    takeIn(state, names, member, wanted);
  }
  return state;
}

interface NameStates {
  /** By NameId: the member that an index names first. */
  readonly lazy: Int32Array;
  /** By NameId: 1 once a weak external has taken the place of what archives could define. */
  readonly isSettledWeakly: Uint8Array;
  /** By NameId: 1 once a member has been asked for it; no other archive's will be. */
  readonly isPending: Uint8Array;
  readonly queue: { readonly member: MemberId; readonly wanted: NameId }[];
  readonly isQueued: Uint8Array;
}

function enqueue(state: LoadState, names: NameStates, member: MemberId, wanted: NameId): void {
  if (names.isPending[wanted] || !state.canLoad(member)) return;
  names.isPending[wanted] = 1;
  if (names.isQueued[member]) return;
  names.isQueued[member] = 1;
  names.queue.push({ member, wanted });
}

/** The index is all that counts: an archive without one has nothing to offer. */
function offerArchive(state: LoadState, names: NameStates, archive: number): void {
  const { name, member } = state.graph.indexed[archive];
  for (let entry = 0; entry < name.length; entry++) {
    const wanted = name[entry];
    if (!state.canLoad(member[entry]) || names.isSettledWeakly[wanted]) continue;
    if (state.known[wanted] === UNDEFINED) enqueue(state, names, member[entry], wanted);
    if (state.known[wanted] <= UNDEFINED && names.lazy[wanted] === NONE) names.lazy[wanted] = member[entry];
  }
}

function takeIn(state: LoadState, names: NameStates, member: MemberId, wantedName: NameId): void {
  if (!state.canLoad(member)) return;
  state.begin(member, wantedName);
  const { firstSymbol, flags } = state.graph.inputs.symbols;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    const name = state.graph.name[symbol];
    if (state.define(symbol)) continue;
    if (isWeak(flags[symbol]) && !isDefined(flags[symbol])) {
      if (state.known[name] <= UNDEFINED) names.isSettledWeakly[name] = 1;
      if (state.known[name] === UNSEEN) state.refer(name, true, member);
    } else if (state.refer(name, false, member) && !names.isSettledWeakly[name])
      enqueue(state, names, names.lazy[name], name);
  }
}
