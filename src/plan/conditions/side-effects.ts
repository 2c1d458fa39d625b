import type { SideEffect } from '../../symbols/object-format.js';
import type { MemberId } from '../../symbols/table.js';
import type { Comparison } from './comparison.js';

/** Key of a side effect, without the number after `.llvm.` and local disambiguators, which differ between builds. */
export const effectKey = ({ kind, section, entries }: SideEffect): string =>
  [kind, ...[section, ...entries].map((text) => text.replace(/\.llvm\.\d+(?=\+|$)/, ''))].join('\0');

/** As the first of all equal members tells them: local names say what a constructor is, and strip takes them away. */
export const effectsOf = (
  { graph, twins }: Pick<Comparison, 'graph' | 'twins'>,
  member: MemberId,
): readonly SideEffect[] => {
  const content = graph.inputs.contents[twins.firstEqual[member]];
  return content.kind === 'object' ? content.info.sideEffects : [];
};
