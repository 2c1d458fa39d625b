import { walkedSectionsStay } from '../conditions/acting-sections.js';
import type { Comparison } from '../conditions/comparison.js';
import { keptSectionsStay } from '../conditions/kept-sections.js';
import { namedDoubt } from '../conditions/named-members.js';
import { constructorOrderStays } from '../constructors/constructor-order.js';
import type { EditProblem } from './edit-plan.js';
import type { EditedLink, EditedLinks } from './edited-link.js';

/** Conditions of drops on the order of a link. Both links are compared by the copies among the members as read. */
const ORDER_CONDITIONS = [constructorOrderStays, walkedSectionsStay, keptSectionsStay];

/**
 * E2, for a redirect and for first-wins; where the user decided to yield or isolate, the plan lists what is found.
 * An undefined name is searched for at another place of the line, so that other copies are loaded: constructors and
 * entries that are walked keep their order, and the copies are placed where the members were.
 */
export function* orderStays(links: EditedLinks): Generator<EditProblem> {
  for (const link of links.links) {
    const comparison = comparisonOf(links, link);
    for (const condition of ORDER_CONDITIONS)
      for (const { name, by } of condition(comparison))
        yield { code: 'edit-effect', name, member: by, linker: link.profile.id };
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

/** A linker script or an order file tells a copy that is newly loaded from the member that it replaces. */
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
