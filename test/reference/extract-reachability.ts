import type { LinkLine } from '../../src/link/line/link-line.js';
import { isCommon, isReference, isWeak } from '../../src/symbols/flags.js';
import { type MemberId, NONE, type SymbolId } from '../../src/symbols/table.js';
import type { Loading, LoadState } from './loading.js';
import { filesInOrder, ReachedFiles } from './reached-files.js';

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
  const onLine = filesInOrder(state, line);
  const best = bestDefinitions(state, onLine.files, onLine.isRoot);
  for (const item of line.items) if (item.kind === 'definition') best[item.name] = NONE;
  const reached = new ReachedFiles(state);
  reached.addLine(onLine, line, best);
  for (const file of reached) addDefinitionsFor(state, best, file, reached);
  reached.load(onLine.files, (member) => !state.canLoad(member));
  // An archive that is named twice is read once, an object twice.
  const named = line.items.flatMap((item) => (item.kind === 'object' ? [item.member] : []));
  for (const [at, member] of named.entries()) if (named.indexOf(member) !== at) state.loadAgain(member);
  return state;
}

/** Adds the files that define what a file references, or what it has only as a COMMON. */
function addDefinitionsFor(state: LoadState, best: Int32Array, file: MemberId, reached: ReachedFiles): void {
  const { member: memberOf, flags } = state.graph.inputs.symbols;
  const { first, row } = state.graph.rows.inOrder;
  const isObject = state.canLoad(file);
  for (let at = first[file]; at < first[file + 1]; at++) {
    const symbol = row[at];
    const name = state.graph.name[symbol];
    const winner = best[name];
    // Of a shared library weak references count too, but not for a definition of another library.
    if (winner === NONE || (isObject ? isWeak(flags[symbol]) : !state.canLoad(memberOf[winner]))) continue;
    const isBetter = isCommon(flags[symbol]) && !isCommon(flags[winner]);
    if (isReference(flags[symbol]) || isBetter) reached.add(memberOf[winner], name, file);
  }
}

function bestDefinitions({ graph }: LoadState, files: readonly MemberId[], isRoot: Uint8Array): Int32Array {
  const { flags, names } = graph.inputs.symbols;
  const { first, row } = graph.rows.definitions;
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
