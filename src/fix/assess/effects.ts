import { lazily } from '../../bytes/lazily.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { effectKeys, isJoined } from '../../plan/conditions/side-effects.js';
import { RUNNING_EFFECTS } from '../../plan/edits/edit-conditions.js';
import type { Twins } from '../../plan/twins/twins.js';
import type { SideEffect } from '../../symbols/object-format.js';
import type { MemberId } from '../../symbols/table.js';
import { isCopy } from './same-definition.js';

/** A constructor, registry entry or linker option that is no longer in the link. */
export interface LostEffect {
  readonly member: MemberId;
  readonly effect: SideEffect;
}

/**
 * Side effects that are lost: neither their file nor a copy of it is loaded. An equal constructor or entry of another
 * file is a different effect; an equal linker option or note of another file is the same effect.
 */
export function lostIn(graph: LinkGraph, twins: Twins, before: Resolution, after: Resolution): LostEffect[] {
  const effectsIn = (member: MemberId) => {
    const content = graph.inputs.contents[member];
    return content.kind === 'object' ? content.info.sideEffects : [];
  };
  const isCopyLoaded = (member: MemberId) =>
    twins.alikeOf(member).some((twin) => after.isLoaded[twin] === 1 && isCopy(twins, member, twin));
  const joined = lazily({
    keys: () => new Set(after.loaded.flatMap((file) => effectsIn(file).filter(isJoined).flatMap(effectKeys))),
  });
  const isElsewhere = (effect: SideEffect) =>
    isJoined(effect) && effectKeys(effect).every((key) => joined.keys.has(key));
  return before.loaded.flatMap((member) => {
    const effects = effectsIn(member);
    if (after.isLoaded[member] || effects.length === 0 || isCopyLoaded(member)) return [];
    return effects.filter((effect) => !isElsewhere(effect)).map((effect) => ({ member, effect }));
  });
}

/** Files with start-up code or registrations that edits add to the link. */
export function addedIn({ inputs }: LinkGraph, before: Resolution, after: Resolution): MemberId[] {
  return after.loaded.filter((member) => {
    const content = inputs.contents[member];
    if (before.isLoaded[member] || content.kind !== 'object') return false;
    return content.info.sideEffects.some(({ kind }) => RUNNING_EFFECTS.has(kind));
  });
}
