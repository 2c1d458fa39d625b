import { neededLibraries } from '../../link/resolve/needed-libraries.js';
import type { SideEffect } from '../../symbols/object-format.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { walkedSectionsStay } from '../conditions/acting-sections.js';
import type { Comparison } from '../conditions/comparison.js';
import { keptSectionsStay } from '../conditions/kept-sections.js';
import { namedDoubt } from '../conditions/named-members.js';
import { constructorOrderStays, orderEffects } from '../constructors/constructor-order.js';
import { countEffects, RUNNING_EFFECTS } from './edit-conditions.js';
import type { EditProblem } from './edit-plan.js';
import type { EditedLink, EditedLinks } from './edited-link.js';

/** Conditions of drops on the order of a link. Both links are compared by the copies among the members as read. */
const ORDER_CONDITIONS = [constructorOrderStays, walkedSectionsStay, keptSectionsStay];

/**
 * E2, for a redirect and for first-wins; where the user decided to yield or isolate, the plan lists what is found.
 * Linkers search for an undefined name at a different position of the line, and so load different copies. Constructors
 * and walked entries must keep their order, and the copies must be placed where the members were.
 */
export function* orderStays(links: EditedLinks): Generator<EditProblem> {
  for (const link of links.links) {
    const comparison = comparisonOf(links, link);
    // `effectsAreNotNew` finds those that run for the first time.
    for (const condition of ORDER_CONDITIONS)
      for (const { code, name, by } of condition(comparison))
        if (code !== 'loads-more') yield { code: 'edit-effect', name, member: by, linker: link.profile.id };
    yield* placesStay(links, link);
  }
}

const comparisonOf = (
  { original: { twins, state, graph }, edited }: EditedLinks,
  { line, before, after }: EditedLink,
): Comparison => ({
  graph: edited.graph,
  ...{ twins, state, before, after, line },
  // Nothing is put back here.
  dropped: new Uint8Array(graph.inputs.members.length),
});

/**
 * E2, for a redirect and for first-wins; where the user decided to yield or isolate, the plan lists what is found.
 * An edit may load a member that was not in the link: it adds no constructor, and no entry to a registry.
 */
export function* effectsAreNotNew(links: EditedLinks): Generator<EditProblem> {
  for (const link of links.links) {
    for (const member of newlyActing(links, link))
      yield { code: 'edit-effect', name: link.after.extractedFor[member], member, linker: link.profile.id };
    yield* changesOfNeed(links, link, (was, is) => is > was);
  }
}

/** E2: a library that only references keep in the output (--as-needed, a DLL) still runs its constructors. */
export function* librariesStayNeeded(links: EditedLinks): Generator<EditProblem> {
  for (const link of links.links) yield* changesOfNeed(links, link, (was, is) => is < was);
}

function* changesOfNeed(
  { original, edited }: EditedLinks,
  { line, profile, before, after }: EditedLink,
  counts: (was: number, is: number) => boolean,
): Generator<EditProblem> {
  const old = neededLibraries(original.graph, line, before);
  if (old.size === 0) return;
  for (const [member, is] of neededLibraries(edited.graph, line, after))
    if (counts(old.get(member) ?? is, is))
      yield { code: 'edit-effect', name: NONE, member, linker: profile.id };
}

function newlyActing(links: EditedLinks, link: EditedLink): Set<MemberId> {
  const { before, after, line } = link;
  const found = new Set<MemberId>();
  const acts = ({ kind }: SideEffect) =>
    RUNNING_EFFECTS.has(kind) || (kind === 'code-section' && line.layout.hasSections);
  const [old, now] = [before, after].map((one) => countEffects(links.original, one, acts));
  for (const [key, { member }] of now) if (!old.has(key)) found.add(member);
  for (const { newcomers } of orderEffects(comparisonOf(links, link)))
    for (const { first } of newcomers) found.add(first);
  return found;
}

/** A linker script or an order file distinguishes a newly loaded copy from the member that it replaces. */
function* placesStay(
  { original: { graph, twins } }: EditedLinks,
  { line, profile, before, after }: EditedLink,
): Generator<EditProblem> {
  const doubt = namedDoubt(graph.inputs, line);
  for (const member of before.loaded) {
    if (after.isLoaded[member]) continue;
    for (const copy of twins.alikeOf(member))
      if (after.isLoaded[copy] && doubt(member, copy) !== null)
        yield { code: 'edit-effect', name: after.extractedFor[copy], member: copy, linker: profile.id };
  }
}
