import { comesWithToolchain } from '../../origin/runtime-names.js';
import { type MemberEdit, unmarkedName } from '../../plan/edits/edit-plan.js';
import { judge } from '../../plan/edits/judge-edits.js';
import { withDistinctTwins } from '../../plan/edits/kinds/new-names.js';
import { sectionGraphs } from '../../plan/edits/section-graph.js';
import { findOtherBuilds } from '../../plan/twins/other-builds.js';
import type { SymbolId } from '../../symbols/table.js';
import type { CureKindId } from '../cure-kind-id.js';
import { type CureState, droppedMembers, type LinkState, simulate } from '../cure-state.js';

/** Whether a command already has edits, or contains two builds of a crate with state, which no edit can unite. */
export const isClosedToEdits = ({ links }: CureState): boolean =>
  links.some(
    ({ edits, drops, subject: { prepared }, resolutions }) =>
      edits !== null ||
      drops.length > 0 ||
      findOtherBuilds(prepared.graph, prepared.twins, resolutions[0]).length > 0,
  );

/**
 * The same, but allows that two toolchains each bring a build of std: two libraries that contain std have two states of
 * it, with or without edits.
 */
export const isClosedToIsolation = ({ links }: CureState): boolean =>
  links.some(({ edits, drops, subject: { prepared }, resolutions }) => {
    const { graph, twins } = prepared;
    if (edits !== null || drops.length > 0) return true;
    return findOtherBuilds(graph, twins, resolutions[0]).some(({ crate, builds }) => {
      const users = builds.flatMap((build) => build.users.map((user) => twins.origins[user]?.crate));
      return !comesWithToolchain(crate, users);
    });
  });

/**
 * The command with edits in each of its links; null if an edit violates a condition, or nothing is edited.
 *
 * @param maySplit whether the user may be asked to accept two copies of this global
 */
export function withEdits(
  state: CureState,
  part: CureKindId,
  editsOf: (link: LinkState) => readonly MemberEdit[] | null,
  maySplit: (link: LinkState, symbol: SymbolId) => boolean = () => false,
): CureState | null {
  const links: LinkState[] = [];
  for (const link of state.links) {
    const planned = editsOf(link);
    if (planned === null || planned.length === 0) return null;
    const { prepared, linkers, opened } = link.subject;
    const edits = withDistinctTwins(prepared.graph.inputs, planned);
    const given = linkers.map((profile) => ({ profile, line: link.line }));
    const found = judge(
      prepared,
      given,
      { edits },
      (symbol) => maySplit(link, symbol),
      sectionGraphs(opened.inputs),
    );
    if (found.problems.length > 0) return null;
    const inputs = found.edited.graph.inputs;
    const subject = { ...link.subject, prepared: found.edited, opened: { ...opened, inputs } };
    links.push(simulate(subject, link.line, link.drops, found));
  }
  return { ...state, parts: [...state.parts, part], links };
}

/** Whether the edits of a link still hold all conditions without the members that were dropped after them. */
export function holdsWithDrops({ edits, drops, line, subject, resolutions }: LinkState): boolean {
  if (edits === null || drops.length === 0) return true;
  const { linkers, opened } = subject;
  const { symbols } = edits.inputs;
  const textOf = (symbol: SymbolId) => unmarkedName(symbols.names.text(symbols.name[symbol]));
  const accepted = new Set(edits.splits.map(([copy]) => textOf(copy)));
  const { problems } = judge(
    edits.original,
    linkers.map((profile) => ({ profile, line })),
    {
      edits: edits.edits,
      edited: edits.edited,
      dropped: droppedMembers(opened.inputs.members.length, drops),
      simulated: linkers.map((profile, at) => ({ profile, line, after: resolutions[at] })),
    },
    (symbol) => accepted.has(textOf(symbol)),
    edits.images,
  );
  return problems.length === 0;
}
