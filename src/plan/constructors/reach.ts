import { cName } from '../../link/inputs/c-names.js';
import { namesOfLibraries } from '../../link/inputs/library-versions.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { exportedNames, NOT_EXPORTED } from '../../link/resolve/exported-names.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { isAbsolute, isCommon } from '../../symbols/flags.js';
import { type ImageSection, UNDEFINED_SECTION } from '../../symbols/image/object-image.js';
import type { ObjectParts } from '../../symbols/image/object-parts.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkParts } from './link-parts.js';
import { isEnclosing, isNeverOutside, outsideEffect, REPLACEABLE, UNKNOWN } from './outside-functions.js';

/** One link whose code is followed. */
export interface LinkCode {
  readonly parts: LinkParts;
  readonly line: LinkLine;
  readonly resolution: Resolution;
}

/** State and functions that code can reach by following relocations from its start. */
export interface Reach {
  /** Numbers of writable parts; a COMMON symbol is `commonState` of its name. */
  readonly state: ReadonlySet<number>;
  /** Bits of outside-functions.ts. */
  readonly effects: number;
  /** By bit: the first name that has the effect. */
  readonly outside: ReadonlyMap<number, NameId>;
  /** Some code could not be followed, so nothing is proved. */
  readonly isCut: boolean;
}

export const commonState = (name: NameId): number => -1 - name;

/** How many parts are followed from one start. */
const MOST_PARTS = 50_000;

interface Walk {
  readonly link: LinkCode;
  readonly queue: number[];
  readonly seen: Set<number>;
  /** Parts for which only the addresses that their code takes count; see `reachFrom`. */
  readonly sources: number[];
  readonly seenSources: Set<number>;
  readonly state: Set<number>;
  readonly outside: Map<number, NameId>;
  effects: number;
  hasReplaceable: boolean;
  hasExported: boolean;
  isCut: boolean;
}

/**
 * @param roots numbers of parts where code starts, or that hold its addresses
 * @param sources parts with code that has run before, and may have stored addresses: what it takes the address of is
 * reached, and what functions that it calls and data that it reads hold the address of, but not these
 */
export function reachFrom(link: LinkCode, roots: readonly number[], sources: readonly number[] = []): Reach {
  const walk: Walk = {
    link,
    queue: [...roots],
    seen: new Set(roots),
    sources: [...sources],
    seenSources: new Set(sources),
    state: new Set(),
    outside: new Map(),
    effects: 0,
    hasReplaceable: false,
    hasExported: false,
    isCut: false,
  };
  for (let next = 0; next < walk.sources.length && !walk.isCut; next++) {
    visitSource(walk, walk.sources[next]);
    if (walk.sources.length > MOST_PARTS) walk.isCut = true;
  }
  for (let next = 0; next < walk.queue.length && !walk.isCut; next++) {
    visit(walk, walk.queue[next], next < roots.length);
    if (walk.queue.length > MOST_PARTS) walk.isCut = true;
  }
  return walk;
}

interface OpenPart {
  readonly object: ObjectParts;
  readonly member: MemberId;
  readonly part: number;
  readonly section: ImageSection;
}

/** A part to follow; null for one that holds no code and no data, and, with the walk cut, for an unreadable object. */
function openPart(walk: Walk, number: number): OpenPart | null {
  const { parts } = walk.link;
  const { member, part } = parts.placeOf(number);
  const object = parts.object(member);
  if (object === null) {
    walk.isCut = true;
    return null;
  }
  const section = object.image.sections[object.sectionOf(part)];
  const { use } = section;
  if (use === 'ignored' || use === 'unwind' || use === 'directive') return null;
  return { object, member, part, section };
}

/** Addresses that code takes may be stored; functions that it calls and data that it reads have more. */
function visitSource(walk: Walk, number: number): void {
  const found = openPart(walk, number);
  if (found === null) return;
  const { parts } = walk.link;
  const { member } = found;
  const { names, parts: own, taken } = found.object.referencesOf(found.part);
  for (const other of taken.parts) push(walk, parts.numberOf(member, other));
  for (const symbol of taken.names) follow(walk, member, symbol);
  const isTaken = [new Set(taken.names), new Set(taken.parts)];
  for (const other of own) if (!isTaken[1].has(other)) pushSource(walk, parts.numberOf(member, other));
  for (const symbol of names)
    if (!isTaken[0].has(symbol)) for (const called of codeOf(walk, member, symbol)) pushSource(walk, called);
}

function pushSource({ seenSources, sources }: Walk, number: number): void {
  if (seenSources.has(number)) return;
  seenSources.add(number);
  sources.push(number);
}

/** The parts of the inputs that a name leads to. */
function codeOf({ link: { parts, resolution } }: Walk, member: MemberId, row: number): number[] {
  const object = parts.object(member);
  if (object === null) return [];
  const name = parts.nameOfRow(member, object, row);
  const provider = name === NONE ? NONE : resolution.winners[name];
  if (provider === NONE)
    return object.image.symbols[row].section === UNDEFINED_SECTION
      ? []
      : object.partsOfSymbol(row).map((part) => parts.numberOf(member, part));
  const { contents, symbols } = parts.graph.inputs;
  const definer = symbols.member[provider];
  if (contents[definer].kind === 'shared-library') return [];
  const other = parts.object(definer);
  const defined = parts.rowOfDefinition(provider);
  return other === null || defined === NONE
    ? []
    : other.partsOfSymbol(defined).map((part) => parts.numberOf(definer, part));
}

function visit(walk: Walk, number: number, isRoot: boolean): void {
  const found = openPart(walk, number);
  if (found === null) return;
  const { parts } = walk.link;
  const { member } = found;
  const { use, isWritable } = found.section;
  if (!isRoot && (use === 'constructors' || use === 'destructors')) {
    walk.isCut = true;
    return;
  }
  if (isWritable) walk.state.add(number);
  const references = found.object.referencesOf(found.part);
  for (const other of references.parts) push(walk, parts.numberOf(member, other));
  for (const symbol of references.names) follow(walk, member, symbol);
}

function push(walk: Walk, number: number): void {
  if (walk.seen.has(number)) return;
  walk.seen.add(number);
  walk.queue.push(number);
}

/** Follows a reference that binds by name. */
function follow(walk: Walk, member: MemberId, row: number): void {
  const { parts, resolution } = walk.link;
  const object = parts.object(member);
  if (object === null) return;
  const name = parts.nameOfRow(member, object, row);
  const provider = name === NONE ? NONE : resolution.winners[name];
  if (provider !== NONE) {
    followDefinition(walk, name, provider);
    return;
  }
  const symbol = object.image.symbols[row];
  if (symbol.section !== UNDEFINED_SECTION)
    for (const part of object.partsOfSymbol(row)) push(walk, parts.numberOf(member, part));
  else if (
    symbol.binding !== 'weak' ||
    !isNeverOutside({ graph: parts.graph, line: walk.link.line }, symbol.name)
  )
    goOutside(walk, name);
}

function followDefinition(walk: Walk, name: NameId, provider: SymbolId): void {
  const { parts } = walk.link;
  const { contents, symbols } = parts.graph.inputs;
  const member = symbols.member[provider];
  if (contents[member].kind === 'shared-library') {
    goOutside(walk, name);
    return;
  }
  if (isCommon(symbols.flags[provider])) {
    walk.state.add(commonState(name));
    return;
  }
  if (isAbsolute(symbols.flags[provider])) return;
  const object = parts.object(member);
  const row = parts.rowOfDefinition(provider);
  if (object === null || row === NONE) walk.isCut = true;
  else for (const part of object.partsOfSymbol(row)) push(walk, parts.numberOf(member, part));
}

/** Facts about a function outside of the inputs. */
interface Outside {
  readonly effect: number;
  readonly encloses: boolean;
}

/** By its name: many walks come to the same functions. */
const outsideFunctions = new WeakMap<LinkParts, Map<NameId, Outside>>();

function outsideOf(parts: LinkParts, name: NameId): Outside {
  const known = outsideFunctions.get(parts) ?? new Map<NameId, Outside>();
  outsideFunctions.set(parts, known);
  const text = () => (name === NONE ? '' : cName(parts.graph.inputs, name));
  const found = known.get(name) ?? { effect: outsideEffect(text()), encloses: isEnclosing(text()) };
  known.set(name, found);
  return found;
}

/** A function outside of the inputs may call back every name that it can reference. */
function goOutside(walk: Walk, name: NameId): void {
  const { parts } = walk.link;
  const { inputs } = parts.graph;
  const { effect, encloses } = outsideOf(parts, name);
  if (encloses) walk.isCut = true;
  walk.effects |= effect;
  if (effect !== 0 && !walk.outside.has(effect)) walk.outside.set(effect, name);
  if (!walk.hasReplaceable) {
    walk.hasReplaceable = true;
    for (const replaceable of REPLACEABLE) enter(walk, inputs.symbols.names.find(replaceable));
  }
  if (effect !== UNKNOWN || walk.hasExported) return;
  walk.hasExported = true;
  for (const exported of namesForOthers(walk.link)) enter(walk, exported);
}

/** Follows a definition of the inputs that is called from outside. */
function enter(walk: Walk, name: NameId): void {
  const { parts, resolution } = walk.link;
  const { contents, symbols } = parts.graph.inputs;
  const provider = name === NONE ? NONE : resolution.winners[name];
  if (provider === NONE || contents[symbols.member[provider]].kind === 'shared-library') return;
  followDefinition(walk, name, provider);
}

/** Whether code leads to the same places in two links of the same inputs. */
export function areFollowedAlike(one: LinkCode, other: LinkCode): boolean {
  if (one.line !== other.line || one.parts !== other.parts) return false;
  const [winners, others] = [one.resolution.winners, other.resolution.winners];
  if (winners.length !== others.length) return false;
  for (let name = 0; name < winners.length; name++) if (winners[name] !== others[name]) return false;
  return [...namesForOthers(one)].join() === [...namesForOthers(other)].join();
}

/** Names of this output that other files can call: what it exports, and what shared libraries of the line refer to. */
function* namesForOthers(link: LinkCode): Generator<NameId> {
  const { parts, line, resolution } = link;
  const exported = exportedNames(parts.graph, line, resolution) ?? [];
  for (let name = 0; name < exported.length; name++) if (exported[name] !== NOT_EXPORTED) yield name;
  yield* namesOfLibraries(parts.graph);
  for (const requests of [line.ownRequests, ...line.requests.values()])
    for (const request of requests) if (request.kind === 'export') yield request.name;
}
