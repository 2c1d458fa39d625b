import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { originOf, unitKey } from '../../origin/origin.js';
import { isCommon, isLocalState, isState, isWeak } from '../../symbols/flags.js';
import type { MemberId } from '../../symbols/table.js';
import { isMarkedName } from '../edits/edit-plan.js';

interface CountedLink {
  readonly graph: LinkGraph;
  readonly resolution: Resolution;
}

/** By unit: names of its mutable globals that some copy of it shares with other files. */
type SharedByUnit = ReadonlyMap<string, ReadonlySet<string>>;

/** No mutable global with a name of its own has more copies among the files of the link than before. */
export function compareState(
  before: CountedLink,
  after: CountedLink,
  report: (problem: string) => void,
): void {
  const shared = sharedGlobals(before);
  const known = countCopies(before, shared);
  for (const [text, number] of countCopies(after, shared))
    if (number > 1 && number > (known.get(text) ?? 0))
      report(`the mutable global '${text}' exists ${number} times, more than before`);
}

function countCopies(link: CountedLink, shared: SharedByUnit): Map<string, number> {
  const counts = new Map<string, number>();
  for (const member of link.resolution.loaded)
    for (const text of stateOf(link, member, shared)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Names of a file's mutable globals that may have a copy elsewhere. */
function stateOf({ graph, resolution }: CountedLink, member: MemberId, shared: SharedByUnit): Set<string> {
  const { firstSymbol, flags: flagsOf, name, names } = graph.inputs.symbols;
  const own = new Set<string>();
  const sharedHere = shared.get(unitOf(graph, member));
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    const flags = flagsOf[symbol];
    if (!isState(flags)) continue;
    // A weak or common one that lost is merged with the winner.
    const mayMerge = isWeak(flags) || isCommon(flags);
    if (mayMerge && resolution.winners[graph.name[symbol]] !== symbol) continue;
    const text = originalName(names.text(name[symbol]));
    // A C static may have the same name in files that have nothing to do with each other.
    const isOne = !isLocalState(flags) || /_R|17h[0-9a-f]{16}E/.test(text);
    if (isOne || sharedHere?.has(text)) own.add(text);
  }
  return own;
}

/** Link-time optimisation makes a global private in one copy of a unit that another copy shares. */
function sharedGlobals({ graph }: CountedLink): SharedByUnit {
  const { members, symbols } = graph.inputs;
  const shared = new Map<string, Set<string>>();
  for (const { id } of members) {
    const unit = unitOf(graph, id);
    if (unit === '') continue;
    const own = shared.get(unit) ?? new Set<string>();
    shared.set(unit, own);
    for (let symbol = symbols.firstSymbol[id]; symbol < symbols.firstSymbol[id + 1]; symbol++)
      if (isState(symbols.flags[symbol]) && !isLocalState(symbols.flags[symbol]))
        own.add(originalName(symbols.names.text(symbols.name[symbol])));
  }
  return shared;
}

/** Empty for a member whose name says nothing of a unit. */
function unitOf({ inputs }: LinkGraph, member: MemberId): string {
  const origin = originOf(inputs.members[member].name);
  return origin ? unitKey(origin) : '';
}

/** The name that the source gave: without what optimisers add. The digits of an edit are part of a new name. */
export const originalName = (text: string): string => (isMarkedName(text) ? text : withoutSuffixes(text));

const withoutSuffixes = (text: string): string =>
  text.replace(/\.llvm\.\d+|\.lto_priv(?=\.|$)/g, '').replace(/\.\d+$/, '');
