import { createHash } from 'node:crypto';
import type { ByteSource } from '../../bytes/byte-source.js';
import { cName } from '../../link/inputs/c-names.js';
import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import type { Clash, Resolution } from '../../link/resolve/resolution.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { Prepared } from '../plan-trim.js';
import { wildcardTest } from '../twins/wildcard.js';
import { LINK_CONDITIONS, usedCopies } from './edit-conditions.js';
import { type EditProblem, type MemberEdit, unmarkedName } from './edit-plan.js';
import {
  type EditedLinks,
  editLinks,
  type GivenLink,
  type LinkChanges,
  prepareEdited,
} from './edited-link.js';
import { isolatedNames, isolateEdits, surveyArchive } from './isolate.js';
import { isolationIsClosed } from './isolation-conditions.js';
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
import { effectsAreNotNew, orderStays } from './order-conditions.js';
import { crateCopies, redirectEdits } from './redirect.js';
import { redirectsAreProved } from './redirect-conditions.js';
import { firstWinsEdits, isCopyOfOwner, whyNoYield, type YieldRule, yieldEdits } from './replace.js';
import { type SectionGraphs, sectionGraphs } from './section-graph.js';

/** The symbol edits that the user requests or accepts. */
export interface EditRequest {
  /** Whether duplicate definitions in proved copies become references to the kept copy. */
  readonly redirect: boolean;
  readonly yields: readonly YieldRule[];
  readonly isolate: readonly ArchiveId[];
  readonly firstWins: boolean;
  /** Names of globals, as C spells them, that may have two copies; `*` matches any characters. */
  readonly acceptedSplits: readonly string[];
}

export const NO_EDITS: EditRequest = {
  redirect: false,
  yields: [],
  isolate: [],
  firstWins: false,
  acceptedSplits: [],
};

export const asksForEdits = ({ redirect, yields, isolate, firstWins }: EditRequest): boolean =>
  redirect || firstWins || yields.length > 0 || isolate.length > 0;

/** A link, and the duplicate symbols that remain after redundant members are dropped. */
export interface ClashingLink extends GivenLink {
  readonly before: Resolution;
  readonly clashes: readonly Clash[];
}

/** Edits and the links that result from them. */
export interface EditPlan extends EditedLinks {
  /** As they were read, without any edit. */
  readonly inputs: Inputs;
  /** Why the edits are not sound; with any, none is made. */
  readonly problems: readonly EditProblem[];
  /** Crates that were not redirected, and why. */
  readonly skipped: readonly EditProblem[];
  /** Globals that the edits split, in the link that has most. */
  readonly splits: readonly (readonly SymbolId[])[];
  /** All globals of which code uses two copies, in any link. */
  readonly leftSplit: readonly (readonly SymbolId[])[];
  /** Changes of order that follow from a yield or an isolation, which the user decided. */
  readonly reordered: readonly EditProblem[];
  /** Constructors and entries of registries that are new in the link after such an edit. */
  readonly added: readonly EditProblem[];
  /** Copies of globals that code uses, in any link. */
  readonly usedState: readonly SymbolId[];
  /** Of the inputs without any edit. */
  readonly images: SectionGraphs;
}

/** Edits with what their conditions found. */
export type JudgedEdits = Omit<EditPlan, 'skipped'>;

/** Plans of drops around edits; drops are 1 by MemberId. */
export interface DropsAround {
  /** Drops of a plan without edits. */
  readonly before: Uint8Array;
  /** Drops of a plan for the edited inputs, and the members with duplicate symbols in it. */
  after(edited: Prepared): { readonly dropped: Uint8Array; readonly clashing: ReadonlySet<MemberId> };
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

/** Edits of one attempt, with why some were not found. */
interface FoundEdits {
  readonly edits: readonly MemberEdit[];
  readonly problems: readonly EditProblem[];
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
): EditPlan {
  const images = sectionGraphs(prepared.graph.inputs);
  const mark = markReader(prepared.graph.inputs);
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
  const { dropped, clashing } = isPlanned ? drops.after(edited) : { dropped: undefined, clashing: null };
  const isOpen =
    request.yields.length > 0 &&
    left.size > 0 &&
    (clashing === null || [...left].some((member) => clashing.has(member)));
  return { changes: { edits, edited, dropped }, problems, isOpen };
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
  return { edits, problems };
}

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
  for (const condition of [
    membersAreEditable,
    archivesAreReadable,
    namesAreOnlyReferenced,
    protectedNamesStay,
    registriesStayWhole,
    soleRuntimesStay,
    replacementsFit,
  ])
    problems.push(...condition(edited));
  problems.push(...dataIsNamed(edited, images), ...isolationIsClosed(edited, images));
  problems.push(...redirectsAreProved(edited, images));
  for (const condition of LINK_CONDITIONS) problems.push(...condition({ ...edited, images, accepts }));
  const [reordered, added] = [[...orderStays(edited)], [...effectsAreNotNew(edited)]];
  const isDecided = edits.some(({ evidence: { kind } }) => kind === 'yield' || kind === 'isolate');
  if (!isDecided) problems.push(...reordered, ...added);
  const copies = edited.links.map((link) => usedCopies({ ...edited, images }, link));
  const most = copies.reduce(
    (one, other) => (other.split.length > one.split.length ? other : one),
    copies[0],
  );
  return {
    ...edited,
    inputs: prepared.graph.inputs,
    problems,
    images,
    splits: most?.split ?? [],
    reordered: isDecided ? reordered : [],
    added: isDecided ? added : [],
    leftSplit: copies.flatMap(({ all }) => all),
    usedState: [...new Set(copies.flatMap(({ used }) => used.flat()))],
  };
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

/** Eight digits that mark the names of one archive: of the SHA-256 of its bytes. */
export interface Marks {
  of(archive: ArchiveId): string;
  ofAll(): string;
}

/** Bytes hashed at a time. */
const PIECE = 1 << 20;

/** A search plans edits of the same archives several times: the bytes of each are read once. */
const markOf = new WeakMap<ByteSource, string>();

function readMark(source: ByteSource): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(PIECE);
  for (let at = 0; at < source.size; at += PIECE) {
    const part = piece.subarray(0, Math.min(PIECE, source.size - at));
    source.fill(at, part);
    hash.update(part);
  }
  return hash.digest('hex').slice(0, 8);
}

export function markReader({ archives }: Inputs): Marks {
  const of = (archive: ArchiveId): string => {
    const { source } = archives[archive].stored;
    const mark = markOf.get(source) ?? readMark(source);
    markOf.set(source, mark);
    return mark;
  };
  return {
    of,
    ofAll: () =>
      createHash('sha256')
        .update(archives.map(({ id }) => of(id)).join(' '))
        .digest('hex')
        .slice(0, 8),
  };
}

/** E10, E11: each crate on its own; what is not proved stays as it is. */
function redirect(
  prepared: Prepared,
  links: readonly ClashingLink[],
  rank: readonly ArchiveId[],
  images: SectionGraphs,
  mark: Marks,
): { readonly edits: MemberEdit[]; readonly skipped: EditProblem[] } {
  const found = crateCopies(
    prepared,
    links.flatMap(({ clashes }) => clashes),
    rank,
  );
  const skipped = [...found.problems];
  const own = found.copies.map((copy) => {
    const { archive } = prepared.graph.inputs.members[copy.units[0]];
    return redirectEdits(prepared, copy, mark.of(archive));
  });
  const problemsOf = (edits: readonly MemberEdit[]) =>
    edits.length === 0 ? [] : judge(prepared, links, { edits }, () => false, images).problems;
  if (problemsOf(own.flat()).length === 0) return { edits: own.flat(), skipped };
  const edits: MemberEdit[] = [];
  for (const more of own) {
    const [problem] = problemsOf([...edits, ...more]);
    if (problem === undefined) edits.push(...more);
    else skipped.push(problem);
  }
  return { edits, skipped };
}

function isolate(
  prepared: Prepared,
  links: readonly ClashingLink[],
  edits: readonly MemberEdit[],
  archive: ArchiveId,
  images: SectionGraphs,
  mark: string,
): { readonly edits: MemberEdit[]; readonly problems: EditProblem[] } {
  const lines = links.map(({ line }) => line);
  const staged = prepareEdited(prepared, lines[0] ?? { wrapped: [] }, edits);
  const clashing = new Set(links.flatMap(({ clashes }) => clashes.map(({ name }) => name)));
  const survey = surveyArchive(staged, archive, lines, clashing, images);
  const names = isolatedNames(survey);
  const own = isolateEdits(survey, names, mark);
  if (own.length > 0) return { edits: own, problems: [] };
  const member = prepared.graph.inputs.archives[archive].firstMember;
  return { edits: [], problems: [{ code: 'edit-no-effect', name: NONE, member, linker: null }] };
}

/**
 * Edits for duplicates that remain with the edits so far: the winners of the link without edits are kept. A name whose
 * winner is edited is left as it is: to weaken the others would leave no strong definition.
 */
function firstWins(
  prepared: Prepared,
  links: readonly ClashingLink[],
  edits: readonly MemberEdit[],
  mark: string,
): { readonly edits: MemberEdit[]; readonly problems: EditProblem[] } {
  const wanted = new Set<NameId>();
  const staged = editLinks(prepared, links, { edits });
  const rest = new Map(
    links.map(({ profile, clashes }) => [profile, new Set(clashes.map(({ name }) => name))]),
  );
  const { member } = prepared.graph.inputs.symbols;
  const isKept = (name: NameId, winner: SymbolId) =>
    winner === NONE || !staged.byMember.get(member[winner])?.has(name);
  for (const { before, after, profile } of staged.links)
    for (const { name } of after.clashes)
      if (rest.get(profile)?.has(name) && isKept(name, before.winners[name])) wanted.add(name);
  const found = firstWinsEdits(
    prepared,
    links.map(({ before, profile }) => ({ clashes: before.clashes, winners: before.winners, profile })),
    mark,
    'weaken',
    wanted,
  );
  if (found.edits.length > 0) return found;
  const none: EditProblem = { code: 'edit-no-effect', name: NONE, member: NONE as MemberId, linker: null };
  return { ...found, problems: [...found.problems, none] };
}
