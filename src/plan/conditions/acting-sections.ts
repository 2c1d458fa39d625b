import { lazily } from '../../bytes/lazily.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { constructorArray } from '../../link/linkers/constructor-arrays.js';
import { placements } from '../../link/resolve/placement.js';
import { type Resolution, UNREFERENCED } from '../../link/resolve/resolution.js';
import type { SideEffect } from '../../symbols/object-format.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { unitsOf } from '../constructors/unit-order.js';
import type { Twins } from '../twins/twins.js';
import { causeOfAbsence, causeOfLoading } from './blame.js';
import { type Comparison, filesAdded, filesGone, type Violation } from './comparison.js';
import { acting, acts, effectKey, effectKeys, effectsOf } from './side-effects.js';

/*
 * Sections that act by being present. Three classes: what is walked (number and order of its entries count), what
 * linkers join over all files (the set of its entries counts), and tables of instrumented code (the copy must have its
 * member's).
 */

/**
 * C6: each constructor, registry entry and linker option of the link before is also in the link after, and so is each
 * effect that linkers join over files. A constructor must be in a copy of its unit, since local names prove nothing:
 * many units have a `_GLOBAL__sub_I_main.cc`.
 */
export function* sideEffectsStay(comparison: Comparison): Generator<Violation> {
  const { before, after } = comparison;
  const isAmong = keyTest(comparison, after, () => true);
  const isAmongUnconditional = keyTest(comparison, after, (member) =>
    actsWithoutUse(comparison, after, member),
  );
  const isKeptByCopy = keptByCopies(comparison);
  const keysOf = keyReader(comparison);
  for (const member of [...filesGone(comparison), ...filesThatNowNeedUse(comparison)]) {
    const keys = keysOf(member);
    if (keys.length === 0 && !acts(comparison, member)) continue;
    const isKept = actsWithoutUse(comparison, before, member) ? isAmongUnconditional : isAmong;
    if (isKeptByCopy(member) && keys.every(isKept)) continue;
    yield { code: 'side-effect-lost', name: NONE, by: member, blame: causeOfAbsence(comparison, member) };
  }
}

/**
 * Whether the side effects of a loaded file occur even if nothing in the file is used. wasm-ld always runs the
 * constructors of objects and whole archives, but those of an extracted member only if part of the member is live
 * (lld/wasm/MarkLive.cpp,
 * `enqueueInitFunctions`; lld/wasm/Driver.cpp, `addFile`).
 */
const actsWithoutUse = ({ graph }: Comparison, { extractedFor }: Resolution, member: MemberId): boolean =>
  graph.inputs.format !== 'wasm' || extractedFor[member] === NONE;

/** Files of both links whose side effects in the second depend on use; those of all other files are unchanged. */
function filesThatNowNeedUse(comparison: Comparison): MemberId[] {
  const { graph, before, after } = comparison;
  if (graph.inputs.format !== 'wasm') return [];
  return before.loaded.filter(
    (member) =>
      after.isLoaded[member] === 1 &&
      actsWithoutUse(comparison, before, member) &&
      !actsWithoutUse(comparison, after, member),
  );
}

const runs = ({ kind }: SideEffect): boolean => kind === 'constructors' || kind === 'destructors';

/** Whether the constructors of a file of the old link are those of a copy in the new one, in the same order. */
function keptByCopies(comparison: Comparison): (member: MemberId) => boolean {
  const { before, after, twins } = comparison;
  const mayReplace = (member: MemberId, twin: MemberId): boolean =>
    actsWithoutUse(comparison, after, twin) || !actsWithoutUse(comparison, before, member);
  const contentsOf = (isWanted: (file: MemberId) => boolean) =>
    new Set(after.loaded.filter(isWanted).map((file) => twins.content[file]));
  const contents = lazily({
    all: () => contentsOf(() => true),
    withoutUse: () => contentsOf((file) => actsWithoutUse(comparison, after, file)),
  });
  const hasEqual = (member: MemberId): boolean => {
    const wanted = actsWithoutUse(comparison, before, member) ? contents.withoutUse : contents.all;
    return twins.content[member] !== NONE && wanted.has(twins.content[member]);
  };
  return (member) => {
    if (!acts(comparison, member)) return true;
    const own = runsOf(comparison, member);
    if (own.length === 0 || hasEqual(member)) return true;
    const known = new Set(own);
    return twins.alikeOf(member).some((twin) => {
      if (after.isLoaded[twin] === 0 || !mayReplace(member, twin)) return false;
      const relation = twins.relation(member, twin);
      if (relation === null || relation.kind === 'other-content') return false;
      const kept = runsOf(comparison, twin).filter((key) => known.has(key));
      return kept.length === own.length && kept.every((key, at) => key === own[at]);
    });
  };
}

/** Constructors and destructors of a file by rank, and in one rank in the order in which they are placed. */
function runsOf(comparison: Comparison, member: MemberId): string[] {
  const { graph, line } = comparison;
  const effects = effectsOf(comparison, member).filter(runs);
  if (effects.length === 0) return [];
  const ranked = effects.map((effect) => ({
    key: effectKey(effect),
    rank: constructorArray(graph.inputs.format, line.layout, effect)?.rank ?? '',
  }));
  return ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0)).map(({ key }) => key);
}

/** C14: no side effect is added. */
export function* nothingIsAdded(comparison: Comparison): Generator<Violation> {
  const isKnown = keyTest(comparison, comparison.before, () => true);
  const keysOf = keyReader(comparison);
  for (const member of filesAdded(comparison)) {
    if (keysOf(member).every(isKnown)) continue;
    yield { code: 'side-effect-added', name: NONE, by: member, blame: causeOfLoading(comparison, member) };
  }
}

/** Whether any of some files of a link has a side effect with a given key. Keys are collected on the first query. */
function keyTest(
  comparison: Comparison,
  { loaded }: Resolution,
  isWanted: (member: MemberId) => boolean,
): (key: EffectKey) => boolean {
  let found: Uint8Array | undefined;
  return (key) => {
    found ??= keysAmong(comparison, loaded, isWanted);
    return found[key] === 1;
  };
}

/** By key: 1 for those of some files. */
function keysAmong(
  comparison: Comparison,
  files: readonly MemberId[],
  isWanted: (member: MemberId) => boolean,
): Uint8Array {
  const keysOf = keyReader(comparison);
  const gathered: EffectKey[] = [];
  let most = NONE;
  for (let at = 0; at < files.length; at++) {
    if (!isWanted(files[at])) continue;
    const keys = keysOf(files[at]);
    for (let own = 0; own < keys.length; own++) {
      gathered.push(keys[own]);
      most = Math.max(most, keys[own]);
    }
  }
  const found = new Uint8Array(most + 1);
  for (let at = 0; at < gathered.length; at++) found[gathered[at]] = 1;
  return found;
}

/** The number of a side effect that counts separately. */
type EffectKey = number;

/** By MemberId, of the links of one plan: with code sections or without. */
interface KnownKeys {
  readonly inputs: Inputs;
  readonly numbers: Map<string, EffectKey>;
  readonly all: (readonly EffectKey[])[];
  readonly withoutCode: (readonly EffectKey[])[];
}

const known = new WeakMap<Twins, KnownKeys>();

/** Returns the keys of a member's side effects, one for each that counts separately. */
function keyReader(comparison: Comparison): (member: MemberId) => readonly EffectKey[] {
  const { graph, twins, line } = comparison;
  const { inputs } = graph;
  let found = known.get(twins);
  if (found?.inputs !== inputs) found = { inputs, numbers: new Map(), all: [], withoutCode: [] };
  known.set(twins, found);
  const { numbers } = found;
  const keys = line.layout.hasSections ? found.all : found.withoutCode;
  return (member) => {
    keys[member] ??= numbersOf(numbers, findKeys(comparison, member));
    return keys[member];
  };
}

const NO_KEYS: readonly EffectKey[] = [];

function numbersOf(numbers: Map<string, EffectKey>, keys: readonly string[]): readonly EffectKey[] {
  if (keys.length === 0) return NO_KEYS;
  return keys.map((key) => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

function findKeys({ graph, twins, line }: Comparison, member: MemberId): string[] {
  const content = graph.inputs.contents[member];
  if (content.kind !== 'object') return [];
  const { traits } = content.info;
  const keys = effectsOf({ graph, twins }, member).flatMap((effect) => {
    if (effect.kind === 'counters') return [];
    if (effect.kind === 'code-section' && !line.layout.hasSections) return [];
    return effectKeys(effect);
  });
  if (traits) keys.push(`traits\0${traits}`);
  return keys;
}

/**
 * C6 for tables of instrumented code: each copy has its own table. They are compared by the unit that they belong to,
 * not by content.
 */
export function* tablesStay(comparison: Comparison): Generator<Violation> {
  const { after, twins } = comparison;
  for (const member of filesGone(comparison)) {
    if (!acts(comparison, member)) continue;
    const tables = tablesOf(comparison, member);
    if (tables === '') continue;
    const isCopy = (twin: MemberId) => {
      const relation = twins.relation(member, twin);
      return relation !== null && relation.kind !== 'other-content';
    };
    const copies = twins.alikeOf(member).filter((twin) => after.isLoaded[twin] && isCopy(twin));
    if (copies.some((twin) => tablesOf(comparison, twin) === tables)) continue;
    yield { code: 'side-effect-lost', name: NONE, by: member, blame: causeOfAbsence(comparison, member) };
  }
}

const tablesOf = (comparison: Comparison, member: MemberId): string =>
  effectsOf(comparison, member)
    .filter(({ kind }) => kind === 'counters')
    .map(effectKey)
    .join('\n');

const WALKED: ReadonlySet<SideEffect['kind']> = new Set([
  'registry',
  'section',
  'code-section',
  'objc-metadata',
]);

/** C15: sections that a program iterates over have the same entries in the same order, apart from duplicates. */
export function* walkedSectionsStay(comparison: Comparison): Generator<Violation> {
  const { before, after } = comparison;
  const isWalked = walkedTest(comparison);
  const { graph, line, lineBefore = line } = comparison;
  const hasEntries = (member: MemberId) =>
    acts(comparison, member) && effectsOf(comparison, member).some(isWalked);
  if (!acting(comparison).some((member) => before.isLoaded[member] === 1 && hasEntries(member))) return;
  // Local names do not identify entries across units: many units have an `entry0` that points to their `run`.
  const unitOf = unitsOf(comparison.twins, [...before.loaded, ...after.loaded].filter(hasEntries));
  const entries = (order: readonly MemberId[]) => entriesIn(comparison, order, isWalked, unitOf);
  const orders = placements(graph, lineBefore, before).map(entries);
  const afterOrders = placements(graph, line, after).map(entries);
  for (const [at, old] of orders.entries()) yield* compareEntries(comparison, old, afterOrders[at]);
}

function* compareEntries(
  comparison: Comparison,
  old: ReadonlyMap<string, readonly Entry[]>,
  now: ReadonlyMap<string, readonly Entry[]>,
): Generator<Violation> {
  const { after } = comparison;
  for (const [section, entries] of old) {
    const left = now.get(section) ?? [];
    if (isSameOrder(entries, left)) continue;
    const gone = entries.map(({ member }) => member).filter((member) => !after.isLoaded[member]);
    const blame = gone.flatMap((member) => causeOfAbsence(comparison, member));
    yield { code: 'section-order', name: NONE, by: entries[0].member, blame };
  }
}

interface Entry {
  readonly key: string;
  readonly member: MemberId;
}

/** By section: its entries in the order in which files are placed. A script may join sections of any names. */
function entriesIn(
  comparison: Comparison,
  loaded: readonly MemberId[],
  isWalked: (effect: SideEffect) => boolean,
  unitOf: (member: MemberId) => MemberId,
): Map<string, Entry[]> {
  const sections = new Map<string, Entry[]>();
  for (const member of loaded)
    for (const effect of effectsOf(comparison, member)) {
      if (!isWalked(effect)) continue;
      const section = comparison.line.layout.hasSections ? '' : effect.section;
      const known = sections.get(section) ?? [];
      sections.set(section, known);
      known.push({ key: `${unitOf(member)}\0${effectKey(effect)}`, member });
    }
  return sections;
}

function isSameOrder(old: readonly Entry[], now: readonly Entry[]): boolean {
  const [before, after] = [old, now].map((entries) => [...new Set(entries.map(({ key }) => key))]);
  if (now.length > old.length || before.length !== after.length) return false;
  return before.every((key, at) => key === after[at]);
}

/**
 * Returns a test of whether a program may iterate over a section. For a section whose name is a C identifier, a file of
 * the link must reference its bounds, `__start_X` or `__stop_X`. Other sections may be found by their position in the
 * output.
 */
function walkedTest({ graph, line, before, after }: Comparison): (effect: SideEffect) => boolean {
  const { names } = graph.inputs.symbols;
  const isWanted = (text: string) => {
    const name = names.find(text);
    return (
      name !== NONE &&
      [before, after].some(
        ({ referenceStrength }) => (referenceStrength[name] ?? UNREFERENCED) !== UNREFERENCED,
      )
    );
  };
  const isPlaced = line.layout.hasSections || line.exports.output === 'relocatable';
  const isOpen = line.items.every(({ kind }) => kind !== 'object');
  const hasBounds = graph.inputs.format === 'elf' || graph.inputs.format === 'wasm';
  return ({ kind, section }) => {
    // Such a script places constructors together with other sections.
    if (kind === 'constructors' || kind === 'destructors') return line.layout.mixesConstructors;
    if (!WALKED.has(kind) || (kind === 'code-section' && !line.layout.hasSections)) return false;
    if (kind !== 'registry' || isPlaced || isOpen || !hasBounds) return true;
    return isWanted(`__start_${section}`) || isWanted(`__stop_${section}`);
  };
}
