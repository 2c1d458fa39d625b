import { lazily } from '../../bytes/lazily.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import {
  isImageSection,
  isRootSection,
  sectionsReachedFrom,
} from '../../symbols/elf/references/section-graph.js';
import { isLocalState } from '../../symbols/flags.js';
import type { ImageRelocation } from '../../symbols/image/object-image.js';
import type { ObjectParts } from '../../symbols/image/object-parts.js';
import { mayReferTo } from '../../symbols/local-target.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { type LinkParts, linkPartsOf } from '../constructors/link-parts.js';

/** How many of a loaded file's definitions win their names. */
interface Liveness {
  /** At least one definition wins its name, or the file has side effects. */
  readonly isAlive: boolean;
  /** All its definitions win their names. */
  readonly isWhole: boolean;
}

/**
 * Returns a test of whether the code of a link uses a copy of a mutable global. Code references a global symbol by its
 * name, so an overridden definition is used only if code of its own file references its address through a section
 * symbol, a local alias or an anchor. A local copy is used if the code of its file that references it is reachable.
 *
 * A file is read only if some of its definitions win their names and others do not, and not as a whole if no code
 * references the overridden definition by its address, or if it has a section for each function: then the references
 * between its sections tell which local copies are used. A file that cannot be read is taken to use its local copies.
 * @param isEdited members with symbol edits
 */
export function copyUse(
  graph: LinkGraph,
  resolution: Resolution,
  isEdited: (member: MemberId) => boolean,
): (copy: SymbolId) => boolean {
  const { symbols } = graph.inputs;
  const { flags, member: memberOf } = symbols;
  const parts = linkPartsOf(graph);
  const livenessOf = new Map<MemberId, Liveness>();
  const reached = new Map<MemberId, ReachedParts>();
  const reachedSections = new Map<MemberId, IsSectionReached | null>();
  const isReached = (copy: SymbolId, member: MemberId, isLocal: boolean): boolean => {
    const isSectionLive = isLocal
      ? remember(reachedSections, member, () => sectionsOf(graph, resolution, parts, member))
      : null;
    if (isSectionLive !== null) return isSectionLive(symbols.section[copy]);
    if (!isLocal && !parts.mayReachPlace(member, symbols.section[copy])) return false;
    const object = parts.object(member);
    if (object === null) return isLocal;
    const live = remember(reached, member, () => {
      const found = object.reachedFrom(rootsOf(graph, resolution, parts, member, object));
      return lazily({ parts: found, byTarget: () => referencesByTarget(object, found) });
    });
    if (isLocal) return isHomeReached(object, symbols.section[copy], live.parts);
    const definition = parts.rowOfDefinition(copy);
    if (definition === NONE || object.image.symbols[definition].section < 0) return false;
    const isOtherwiseBound = (alias: string) => isBoundHere(graph, resolution, parts, member, alias);
    return (
      isReferredTo(object, definition, live.byTarget) || aliasesOf(object, definition).some(isOtherwiseBound)
    );
  };
  return (copy) => {
    const isLocal = isLocalState(flags[copy]);
    if (!isLocal && resolution.winners[graph.name[copy]] === copy) return true;
    const member = memberOf[copy];
    if (isEdited(member)) return isLocal;
    const { isAlive, isWhole } = remember(livenessOf, member, () => findLiveness(graph, resolution, member));
    return isAlive && ((isLocal && isWhole) || isReached(copy, member, isLocal));
  };
}

function remember<Value>(values: Map<MemberId, Value>, member: MemberId, find: () => Value): Value {
  const found = values.get(member) ?? find();
  values.set(member, found);
  return found;
}

function findLiveness(graph: LinkGraph, { winners }: Resolution, member: MemberId): Liveness {
  const { first, row } = graph.rows.definitions;
  let won = 0;
  for (let at = first[member]; at < first[member + 1]; at++)
    if (winners[graph.name[row[at]]] === row[at]) won++;
  const content = graph.inputs.contents[member];
  const acts = content.kind === 'object' && content.info.sideEffects.length > 0;
  return { isAlive: won > 0 || acts, isWhole: won === first[member + 1] - first[member] };
}

/** Whether a section of an object is reached, by its number; in doubt it is. */
type IsSectionReached = (section: number) => boolean;

/** Null for a member of which an object has to be made: see `LinkParts.sectionGraph`. */
function sectionsOf(
  { inputs, name }: LinkGraph,
  { winners }: Resolution,
  parts: LinkParts,
  member: MemberId,
): IsSectionReached | null {
  const sections = parts.sectionGraph(member);
  if (sections === null) return null;
  const { firstSymbol, flags, section, member: memberOf } = inputs.symbols;
  const roots: number[] = [];
  for (let number = 1; number < sections.uses.length; number++)
    if (isRootSection(sections, number)) roots.push(number);
  for (let row = firstSymbol[member]; row < firstSymbol[member + 1]; row++) {
    if (section[row] === NONE || isLocalState(flags[row])) continue;
    const winner = winners[name[row]];
    if (winner !== NONE && memberOf[winner] === member) roots.push(section[row]);
  }
  const reached = sectionsReachedFrom(sections, roots);
  return (number) => !isImageSection(sections, number) || reached[number] === 1;
}

/** Parts of an object that other files can reach by name, and those that have side effects. */
function rootsOf(
  graph: LinkGraph,
  resolution: Resolution,
  parts: LinkParts,
  member: MemberId,
  object: ObjectParts,
): number[] {
  const { sections, symbols } = object.image;
  const roots: number[] = [];
  for (let row = 0; row < sections.length; row++) {
    const { use } = sections[row];
    if (use === 'constructors' || use === 'destructors' || use === 'other')
      roots.push(...object.partsOfSection(row));
  }
  for (let row = 0; row < symbols.length; row++) {
    const { name, binding, section } = symbols[row];
    if (binding !== 'local' && section >= 0 && isBoundHere(graph, resolution, parts, member, name))
      roots.push(...object.partsOfSymbol(row));
  }
  return roots;
}

/** A name that the table does not have counts: it is not known who uses it. */
function isBoundHere(
  { inputs }: LinkGraph,
  { winners }: Resolution,
  parts: LinkParts,
  member: MemberId,
  name: string,
): boolean {
  const bound = parts.boundName(member, name);
  return bound === NONE || inputs.symbols.member[winners[bound]] === member;
}

/** Whether the section of a local copy is reached; in doubt it is. */
function isHomeReached(object: ObjectParts, number: number, live: Uint8Array): boolean {
  const home = placesOf(object).rowOf.get(number);
  return home === undefined || object.partsOfSection(home).some((part) => live[part] === 1);
}

/** A relocation without a linkage name, and its section. */
interface PlaceReference {
  readonly from: number;
  readonly relocation: ImageRelocation;
}

/** The parts of a file that are reached in a link. */
interface ReachedParts {
  /** By part: 1 if it is reached without a linkage name: what one leads to is a root, or lost. */
  readonly parts: Uint8Array;
  /** By section: references to places in it. */
  readonly byTarget: ReadonlyMap<number, readonly PlaceReference[]>;
}

/** Gathered once for all copies of a file: one that defines much state may have a hundred thousand relocations. */
function referencesByTarget(object: ObjectParts, live: Uint8Array): Map<number, PlaceReference[]> {
  const { symbols } = object.image;
  const byTarget = new Map<number, PlaceReference[]>();
  for (let part = 0; part < live.length; part++) {
    if (live[part] === 0) continue;
    for (const relocation of object.relocationsOf(part)) {
      const local = relocation.symbol === NONE ? null : symbols[relocation.symbol];
      if (local !== null && local.binding !== 'local') continue;
      const target = local?.section ?? relocation.section;
      const references = byTarget.get(target) ?? [];
      byTarget.set(target, references);
      references.push({ from: object.sectionOf(part), relocation });
    }
  }
  return byTarget;
}

/** Whether reached code or data of a file refers to its own definition by its place. */
function isReferredTo(object: ObjectParts, symbol: number, byTarget: ReachedParts['byTarget']): boolean {
  const references = byTarget.get(object.image.symbols[symbol].section) ?? [];
  return references.some(({ from, relocation }) => mayReferTo(object.image, from, relocation, symbol));
}

/** Other linkage names of the same place. */
function aliasesOf(object: ObjectParts, symbol: number): string[] {
  const { symbols } = object.image;
  const { section, value } = symbols[symbol];
  const { firstNamed, nextNamed } = placesOf(object);
  const names: string[] = [];
  for (let row = firstNamed[section]; row !== NONE; row = nextNamed[row])
    if (row !== symbol && symbols[row].value === value) names.push(symbols[row].name);
  return names;
}

/** Where things are in an object, found out when first asked. */
interface Places {
  /** By number of a section: its row. */
  readonly rowOf: ReadonlyMap<number, number>;
  /** By row of a section: the first symbol with a linkage name in it, or NONE. */
  readonly firstNamed: Int32Array;
  /** By row of a symbol: the next one of its section, or NONE. */
  readonly nextNamed: Int32Array;
}

const places = new WeakMap<ObjectParts, Places>();

function placesOf(object: ObjectParts): Places {
  const found = places.get(object) ?? findPlaces(object);
  places.set(object, found);
  return found;
}

function findPlaces({ image: { sections, symbols } }: ObjectParts): Places {
  const rowOf = new Map<number, number>();
  for (let row = sections.length - 1; row >= 0; row--) rowOf.set(sections[row].number, row);
  const firstNamed = new Int32Array(sections.length).fill(NONE);
  const nextNamed = new Int32Array(symbols.length).fill(NONE);
  for (let row = symbols.length - 1; row >= 0; row--) {
    const { binding, section } = symbols[row];
    if (binding === 'local' || section < 0) continue;
    nextNamed[row] = firstNamed[section];
    firstNamed[section] = row;
  }
  return { rowOf, firstNamed, nextNamed };
}
