import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
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
 * Side effects that are lost: neither their file nor a copy of it is loaded. An equal entry of another file differs.
 */
export function lostIn(graph: LinkGraph, twins: Twins, before: Resolution, after: Resolution): LostEffect[] {
  const isCopyLoaded = (member: MemberId) =>
    twins.alikeOf(member).some((twin) => after.isLoaded[twin] === 1 && isCopy(twins, member, twin));
  return before.loaded.flatMap((member) => {
    const content = graph.inputs.contents[member];
    if (after.isLoaded[member] || content.kind !== 'object' || content.info.sideEffects.length === 0)
      return [];
    return isCopyLoaded(member) ? [] : content.info.sideEffects.map((effect) => ({ member, effect }));
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
