import { createHash } from 'node:crypto';
import { cName } from '../../link/inputs/c-names.js';
import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import type { Clash, Resolution } from '../../link/resolve/resolution.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { Prepared } from '../plan-trim.js';
import { wildcardTest } from '../twins/wildcard.js';
import { LINK_CONDITIONS, splitsOf } from './edit-conditions.js';
import { type EditProblem, type MemberEdit, unmarkedName } from './edit-plan.js';
import { type EditedLinks, editLinks, type GivenLink, prepareEdited } from './edited-link.js';
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
} from './member-conditions.js';
import { crateCopies, redirectEdits } from './redirect.js';
import { redirectsAreProved } from './redirect-conditions.js';
import { firstWinsEdits, whyNoYield, type YieldRule, yieldEdits } from './replace.js';
import { type SectionGraphs, sectionGraphs } from './section-graph.js';

/** What a person asks for, or accepts. */
export interface EditRequest {
  /** Proved copies are given up symbol by symbol. */
  readonly redirect: boolean;
  readonly yields: readonly YieldRule[];
  readonly isolate: readonly ArchiveId[];
  readonly firstWins: boolean;
  /** Names of globals, as C spells them, that may have two copies; `*` stands for any characters. */
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

/** A link with what still clashes in it once redundant members are dropped. */
export interface ClashingLink extends GivenLink {
  readonly before: Resolution;
  readonly clashes: readonly Clash[];
}

/** Edits, and what they come to. */
export interface EditPlan extends EditedLinks {
  /** As they were read, without any edit. */
  readonly inputs: Inputs;
  /** Why the edits are not sound; with any, none is made. */
  readonly problems: readonly EditProblem[];
  /** Crates that were not redirected, and why. */
  readonly skipped: readonly EditProblem[];
  /** Globals that the edits split, in the link that has most. */
  readonly splits: readonly (readonly SymbolId[])[];
}

/** Edits with what their conditions found. */
export type JudgedEdits = Omit<EditPlan, 'skipped'>;

/** Plans edits in their order: redirect, yield, isolate, first-wins. */
export function planEdits(
  prepared: Prepared,
  links: readonly ClashingLink[],
  request: EditRequest,
  rank: readonly ArchiveId[],
): EditPlan {
  const images = sectionGraphs(prepared.graph.inputs);
  const mark = markReader(prepared.graph.inputs);
  const redirected = request.redirect
    ? redirect(prepared, links, rank, images, mark)
    : { edits: [], skipped: [] };
  const edits: MemberEdit[] = [...redirected.edits];
  const addEdits = (more: readonly MemberEdit[]) => {
    const known = new Set(edits.map(({ member, name }) => `${member} ${name}`));
    for (const edit of more) if (!known.has(`${edit.member} ${edit.name}`)) edits.push(edit);
  };
  const problems: EditProblem[] = [];
  for (const rule of request.yields) {
    const own = yieldEdits(prepared, [rule], mark.of(rule.owner));
    if (own.length === 0) problems.push(whyNoYield(prepared, rule));
    addEdits(own);
  }
  for (const archive of request.isolate) {
    const { edits: own, problems: found } = isolate(
      prepared,
      links,
      edits,
      archive,
      images,
      mark.of(archive),
    );
    addEdits(own);
    problems.push(...found);
  }
  if (request.firstWins) {
    const { edits: own, problems: found } = firstWins(prepared, links, edits, mark.ofAll());
    addEdits(own);
    problems.push(...found);
  }
  const accepts = acceptance(prepared, request.acceptedSplits);
  return { ...judge(prepared, links, edits, accepts, images, problems), skipped: redirected.skipped };
}

/** The edits with every condition asked of them. */
export function judge(
  prepared: Prepared,
  links: readonly GivenLink[],
  edits: readonly MemberEdit[],
  accepts: (symbol: SymbolId) => boolean,
  images: SectionGraphs,
  known: readonly EditProblem[] = [],
): JudgedEdits {
  const edited = editLinks(prepared, links, edits);
  const problems = [...known];
  for (const condition of [
    membersAreEditable,
    archivesAreReadable,
    namesAreOnlyReferenced,
    protectedNamesStay,
    registriesStayWhole,
    replacementsFit,
  ])
    problems.push(...condition(edited));
  problems.push(...dataIsNamed(edited, images), ...isolationIsClosed(edited, images));
  problems.push(...redirectsAreProved(edited, images));
  for (const condition of LINK_CONDITIONS) problems.push(...condition({ ...edited, images, accepts }));
  const splits = edited.links.map((link) => splitsOf({ ...edited, images }, link));
  return {
    ...edited,
    inputs: prepared.graph.inputs,
    problems,
    splits: splits.reduce((most, one) => (one.length > most.length ? one : most), []),
  };
}

/** Whether a person accepts that a global has two copies: by its name as C spells it, before any edit. */
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

export function markReader({ archives }: Inputs): Marks {
  const known = new Map<ArchiveId, string>();
  const digest = (archive: ArchiveId): string => {
    const { source } = archives[archive].stored;
    const hash = createHash('sha256');
    for (let at = 0; at < source.size; at += PIECE) hash.update(source.viewUpTo(at, PIECE, 'archive').bytes);
    return hash.digest('hex');
  };
  const of = (archive: ArchiveId): string => {
    const mark = known.get(archive) ?? digest(archive).slice(0, 8);
    known.set(archive, mark);
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
    edits.length === 0 ? [] : judge(prepared, links, edits, () => false, images).problems;
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

/** What still clashes in the link with the edits so far, by the winners of the link without any. */
function firstWins(
  prepared: Prepared,
  links: readonly ClashingLink[],
  edits: readonly MemberEdit[],
  mark: string,
): { readonly edits: MemberEdit[]; readonly problems: EditProblem[] } {
  const wanted = new Set<NameId>();
  const staged = editLinks(prepared, links, edits);
  const rest = new Map(
    links.map(({ profile, clashes }) => [profile, new Set(clashes.map(({ name }) => name))]),
  );
  for (const { after, profile } of staged.links)
    for (const { name } of after.clashes) if (rest.get(profile)?.has(name)) wanted.add(name);
  const found = firstWinsEdits(
    prepared,
    links.map(({ before, profile }) => ({ clashes: before.clashes, provider: before.provider, profile })),
    mark,
    'weaken',
    wanted,
  );
  if (found.edits.length > 0) return found;
  const none: EditProblem = { code: 'edit-no-effect', name: NONE, member: NONE as MemberId, linker: null };
  return { ...found, problems: [...found.problems, none] };
}
