import type { Inputs } from '../../link/inputs/inputs.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { isDefinition, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { type MemberRef, refTo } from './member-ref.js';

/** Names told of each set of files. */
const SYMBOLS_NAMED = 5;

/** Names that the same files define strongly. */
export interface SharedNames {
  readonly files: readonly MemberRef[];
  readonly names: number;
  /** The first of them. */
  readonly symbols: readonly string[];
}

/** A name and the files that define it. */
interface Shared {
  readonly name: NameId;
  readonly members: readonly MemberId[];
}

/** A row for each set of files, in order of its first name. */
export function groupByFiles(inputs: Inputs, shared: readonly Shared[]): SharedNames[] {
  const groups = new Map<string, { members: readonly MemberId[]; names: NameId[] }>();
  for (const { name, members } of shared) {
    const key = members.join(' ');
    const group = groups.get(key) ?? { members, names: [] };
    groups.set(key, group);
    group.names.push(name);
  }
  return [...groups.values()].map(({ members, names }) => ({
    files: members.map((member) => refTo(inputs, member)),
    names: names.length,
    symbols: names.slice(0, SYMBOLS_NAMED).map((name) => inputs.symbols.names.text(name)),
  }));
}

/** Clashes with another of its name: no linker takes one of several in peace, as of weak, common and COMDAT ones. */
export function isStrong({ symbols }: Inputs, symbol: SymbolId): boolean {
  const flags = symbols.flags[symbol];
  return isDefinition(flags) && !isWeak(flags) && symbols.group[symbol] === NONE;
}

/** Names that files of several archives define strongly, dropped copies left out, and that do not clash as it is. */
export function findOverlaps(plan: TrimPlan): Shared[] {
  const { inputs } = plan.graph;
  const { symbols, members } = inputs;
  const clashing = new Set(plan.scenarios[0].before.clashes.map(({ name }) => name));
  const holders = new Map<NameId, MemberId[]>();
  for (let symbol = 0; symbol < symbols.length; symbol++) {
    const member = symbols.member[symbol];
    const name = symbols.name[symbol];
    if (members[member].archive === NONE || plan.verdicts[member].kind === 'drop') continue;
    if (!isStrong(inputs, symbol) || clashing.has(name)) continue;
    const known = holders.get(name);
    if (!known) holders.set(name, [member]);
    else if (known.every((other) => members[other].archive !== members[member].archive)) known.push(member);
  }
  return [...holders]
    .filter(([, files]) => files.length > 1)
    .map(([name, files]) => ({ name, members: files }));
}
