import type { Inputs } from '../../link/inputs/inputs.js';
import { sharedDefinitions } from '../../link/resolve/row-searches.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { sizeDifference } from '../../plan/unequal-data.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { type MemberRef, refTo } from './member-ref.js';

/** Names listed of each set of files. */
const SYMBOLS_NAMED = 5;

/** Names that the same files define strongly. */
export interface SharedNames {
  readonly files: readonly MemberRef[];
  readonly names: number;
  /** The first of them. */
  readonly symbols: readonly string[];
  /** Of data with different sizes in these files; absent where there is none. */
  readonly unequal?: UnequalSizes;
}

/**
 * Data that files define with different sizes: code that was compiled for the larger writes past the end of the
 * smaller.
 */
export interface UnequalSizes {
  readonly names: number;
  /** The one that differs most. */
  readonly symbol: string;
  /** Bytes, by file. */
  readonly sizes: readonly number[];
}

/** A name and the files that define it. */
interface Shared {
  readonly name: NameId;
  readonly members: readonly MemberId[];
  /** By file, where they clash. */
  readonly definitions?: readonly SymbolId[];
}

/** A row for each set of files, in order of its first name. */
export function groupByFiles(inputs: Inputs, shared: readonly Shared[]): SharedNames[] {
  const groups = new Map<string, Shared[]>();
  for (const one of shared) {
    const key = one.members.join(' ');
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(one);
  }
  return [...groups.values()].map((group) => {
    const unequal = unequalSizes(
      inputs,
      group.flatMap(({ definitions }) => (definitions === undefined ? [] : [definitions])),
    );
    return {
      files: group[0].members.map((member) => refTo(inputs, member)),
      names: group.length,
      symbols: group.slice(0, SYMBOLS_NAMED).map(({ name }) => inputs.symbols.names.text(name)),
      ...(unequal === null ? {} : { unequal }),
    };
  });
}

/** Data of which definitions have different sizes; null where there is none. */
export function unequalSizes(inputs: Inputs, clashes: readonly (readonly SymbolId[])[]): UnequalSizes | null {
  const { size, name, names } = inputs.symbols;
  const found = clashes
    .map((definitions) => ({ definitions, difference: sizeDifference(inputs, definitions) }))
    .filter(({ difference }) => difference > 0)
    .sort((one, other) => other.difference - one.difference);
  if (found.length === 0) return null;
  const [{ definitions: worst }] = found;
  return {
    names: found.length,
    symbol: names.text(name[worst[0]]),
    sizes: worst.map((symbol) => size[symbol]),
  };
}

/** Names that files of several archives define strongly, dropped copies left out, and that do not clash as it is. */
export function findOverlaps(plan: TrimPlan): Shared[] {
  const { inputs } = plan.graph;
  const { symbols, members } = inputs;
  const archiveOf = Int32Array.from(members, ({ archive }) => archive);
  const isLeftOut = Uint8Array.from(members, ({ archive }, member) =>
    archive === NONE || plan.verdicts[member].kind === 'drop' ? 1 : 0,
  );
  const isClashing = new Uint8Array(symbols.names.length);
  for (const name of plan.scenarios[0].before.clashRows.name) isClashing[name] = 1;
  const first = new Int32Array(symbols.names.length).fill(NONE);
  const holders = new Map<NameId, MemberId[]>();
  const shared = sharedDefinitions(plan.graph, isLeftOut);
  for (let at = 0; at < shared.length; at++) {
    const symbol = shared[at];
    const member = symbols.member[symbol];
    const name = symbols.name[symbol];
    if (isClashing[name]) continue;
    if (first[name] === NONE) {
      first[name] = symbol;
      continue;
    }
    const known = holders.get(name);
    if (known === undefined) {
      const holder = symbols.member[first[name]];
      if (archiveOf[holder] !== archiveOf[member]) holders.set(name, [holder, member]);
    } else if (known.every((other) => archiveOf[other] !== archiveOf[member])) known.push(member);
  }
  return [...holders]
    .sort(([one], [other]) => first[one] - first[other])
    .map(([name, files]) => ({ name, members: files }));
}
