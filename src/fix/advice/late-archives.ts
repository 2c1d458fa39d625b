import { isOfUser } from '../../link/command/driver-inputs.js';
import { nameOf } from '../../link/inputs/archive-name.js';
import { isPassing } from '../../plan/conditions/missing-libraries.js';
import type { NameId } from '../../symbols/names.js';
import { NONE } from '../../symbols/table.js';
import { isNewlyUnresolved } from '../assess/assess.js';
import type { CureState } from '../cure-state.js';
import { inputText } from '../describe/file-label.js';
import { mentionsOf, withChange } from '../kinds/line-step.js';
import { allDuplicates } from '../problems/duplicates.js';
import type { UnresolvedName, UnresolvedNames } from '../problems/unresolved-names.js';
import type { Advice } from './found-advice.js';

/** Most archives that are moved. */
const MOST_ARCHIVES = 4;

/**
 * Advice to name archives after the files that need them, if the simulation shows that all names that they define are
 * then resolved.
 */
export function lateArchiveAdvice(before: CureState, { names }: UnresolvedNames): Advice[] {
  if (names.length === 0) return [];
  const found = definingArchives(before, names);
  const defined = names.filter(({ name }) => found.has(name));
  const archives = [...new Set(found.values())].sort((a, b) => a - b);
  if (archives.length === 0 || archives.length > MOST_ARCHIVES) return [];
  const moved = movedBehind(before, archives);
  const target = moved !== null && isBetter(before, moved.state, defined) ? moved.target : null;
  const { opened, linkers } = before.subject.links[0];
  const listed = archives.map((archive) => nameOf(opened.inputs, archive)).join(', ');
  const users = [...new Set(defined.map(({ member }) => opened.inputs.members[member].archive))];
  // With a linker that searches all archives until no new name appears, the order is not the cause of the undefined
  // name.
  if (target === null && (users.includes(NONE) || !linkers.every(isPassing))) return [];
  const [{ text }] = defined;
  const verb = archives.length === 1 ? 'defines' : 'define';
  const which = defined.length === 1 ? `\`${text}\`` : `\`${text}\` and ${defined.length - 1} more`;
  const pronoun = archives.length === 1 ? 'it' : 'them';
  const late = `${listed} ${verb} ${which}, but ${linkers[0].title} has already scanned ${pronoun} at that point`;
  if (target !== null)
    return [
      {
        code: 'order',
        text: `${late}: put ${listed} after ${target} (Makefile: the order of LDLIBS; CMake: the order in target_link_libraries)`,
      },
    ];
  const after = users.map((archive) => nameOf(opened.inputs, archive)).join(', ');
  return [
    {
      code: 'order',
      text: `${late}: name ${listed} once more, after ${after}, or all of them between --start-group and --end-group (CMake: $<LINK_GROUP:RESCAN,…>)`,
    },
  ];
}

/** Whether a changed command defines all these names, and has no new fault. */
const isBetter = (before: CureState, state: CureState, names: readonly UnresolvedName[]): boolean =>
  names.every(({ link, name }) =>
    state.links[link].resolutions.every(({ winners }) => winners[name] !== NONE),
  ) &&
  !isNewlyUnresolved(before, state) &&
  allDuplicates(state) <= allDuplicates(before);

/** By name: the first archive of the line with a member that defines it. */
function definingArchives(
  { links: [{ subject }] }: CureState,
  names: readonly UnresolvedName[],
): Map<NameId, number> {
  const { graph } = subject.prepared;
  const { first, row } = graph.rows.definitions;
  const wanted = new Set(names.map(({ name }) => name));
  const found = new Map<NameId, number>();
  for (const { id, archive } of graph.inputs.members) {
    if (archive === NONE) continue;
    for (let at = first[id]; at < first[id + 1]; at++) {
      const name = graph.name[row[at]];
      if (wanted.has(name) && !found.has(name)) found.set(name, archive);
    }
  }
  return found;
}

/** The command with archives after its last other input, in the order that they have; null where one cannot move. */
function movedBehind(
  before: CureState,
  archives: readonly number[],
): { readonly state: CureState; readonly target: string } | null {
  const { opened } = before.subject.links[0];
  const mentions = archives.map((archive) => mentionsOf(before, 0, archive));
  const own = new Set(mentions.flat());
  const target = opened.parsed.inputs.findLast(
    (one, at) => isOfUser(one) && opened.places[at] !== null && !own.has(one),
  );
  if (target === undefined) return null;
  let state: CureState | null = before;
  // In reverse order, because each archive is put directly after the target.
  for (const [input] of mentions.toReversed()) {
    if (input === undefined || state === null) return null;
    state = withChange(state, 'order', { kind: 'move-after', input, target });
  }
  return state === null ? null : { state, target: inputText(target) };
}
