import { lazily } from '../../bytes/lazily.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { isLeftUndefined } from '../../link/resolve/linker-defined-names.js';
import {
  type Resolution,
  STRONGLY_REFERENCED,
  UNREFERENCED,
  WEAKLY_REFERENCED,
} from '../../link/resolve/resolution.js';
import { DEFAULT_VISIBILITY, isDefined, isLocalState, visibilityOf } from '../../symbols/flags.js';
import type { NameId, NameTable } from '../../symbols/names.js';
import type { SideEffect } from '../../symbols/object-format.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { effectKeys, isJoined } from '../conditions/side-effects.js';
import type { Prepared } from '../plan-trim.js';
import { allocatorsAreWhole } from './allocator-conditions.js';
import { type EditCode, type EditProblem, unmarkedName } from './edit-plan.js';
import type { EditedLink, EditedLinks } from './edited-link.js';
import { type CountedLink, reachedCode } from './reached-code.js';
import type { SectionGraphs } from './section-graph.js';
import { type UsedState, usedState } from './used-state.js';

/** Input of the conditions of edits. */
export interface EditQuestion extends EditedLinks {
  readonly images: SectionGraphs;
  /** Whether the user accepts that this global has two copies. */
  accepts(symbol: SymbolId): boolean;
}

/** Yields violations one by one. */
type Condition = (question: EditQuestion) => Iterable<EditProblem>;

const problem = (
  code: EditCode,
  name: NameId,
  member: MemberId,
  link: EditedLink | null = null,
): EditProblem => ({ code, name, member, linker: link?.profile.id ?? null });

/** E2: no name is newly unresolved, and every reference from outside binds as before, or as an edit says. */
export function* bindingsAreAsPlanned(question: EditQuestion): Generator<EditProblem> {
  const { original } = question;
  const { member } = original.graph.inputs.symbols;
  for (const link of question.links) {
    const { before, after } = link;
    for (let name = 0; name < after.winners.length; name++) {
      const old = before.winners[name];
      const code = changeOf(question, link, name);
      if (code !== null) yield problem(code, name, old === NONE ? NONE : member[old], link);
    }
  }
}

function changeOf(question: EditQuestion, link: EditedLink, name: NameId): EditCode | null {
  const isBoundAsBefore = link.before.winners[name] === link.after.winners[name];
  if (isBoundAsBefore && !isNewlyWanted(link, name)) return null;
  return isExportLost(question, link, name) ? 'edit-binding' : changeOfBinding(question, link, name);
}

const isNewlyWanted = ({ before, after }: EditedLink, name: NameId): boolean =>
  after.winners[name] === NONE &&
  after.referenceStrength[name] === STRONGLY_REFERENCED &&
  before.referenceStrength[name] !== STRONGLY_REFERENCED;

function changeOfBinding(question: EditQuestion, link: EditedLink, name: NameId): EditCode | null {
  const { before, after } = link;
  const { byMember, original } = question;
  const { member } = original.graph.inputs.symbols;
  const [old, now] = [before.winners[name], after.winners[name]];
  const isUnreferenced = after.referenceStrength[name] === UNREFERENCED;
  // A file refers to its own definitions, too, even if the definition of another file overrides them.
  if (isUnreferenced && !(old !== NONE && now !== NONE && isContested(question, link, name))) return null;
  if (now === NONE) return changeToNone(question, link, name);
  if (old === NONE) {
    if (before.referenceStrength[name] === WEAKLY_REFERENCED) return 'edit-weak-reference';
    return before.referenceStrength[name] === STRONGLY_REFERENCED ? 'edit-binding' : null;
  }
  const isPlanned = byMember.get(member[old])?.has(name) ?? false;
  return isPlanned || isSameDefinition(question, name, old, now) ? null : 'edit-binding';
}

/** The problem of a name that is referenced after the edits and has no definition. */
function changeToNone(
  { original, edited }: EditQuestion,
  { line, before, after }: EditedLink,
  name: NameId,
): EditCode | null {
  const { names } = original.graph.inputs.symbols;
  const isWeakly = after.referenceStrength[name] === WEAKLY_REFERENCED;
  if (before.winners[name] !== NONE) return isWeakly ? 'edit-weak-reference' : 'edit-unresolved';
  if (isWeakly || !isLeftUndefined(names.text(name), line.layout)) return null;
  // A name that no file of the link defines comes from a library outside of the link.
  const isForeign = !edited.graph.isDefinedHere(name) && lacksNames(names, line, before);
  return isForeign ? null : 'edit-unresolved';
}

const contested = new WeakMap<EditedLink, Set<NameId>>();

/** Whether several loaded files define a name, before the edits or after them. */
function isContested({ original, edited }: EditQuestion, link: EditedLink, name: NameId): boolean {
  const known = contested.get(link) ?? new Set<NameId>();
  if (!contested.has(link)) {
    contested.set(link, known);
    addContested(original.graph, link.before, known);
    addContested(edited.graph, link.after, known);
  }
  return known.has(name);
}

function addContested({ inputs, name }: LinkGraph, { loaded }: Resolution, found: Set<NameId>): void {
  const { firstSymbol, flags } = inputs.symbols;
  const definer = new Int32Array(inputs.symbols.names.length).fill(NONE);
  for (const member of loaded)
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      if (!isDefined(flags[symbol]) || isLocalState(flags[symbol])) continue;
      const known = definer[name[symbol]];
      if (known !== NONE && known !== member) found.add(name[symbol]);
      definer[name[symbol]] = member;
    }
}

const unresolved = new WeakMap<Resolution, boolean>();

/**
 * Whether a link has strong references that neither a file of it nor the linker defines: its libraries are not all
 * here.
 */
function lacksNames(names: NameTable, { layout }: LinkLine, resolution: Resolution): boolean {
  const known = unresolved.get(resolution);
  if (known !== undefined) return known;
  const { referenceStrength, winners } = resolution;
  const lacks = referenceStrength.some(
    (one, name) =>
      one === STRONGLY_REFERENCED && winners[name] === NONE && isLeftUndefined(names.text(name), layout),
  );
  unresolved.set(resolution, lacks);
  return lacks;
}

function isSameDefinition({ original }: EditQuestion, name: NameId, old: SymbolId, now: SymbolId): boolean {
  const { twins, graph } = original;
  const { member, names } = graph.inputs.symbols;
  if (member[old] === member[now] || names.text(name).startsWith('DW.ref.')) return true;
  const relation = twins.relation(member[old], member[now]);
  return (
    (relation !== null && relation.kind !== 'other-content') ||
    twins.isInterchangeable(member[old], member[now]) ||
    twins.areInEqualGroups(old, now)
  );
}

/** A name that the output exported, and now lacks or hides. */
function isExportLost(
  { original, edited }: EditQuestion,
  { line, before, after }: EditedLink,
  name: NameId,
): boolean {
  const [old, now] = [before.winners[name], after.winners[name]];
  if (!line.exportsSymbols || old === NONE) return false;
  // The next link may refer to hidden symbols of a relocatable output.
  if (visibilityOf(original.graph.inputs.symbols.flags[old]) !== DEFAULT_VISIBILITY)
    return now === NONE && line.exports.output === 'relocatable';
  return now === NONE || visibilityOf(edited.graph.inputs.symbols.flags[now]) !== DEFAULT_VISIBILITY;
}

/**
 * E2: no constructor or registry entry is lost, or runs more often: each is still in its file or in a copy of that
 * file. An entry that linkers join over all files may be in any file.
 */
export function* effectsStay({ original, links }: EditQuestion): Generator<EditProblem> {
  for (const link of links) {
    const [old, now] = [link.before, link.after].map((one) => countEffects(original, one));
    for (const [key, { count, member }] of old) {
      const { count: left = 0 } = now.get(key) ?? {};
      const isRepeated = left > count && [...RUNNING_EFFECTS].some((kind) => key.startsWith(`${kind}\0`));
      if (left === 0 || isRepeated) yield problem('edit-effect', NONE, member, link);
    }
  }
}

/** Kinds of side effects that occur once for each copy in a link. */
export const RUNNING_EFFECTS: ReadonlySet<SideEffect['kind']> = new Set([
  'constructors',
  'destructors',
  'registry',
  'objc-metadata',
  'swift-metadata',
  'section',
]);

/**
 * Side effects of a link by their content and the unit that they belong to, with the first file that has each.
 *
 * @param counts whether an effect counts; without it, all do
 */
export function countEffects(
  { graph, twins }: Prepared,
  { loaded }: Resolution,
  counts: (effect: SideEffect) => boolean = () => true,
): Map<string, { readonly count: number; readonly member: MemberId }> {
  const { contents } = graph.inputs;
  // Local names do not identify entries: each file with static objects has a `_GLOBAL__sub_I_` and a slot for it.
  const unitOf = (member: MemberId): string => {
    if (twins.unit[member] !== NONE) return `unit ${twins.unit[member]}`;
    return twins.content[member] === NONE ? `file ${member}` : `content ${twins.content[member]}`;
  };
  const keysOf = (member: MemberId): string[] => {
    const content = contents[member];
    const effects = content.kind === 'object' ? content.info.sideEffects.filter(counts) : [];
    return effects.flatMap((effect) =>
      effectKeys(effect).map((key) => (isJoined(effect) ? key : `${key}\0${unitOf(member)}`)),
    );
  };
  const found = new Map<string, { count: number; member: MemberId }>();
  for (const member of loaded)
    for (const key of keysOf(member)) {
      const known = found.get(key);
      found.set(key, { count: (known?.count ?? 0) + 1, member: known?.member ?? member });
    }
  return found;
}

/** E2: no name has more strong definitions than before. A name that an edit made counts as the one it was made from. */
export function* clashesAreNotNew({ original, links }: EditQuestion): Generator<EditProblem> {
  const { names, member } = original.graph.inputs.symbols;
  for (const link of links) {
    const known = new Map(
      link.before.clashes.map(({ name, definitions }) => [names.text(name), definitions.length]),
    );
    for (const { name, definitions } of link.after.clashes)
      if (definitions.length > (known.get(unmarkedName(names.text(name))) ?? 1))
        yield problem('edit-new-clash', name, member[definitions[0]], link);
  }
}

/** E3, E5: no mutable global that had one used copy has two, unless that is accepted. */
export function* stateStaysOne(question: EditQuestion): Generator<EditProblem> {
  const { name, member } = question.original.graph.inputs.symbols;
  for (const link of question.links)
    for (const [copy] of usedCopies(question, link).split)
      if (!question.accepts(copy)) yield problem('edit-splits-state', name[copy], member[copy], link);
}

/** Globals that code uses after the edits: a list of used copies each. */
export interface UsedCopies {
  readonly used: readonly (readonly SymbolId[])[];
  /** Globals with two or more used copies. */
  readonly all: readonly (readonly SymbolId[])[];
  /** Globals with more used copies than before. */
  readonly split: readonly (readonly SymbolId[])[];
}

const knownCopies = new WeakMap<EditedLink, UsedCopies>();

export function usedCopies(question: Omit<EditQuestion, 'accepts'>, link: EditedLink): UsedCopies {
  const known = knownCopies.get(link) ?? countUsedCopies(question, link);
  knownCopies.set(link, known);
  return known;
}

function countUsedCopies(
  { original, edited, byMember, images }: Omit<EditQuestion, 'accepts'>,
  { line, profile, before, after }: EditedLink,
): UsedCopies {
  const { inputs } = original.graph;
  const archives = new Set([...byMember.keys()].map((member) => inputs.members[member].archive));
  const wanted = new Set(
    inputs.members.filter(({ archive }) => archive !== NONE && archives.has(archive)).map(({ id }) => id),
  );
  const count = (counted: CountedLink, unknown: boolean) =>
    usedState(counted, reachedCode(counted, line, images, wanted), unknown);
  const now = count({ graph: edited.graph, state: edited.state, resolution: after, edits: byMember }, true);
  const used = [...now.values()];
  const all = used.filter((copies) => copies.length >= 2);
  return lazily({
    used,
    all,
    split: () => {
      if (all.length === 0) return [];
      const old = usedBefore({ graph: original.graph, line, profile, archives: [...archives].join() }, () =>
        count({ graph: original.graph, state: original.state, resolution: before, edits: new Map() }, false),
      );
      return all.filter((copies) => copies.length > (old.get(original.state.key[copies[0]])?.length ?? 0));
    },
  });
}

/** A link before edits, and the archives whose code is followed in it. */
interface LinkBefore extends Pick<EditedLink, 'line' | 'profile'> {
  readonly graph: LinkGraph;
  readonly archives: string;
}

/** By graph: the state that code uses in the most recent link before edits. */
const knownBefore = new WeakMap<LinkGraph, LinkBefore & { readonly used: UsedState }>();

/** Cached: assessments of different edits of the same archives, or of different drops, share the state before. */
function usedBefore(link: LinkBefore, count: () => UsedState): UsedState {
  const known = knownBefore.get(link.graph);
  const isKnown =
    known?.line === link.line && known.profile === link.profile && known.archives === link.archives;
  const used = isKnown ? known.used : count();
  knownBefore.set(link.graph, { ...link, used });
  return used;
}

/** Conditions on the simulated link, which apply to every kind of edit. */
export const LINK_CONDITIONS: readonly Condition[] = [
  bindingsAreAsPlanned,
  effectsStay,
  clashesAreNotNew,
  stateStaysOne,
  allocatorsAreWhole,
];
