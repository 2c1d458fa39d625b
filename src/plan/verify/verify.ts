import { equalBytes } from '../../bytes/equal-bytes.js';
import { checkIndex } from '../../link/inputs/archive-index.js';
import type { Archive, Inputs } from '../../link/inputs/inputs.js';
import { buildLinkGraph, type LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { LinkerProfile } from '../../link/linkers/linker-profile.js';
import { type Resolution, STRONGLY_REFERENCED, UNREFERENCED } from '../../link/resolve/resolution.js';
import { resolve } from '../../link/resolve/resolve.js';
import { isCallable, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { EditProblem } from '../edits/edit-plan.js';
import { compareActing, compareKept, compareTables } from './verify-acting.js';
import { type CopyCheck, copyCheck, type DataCheck, dataCheck, haveEqualGroup } from './verify-copy.js';
import { changeOfDefinition } from './verify-definition.js';
import { type EditsToVerify, editedMemberCheck, inputsAsPlanned, problemsOfEdits } from './verify-edits.js';
import { compareExports, compareNeeded, compareNewNames } from './verify-exports.js';
import { compareNames, placedAlike, requireImports } from './verify-names.js';
import { compareOrder } from './verify-order.js';
import { compareSlices } from './verify-slices.js';
import { compareState } from './verify-state.js';
import { type UnitsAmong, unitFinder } from './verify-units.js';

/** A check that emitted archives failed. `where` is the archive, the linker or `edits`. */
export interface VerifyProblem {
  readonly where: string;
  readonly problem: string;
}

/** A link before and after: the same line, with some archives replaced by emitted ones. */
export interface Emitted {
  readonly before: { readonly inputs: Inputs; readonly line: LinkLine };
  readonly after: { readonly inputs: Inputs; readonly line: LinkLine };
  /** By archive of `before`: ordinals of the members that the plan drops. */
  readonly dropped: readonly ReadonlySet<number>[];
  /** Whether the user declared that one member of `before` may be replaced by another with different content. */
  isDeclared?(gone: MemberId, instead: MemberId): boolean;
  /** Symbol edits of the plan in kept members. */
  readonly edits?: EditsToVerify;
  /** Describes a violated condition of edits as text. */
  describeEdit?(problem: EditProblem): string;
  /** Whether another plan, to be verified on its own, drops members of the slice that this archive has there. */
  isChangedElsewhere?(archive: number, architecture: string): boolean;
}

/** A linker to simulate, and how to change the line first: add unknown users, move archives. */
export interface LinkToVerify {
  readonly profile: LinkerProfile;
  prepareLine(graph: LinkGraph, line: LinkLine): LinkLine;
}

/**
 * Checks emitted archives against their originals, from the files alone: first members, bytes and index; then, for each
 * linker, that nothing is newly undefined, every name binds as before or to a copy, no symbol is newly duplicate, no
 * constructor is lost and no mutable global has more copies. Independent of the planner's decisions.
 * @returns all problems that were found; empty if the archives are proved
 */
export function verifyEmitted(given: Emitted, links: readonly LinkToVerify[]): VerifyProblem[] {
  const problems: VerifyProblem[] = [];
  const report = (where: string, problem: string) => problems.push({ where, problem });
  const original = matchMembers(given, report);
  if (problems.length > 0) return problems;
  checkIndexes(given, report);
  for (const problem of editProblems(given, links)) report('edits', problem);
  // Drops are compared with the link that has the edits, and edits with the one that has none.
  const planned = inputsAsPlanned(given.before.inputs, given.edits?.edits ?? []);
  const emitted = { ...given, before: { ...given.before, inputs: planned } };
  compareNames(emitted.before, emitted.after, original, report);
  requireImports(emitted.before, emitted.dropped, report);
  const isPlacedAlike = placedAlike(emitted.before);
  const before = buildLinkGraph(emitted.before.inputs, emitted.before.line);
  const after = buildLinkGraph(emitted.after.inputs, emitted.after.line);
  const copies = copyCheck(emitted.before.inputs);
  // Copies of one unit are still copies where only some are edited: their constructors are the same.
  const areOriginals = copyCheck(given.before.inputs);
  const hasSameData = dataCheck(emitted.before.inputs);
  for (const { profile, prepareLine } of links) {
    const lineBefore = prepareLine(before, emitted.before.line);
    const nothing = (inputs: Inputs) => new Uint8Array(inputs.members.length);
    const one = resolve(before, lineBefore, profile, nothing(emitted.before.inputs));
    // Roots are those of the original line: names that only a dropped member defined are still searched.
    const roots = lineBefore.roots.map(({ name, reason }) => ({
      name: after.inputs.symbols.names.internText(before.inputs.symbols.names.text(name)),
      reason,
    }));
    const lineAfter = { ...prepareLine(after, emitted.after.line), roots };
    const two = resolve(after, lineAfter, profile, nothing(emitted.after.inputs));
    const comparison = { emitted, original, before, after, one, two, copies, hasSameData, isPlacedAlike };
    compareBindings(comparison, (problem) => report(profile.title, problem));
    compareClashes(comparison, (problem) => report(profile.title, problem));
    compareState({ graph: before, resolution: one }, { graph: after, resolution: two }, (problem) =>
      report(profile.title, problem),
    );
    const old = { graph: before, inputs: before.inputs, line: lineBefore, resolution: one };
    const now = { graph: after, inputs: after.inputs, line: lineAfter, resolution: two };
    const tell = (problem: string) => report(profile.title, problem);
    compareExports(old, now, tell);
    if (given.edits !== undefined) compareNewNames(given.before.inputs, now, tell);
    compareNeeded(old, now, tell);
    const areCopies = (one: MemberId, other: MemberId) =>
      isCopy(comparison, one, other) || typeof areOriginals(one, other) === 'string';
    const unitsAmong: UnitsAmong = (members) => unitFinder(given.before.inputs, members, areCopies);
    compareActing(old, { ...now, original }, copies, unitsAmong, tell);
    compareTables(old, { ...now, original }, copies, tell);
    compareKept(old, { ...now, original }, copies, tell);
    compareOrder(old, now, original, copies, unitsAmong, tell);
  }
  return problems;
}

/** Whether two members of the link before are copies by their content, or declared as such by the user. */
function isCopy({ copies, emitted }: LinkComparison, one: MemberId, other: MemberId): boolean {
  const likeness = copies(one, other);
  return typeof likeness === 'string' || (emitted.isDeclared?.(one, other) ?? false);
}

function editProblems(
  { before, edits, describeEdit, dropped }: Emitted,
  links: readonly LinkToVerify[],
): string[] {
  if (edits === undefined || edits.edits.length === 0) return [];
  const graph = buildLinkGraph(before.inputs, before.line);
  const asked = links.map(({ profile, prepareLine }) => ({ profile, line: prepareLine(graph, before.line) }));
  const isDropped = Uint8Array.from(before.inputs.members, ({ archive, ordinal }) =>
    archive !== NONE && dropped[archive].has(ordinal) ? 1 : 0,
  );
  return problemsOfEdits(before.inputs, asked, edits, isDropped).map(
    (problem) => describeEdit?.(problem) ?? problem.code,
  );
}

interface LinkComparison {
  readonly emitted: Emitted;
  /** By MemberId after: the same member before. */
  readonly original: Int32Array;
  readonly before: LinkGraph;
  readonly after: LinkGraph;
  readonly one: Resolution;
  readonly two: Resolution;
  readonly copies: CopyCheck;
  readonly hasSameData: DataCheck;
  /** Whether scripts and ordering files place two members of `before` in the same way. */
  isPlacedAlike(one: MemberId, other: MemberId): boolean;
}

/** Pairs each emitted member with the original it is a copy of, and compares the bytes. */
function matchMembers(
  { before, after, dropped, edits, isChangedElsewhere = () => false }: Emitted,
  report: (where: string, problem: string) => void,
): Int32Array {
  const original = new Int32Array(after.inputs.members.length).fill(NONE);
  const { isEdited, difference } = editedMemberCheck(before.inputs, edits?.edits ?? []);
  if (before.inputs.archives.length !== after.inputs.archives.length) {
    report('line', 'the emitted line has a different number of archives');
    return original;
  }
  const objects = (inputs: Inputs) => inputs.members.filter(({ archive }) => archive === NONE);
  objects(after.inputs).forEach(({ id }, at) => {
    original[id] = objects(before.inputs)[at]?.id ?? NONE;
  });
  before.inputs.archives.forEach((archive, at) => {
    const emitted = after.inputs.archives[at];
    for (const problem of compareSlices(archive, emitted, (name) => isChangedElsewhere(at, name)))
      report(emitted.path, problem);
    const kept = archive.stored.members.filter(({ ordinal }) => !dropped[at].has(ordinal));
    if (kept.length !== emitted.stored.members.length) {
      report(emitted.path, `has ${emitted.stored.members.length} members, but the plan keeps ${kept.length}`);
      return;
    }
    kept.forEach(({ ordinal }, position) => {
      const from = before.inputs.members[archive.firstMember + ordinal];
      const to = after.inputs.members[emitted.firstMember + position];
      original[to.id] = from.id;
      if (!isSameName(archive, from.name, to.name))
        report(emitted.path, `member ${position} is '${to.name}', not '${from.name}'`);
      else if (isEdited(from.id)) {
        const found = difference(from, to);
        if (found !== null) report(to.source.label, found);
      } else if (!equalBytes(from.source, to.source)) report(to.source.label, 'differs from the original');
    });
  });
  return original;
}

/** A thin archive may have moved to another folder. The bytes of the members show that it names the same files. */
const isSameName = ({ stored }: Archive, from: string, to: string): boolean =>
  stored.isThin ? from.split('/').at(-1) === to.split('/').at(-1) : from === to;

function checkIndexes({ before, after }: Emitted, report: (where: string, problem: string) => void): void {
  const { inputs } = after;
  const emitted = inputs.archives.filter(({ path }, at) => path !== before.inputs.archives[at].path);
  for (const archive of emitted)
    for (const { member, missing, stale } of checkIndex(inputs, archive).disagreements)
      report(
        inputs.members[member].source.label,
        `the archive's index lacks ${missing} of its names and has ${stale} too many`,
      );
}

function compareBindings(comparison: LinkComparison, report: (problem: string) => void): void {
  const { names } = comparison.after.inputs.symbols;
  for (let name = 0; name < comparison.two.winners.length; name++) {
    const text = names.text(name);
    const problem = problemOfBinding(comparison, name, text);
    if (problem !== null) report(problem);
  }
}

function problemOfBinding(comparison: LinkComparison, name: NameId, text: string): string | null {
  const { before, one, two } = comparison;
  const given = before.inputs.symbols.names.find(text);
  const old = given === NONE ? NONE : one.winners[given];
  const strengthBefore = given === NONE ? UNREFERENCED : one.referenceStrength[given];
  const now = two.winners[name];
  if (now === NONE) return problemOfLoss(text, old !== NONE, strengthBefore, two.referenceStrength[name]);
  if (old === NONE)
    return strengthBefore === UNREFERENCED ? null : `'${text}' was not bound here before, and is now`;
  const problem = isPointerByName(text) ? null : compareDefinitions(comparison, old, now);
  return problem && `'${text}' ${problem}`;
}

/** The problem of a name without a definition; null if it had none, and no stronger reference. */
function problemOfLoss(
  text: string,
  wasDefined: boolean,
  strengthBefore: number,
  strength: number,
): string | null {
  if (strength === STRONGLY_REFERENCED)
    return wasDefined || strengthBefore !== STRONGLY_REFERENCED ? `'${text}' is newly undefined` : null;
  return strength !== UNREFERENCED && wasDefined
    ? `the weak reference to '${text}' is no longer bound`
    : null;
}

/**
 * `DW.ref.<symbol>` is a pointer to that symbol in every object; the binding of the symbol itself is compared
 * separately.
 */
const isPointerByName = (text: string): boolean => text.startsWith('DW.ref.');

/** Whether linkers merge both definitions, and they are equal in the original members. */
function isInEqualGroup({ before, after, original }: LinkComparison, old: SymbolId, now: SymbolId): boolean {
  const [from, to] = [before.inputs.symbols, after.inputs.symbols];
  const [member, source] = [from.member[old], original[to.member[now]]];
  if (before.inputs.format === 'macho') {
    const isMerged = isWeak(from.flags[old]) && isWeak(to.flags[now]);
    return isMerged && haveEqualGroup(before.inputs, member, source, from.names.text(from.name[old]));
  }
  if (from.group[old] === NONE || to.group[now] === NONE) return false;
  const signature = from.names.text(from.groups[from.group[old]].signature);
  if (signature !== to.names.text(to.groups[to.group[now]].signature)) return false;
  return haveEqualGroup(before.inputs, member, source, signature);
}

/** @returns why a name must not move from one definition to another; null if it may */
function compareDefinitions(comparison: LinkComparison, old: SymbolId, now: SymbolId): string | null {
  const { emitted, before, after, original, copies, isPlacedAlike } = comparison;
  const from = before.inputs.symbols;
  const to = after.inputs.symbols;
  const source = original[to.member[now]];
  const target = from.member[old];
  if (source === target) return null;
  if (!isPlacedAlike(target, source))
    return 'moves to a file that a script or an ordering file places differently';
  const likeness = copies(target, source);
  if (likeness === 'equal') return null;
  const place = `moves from ${before.inputs.members[target].source.label} to ${before.inputs.members[source].source.label}`;
  const isDeclared = emitted.isDeclared?.(target, source) ?? false;
  if (typeof likeness !== 'string' && !isDeclared)
    return isInEqualGroup(comparison, old, now) ? null : `${place}, ${likeness.problem}`;
  const change = changeOfDefinition(
    { symbols: from, symbol: old },
    { symbols: to, symbol: now },
    emitted.before,
  );
  if (change !== null) return `${place}, where it is ${change}`;
  if (likeness !== 'named' || isDeclared || isCallable(from.flags[old])) return null;
  const text = from.names.text(from.name[old]);
  return comparison.hasSameData(target, source, text) ? null : `${place}, where it has a different value`;
}

function compareClashes(comparison: LinkComparison, report: (problem: string) => void): void {
  const { before, after, one, two } = comparison;
  const known = new Map(
    one.clashes.map(({ name, definitions }) => [before.inputs.symbols.names.text(name), definitions.length]),
  );
  for (const { name, definitions } of two.clashes) {
    const text = after.inputs.symbols.names.text(name);
    if (definitions.length > (known.get(text) ?? 1))
      report(`'${text}' has ${definitions.length} definitions, more than before`);
  }
}
