import type { ByteSource } from '../../bytes/byte-source.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { linkedImage } from '../../link/inputs/member-image.js';
import { possiblePlaces, reachedPlaces } from '../../symbols/elf/references/reached-places.js';
import {
  isImageSection,
  readSectionGraph,
  type SectionGraph,
} from '../../symbols/elf/references/section-graph.js';
import { isLocalState } from '../../symbols/flags.js';
import type { ObjectImage } from '../../symbols/image/object-image.js';
import { type ObjectParts, partsOf } from '../../symbols/image/object-parts.js';
import { readOrNull } from '../../symbols/image/read-image.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { type PartUsers, partUsers } from './part-users.js';

/** Marks a row whose name was not looked up: neither an id nor NONE. */
const UNASKED = -2;

/** Most bytes of members that are read to follow code. */
const MOST_BYTES = 512 * 2 ** 20;

/** The members of a link in parts; each member is read on first use. Parts are numbered over the whole link. */
export class LinkParts {
  readonly #objects = new Map<MemberId, ObjectParts | null>();
  readonly #base = new Map<MemberId, number>();
  readonly #memberOf: MemberId[] = [];
  readonly #names = new Map<MemberId, Map<string, number>>();
  /** By member and row of its object's symbols: the id of the name, or UNASKED. */
  readonly #bound = new Map<MemberId, Int32Array>();
  readonly #definitionRows = new Map<SymbolId, number>();
  /** By member, by section number: see `reachedPlaces`, and `possiblePlaces`. */
  readonly #places = new Map<MemberId, Uint8Array | null>();
  readonly #possible = new Map<MemberId, Uint8Array | null>();
  readonly #sections = new Map<MemberId, SectionGraph | null>();
  readonly #users = new Map<MemberId, PartUsers>();
  #next = 0;
  #read = 0;

  constructor(readonly graph: LinkGraph) {}

  /** @returns null if the member cannot be read, or too many bytes were read already */
  object(member: MemberId): ObjectParts | null {
    const known = this.#objects.get(member);
    if (known !== undefined) return known;
    const object = this.#readObject(member);
    this.#objects.set(member, object);
    if (object !== null) {
      this.#base.set(member, this.#next);
      for (let part = 0; part < object.count; part++) this.#memberOf.push(member);
      this.#next += object.count;
    }
    return object;
  }

  /** The number of a part of an object that was read. */
  numberOf(member: MemberId, part: number): number {
    return (this.#base.get(member) ?? 0) + part;
  }

  /** The member of a part, and which of its parts it is. */
  placeOf(number: number): { readonly member: MemberId; readonly part: number } {
    const member = this.#memberOf[number];
    return { member, part: number - (this.#base.get(member) ?? 0) };
  }

  /** Id of a name that a member references; NONE if no object of the link has it. */
  boundName(member: MemberId, text: string): number {
    const { graph } = this;
    const { symbols } = graph.inputs;
    let names = this.#names.get(member);
    if (names === undefined) {
      names = new Map();
      for (let row = symbols.firstSymbol[member]; row < symbols.firstSymbol[member + 1]; row++)
        names.set(symbols.names.text(symbols.name[row]), graph.name[row]);
      this.#names.set(member, names);
    }
    return names.get(text) ?? NONE;
  }

  /** The same for a row of an object's symbols; cached, since many walks look up the same rows. */
  nameOfRow(member: MemberId, object: ObjectParts, row: number): NameId {
    const { symbols } = object.image;
    const bound = this.#bound.get(member) ?? new Int32Array(symbols.length).fill(UNASKED);
    this.#bound.set(member, bound);
    if (bound[row] === UNASKED) bound[row] = this.boundName(member, symbols[row].name);
    return bound[row];
  }

  /** The row of a definition among the symbols of its object; NONE if that cannot be read, or has no such name. */
  rowOfDefinition(definition: SymbolId): number {
    const known = this.#definitionRows.get(definition);
    if (known !== undefined) return known;
    const { member, name, names } = this.graph.inputs.symbols;
    const row = this.object(member[definition])?.definitionOf(names.text(name[definition])) ?? NONE;
    this.#definitionRows.set(definition, row);
    return row;
  }

  /** The references between the parts of an object that was read. Decodes all relocations. */
  usersIn(member: MemberId, object: ObjectParts): PartUsers {
    const users = this.#users.get(member) ?? partUsers(object, (row) => this.nameOfRow(member, object, row));
    this.#users.set(member, users);
    return users;
  }

  /** Whether a definition in a section may be reached by other means than its linkage name; true in doubt. */
  mayReachPlace(member: MemberId, section: number): boolean {
    if (section === NONE) return true;
    const sections = this.#sections.get(member);
    if (sections) return sections.places[section] === 1;
    const possible = this.#placesOf(member, this.#possible, possiblePlaces);
    if (possible !== null && possible[section] === 0) return false;
    const places = this.#placesOf(member, this.#places, reachedPlaces);
    return places === null || places[section] === 1;
  }

  #placesOf(
    member: MemberId,
    known: Map<MemberId, Uint8Array | null>,
    read: (object: ByteSource) => Uint8Array,
  ): Uint8Array | null {
    const found = known.get(member);
    if (found !== undefined) return found;
    const { source, image } = this.graph.inputs.members[member];
    const content = this.graph.inputs.contents[member];
    const isRead = !image && content.kind === 'object' && content.info.format === 'elf';
    const places = isRead ? readOrNull(() => read(source)) : null;
    known.set(member, places);
    return places;
  }

  /**
   * References between the sections of a member that is not edited. Null where the member has to be read as an object:
   * if code shares sections, or if its visible symbols are not those of the link.
   */
  sectionGraph(member: MemberId): SectionGraph | null {
    let found = this.#sections.get(member);
    if (found === undefined) {
      found = this.#readSections(member);
      this.#sections.set(member, found);
    }
    return found;
  }

  #readSections(member: MemberId): SectionGraph | null {
    const { source, image, size } = this.graph.inputs.members[member];
    const content = this.graph.inputs.contents[member];
    if (image || content.kind !== 'object' || content.info.format !== 'elf') return null;
    this.#read += size;
    if (this.#read > MOST_BYTES) return null;
    const sections = readOrNull(() => readSectionGraph(source));
    return sections !== null && hasVisibleRows(this.graph, member, sections) ? sections : null;
  }

  #readObject(member: MemberId): ObjectParts | null {
    this.#read += this.graph.inputs.members[member].size;
    const image = this.#read > MOST_BYTES ? null : linkedImage(this.graph.inputs, member);
    return image === null ? null : partsOfImage(image);
  }
}

/** Whether the visible symbols of an object are the rows that the link has of it, one by one. */
function hasVisibleRows({ inputs }: LinkGraph, member: MemberId, sections: SectionGraph): boolean {
  const { firstSymbol, flags, section } = inputs.symbols;
  let at = 0;
  for (let row = firstSymbol[member]; row < firstSymbol[member + 1]; row++) {
    if (isLocalState(flags[row]) || !isImageSection(sections, section[row])) continue;
    if (section[row] !== sections.visible[at++]) return false;
  }
  return at === sections.visible.length;
}

const parts = new WeakMap<ObjectImage, ObjectParts>();

/** Shared by links before and after edits of other members. */
function partsOfImage(image: ObjectImage): ObjectParts {
  const found = parts.get(image) ?? partsOf(image);
  parts.set(image, found);
  return found;
}

const known = new WeakMap<LinkGraph, LinkParts>();

/** One instance for all links of the same inputs. */
export function linkPartsOf(graph: LinkGraph): LinkParts {
  const found = known.get(graph) ?? new LinkParts(graph);
  known.set(graph, found);
  return found;
}
