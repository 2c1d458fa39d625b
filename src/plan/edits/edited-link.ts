import { lazily } from '../../bytes/lazily.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { buildLinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { LinkerProfile } from '../../link/linkers/linker-profile.js';
import type { Clash, Resolution } from '../../link/resolve/resolution.js';
import { resolve } from '../../link/resolve/resolve.js';
import { wholeLink } from '../../link/resolve/whole-link.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Prepared } from '../plan-trim.js';
import { buildStateTable } from '../state/state.js';
import { listsOfAlike, type Twins } from '../twins/twins.js';
import type { MemberEdit } from './edit-plan.js';
import { type EditsByMember, editedInputs, editsByMember } from './edited-inputs.js';

/** One link without edits: a line and its resolution by a linker. */
export interface GivenLink {
  readonly profile: LinkerProfile;
  readonly line: LinkLine;
}

/** A link, and the duplicate symbols that remain after redundant members are dropped. */
export interface ClashingLink extends GivenLink {
  readonly before: Resolution;
  readonly clashes: readonly Clash[];
}

/** A link before and after edits. Names that the edits made are in both. */
export interface EditedLink extends GivenLink {
  readonly before: Resolution;
  readonly after: Resolution;
}

/** Inputs before and after edits, and each link with both. */
export interface EditedLinks {
  readonly original: Prepared;
  readonly edited: Prepared;
  readonly edits: readonly MemberEdit[];
  readonly byMember: EditsByMember;
  readonly links: readonly EditedLink[];
}

/** Inputs that were prepared with some edits. */
interface EditedInputs {
  readonly edits: readonly MemberEdit[];
  readonly line: Pick<LinkLine, 'wrapped'>;
  readonly prepared: Prepared;
}

/** By inputs without edits: the inputs that were prepared last, since conditions repeat the steps of a search. */
const recent = new WeakMap<Prepared, readonly EditedInputs[]>();
const MOST_RECENT = 2;

/** Prepares edited inputs for planning. Edited members are no longer copies of any member. */
export function prepareEdited(
  original: Prepared,
  line: Pick<LinkLine, 'wrapped'>,
  edits: readonly MemberEdit[],
): Prepared {
  if (edits.length === 0) return original;
  const known = recent.get(original) ?? [];
  const found = known.find((one) => one.line === line && areEqual(one.edits, edits));
  if (found !== undefined) return found.prepared;
  const prepared = prepareWith(original, line, edits);
  recent.set(original, [{ edits: [...edits], line, prepared }, ...known.slice(0, MOST_RECENT - 1)]);
  return prepared;
}

const areEqual = (one: readonly MemberEdit[], other: readonly MemberEdit[]): boolean =>
  one.length === other.length && one.every((edit, at) => edit === other[at]);

function prepareWith(
  original: Prepared,
  line: Pick<LinkLine, 'wrapped'>,
  edits: readonly MemberEdit[],
): Prepared {
  const graph = buildLinkGraph(editedInputs(original.graph.inputs, edits), line);
  const edited = new Set(edits.map(({ member }) => member));
  return lazily({
    graph,
    twins: withoutEdited(original.graph.inputs, original.twins, edited),
    state: () => buildStateTable(graph, original.twins),
  });
}

function withoutEdited(inputs: Inputs, twins: Twins, edited: ReadonlySet<MemberId>): Twins {
  const without = (column: Int32Array) =>
    column.map((classId, member) => (edited.has(member) ? NONE : classId));
  const classes = { content: without(twins.content), unit: without(twins.unit), declared: new Map() };
  return {
    ...twins,
    ...classes,
    ...listsOfAlike(inputs, classes),
    variantOf: (member) => (edited.has(member) ? NONE : twins.variantOf(member)),
    relation: (one, other) => (edited.has(one) || edited.has(other) ? null : twins.relation(one, other)),
    isInterchangeable: (one, other) =>
      !edited.has(one) && !edited.has(other) && twins.isInterchangeable(one, other),
    unedited: twins,
  };
}

/** The changes to a link: drops and edits. */
export interface LinkChanges {
  readonly edits: readonly MemberEdit[];
  /** The result of `prepareEdited` for the edits, if it is known. */
  readonly edited?: Prepared;
  /** 1 by MemberId for members that are dropped as well; none without it. */
  readonly dropped?: Uint8Array | undefined;
  /** Links with all these changes that a plan simulated. */
  readonly simulated?: readonly (GivenLink & { readonly after: Resolution })[] | undefined;
}

/** Simulates each link as given and with its changes. */
export function editLinks(
  original: Prepared,
  links: readonly GivenLink[],
  { edits, edited: known, dropped, simulated = [] }: LinkChanges,
): EditedLinks {
  const edited = known ?? prepareEdited(original, links[0]?.line ?? { wrapped: [] }, edits);
  // Names of the indexes join the table before columns by name are laid out.
  for (const { graph } of [original, edited])
    if (links.some(({ profile }) => profile.trustsIndex)) void graph.indexed;
  const afterOf = ({ profile, line }: GivenLink): Resolution => {
    const found = simulated.find((one) => one.profile === profile && one.line === line);
    if (found !== undefined) return found.after;
    return dropped === undefined
      ? wholeLink(edited.graph, line, profile)
      : resolve(edited.graph, line, profile, dropped);
  };
  return {
    original,
    edited,
    edits,
    byMember: editsByMember(edits),
    links: links.map(({ profile, line }) => ({
      profile,
      line,
      before: wholeLink(original.graph, line, profile),
      after: afterOf({ profile, line }),
    })),
  };
}
