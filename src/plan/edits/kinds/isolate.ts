import type { ArchiveId } from '../../../link/inputs/inputs.js';
import { isLocalState } from '../../../symbols/flags.js';
import type { NameId } from '../../../symbols/names.js';
import { type MemberId, NONE } from '../../../symbols/table.js';
import type { Prepared } from '../../plan-trim.js';
import { type FoundEdits, type MemberEdit, markedName } from '../edit-plan.js';
import { type ClashingLink, prepareEdited } from '../edited-link.js';
import type { SectionGraphs } from '../section-graph.js';
import { type IsolatedArchive, surveyArchive } from './archive-survey.js';
import { isolatedNames } from './isolated-names.js';

/** One edit for each member and isolated name that occurs in it, signatures of groups included. */
export function isolateEdits(
  survey: IsolatedArchive,
  isolated: ReadonlySet<NameId>,
  mark: string,
): MemberEdit[] {
  const { graph, archive, members } = survey;
  const { flags, firstSymbol, name, names, groups } = graph.inputs.symbols;
  const inArchive = new Set(members);
  const signatures = new Map<MemberId, Set<NameId>>();
  for (const { member, signature } of groups) {
    if (!inArchive.has(member) || !isolated.has(signature)) continue;
    signatures.set(member, (signatures.get(member) ?? new Set()).add(signature));
  }
  const newNames = new Map<NameId, string>();
  const newNameOf = (one: NameId): string => {
    const newName = newNames.get(one) ?? markedName(names.text(one), mark);
    newNames.set(one, newName);
    return newName;
  };
  return members.flatMap((member) => {
    const own = new Set<NameId>(signatures.get(member) ?? []);
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (!isLocalState(flags[symbol]) && isolated.has(name[symbol])) own.add(name[symbol]);
    return [...own].map(
      (one): MemberEdit => ({
        member,
        name: one,
        action: 'hide-and-rename',
        newName: newNameOf(one),
        evidence: { kind: 'isolate', archive },
      }),
    );
  });
}

/** Gives an archive definitions of its own for the names that it defines and uses, after the edits so far. */
export function isolate(
  prepared: Prepared,
  links: readonly ClashingLink[],
  edits: readonly MemberEdit[],
  archive: ArchiveId,
  images: SectionGraphs,
  mark: string,
): FoundEdits {
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
