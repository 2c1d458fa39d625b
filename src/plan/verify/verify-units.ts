import type { Inputs } from '../../link/inputs/inputs.js';
import { originOf, unitKey } from '../../origin/origin.js';
import { isDefined } from '../../symbols/flags.js';
import type { MemberId } from '../../symbols/table.js';

/** Which members of the link before are copies of one unit. */
export type AreCopies = (one: MemberId, other: MemberId) => boolean;

/** Which of these members of the link before are parts of one unit. */
export type UnitsAmong = (members: readonly MemberId[]) => (member: MemberId) => MemberId;

/**
 * Numbers units by their first member. Compares members of equal size, of one codegen unit, or that define the same
 * names.
 * @returns for a member that is not among these, itself
 */
export function unitFinder(
  inputs: Inputs,
  members: readonly MemberId[],
  areCopies: AreCopies,
): (member: MemberId) => MemberId {
  const units = new Map<MemberId, MemberId>();
  const candidates = new Map<string, MemberId[]>();
  for (const member of new Set(members)) {
    const { name, size } = inputs.members[member];
    const origin = originOf(name);
    const keys = [
      `size ${size}`,
      `defines ${definedNames(inputs, member)}`,
      ...(origin ? [`unit ${unitKey(origin)}`] : []),
    ];
    const others = keys.flatMap((key) => candidates.get(key) ?? []);
    const copy = others.find((other) => areCopies(member, other) || areCopies(other, member));
    units.set(member, copy === undefined ? member : (units.get(copy) ?? copy));
    for (const key of keys) candidates.set(key, [...(candidates.get(key) ?? []), member]);
  }
  return (member) => units.get(member) ?? member;
}

/** The names that a member defines for others, in the order of its table; its size differs once it is stripped. */
function definedNames({ symbols }: Inputs, member: MemberId): string {
  const { firstSymbol, flags, name } = symbols;
  const defined: number[] = [];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isDefined(flags[symbol])) defined.push(name[symbol]);
  return defined.sort((a, b) => a - b).join();
}
