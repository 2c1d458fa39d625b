import { constructorArray } from '../../link/linkers/constructor-arrays.js';
import type { MemberId } from '../../symbols/table.js';
import type { Comparison } from '../conditions/comparison.js';
import { effectKey, effectsOf } from '../conditions/side-effects.js';

type Links = Pick<Comparison, 'graph' | 'line' | 'twins'>;

/** The parts of a unit that a member has constructors of, in a rank. */
export type PartsOf = (member: MemberId, rank: string) => readonly string[];

/**
 * Divides units by their constructors. Copies of a unit may have different ones: a copy that lacks a constructor does
 * not determine when that constructor runs. A part holds the constructors that the same copies have; most units have
 * one part.
 */
export function unitParts(
  links: Links,
  acting: readonly MemberId[],
  unitOf: (member: MemberId) => MemberId,
): PartsOf {
  const parts = new Map<string, string[]>();
  for (const [unit, copies] of copiesByUnit(acting, unitOf)) {
    if (copies.length === 1) continue;
    for (const [rank, owners] of ownersByRank(links, copies)) addParts(parts, unit, rank, owners);
  }
  return (member, rank) => parts.get(`${member} ${rank}`) ?? [`${unitOf(member)}`];
}

function addParts(
  parts: Map<string, string[]>,
  unit: MemberId,
  rank: string,
  owners: ReadonlyMap<string, readonly MemberId[]>,
): void {
  const different = new Map([...owners.values()].map((members) => [members.join(), members]));
  if (different.size === 1) return;
  for (const [text, members] of different)
    for (const member of members) {
      const known = parts.get(`${member} ${rank}`) ?? [];
      parts.set(`${member} ${rank}`, [...known, `${unit} of ${text}`]);
    }
}

function copiesByUnit(
  acting: readonly MemberId[],
  unitOf: (member: MemberId) => MemberId,
): Map<MemberId, MemberId[]> {
  const units = new Map<MemberId, MemberId[]>();
  for (const member of new Set(acting)) {
    const copies = units.get(unitOf(member)) ?? [];
    units.set(unitOf(member), copies);
    copies.push(member);
  }
  return units;
}

/** By rank, then by what identifies constructors among copies of a unit: the copies that have them. */
function ownersByRank(links: Links, copies: readonly MemberId[]): Map<string, Map<string, MemberId[]>> {
  const ranks = new Map<string, Map<string, MemberId[]>>();
  for (const member of copies)
    for (const effect of effectsOf(links, member)) {
      const array = constructorArray(links.graph.inputs.format, links.line.layout, effect);
      if (array === null) continue;
      const owners = ranks.get(array.rank) ?? new Map<string, MemberId[]>();
      ranks.set(array.rank, owners);
      const members = owners.get(effectKey(effect)) ?? [];
      owners.set(effectKey(effect), members);
      if (members.at(-1) !== member) members.push(member);
    }
  return ranks;
}
