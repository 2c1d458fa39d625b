import type { ArchiveId } from '../../link/inputs/inputs.js';
import { NO_EDITS } from '../../plan/edits/edit-request.js';
import { planEdits } from '../../plan/edits/plan-edits.js';
import { clashingLinks } from '../../plan/edits/plan-with-edits.js';
import type { CureKind } from '../cure-kind.js';
import { type CureState, type LinkState, simulate } from '../cure-state.js';
import { allDuplicates } from '../problems/duplicates.js';
import { planOf, rankings, withDrops } from './drop.js';
import { isClosedToEdits } from './edit.js';

/**
 * Definitions that are proved copies of a provider's become references to it, in members that cannot be dropped whole.
 */
export const redirect: CureKind = {
  id: 'redirect',
  *propose(state) {
    if (isClosedToEdits(state)) return;
    for (const providers of rankings(state)) {
      const redirected = withRedirects(state, providers);
      if (redirected === null) continue;
      // Edits are planned for the duplicates that the drops of the same ranking leave.
      const dropped =
        allDuplicates(redirected) === 0 ? null : withDrops(redirected, (link) => planOf(link, providers, []));
      yield dropped ?? redirected;
    }
  },
};

/** The command with all proved redirects; null without any. */
function withRedirects(state: CureState, providers: readonly ArchiveId[]): CureState | null {
  const links = state.links.map((link) => redirectedLink(link, providers));
  if (links.every(({ edits }) => edits === null)) return null;
  return { ...state, parts: [...state.parts, 'redirect'], links };
}

function redirectedLink(link: LinkState, providers: readonly ArchiveId[]): LinkState {
  const plan = planOf(link, providers, []);
  const { prepared, opened, marks } = link.subject;
  const given = clashingLinks(plan);
  if (given.every(({ clashes }) => clashes.length === 0)) return link;
  const found = planEdits(prepared, given, { ...NO_EDITS, redirect: true }, plan.owners, null, marks);
  if (found.edits.length === 0 || found.problems.length > 0) return link;
  const subject = {
    ...link.subject,
    prepared: found.edited,
    opened: { ...opened, inputs: found.edited.graph.inputs },
  };
  return simulate(subject, link.line, link.drops, found);
}
