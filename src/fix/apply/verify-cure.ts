import { cName } from '../../link/inputs/c-names.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { buildLinkGraph } from '../../link/inputs/link-graph.js';
import type { OpenedLine, OpenedLines } from '../../link/line/opened-line.js';
import { outcomesOf } from '../../link/linkers/find-profile.js';
import type { LinkerProfile } from '../../link/linkers/linker-profile.js';
import { STRONGLY_REFERENCED, UNREFERENCED } from '../../link/resolve/resolution.js';
import { resolve } from '../../link/resolve/resolve.js';
import { verifyEmitted } from '../../plan/verify/verify.js';
import { areInEqualGroups, copyCheck } from '../../plan/verify/verify-copy.js';
import { inputsAsPlanned } from '../../plan/verify/verify-edits.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { isCompilerHelper } from '../assess/compiler-helpers.js';
import type { Cure } from '../cure.js';
import type { CureState, LinkState } from '../cure-state.js';
import { acceptedSplits, droppedOn, editsOn } from './reopened.js';

/** Whether a cure changes archives. */
export const writesArchives = ({ links }: CureState): boolean =>
  links.some(({ drops, edits }) => drops.length > 0 || edits !== null);

/** Opens words of the command as it was opened the first time. */
export type Reopen = (words: readonly string[]) => OpenedLines;

/**
 * Checks a cure by its resulting command, from the files alone: the archives against the plan of drops, and the
 * bindings against the changes of arguments. The check shares the readers and the simulation with the search, but none
 * of its decisions.
 * @param words of the cured command
 * @returns the problems that were found; empty if the cure is proved
 */
export function verifyCure(
  before: CureState,
  cure: Cure,
  reopen: Reopen,
  words: readonly string[],
): string[] {
  const { state } = cure;
  const original = reopen(state.words);
  try {
    const moved = state.changes.length === 0 ? [] : verifyChanges(before, cure, original, reopen);
    if (moved.length > 0 || !writesArchives(state)) return moved;
    const emitted = reopen(words);
    try {
      return state.links.flatMap((link, at) => verifyDrops(link, original.lines[at], emitted.lines[at]));
    } finally {
      emitted.close();
    }
  } finally {
    original.close();
  }
}

/**
 * If the changed command no longer names a file, all files of the given command are opened, since the given link needs
 * them.
 */
function verifyChanges(before: CureState, cure: Cure, changed: OpenedLines, reopen: Reopen): string[] {
  if (!cure.state.changes.some(({ kind }) => kind === 'remove')) return verifyWords(before, cure, changed);
  const given = reopen(before.subject.parsed.args);
  try {
    return verifyWords(before, cure, given);
  } finally {
    given.close();
  }
}

const profilesOf = ({ subject: { linkers } }: LinkState): LinkerProfile[] => [
  ...new Set(linkers.flatMap((linker) => outcomesOf(linker))),
];

/** The archives without their dropped members, on the same words. */
function verifyDrops(link: LinkState, original: OpenedLine, emitted: OpenedLine): string[] {
  const { inputs } = link.subject.opened;
  const rowOf = new Map(original.inputs.archives.map(({ id, path }) => [path, id]));
  const dropped = original.inputs.archives.map(() => new Set<number>());
  const declared = new Set<string>();
  const labelOf = ({ members, archives }: Inputs, member: MemberId) => {
    const { archive, ordinal, name } = members[member];
    return archive === NONE ? name : `${archives[archive].path}:${ordinal}`;
  };
  for (const { member, twin, evidence } of link.drops) {
    const { archive, ordinal } = inputs.members[member];
    const row = rowOf.get(inputs.archives[archive].path);
    if (row === undefined) return [`${inputs.archives[archive].path} is not on the changed command`];
    dropped[row].add(ordinal);
    if (evidence.kind === 'declared') declared.add(`${labelOf(inputs, member)} ${labelOf(inputs, twin)}`);
  }
  const found = verifyEmitted(
    {
      before: original,
      after: emitted,
      dropped,
      isDeclared: (gone, instead) =>
        declared.has(`${labelOf(original.inputs, gone)} ${labelOf(original.inputs, instead)}`),
      edits: { edits: editsOn(link, original.inputs), accepts: acceptedSplits(link, original.inputs) },
      isChangedElsewhere: () => link.subject.opened.architecture !== null,
    },
    profilesOf(link).map((profile) => ({ profile, prepareLine: (_, line) => line })),
  );
  return [
    ...found.map(({ where, problem }) => `${where}: ${problem}`),
    ...(emitted.parsed.allowsDuplicates ? [] : clashesIn(link, emitted)),
  ];
}

function clashesIn(link: LinkState, { inputs, line }: OpenedLine): string[] {
  const graph = buildLinkGraph(inputs, line);
  const nothing = new Uint8Array(inputs.members.length);
  return profilesOf(link).flatMap((profile) =>
    resolve(graph, line, profile, nothing).clashes.map(
      ({ name }) => `${profile.title}: '${inputs.symbols.names.text(name)}' is still defined more than once`,
    ),
  );
}

/**
 * The link as it was given against the one with all changes of the cure, over the same files: a name that the words
 * alone would move may be moved back by drops and edits.
 */
function verifyWords(before: CureState, { assessment, state }: Cure, { lines }: OpenedLines): string[] {
  return state.links.flatMap((link, at) => {
    const { moved, chosen, weak } = assessment.changes[at];
    const { names } = link.subject.opened.inputs.symbols;
    const listed = new Set([...moved, ...chosen, ...weak].map(({ name }) => names.text(name)));
    return compareLines(link, lines[at], [before.subject.parsed.args, state.words], listed);
  });
}

function compareLines(
  link: LinkState,
  opened: OpenedLine,
  [givenWords, changedWords]: readonly [readonly string[], readonly string[]],
  listed: ReadonlySet<string>,
): string[] {
  const { inputs } = opened;
  const [given, changed] = [givenWords, changedWords].map((words) => opened.relined(words).line);
  const graph = buildLinkGraph(inputs, given);
  const edits = editsOn(link, inputs);
  const edited = edits.length === 0 ? graph : buildLinkGraph(inputsAsPlanned(inputs, edits), changed);
  const nothing = new Uint8Array(inputs.members.length);
  const problemOf = bindingCheck(inputs, listed);
  return profilesOf(link).flatMap((profile) => {
    const one = resolve(graph, given, profile, nothing);
    const two = resolve(edited, changed, profile, droppedOn(link, inputs));
    const problems: string[] = [];
    // Edits append names of their own.
    for (let name = 0; name < one.winners.length; name++) {
      const [from, to] = [one.winners[name], two.winners[name]];
      if (from === to || from === NONE || two.referenceStrength[name] === UNREFERENCED) continue;
      const problem = problemOf(name, from, to, two.referenceStrength[name] === STRONGLY_REFERENCED);
      if (problem !== null)
        problems.push(`${profile.title}: '${inputs.symbols.names.text(name)}' ${problem}`);
    }
    return problems;
  });
}

type BindingCheck = (name: NameId, from: SymbolId, to: SymbolId, isStrong: boolean) => string | null;

/** Returns a check of changed bindings: null for one that the cure lists, and for one that moves to a copy. */
function bindingCheck(inputs: Inputs, listed: ReadonlySet<string>): BindingCheck {
  const copies = copyCheck(inputs);
  const { member, names } = inputs.symbols;
  return (name, from, to, isStrong) => {
    const isListed = listed.has(names.text(name));
    if (to === NONE) return isListed && !isStrong ? null : 'is newly undefined';
    if (isListed || !isStrong || isCompilerHelper(cName(inputs, name))) return null;
    const isCopy = typeof copies(member[from], member[to]) === 'string';
    return isCopy || areInEqualGroups(inputs, from, to) ? null : 'binds to different content than before';
  };
}
