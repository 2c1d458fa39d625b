import { isReference } from '../../symbols/flags.js';
import { type ObjectParts, partsOf } from '../../symbols/image/object-parts.js';
import { readImage, readOrNull } from '../../symbols/image/read-image.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { VerifiedLink } from './verify-exports.js';

/** Objects of a link by member; null for what cannot be read. */
export type Images = (member: MemberId) => ObjectParts | null;

/** A part of an object. */
export type Place = readonly [MemberId, number];

export const keyOf = (member: MemberId, part: number): string => `${member}/${part}`;

export function imageReader({ graph: { inputs } }: VerifiedLink): Images {
  const images = new Map<MemberId, ObjectParts | null>();
  const read = (member: MemberId): ObjectParts | null => {
    const content = inputs.contents[member];
    if (content.kind !== 'object') return null;
    const { image, source } = inputs.members[member];
    return readOrNull(() => partsOf(image ? image() : readImage(source, content.info.format)));
  };
  return (member) => {
    const known = images.get(member);
    if (known !== undefined) return known;
    images.set(member, read(member));
    return images.get(member) ?? null;
  };
}

/** The name that a member's reference binds by. @param stored as the table of names has it */
export function boundName({ graph }: VerifiedLink, member: MemberId, stored: number): number {
  const { firstSymbol, name } = graph.inputs.symbols;
  for (let row = firstSymbol[member]; row < firstSymbol[member + 1]; row++)
    if (name[row] === stored) return graph.name[row];
  return NONE;
}

const nameIn = (link: VerifiedLink, member: MemberId, text: string): number => {
  const stored = link.graph.inputs.symbols.names.find(text);
  return stored === NONE ? NONE : boundName(link, member, stored);
};

/**
 * Code that may have stored addresses in some state: what refers to it, what calls such code at any distance, since an
 * address may be an argument, and the functions that all these call, since an address may be a result.
 * @param state keys of places; `common f` is the COMMON symbol with that name
 * @returns null if one of them may be called through a pointer: its arguments are not known
 */
export function sourcesOf(
  link: VerifiedLink,
  images: Images,
  state: Iterable<string>,
): Map<string, Place> | null {
  const found = new Map<string, Place>();
  const files = filesByReference(link);
  for (let open = [...state], isState = true; open.length > 0; isState = false) {
    const next: string[] = [];
    const isMeant: IsMeant = isState ? () => true : isCalled;
    const referrers = open.flatMap((key) => [...referrersOf(link, images, files, key, isMeant)]);
    for (const place of referrers) {
      const own = keyOf(...place);
      if (found.has(own)) continue;
      found.set(own, place);
      next.push(own);
    }
    if (next.some((key) => isTaken(link, images, files, key))) return null;
    open = next;
  }
  // A map goes on to what is added while it is walked.
  for (const [member, part] of found.values())
    for (const called of calledFrom(link, images, member, part)) found.set(keyOf(...called), called);
  return found;
}

/** Sections of lists that the loader walks, and of data that runs nothing. */
const STORES_NOTHING = ['constructors', 'destructors', 'unwind', 'ignored', 'directive'];

/** No function is an argument of `main`, which start files take the address of. */
const isMain = (object: ObjectParts | null, part: number): boolean =>
  object?.image.symbols.some(
    ({ name, binding }, row) =>
      binding !== 'local' && /^_?main$/.test(name) && object.partsOfSymbol(row).includes(part),
  ) ?? false;

/** Whether something other than the loader's lists has the address of a function. */
function isTaken(
  link: VerifiedLink,
  images: Images,
  files: ReadonlyMap<number, ReadonlySet<MemberId>>,
  key: string,
): boolean {
  const useOf = (member: MemberId, part: number) => {
    const object = images(member);
    return object === null ? '' : object.image.sections[object.sectionOf(part)].use;
  };
  const [member, part] = key.split('/').map(Number);
  if (useOf(member, part) !== 'code' || isMain(images(member), part)) return false;
  const takes: IsMeant = (object, other, kind, target) => !isCalled(object, other, kind, target);
  for (const taker of referrersOf(link, images, files, key, takes))
    if (!STORES_NOTHING.includes(useOf(...taker))) return true;
  return false;
}

/** Whether a part refers to a name or to a part in a way that counts. */
type IsMeant = (object: ObjectParts, part: number, kind: 'names' | 'parts', target: number) => boolean;

const isCalled: IsMeant = (object, part, kind, target) =>
  !object.tellsUses || !object.referencesOf(part).taken[kind].includes(target);

/** By name: the files of a link that refer to it. */
function filesByReference({ graph, resolution }: VerifiedLink): Map<number, Set<MemberId>> {
  const { firstSymbol, flags } = graph.inputs.symbols;
  const files = new Map<number, Set<MemberId>>();
  for (const member of resolution.loaded)
    for (let row = firstSymbol[member]; row < firstSymbol[member + 1]; row++) {
      if (!isReference(flags[row])) continue;
      const known = files.get(graph.name[row]) ?? new Set();
      files.set(graph.name[row], known.add(member));
    }
  return files;
}

function* referrersOf(
  link: VerifiedLink,
  images: Images,
  files: ReadonlyMap<number, ReadonlySet<MemberId>>,
  key: string,
  isMeant: IsMeant,
): Generator<Place> {
  if (key.startsWith('common ')) {
    yield* referrersByName(link, images, files, Number(key.slice('common '.length)), isMeant);
    return;
  }
  const [member, part] = key.split('/').map(Number);
  const object = images(member);
  if (object === null) return;
  for (let other = 0; other < object.count; other++)
    if (
      other !== part &&
      object.referencesOf(other).parts.includes(part) &&
      isMeant(object, other, 'parts', part)
    )
      yield [member, other];
  for (const [row, { name, binding }] of object.image.symbols.entries())
    if (binding !== 'local' && object.partsOfSymbol(row).includes(part))
      yield* referrersByName(link, images, files, nameIn(link, member, name), isMeant);
}

function* referrersByName(
  link: VerifiedLink,
  images: Images,
  files: ReadonlyMap<number, ReadonlySet<MemberId>>,
  name: number,
  isMeant: IsMeant,
): Generator<Place> {
  for (const member of files.get(name) ?? []) {
    const object = images(member);
    if (object === null) continue;
    const rows = new Set<number>();
    for (const [row, symbol] of object.image.symbols.entries())
      if (symbol.binding !== 'local' && nameIn(link, member, symbol.name) === name) rows.add(row);
    for (let part = 0; part < object.count; part++)
      if (object.referencesOf(part).names.some((row) => rows.has(row) && isMeant(object, part, 'names', row)))
        yield [member, part];
  }
}

/** Places that a part passes control to, and does not take the address of. */
function* calledFrom(link: VerifiedLink, images: Images, member: MemberId, part: number): Generator<Place> {
  const object = images(member);
  if (object === null) return;
  const { names, parts, taken } = object.referencesOf(part);
  for (const other of parts) if (!taken.parts.includes(other)) yield [member, other];
  for (const row of names)
    if (!taken.names.includes(row)) yield* definitionsOf(link, images, member, object, row);
}

function* definitionsOf(
  link: VerifiedLink,
  images: Images,
  member: MemberId,
  object: ObjectParts,
  row: number,
): Generator<Place> {
  const { graph, resolution } = link;
  const { symbols } = graph.inputs;
  const name = nameIn(link, member, object.image.symbols[row].name);
  const definition = name === NONE ? NONE : resolution.winners[name];
  if (definition === NONE) {
    for (const part of object.partsOfSymbol(row)) yield [member, part];
    return;
  }
  const definer = symbols.member[definition];
  const other = images(definer);
  const own = other?.definitionOf(symbols.names.text(symbols.name[definition])) ?? NONE;
  if (other === null || own === NONE) return;
  for (const part of other.partsOfSymbol(own)) yield [definer, part];
}
