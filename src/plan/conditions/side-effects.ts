import { once } from '../../bytes/once.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import type { SideEffect } from '../../symbols/object-format.js';
import type { MemberId } from '../../symbols/table.js';
import type { Twins } from '../twins/twins.js';
import type { Comparison } from './comparison.js';

/** Key of a side effect, without the number after `.llvm.` and local disambiguators, which differ between builds. */
export const effectKey = ({ kind, section, entries }: SideEffect): string =>
  [kind, ...[section, ...entries].map((text) => text.replace(/\.llvm\.\d+(?=\+|$)/, ''))].join('\0');

/** Keys of side effects that count separately: each linker option, otherwise the whole section. */
export const effectKeys = (effect: SideEffect): string[] =>
  effect.kind === 'linker-options'
    ? effect.entries.map((option) => [effect.kind, effect.section, option].join('\0'))
    : [effectKey(effect)];

/** Whether linkers join such an effect over all files of a link, so that the equal effect of any file replaces it. */
export const isJoined = ({ kind }: SideEffect): boolean => kind === 'linker-options' || kind === 'note';

/** Read from the first of all equal members: local names identify a constructor, and strip may have removed them. */
export const effectsOf = (
  { graph, twins }: Pick<Comparison, 'graph' | 'twins'>,
  member: MemberId,
): readonly SideEffect[] => {
  const content = graph.inputs.contents[twins.firstEqual[member]];
  return content.kind === 'object' ? content.info.sideEffects : [];
};

/** By MemberId: 1 for files with side effects of their own, which are few. */
export const actingFiles = once(({ contents }: Inputs): Uint8Array => {
  const acts = new Uint8Array(contents.length);
  for (let member = 0; member < acts.length; member++) {
    const content = contents[member];
    if (content.kind === 'object' && content.info.sideEffects.length > 0) acts[member] = 1;
  }
  return acts;
});

/** Whether a file has side effects, as `effectsOf` tells them. */
export const acts = ({ graph, twins }: Pick<Comparison, 'graph' | 'twins'>, member: MemberId): boolean =>
  actingFiles(graph.inputs)[twins.firstEqual[member]] === 1;

/** Members with side effects, in input order. */
export const acting = ({ graph, twins }: Pick<Comparison, 'graph' | 'twins'>): readonly MemberId[] => {
  const { members } = graph.inputs;
  const found = ofTwins.get(twins);
  if (found !== undefined && found.members === members) return found.acting;
  const isActing = actingFiles(graph.inputs);
  const list: MemberId[] = [];
  for (let member = 0; member < members.length; member++)
    if (isActing[twins.firstEqual[member]] === 1) list.push(member);
  ofTwins.set(twins, { members, acting: list });
  return list;
};

const ofTwins = new WeakMap<
  Twins,
  { readonly members: Inputs['members']; readonly acting: readonly MemberId[] }
>();
