import { isCommon, isReference, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { membersOf } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import type { Loading, LoadState } from './loading.js';

/** mold's ranks of a definition, best first; position on the line breaks ties. A shared library is as an archive. */
enum Rank {
  StrongInObject = 1,
  WeakInObject,
  StrongInArchive,
  WeakInArchive,
  CommonInObject,
  CommonInArchive,
}

/**
 * mold: the best definition of every name among all files, extracted or not; then what strong references reach from
 * the objects through those. Order plays no part but in ties, and files count in line order, not in that of discovery.
 *
 * Source: mold src/input-files.cc `get_rank`, `mark_live_objects`; src/passes.cc `resolve_symbols`.
 */
export function extractByReachability(state: LoadState, line: LinkLine): Loading {
  const { files, isRoot, isAlive } = filesInOrder(state, line);
  const best = bestDefinitions(state, files, isRoot);
  for (const item of line.items) if (item.kind === 'definition') best[item.name] = NONE;
  const alive = new Uint8Array(isRoot.length);
  const found: MemberId[] = [];
  const keep = (member: MemberId, wantedName: NameId, by: MemberId) => {
    if (alive[member]) return;
    alive[member] = 1;
    found.push(member);
    state.extractedFor[member] = wantedName;
    state.extractedBy[member] = by;
  };
  for (const member of files) if (isAlive[member]) keep(member, NONE, NONE);
  const { member: memberOf, flags } = state.graph.inputs.symbols;
  const { first, row } = state.rows.inOrder;
  for (const { name } of line.roots) if (best[name] !== NONE) keep(memberOf[best[name]], name, NONE);
  for (let next = 0; next < found.length; next++) {
    const file = found[next];
    for (let at = first[file]; at < first[file + 1]; at++) {
      const symbol = row[at];
      const winner = best[state.graph.name[symbol]];
      // Of a shared library weak references count too, but not for what another library has.
      if (winner === NONE || (isWeak(flags[symbol]) && state.canLoad(file))) continue;
      if (!state.canLoad(file) && !state.canLoad(memberOf[winner])) continue;
      const isBetter = isCommon(flags[symbol]) && !isCommon(flags[winner]);
      if (isReference(flags[symbol]) || isBetter) keep(memberOf[winner], state.graph.name[symbol], file);
    }
  }
  for (const member of files) {
    if (!alive[member]) continue;
    if (!state.canLoad(member)) {
      state.libraries.push(member);
      continue;
    }
    state.isLoaded[member] = 1;
    state.loaded.push(member);
  }
  // An archive that is named twice is read once, an object twice.
  const named = line.items.flatMap((item) => (item.kind === 'object' ? [item.member] : []));
  for (const [at, member] of named.entries()) if (named.indexOf(member) !== at) state.loadAgain(member);
  return state;
}

/** Every file of the line once, in order of first occurrence: mold and wild read a repeated archive once. */
export function filesInOrder(
  state: LoadState,
  line: LinkLine,
): { files: MemberId[]; isRoot: Uint8Array; isAlive: Uint8Array } {
  const files: MemberId[] = [];
  const seen = new Uint8Array(state.isLoaded.length);
  const isRoot = new Uint8Array(state.isLoaded.length);
  const isAlive = new Uint8Array(state.isLoaded.length);
  for (const item of line.items) {
    if (item.kind === 'definition') continue;
    const members = item.kind === 'archive' ? membersOf(state.graph.inputs, item.archive) : [item.member];
    for (const member of members) {
      if (seen[member] || !(state.canLoad(member) || item.kind === 'shared-library')) continue;
      seen[member] = 1;
      isRoot[member] = item.kind === 'object' || (item.kind === 'archive' && item.whole) ? 1 : 0;
      isAlive[member] = isRoot[member] || (item.kind === 'shared-library' && !item.asNeeded) ? 1 : 0;
      files.push(member);
    }
  }
  return { files, isRoot, isAlive };
}

function bestDefinitions(
  { graph, rows }: LoadState,
  files: readonly MemberId[],
  isRoot: Uint8Array,
): Int32Array {
  const { flags, names } = graph.inputs.symbols;
  const { first, row } = rows.definitions;
  const best = new Int32Array(names.length).fill(NONE);
  const bestRank = new Uint8Array(names.length).fill(255);
  for (const member of files) {
    for (let at = first[member]; at < first[member + 1]; at++) {
      const symbol = row[at];
      const rank = rankOf(flags[symbol], isRoot[member] === 1);
      const name = graph.name[symbol];
      if (rank >= bestRank[name]) continue;
      bestRank[name] = rank;
      best[name] = symbol satisfies SymbolId;
    }
  }
  return best;
}

function rankOf(flags: number, inObject: boolean): Rank {
  if (isCommon(flags)) return inObject ? Rank.CommonInObject : Rank.CommonInArchive;
  if (isWeak(flags)) return inObject ? Rank.WeakInObject : Rank.WeakInArchive;
  return inObject ? Rank.StrongInObject : Rank.StrongInArchive;
}
