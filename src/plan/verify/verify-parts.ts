import type { LinkLine } from '../../link/line/link-line.js';
import { constructorArray } from '../../link/linkers/constructor-arrays.js';
import type { ObjectFormatId } from '../../symbols/object-format.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { EffectsOf } from './verify-effects.js';

/** Numbers of what a member runs in a rank, in ascending order: its unit, or parts of it. */
export type PartsOf = (member: MemberId, rank: string) => readonly number[];

/**
 * Copies of a unit may have different constructors. Then each that the same copies have is a part of its own, since its
 * order is that of these copies.
 */
export function partFinder(
  format: ObjectFormatId | null,
  { layout }: LinkLine,
  members: readonly MemberId[],
  unitOf: (member: MemberId) => MemberId,
  effectsOf: EffectsOf,
): PartsOf {
  const textsOf = (member: MemberId): string[] =>
    effectsOf(member).flatMap((effect) => {
      const array = constructorArray(format, layout, effect);
      const entries = effect.entries.map((entry) => entry.replace(/\.llvm\.\d+(?=\+|$)/, ''));
      return array === null ? [] : [[array.rank, effect.section, ...entries].join('\n')];
    });
  const owners = new Map<string, Set<MemberId>>();
  for (const member of members)
    for (const text of textsOf(member)) {
      const key = `${unitOf(member)}\n${text}`;
      owners.set(key, (owners.get(key) ?? new Set()).add(member));
    }
  const numbers = new Map<string, number>();
  const parts = new Map<string, Set<number>>();
  for (const [key, copies] of owners) {
    const [unit, rank] = key.split('\n');
    const part = `${unit} ${rank} ${[...copies].sort((a, b) => a - b)}`;
    const number = numbers.get(part) ?? numbers.size;
    numbers.set(part, number);
    for (const member of copies) {
      const own = `${member} ${rank}`;
      parts.set(own, (parts.get(own) ?? new Set()).add(number));
    }
  }
  // A file that the link before does not have is of no unit.
  return (member, rank) => [...(parts.get(`${member} ${rank}`) ?? [NONE])].sort((a, b) => a - b);
}
