import { cName } from '../../link/inputs/c-names.js';
import { namesOfLibraries } from '../../link/inputs/library-versions.js';
import { type ConstructorArray, constructorArray } from '../../link/linkers/constructor-arrays.js';
import { exportedNames, NOT_EXPORTED } from '../../link/resolve/exported-names.js';
import { isAbsolute, isCommon } from '../../symbols/flags.js';
import type { ObjectParts } from '../../symbols/image/object-parts.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import {
  doEffectsInteract,
  isEnclosing,
  isNeverOutside,
  outsideEffect,
  REPLACEABLE,
  UNKNOWN,
} from '../constructors/outside-functions.js';
import type { VerifiedLink } from './verify-exports.js';
import { boundName, type Images, imageReader, keyOf, sourcesOf } from './verify-places.js';

/** Constructors of one rank, in all copies of a unit. */
export interface Entry {
  readonly rank: string;
  readonly kind: ConstructorArray['kind'];
  readonly members: readonly MemberId[];
}

/**
 * Reached places (`12/3`: member and section; `common f`), which of them have state, and effects outside of the inputs.
 */
interface Touched {
  readonly state: Set<string>;
  effects: number;
  isKnown: boolean;
}

/** Sections whose references do nothing. */
const NOT_FOLLOWED: ReadonlySet<string> = new Set(['ignored', 'unwind', 'directive']);

/** How many places are followed from one entry. */
const MOST_PLACES = 50_000;

/** Shows for pairs of constructors of a link that neither can observe whether the other has run. */
export function independence(link: VerifiedLink): (one: Entry, other: Entry) => boolean {
  const images = imageReader(link);
  const touched = new Map<string, Touched>();
  const touchedBy = (entry: Entry): Touched => {
    const key = `${entry.rank} ${entry.members.join()}`;
    const known = touched.get(key) ?? follow(link, images, entry);
    touched.set(key, known);
    return known;
  };
  const entries = entriesOf(link);
  // Code that shares state with a constructor may have left it pointers to everything that the code touches.
  const withSharers = (entry: Entry): Touched => {
    const all = { ...touchedBy(entry), state: new Set(touchedBy(entry).state) };
    // Before a destructor the program has run.
    if (entry.kind === 'destructors' && all.isKnown) merge(all, followStored(link, images, all.state));
    const rest = new Set(
      entries.filter(({ kind }) => entry.kind === 'destructors' || kind === 'constructors').map(touchedBy),
    );
    for (let size = -1; size !== rest.size; ) {
      size = rest.size;
      for (const other of rest) {
        if (![...other.state].some((place) => all.state.has(place))) continue;
        rest.delete(other);
        merge(all, other);
      }
    }
    return all;
  };
  const whole = new Map<string, Touched>();
  return (one, other) => {
    const [a, b] = [one, other].map((entry) => {
      const key = `${entry.rank} ${entry.members.join()}`;
      const all = whole.get(key) ?? withSharers(entry);
      whole.set(key, all);
      return all;
    });
    const isShared = [...a.state].some((place) => b.state.has(place));
    return a.isKnown && b.isKnown && !isShared && !doEffectsInteract(a.effects, b.effects);
  };
}

function merge(all: Touched, other: Touched): void {
  for (const place of other.state) all.state.add(place);
  all.effects |= other.effects;
  all.isKnown &&= other.isKnown;
}

function entriesOf({ graph: { inputs }, line, resolution }: VerifiedLink): Entry[] {
  return resolution.loaded.flatMap((member) => {
    const content = inputs.contents[member];
    const found = new Map<string, Entry>();
    for (const effect of content.kind === 'object' ? content.info.sideEffects : []) {
      const array = constructorArray(inputs.format, line.layout, effect);
      if (array !== null) found.set(array.rank, { rank: array.rank, kind: array.kind, members: [member] });
    }
    return [...found.values()];
  });
}

/** A walk from a constructor's slots: places yet to be looked at, and what was found. */
interface Walk extends Touched {
  readonly link: VerifiedLink;
  readonly images: Images;
  readonly places: Map<string, readonly [MemberId, number]>;
  readonly called: Set<string>;
}

const newWalk = (link: VerifiedLink, images: Images): Walk => ({
  link,
  images,
  places: new Map(),
  called: new Set(),
  state: new Set(),
  effects: 0,
  isKnown: true,
});

function follow(link: VerifiedLink, images: Images, { rank, members }: Entry): Touched {
  const walk = newWalk(link, images);
  const { format } = link.graph.inputs;
  const isOfRank = (kind: ConstructorArray['kind'], section: string) =>
    constructorArray(format, link.line.layout, { kind, section })?.rank === rank;
  for (const member of members) {
    const slots = slotsOf(images(member), isOfRank);
    for (const part of slots) add(walk, member, part);
    walk.isKnown &&= slots.length > 0;
  }
  return goOn(walk);
}

/** Code that may be called through pointers that the program has stored in a destructor's state. */
function followStored(link: VerifiedLink, images: Images, state: Iterable<string>): Touched {
  const walk = newWalk(link, images);
  const sources = sourcesOf(link, images, state);
  walk.isKnown = sources !== null;
  for (const [member, part] of sources?.values() ?? []) {
    const object = images(member);
    if (object === null) {
      walk.isKnown = false;
      break;
    }
    if (NOT_FOLLOWED.has(object.image.sections[object.sectionOf(part)].use)) continue;
    const { names, parts } = object.referencesOf(part).taken;
    for (const other of parts) add(walk, member, other);
    for (const symbol of names) bind(walk, member, object, symbol);
  }
  return goOn(walk, 0);
}

/** @param starts how many of the places may be slots of constructors */
function goOn(walk: Walk, starts = walk.places.size): Touched {
  let seen = 0;
  // Iteration over a map includes entries that are added meanwhile.
  for (const [key, [member, row]] of walk.places) {
    if (!walk.isKnown) break;
    look(walk, key, member, row, seen++ < starts);
    walk.isKnown &&= walk.places.size <= MOST_PLACES;
  }
  return walk;
}

function slotsOf(
  object: ObjectParts | null,
  isWanted: (use: ConstructorArray['kind'], name: string) => boolean,
): number[] {
  return (object?.image.sections ?? []).flatMap(({ name, use }, row) =>
    (use === 'constructors' || use === 'destructors') && isWanted(use, name)
      ? [...(object?.partsOfSection(row) ?? [])]
      : [],
  );
}

const add = ({ places }: Walk, member: MemberId, part: number): void => {
  const key = keyOf(member, part);
  if (!places.has(key)) places.set(key, [member, part]);
};

function look(walk: Walk, key: string, member: MemberId, part: number, isStart: boolean): void {
  const object = walk.images(member);
  if (object === null) {
    walk.isKnown = false;
    return;
  }
  const { use, isWritable } = object.image.sections[object.sectionOf(part)];
  if (NOT_FOLLOWED.has(use)) return;
  if ((use === 'constructors' || use === 'destructors') && !isStart) walk.isKnown = false;
  if (isWritable) walk.state.add(key);
  const { names, parts } = object.referencesOf(part);
  for (const other of parts) add(walk, member, other);
  for (const symbol of names) bind(walk, member, object, symbol);
}

/** A reference by name, from a member. */
function bind(walk: Walk, member: MemberId, object: ObjectParts, row: number): void {
  const { graph, resolution } = walk.link;
  const { name: text, section, binding } = object.image.symbols[row];
  const stored = graph.inputs.symbols.names.find(text);
  const name = stored === NONE ? NONE : boundName(walk.link, member, stored);
  if (name !== NONE && resolution.winners[name] !== NONE) define(walk, name);
  else if (section >= 0) for (const part of object.partsOfSymbol(row)) add(walk, member, part);
  else if (binding !== 'weak' || !isNeverOutside(walk.link, text)) leave(walk, name);
}

function define(walk: Walk, name: number): void {
  const { graph, resolution } = walk.link;
  const { contents, symbols } = graph.inputs;
  const definition = resolution.winners[name];
  const member = symbols.member[definition];
  if (contents[member].kind === 'shared-library') leave(walk, name);
  else if (isCommon(symbols.flags[definition])) walk.state.add(`common ${name}`);
  else if (!isAbsolute(symbols.flags[definition])) {
    const object = walk.images(member);
    const row = object?.definitionOf(symbols.names.text(symbols.name[definition])) ?? NONE;
    if (object === null || row === NONE) walk.isKnown = false;
    else for (const part of object.partsOfSymbol(row)) add(walk, member, part);
  }
}

/** A function outside the inputs, which may call back through names that it can reference. */
function leave(walk: Walk, name: number): void {
  const { graph, resolution } = walk.link;
  const { contents, symbols } = graph.inputs;
  const text = name === NONE ? '' : cName(graph.inputs, name);
  if (walk.called.has(text)) return;
  walk.called.add(text);
  const effect = outsideEffect(text);
  walk.effects |= effect;
  walk.isKnown &&= !isEnclosing(text);
  const back = REPLACEABLE.map((own) => symbols.names.find(own));
  for (const own of effect === UNKNOWN ? [...back, ...namesForOthers(walk.link)] : back) {
    const definition = own === NONE ? NONE : resolution.winners[own];
    if (definition !== NONE && contents[symbols.member[definition]].kind === 'object') define(walk, own);
  }
}

function namesForOthers({ graph, line, resolution }: VerifiedLink): number[] {
  const exported = [...(exportedNames(graph, line, resolution) ?? [])];
  const names = exported.flatMap((how, name) => (how === NOT_EXPORTED ? [] : [name]));
  for (const name of namesOfLibraries(graph)) names.push(name);
  for (const requests of [line.ownRequests, ...line.requests.values()])
    for (const request of requests) if (request.kind === 'export') names.push(request.name);
  return names;
}
