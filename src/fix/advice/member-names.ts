import { cName } from '../../link/inputs/c-names.js';
import { isDefined, isReference } from '../../symbols/flags.js';
import type { MemberId } from '../../symbols/table.js';
import type { AdviceContext } from './context.js';

/** Linkage names that a member defines, as C spells them. */
export function definedNames({ state }: AdviceContext, member: MemberId): string[] {
  return namesWhere(state.links[0].subject.opened.inputs, member, isDefined);
}

/** Names that a member refers to. */
export function referencedNames({ state }: AdviceContext, member: MemberId): string[] {
  return namesWhere(state.links[0].subject.opened.inputs, member, isReference);
}

function namesWhere(
  inputs: AdviceContext['state']['links'][0]['subject']['opened']['inputs'],
  member: MemberId,
  has: (flags: number) => boolean,
): string[] {
  const { firstSymbol, flags, name } = inputs.symbols;
  const found: string[] = [];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (has(flags[symbol])) found.push(cName(inputs, name[symbol]));
  return found;
}

export const definesAny = (context: AdviceContext, member: MemberId, names: readonly string[]): boolean =>
  definedNames(context, member).some((name) => names.includes(name));

/** Whether a name is of a program's start, of which a WebAssembly object has several. */
export const isMain = (name: string): boolean =>
  /^(?:main|__main_void|__main_argc_argv|__original_main)$/.test(name);
