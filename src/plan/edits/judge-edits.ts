import type { Inputs } from '../../link/inputs/inputs.js';
import type { SymbolId } from '../../symbols/table.js';
import type { Prepared } from '../plan-trim.js';
import { LINK_CONDITIONS, type UsedCopies, usedCopies } from './edit-conditions.js';
import type { EditProblem, MemberEdit } from './edit-plan.js';
import { type EditedLinks, editLinks, type GivenLink, type LinkChanges } from './edited-link.js';
import { isolationIsClosed } from './isolation-conditions.js';
import { exportsAreNotNew, twinsAreDistinct } from './kinds/new-names.js';
import {
  archivesAreReadable,
  dataIsNamed,
  membersAreEditable,
  namesAreOnlyReferenced,
  protectedNamesStay,
  registriesStayWhole,
  replacementsFit,
  soleRuntimesStay,
} from './member-conditions.js';
import { effectsAreNotNew, librariesStayNeeded, orderStays } from './order-conditions.js';
import { redirectsAreProved } from './redirect-conditions.js';
import type { SectionGraphs } from './section-graph.js';

/** Edits and the links that result from them, with the state that code uses then. */
export interface CountedEdits extends EditedLinks {
  /** All globals of which code uses two copies, in any link. */
  readonly leftSplit: readonly (readonly SymbolId[])[];
  /** Copies of globals that code uses, in any link. */
  readonly usedState: readonly SymbolId[];
}

/** The same, with the violations of every condition of edits. */
export interface JudgedEdits extends CountedEdits {
  /** As they were read, without any edit. */
  readonly inputs: Inputs;
  /** Why the edits are not sound; with any, none is made. */
  readonly problems: readonly EditProblem[];
  /** Globals that the edits split, in the link that has most. */
  readonly splits: readonly (readonly SymbolId[])[];
  /** Changes of order that follow from a yield or an isolation, which the user decided. */
  readonly reordered: readonly EditProblem[];
  /** Constructors and entries of registries that are new in the link after such an edit. */
  readonly added: readonly EditProblem[];
  /** Of the inputs without any edit. */
  readonly images: SectionGraphs;
}

type Condition = (edited: EditedLinks, images: SectionGraphs) => Iterable<EditProblem>;

/** Conditions of the edits, in the order in which problems are listed. */
const CONDITIONS: readonly Condition[] = [
  onceForEdits(membersAreEditable),
  onceForEdits(archivesAreReadable),
  onceForEdits(namesAreOnlyReferenced),
  onceForEdits(protectedNamesStay),
  registriesStayWhole,
  onceForEdits(soleRuntimesStay),
  onceForEdits(replacementsFit),
  exportsAreNotNew,
  twinsAreDistinct,
  librariesStayNeeded,
  onceForEdits(dataIsNamed),
  onceForEdits(isolationIsClosed),
  onceForEdits(redirectsAreProved),
];

/** The same condition, which does not depend on the links after the edits: checked once where only drops differ. */
function onceForEdits(condition: Condition): Condition {
  const known = new WeakMap<readonly MemberEdit[], KnownProblems>();
  return (edited, images) => {
    const { original, edits, links } = edited;
    const found = known.get(edits);
    if (found?.original === original && areSameLinks(found.links, links)) return found.problems;
    const problems = [...condition(edited, images)];
    known.set(edits, { original, links, problems });
    return problems;
  };
}

/** Problems of edits, and the links in which they were found. */
interface KnownProblems extends Pick<EditedLinks, 'original' | 'links'> {
  readonly problems: readonly EditProblem[];
}

const areSameLinks = (one: readonly GivenLink[], other: readonly GivenLink[]): boolean =>
  one.length === other.length &&
  one.every(({ profile, line }, at) => profile === other[at].profile && line === other[at].line);

/** Checks all conditions of the edits, in links without the dropped members. */
export function judge(
  prepared: Prepared,
  links: readonly GivenLink[],
  given: LinkChanges,
  accepts: (symbol: SymbolId) => boolean,
  images: SectionGraphs,
  known: readonly EditProblem[] = [],
): JudgedEdits {
  const edited = editLinks(prepared, links, given);
  const { edits } = edited;
  const problems = [...known];
  for (const condition of CONDITIONS) problems.push(...condition(edited, images));
  for (const condition of LINK_CONDITIONS) problems.push(...condition({ ...edited, images, accepts }));
  const [reordered, added] = [[...orderStays(edited)], [...effectsAreNotNew(edited)]];
  const isDecided = edits.some(({ evidence: { kind } }) => kind === 'yield' || kind === 'isolate');
  if (!isDecided) problems.push(...reordered, ...added);
  const copies = copiesIn(edited, images);
  const most = copies.reduce(
    (one, other) => (other.split.length > one.split.length ? other : one),
    copies[0],
  );
  return {
    ...withCounts(edited, copies),
    inputs: prepared.graph.inputs,
    problems,
    images,
    splits: most?.split ?? [],
    reordered: isDecided ? reordered : [],
    added: isDecided ? added : [],
  };
}

/** Counts the state that code uses in links with edits, without checking the edits. */
export const countState = (edited: EditedLinks, images: SectionGraphs): CountedEdits =>
  withCounts(edited, copiesIn(edited, images));

const copiesIn = (edited: EditedLinks, images: SectionGraphs): UsedCopies[] =>
  edited.links.map((link) => usedCopies({ ...edited, images }, link));

const withCounts = (edited: EditedLinks, copies: readonly UsedCopies[]): CountedEdits => ({
  ...edited,
  leftSplit: copies.flatMap(({ all }) => all),
  usedState: [...new Set(copies.flatMap(({ used }) => used.flat()))],
});
