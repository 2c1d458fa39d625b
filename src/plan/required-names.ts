import type { Inputs } from '../link/inputs/inputs.js';
import type { LinkLine } from '../link/line/link-line.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { isDefinition, isFunction, isWeak } from '../symbols/flags.js';
import type { NameId } from '../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../symbols/table.js';
import { ranksOf, unitsOf } from './constructors/unit-order.js';
import type { RefusedDrops, TrimPlan } from './plan-trim.js';

/** A name that loads a member at its old position when the line requires it (`-u`). */
export interface RequiredName {
  readonly name: NameId;
  readonly member: MemberId;
}

/** Each takes a plan to try. */
const MOST_NAMES = 2;

/** Refused drops of a plan, in its first link. */
export const refusalsIn = ({ graph, twins, scenarios, verdicts }: TrimPlan): RefusedDrops => ({
  graph,
  twins,
  before: scenarios[0].before,
  blockers: verdicts.flatMap((verdict) => (verdict.kind === 'blocked' ? [verdict.blocker] : [])),
});

/**
 * Finds members with constructors that drops would load later, or from another archive: a linker that searches archives
 * once loads such a member only for a reference that precedes its archive. Requiring one of its names restores the
 * order of constructors without a duplicate definition.
 *
 * @returns empty unless drops were refused for the order of constructors
 */
export function requiredNames(
  { graph: { inputs }, twins, before, blockers }: RefusedDrops,
  line: LinkLine,
): RequiredName[] {
  const ranks = (member: MemberId) => [...ranksOf(inputs, line, member).keys()];
  const reordered = new Set(
    blockers.flatMap(({ code, by }) => (code === 'constructor-order' ? ranks(by) : [])),
  );
  if (reordered.size === 0) return [];
  const acting = before.loaded.filter(
    (member) => inputs.members[member].archive !== NONE && ranks(member).some((rank) => reordered.has(rank)),
  );
  const unitOf = unitsOf(twins, acting);
  const first = new Map<MemberId, MemberId>();
  for (const member of acting) if (!first.has(unitOf(member))) first.set(unitOf(member), member);
  return [...first.values()]
    .filter((member) => twins.hasAlike(member))
    .flatMap((member): RequiredName[] => {
      const name = usableName(inputs, before, member);
      return name === NONE ? [] : [{ name, member }];
    })
    .slice(0, MOST_NAMES);
}

/** Of the functions that the link has from a member, the smallest, since `--gc-sections` then keeps it. */
function usableName({ symbols }: Inputs, { winners }: Resolution, member: MemberId): NameId {
  const { firstSymbol, flags, name, names, size } = symbols;
  const sizeOf = (symbol: SymbolId) => size[symbol] || Number.MAX_SAFE_INTEGER;
  let best: SymbolId = NONE;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    const isUsable =
      isDefinition(flags[symbol]) &&
      !isWeak(flags[symbol]) &&
      isFunction(flags[symbol]) &&
      winners[name[symbol]] === symbol &&
      /^\w+$/.test(names.text(name[symbol]));
    if (isUsable && (best === NONE || sizeOf(symbol) < sizeOf(best))) best = symbol;
  }
  return best === NONE ? NONE : name[best];
}
