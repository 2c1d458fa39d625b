import type { Inputs } from '../../link/inputs/inputs.js';
import { isDefined, isLocalState } from '../../symbols/flags.js';
import type { SideEffect } from '../../symbols/object-format.js';
import type { MemberId } from '../../symbols/table.js';
import type { CopyCheck } from './verify-copy.js';

/** Side effects of a member, described by the first equal member of the line. */
export type EffectsOf = (member: MemberId) => readonly SideEffect[];

/**
 * Local names identify constructors, and strip removes them. So a member's side effects are read from the first member
 * with an equal image. Only members that define the same names in the same order are compared.
 */
export function effectsByImage(inputs: Inputs, copies: CopyCheck): EffectsOf {
  const firsts = new Map<string, MemberId[]>();
  const known = new Map<MemberId, readonly SideEffect[]>();
  return (member) => {
    const effects = known.get(member) ?? effectsIn(inputs, firstEqual(inputs, copies, firsts, member));
    known.set(member, effects);
    return effects;
  };
}

const effectsIn = ({ contents }: Inputs, member: MemberId): readonly SideEffect[] => {
  const content = contents[member];
  return content.kind === 'object' ? content.info.sideEffects : [];
};

function firstEqual(
  inputs: Inputs,
  copies: CopyCheck,
  firsts: Map<string, MemberId[]>,
  member: MemberId,
): MemberId {
  if (effectsIn(inputs, member).length === 0) return member;
  const key = definedNames(inputs, member);
  const seen = firsts.get(key) ?? [];
  firsts.set(key, seen);
  const equal = seen.find((first) => copies(first, member) === 'equal');
  if (equal === undefined) seen.push(member);
  return equal ?? member;
}

function definedNames({ symbols }: Inputs, member: MemberId): string {
  const { firstSymbol, flags, name } = symbols;
  const names: number[] = [];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isDefined(flags[symbol]) && !isLocalState(flags[symbol])) names.push(name[symbol]);
  return names.join(' ');
}
