import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { linkPartsOf } from '../../plan/constructors/link-parts.js';
import { canonicalStateName } from '../../plan/state/state.js';
import { isFunction, isLocalState, isReference } from '../../symbols/flags.js';
import type { ObjectImage } from '../../symbols/image/object-image.js';
import type { ObjectParts } from '../../symbols/image/object-parts.js';
import { mayReferTo } from '../../symbols/local-target.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { isCopy } from '../assess/same-definition.js';
import type { CureState, LinkState } from '../cure-state.js';
import { sidesOf } from '../problems/duplicates.js';
import { areVersionsOfOneFile } from './one-source.js';

/** A static variable that two versions of one file have, each for itself. */
export interface LocalPair {
  /** In the file of which the given link uses the common functions. */
  readonly winner: SymbolId;
  readonly loser: SymbolId;
}

/** More duplicates are two versions of one library, which other advice is about. */
const MOST_PAIRS = 500;

/**
 * Static variables of two versions of one file of which a link uses both: a function that both files define uses its
 * file's variable, and so does code of each file that the link reaches. Then one part of the program does not see
 * values that the other part stores. Copies of one file are not compared here: the table of state has them.
 *
 * @param given the link without changes, which has the duplicates
 * @param link the same link with the changes of a cure
 */
export function splitLocals(given: LinkState, link: LinkState, row: number): LocalPair[] {
  const known = localPairs(given, row);
  const losers = new Set(known.map(({ loser }) => loser));
  const pairs = [...known, ...isolatedPairs(given, link, row).filter(({ loser }) => !losers.has(loser))];
  if (pairs.length === 0) return [];
  const { graph } = given.subject.prepared;
  const { member } = graph.inputs.symbols;
  const live = liveCode(given, link, link.resolutions[row]);
  return pairs.filter((pair) =>
    [pair.winner, pair.loser].every((local) => {
      const object = linkPartsOf(graph).object(member[local]);
      return object !== null && usesLocal(graph, object, local, live(member[local]));
    }),
  );
}

/** How many of them the links of a command have, each link on its worst linker. */
export const splitLocalsOf = (given: CureState, { links }: CureState): number =>
  links.reduce((sum, link, at) => {
    const counts = link.resolutions.map((_, row) => splitLocals(given.links[at], link, row).length);
    return sum + Math.max(0, ...counts);
  }, 0);

/** By link: all cures are compared with it. */
const known = new WeakMap<Resolution, LocalPair[]>();

function localPairs(given: LinkState, row: number): LocalPair[] {
  const resolution = given.resolutions[row];
  const found = known.get(resolution) ?? findLocalPairs(given, resolution);
  known.set(resolution, found);
  return found;
}

function findLocalPairs(given: LinkState, resolution: Resolution): LocalPair[] {
  if (resolution.clashes.length > MOST_PAIRS) return [];
  return pairsOfVersions(
    given,
    resolution.clashes.flatMap((clash) => {
      const { winner, losers } = sidesOf(resolution, clash);
      return losers.map((loser) => [winner, loser] as const);
    }),
  );
}

/**
 * By the edits of a cure: definitions that it gives private names, beside those that the given link uses, or, if it is
 * these, beside those that take their place.
 */
function isolatedPairs(given: LinkState, { edits, resolutions }: LinkState, row: number): LocalPair[] {
  if (edits === null || edits.edits.length > MOST_PAIRS) return [];
  const { graph } = given.subject.prepared;
  const { first, row: rows } = graph.rows.definitions;
  const { winners } = given.resolutions[row];
  const pairs = edits.edits.flatMap(({ member, name, evidence }) => {
    if (evidence.kind !== 'isolate' || winners[name] === NONE) return [];
    const own = rows.subarray(first[member], first[member + 1]).find((one) => graph.name[one] === name);
    const other = own === winners[name] ? resolutions[row].winners[name] : own;
    return other === undefined || other === NONE || other === winners[name]
      ? []
      : [[winners[name], other] as const];
  });
  return pairsOfVersions(given, pairs);
}

/** Static variables of files that are versions of one, by functions that two files define. */
function pairsOfVersions(
  { subject: { prepared } }: LinkState,
  definitions: readonly (readonly [SymbolId, SymbolId])[],
): LocalPair[] {
  const { graph, twins } = prepared;
  const { flags, member } = graph.inputs.symbols;
  const functions = new Map<string, (readonly [SymbolId, SymbolId])[]>();
  for (const [winner, loser] of definitions) {
    if (!isFunction(flags[winner]) || !isFunction(flags[loser])) continue;
    const files = `${member[winner]} ${member[loser]}`;
    functions.set(files, [...(functions.get(files) ?? []), [winner, loser]]);
  }
  return [...functions.values()].flatMap((common) => {
    const [one, other] = common[0].map((symbol) => member[symbol]);
    const areVersions =
      one !== other &&
      !isCopy(twins, one, other) &&
      (areVersionsOfOneFile(graph, twins, one, other) || areVersionsOfOneFile(graph, twins, other, one));
    return areVersions ? pairsOf(graph, one, other, common) : [];
  });
}

/** Static variables of one name and size which a common function uses in either file. */
function pairsOf(
  graph: LinkGraph,
  one: MemberId,
  other: MemberId,
  common: readonly (readonly [SymbolId, SymbolId])[],
): LocalPair[] {
  const { size } = graph.inputs.symbols;
  const parts = linkPartsOf(graph);
  const [first, second] = [parts.object(one), parts.object(other)];
  if (first === null || second === null) return [];
  const others = localsOf(graph, other);
  return [...localsOf(graph, one)].flatMap(([name, winner]) => {
    const loser = others.get(name);
    if (loser === undefined || size[winner] === 0 || size[winner] !== size[loser]) return [];
    const isCommon = common.some(
      ([mine, its]) =>
        usesLocal(graph, first, winner, codeOf(graph, first, mine)) &&
        usesLocal(graph, second, loser, codeOf(graph, second, its)),
    );
    return isCommon ? [{ winner, loser }] : [];
  });
}

/** Static variables of a file by name, without those of functions that have equal names. */
function localsOf({ inputs: { symbols } }: LinkGraph, member: MemberId): Map<string, SymbolId> {
  const { firstSymbol, flags, name, names } = symbols;
  const found = new Map<string, SymbolId>();
  const ambiguous = new Set<string>();
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    if (!isLocalState(flags[symbol])) continue;
    const text = canonicalStateName(names.text(name[symbol]));
    if (!/^[a-z_]\w*$/i.test(text) || text.includes('MergedGlobals')) continue;
    if (found.has(text)) ambiguous.add(text);
    found.set(text, symbol);
  }
  for (const text of ambiguous) found.delete(text);
  return found;
}

/** Parts that a definition reaches within its file. */
const codeOf = (graph: LinkGraph, object: ObjectParts, definition: SymbolId): Uint8Array =>
  object.reachedFrom(partsOfDefinition(graph, object, definition));

function partsOfDefinition(graph: LinkGraph, object: ObjectParts, definition: SymbolId): readonly number[] {
  const row = linkPartsOf(graph).rowOfDefinition(definition);
  return row === NONE ? [] : object.partsOfSymbol(row);
}

/** Whether code or data among some parts of a file refers to a static variable. */
function usesLocal(
  { inputs: { symbols } }: LinkGraph,
  object: ObjectParts,
  local: SymbolId,
  live: Uint8Array,
): boolean {
  const text = symbols.names.text(symbols.name[local]);
  const row = object.image.symbols.findIndex(
    ({ name, binding, section }) => name === text && binding === 'local' && section >= 0,
  );
  if (row < 0 || !isToldFromOthers(object.image, row)) return false;
  for (let part = 0; part < live.length; part++) {
    if (live[part] === 0) continue;
    for (const relocation of object.relocationsOf(part))
      if (mayReferTo(object.image, object.sectionOf(part), relocation, row)) return true;
  }
  return false;
}

/** Whether references show which variable of a section they mean: code of x86 does. */
function isToldFromOthers({ attributes, symbols }: ObjectImage, row: number): boolean {
  if (attributes.some((text) => /^machine (62|3) /.test(text))) return true;
  const { section, value } = symbols[row];
  return symbols.every((other) => other.section !== section || other.value === value);
}

/**
 * Returns the parts of a file that a link reaches: from definitions that other files reference, and from constructors.
 * A file is read as it is without edits, and its names are those of the link with them.
 */
function liveCode(
  { subject: { prepared } }: LinkState,
  { line, subject }: LinkState,
  { loaded, winners }: Resolution,
): (member: MemberId) => Uint8Array {
  const { graph } = prepared;
  const edited = subject.prepared.graph;
  const { first, row } = graph.rows.definitions;
  const found = new Map<MemberId, Uint8Array>();
  const isLoaded = new Set(loaded);
  return (member) => {
    const object = linkPartsOf(graph).object(member);
    if (object === null || !isLoaded.has(member)) return NO_PARTS;
    const live = found.get(member);
    if (live !== undefined) return live;
    const own: SymbolId[] = [];
    for (let at = first[member]; at < first[member + 1]; at++)
      if (winners[edited.name[row[at]]] === row[at]) own.push(row[at]);
    const used = line.exportsSymbols ? own : referenced(edited, loaded, member, own);
    const made = reachedParts(graph, object, own, used);
    found.set(member, made);
    return made;
  };
}

const NO_PARTS = new Uint8Array();

/** Definitions of a file that another file references. */
function referenced(
  { inputs, name }: LinkGraph,
  loaded: readonly MemberId[],
  member: MemberId,
  own: readonly SymbolId[],
): SymbolId[] {
  const { firstSymbol, flags } = inputs.symbols;
  const wanted = new Set(own.map((symbol) => name[symbol]));
  const used = new Set<number>();
  for (const user of loaded)
    if (user !== member)
      for (let symbol = firstSymbol[user]; symbol < firstSymbol[user + 1]; symbol++)
        if (isReference(flags[symbol]) && wanted.has(name[symbol])) used.add(name[symbol]);
  return own.filter((symbol) => used.has(name[symbol]));
}

/** Parts that are reached, also by the names of the file's own definitions. */
function reachedParts(
  graph: LinkGraph,
  object: ObjectParts,
  own: readonly SymbolId[],
  used: readonly SymbolId[],
): Uint8Array {
  const bound = new Set(own.map((symbol) => linkPartsOf(graph).rowOfDefinition(symbol)));
  const roots = new Set([
    ...used.flatMap((symbol) => partsOfDefinition(graph, object, symbol)),
    ...object.image.sections.flatMap(({ use }, row) =>
      use === 'constructors' || use === 'destructors' ? object.partsOfSection(row) : [],
    ),
  ]);
  for (;;) {
    const live = object.reachedFrom(roots);
    const { size } = roots;
    for (const part of partsNamedIn(object, live, bound)) roots.add(part);
    if (roots.size === size) return live;
  }
}

/** Parts of definitions that the code of some parts references by name. */
function partsNamedIn(object: ObjectParts, live: Uint8Array, bound: ReadonlySet<number>): number[] {
  const definitions = new Set<number>();
  for (let part = 0; part < live.length; part++)
    if (live[part] === 1)
      for (const row of object.referencesOf(part).names)
        definitions.add(object.definitionOf(object.image.symbols[row].name));
  return [...definitions].filter((row) => bound.has(row)).flatMap((row) => object.partsOfSymbol(row));
}
