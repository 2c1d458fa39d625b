import type { ArchiveId } from '../../link/inputs/inputs.js';
import { isLocalState } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { NONE } from '../../symbols/table.js';
import type { EditProblem, MemberEdit } from './edit-plan.js';
import { type EditedLinks, prepareEdited } from './edited-link.js';
import { surveyArchive } from './kinds/archive-survey.js';
import { isolationGaps } from './kinds/isolated-names.js';
import type { SectionGraphs } from './section-graph.js';

/**
 * E6: the isolated names of an archive are closed and complete, each is renamed in all members of the archive, no two
 * names get the same new name, and no new name existed before.
 */
export function* isolationIsClosed(links: EditedLinks, images: SectionGraphs): Generator<EditProblem> {
  const archives = new Map<ArchiveId, MemberEdit[]>();
  for (const edit of links.edits) {
    if (edit.evidence.kind !== 'isolate') continue;
    const own = archives.get(edit.evidence.archive);
    if (own) own.push(edit);
    else archives.set(edit.evidence.archive, [edit]);
  }
  for (const [archive, own] of archives) {
    yield* isClosed(links, archive, own, images);
    yield* isEveryOccurrenceRenamed(links, archive, own);
  }
  yield* areNewNamesNew(links);
}

function* isClosed(
  { original, edits, links }: EditedLinks,
  archive: ArchiveId,
  own: readonly MemberEdit[],
  images: SectionGraphs,
): Generator<EditProblem> {
  const isOwn = new Set(own);
  const rest = edits.filter((edit) => !isOwn.has(edit));
  const lines = links.map(({ line }) => line);
  const staged = prepareEdited(original, lines[0] ?? { wrapped: [] }, rest);
  const isolated = new Set(own.map(({ name }) => name));
  const survey = surveyArchive(staged, archive, lines, new Set(), images);
  for (const { name, member } of isolationGaps(survey, isolated))
    yield { code: 'edit-open-closure', name, member, linker: null };
  for (const name of isolated)
    if (survey.kept.has(name)) yield { code: 'edit-protected-name', name, member: NONE, linker: null };
}

function* isEveryOccurrenceRenamed(
  { original, byMember }: EditedLinks,
  archive: ArchiveId,
  own: readonly MemberEdit[],
): Generator<EditProblem> {
  const { inputs } = original.graph;
  const { flags, firstSymbol, name: nameOf } = inputs.symbols;
  const isolated = new Set(own.map(({ name }) => name));
  for (const { id, archive: home } of inputs.members) {
    if (home !== archive) continue;
    for (let symbol = firstSymbol[id]; symbol < firstSymbol[id + 1]; symbol++) {
      const name = nameOf[symbol];
      if (isLocalState(flags[symbol]) || !isolated.has(name)) continue;
      if (byMember.get(id)?.get(name)?.action !== 'hide-and-rename')
        yield { code: 'edit-open-closure', name, member: id, linker: null };
    }
  }
}

function* areNewNamesNew({ original, edits }: EditedLinks): Generator<EditProblem> {
  const { names, name: nameOf } = original.graph.inputs.symbols;
  const isOld = new Uint8Array(names.length);
  for (let symbol = 0; symbol < nameOf.length; symbol++) isOld[nameOf[symbol]] = 1;
  const existed = (text: string): boolean => {
    const id = names.find(text);
    return id !== NONE && isOld[id] === 1;
  };
  /** By isolated archive, and NONE for other edits: the first name of each new one. */
  const sources = new Map<ArchiveId, Map<string, { readonly name: NameId; readonly isOld: boolean }>>();
  for (const { name, newName, member, evidence } of edits) {
    const side = evidence.kind === 'isolate' ? evidence.archive : NONE;
    const ofSide = sources.get(side) ?? new Map<string, { name: NameId; isOld: boolean }>();
    sources.set(side, ofSide);
    const source = ofSide.get(newName) ?? { name, isOld: existed(newName) };
    ofSide.set(newName, source);
    if (source.name !== name || source.isOld) yield { code: 'edit-open-closure', name, member, linker: null };
  }
}
