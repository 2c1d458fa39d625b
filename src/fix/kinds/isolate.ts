import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { MemberEdit } from '../../plan/edits/edit-plan.js';
import { prepareEdited } from '../../plan/edits/edited-link.js';
import { ownClashes, surveyArchive } from '../../plan/edits/kinds/archive-survey.js';
import { isolateEdits } from '../../plan/edits/kinds/isolate.js';
import { isolatedNames } from '../../plan/edits/kinds/isolated-names.js';
import { sectionGraphs } from '../../plan/edits/section-graph.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import type { CureKind } from '../cure-kind.js';
import type { CureState, LinkState } from '../cure-state.js';
import { archiveOf } from '../problems/duplicates.js';
import type { Problems } from '../problems/problems.js';
import { isPrivateState } from '../rivals/private-state.js';
import { differingInlines } from './differing-inlines.js';
import { archivesInClashes } from './drop.js';
import { isClosedToIsolation, withEdits } from './edit.js';

/** Archives that define and use clashing names keep their own definitions for themselves. */
export const isolate: CureKind = {
  id: 'isolate',
  *propose(state, problems) {
    if (isClosedToIsolation(state)) return;
    for (const archives of candidates(state, problems)) {
      const isolated = withEdits(
        state,
        'isolate',
        (link) => editsOf(link, problems, archives),
        (link, symbol) =>
          isCollision(link, problems, symbol) || isPrivateState(link, problems.collisions, symbol),
      );
      if (isolated !== null) yield isolated;
    }
  },
};

/**
 * Whether a global is shared by mistake: its users were compiled for two globals with different content, and no linker
 * reports that.
 */
function isCollision({ subject }: LinkState, { collisions }: Problems, symbol: SymbolId): boolean {
  const { inputs } = subject.prepared.graph;
  return collisions.some(({ name }) => name === inputs.symbols.name[symbol]);
}

/** Each archive alone, then all but one: the later of two first, since references from outside keep the earlier. */
function candidates(state: CureState, { collisions }: Problems): ArchiveId[][] {
  const [{ subject }] = state.links;
  const { graph } = subject.prepared;
  const bySilence = collisions.flatMap(({ bound, meant }) => [
    archiveOf(graph, bound),
    archiveOf(graph, meant),
  ]);
  const archives = [...new Set([...archivesInClashes(state), ...bySilence])]
    .filter((archive) => archive !== NONE && !graph.inputs.archives[archive].isFixed)
    .sort((one, other) => other - one);
  const rest = archives.slice(0, -1);
  return [...archives.map((one) => [one]), ...(rest.length > 1 ? [rest] : [])];
}

function editsOf(
  link: LinkState,
  { collisions }: Problems,
  archives: readonly ArchiveId[],
): MemberEdit[] | null {
  const { prepared, opened, marks } = link.subject;
  const images = sectionGraphs(opened.inputs);
  const clashing = new Set([
    ...link.resolutions.flatMap(({ clashes }) => clashes.map(({ name }) => name)),
    ...collisions.map(({ name }) => name),
  ]);
  const edits: MemberEdit[] = [];
  for (const archive of archives) {
    const survey = surveyArchive(
      prepareEdited(prepared, link.line, edits),
      archive,
      [link.line],
      new Set([...clashing, ...differingInlines(link, collisions, archive, images)]),
      images,
    );
    // Without a use of its own the archive would only lose its definition.
    if (ownClashes(survey).length === 0 && !definesAndUses(link, archive, clashing)) return null;
    edits.push(...isolateEdits(survey, isolatedNames(survey), marks.of(archive)));
  }
  return edits;
}

/** Whether a file of the archive refers, in its own code, to a clashing name that it defines. */
function definesAndUses(link: LinkState, archive: ArchiveId, clashing: ReadonlySet<number>): boolean {
  const { inputs } = link.subject.prepared.graph;
  const images = sectionGraphs(inputs);
  const { firstMember, stored } = inputs.archives[archive];
  return stored.members.some(({ ordinal }) => {
    const member = firstMember + ordinal;
    const { firstSymbol, name } = inputs.symbols;
    const mentions = name
      .subarray(firstSymbol[member], firstSymbol[member + 1])
      .some((own) => clashing.has(own));
    const graph = mentions ? images(member) : null;
    return (
      graph?.image.sections.some((section, row) =>
        section.use === 'code' ? graph.nameIdsFrom(row).some((name) => clashing.has(name)) : false,
      ) ?? false
    );
  });
}
