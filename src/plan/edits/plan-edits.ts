import { cName } from '../../link/inputs/c-names.js';
import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';
import type { Prepared } from '../plan-trim.js';
import { wildcardTest } from '../twins/wildcard.js';
import { type Marks, markReader } from './archive-marks.js';
import { type EditProblem, type FoundEdits, type MemberEdit, unmarkedName } from './edit-plan.js';
import type { EditRequest } from './edit-request.js';
import { type ClashingLink, editLinks, type LinkChanges, prepareEdited } from './edited-link.js';
import { type CountedEdits, countState, type JudgedEdits, judge } from './judge-edits.js';
import { firstWins } from './kinds/first-wins.js';
import { isolate } from './kinds/isolate.js';
import { withDistinctTwins } from './kinds/new-names.js';
import { redirect } from './kinds/redirect.js';
import { isCopyOfOwner, whyNoYield, yieldEdits } from './kinds/yield.js';
import { type SectionGraphs, sectionGraphs } from './section-graph.js';

/** Edits with what their conditions found. */
export interface EditPlan extends JudgedEdits {
  /** Crates that were not redirected, and why. */
  readonly skipped: readonly EditProblem[];
}

/** A plan of drops for edited inputs. */
export interface PlannedDrops {
  readonly dropped: Uint8Array;
  /** Members with duplicate symbols. */
  readonly clashing: ReadonlySet<MemberId>;
  readonly simulated: LinkChanges['simulated'];
}

/** Plans of drops around edits; drops are 1 by MemberId. */
export interface DropsAround {
  /** Drops of a plan without edits. */
  readonly before: Uint8Array;
  after(edited: Prepared): PlannedDrops;
}

/** Input for planning edits. */
interface Subject {
  readonly prepared: Prepared;
  readonly links: readonly ClashingLink[];
  readonly request: EditRequest;
  readonly images: SectionGraphs;
  readonly mark: Marks;
  readonly redirected: readonly MemberEdit[];
}

/**
 * Plans edits in their order: redirect, yield, isolate, first-wins. Copies of the owner's members yield only where no
 * drop removes them once the other edits are made.
 */
export function planEdits(
  prepared: Prepared,
  links: readonly ClashingLink[],
  request: EditRequest,
  rank: readonly ArchiveId[],
  drops: DropsAround | null = null,
  mark: Marks = markReader(prepared.graph.inputs),
): EditPlan {
  const images = sectionGraphs(prepared.graph.inputs);
  const { edits: redirected, skipped } = request.redirect
    ? redirect(prepared, links, rank, images, mark)
    : { edits: [], skipped: [] };
  const subject: Subject = { prepared, links, request, images, mark, redirected };
  const isDropped = (member: MemberId) => drops?.before[member] === 1;
  let attempt = attemptWith(subject, drops, (owner) => {
    const isCopy = isCopyOfOwner(prepared, owner);
    return (member) => isDropped(member) || (drops !== null && isCopy(member));
  });
  if (attempt.isOpen) {
    const { dropped } = attempt.changes;
    attempt = attemptWith(subject, drops, () => (member) => dropped?.[member] === 1);
  }
  const accepts = acceptance(prepared, request.acceptedSplits);
  return { ...judge(prepared, links, attempt.changes, accepts, images, attempt.problems), skipped };
}

/**
 * The state that code uses if an archive is isolated and nothing else is edited. The conditions of edits are not
 * checked: this is a number to compare other edits with.
 */
export function countIsolated(
  prepared: Prepared,
  links: readonly ClashingLink[],
  archive: ArchiveId,
  mark: Marks,
): CountedEdits {
  const images = sectionGraphs(prepared.graph.inputs);
  const { edits } = isolate(prepared, links, [], archive, images, mark.of(archive));
  return countState(editLinks(prepared, links, { edits }), images);
}

/**
 * @param isLeft members that do not yield to an owner
 * @returns `isOpen`: such a member still clashes, and nothing drops it
 */
function attemptWith(
  subject: Subject,
  drops: DropsAround | null,
  isLeft: (owner: ArchiveId) => (member: MemberId) => boolean,
): { readonly changes: LinkChanges; readonly problems: readonly EditProblem[]; readonly isOpen: boolean } {
  const { prepared, links, request } = subject;
  const left = new Set<MemberId>();
  const { edits, problems } = findEdits(subject, (owner) => {
    const isOwn = isLeft(owner);
    return (member) => {
      if (isOwn(member)) left.add(member);
      return isOwn(member);
    };
  });
  const edited = prepareEdited(prepared, links[0]?.line ?? { wrapped: [] }, edits);
  const isPlanned = edits.length > 0 && drops !== null && (problems.length === 0 || left.size > 0);
  const planned = isPlanned ? drops.after(edited) : null;
  const isOpen =
    request.yields.length > 0 &&
    left.size > 0 &&
    (planned === null || [...left].some((member) => planned.clashing.has(member)));
  const { dropped, simulated } = planned ?? {};
  return { changes: { edits, edited, dropped, simulated }, problems, isOpen };
}

function findEdits(
  { prepared, links, request, images, mark, redirected }: Subject,
  isLeft: (owner: ArchiveId) => (member: MemberId) => boolean,
): FoundEdits {
  const edits: MemberEdit[] = [...redirected];
  const known = new Set(edits.map(({ member, name }) => `${member} ${name}`));
  const problems: EditProblem[] = [];
  const add = ({ edits: more, problems: found }: FoundEdits) => {
    for (const edit of more) {
      const key = `${edit.member} ${edit.name}`;
      if (!known.has(key)) edits.push(edit);
      known.add(key);
    }
    problems.push(...found);
  };
  for (const rule of request.yields) {
    const own = yieldEdits(prepared, [rule], mark.of(rule.owner), isLeft(rule.owner));
    add({ edits: own, problems: own.length === 0 ? [whyNoYield(prepared, rule)] : [] });
  }
  for (const archive of request.isolate)
    add(isolate(prepared, links, edits, archive, images, mark.of(archive)));
  if (request.firstWins) add(firstWins(prepared, links, edits, mark.ofAll()));
  return { edits: withDistinctTwins(prepared.graph.inputs, edits), problems };
}

/** Returns a test of whether the user accepts two copies of a global: by its C name before any edit. */
function acceptance(
  { graph: { inputs } }: Prepared,
  patterns: readonly string[],
): (symbol: SymbolId) => boolean {
  const tests = patterns.map(wildcardTest);
  return (symbol) => {
    const text = unmarkedName(cName(inputs, inputs.symbols.name[symbol]));
    return tests.some((fits) => fits(text));
  };
}
