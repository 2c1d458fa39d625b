import {
  CODE,
  type DataContent,
  type DataPlace,
  type DataSlot,
  namesOfContent,
  type ObjectData,
  type PlacedContent,
  withoutPromotion,
} from './data-content.js';

/**
 * Bytes and slots that are compared for one pair of objects; further names are not the same. Real units have a few
 * megabytes of data; a made-up one may have thousands of names for one large range.
 */
const MOST_COMPARED = 1 << 28;

/**
 * Names with the same content in two objects, by bytes and by what the linker fills in. The address of a place in the
 * object itself is the same where the content from there on is, and so on; code only has to have the same name.
 * A target that is local in one object has no name to compare: link-time optimisation makes names local, and local ones
 * global. The number that is added then depends on where its section has it.
 *
 * @param mine data that is replaced: the other may have a stricter alignment
 * @param asked names, as the objects spell them
 */
export function namesOfSameData(mine: ObjectData, its: ObjectData, asked: Iterable<string>): Set<string> {
  const same = new Set<string>();
  const pair = new ComparedPair(mine, its);
  const names = [...asked];
  const [overlaps, itsOverlaps] = [overlapsOf(mine, names), overlapsOf(its, names)];
  // Two names of one variable are not the same as two variables.
  for (const name of names)
    if (overlaps.get(name) === itsOverlaps.get(name) && pair.isSame(name)) same.add(name);
  return same;
}

/** By name: the first name whose data reaches to it, and the distance; nothing for data that no other name reaches. */
function overlapsOf(data: ObjectData, names: readonly string[]): Map<string, string> {
  const ranges: Range[] = [];
  for (const name of names) {
    const content = data.of(name);
    if (content === undefined || content.home === null || content.size <= 0) continue;
    ranges.push({ name, ...content.home, end: content.home.offset + content.size });
  }
  ranges.sort((one, other) => one.section - other.section || one.offset - other.offset);
  const overlaps = new Map<string, string>();
  let first: Range | undefined;
  let end = 0;
  for (const range of ranges) {
    if (first?.section === range.section && range.offset < end)
      overlaps.set(range.name, `${range.offset - first.offset} ${first.name}`);
    else [first, end] = [range, 0];
    end = Math.max(end, range.end);
  }
  return overlaps;
}

interface Range extends DataPlace {
  readonly name: string;
  readonly end: number;
}

class ComparedPair {
  /** By pair of places: whether their contents are equal. */
  readonly #known = new Map<string, boolean>();
  /** By place of a variable in the one object: its place in the other. */
  readonly #copies = new Map<string, string>();
  readonly #originals = new Map<string, string>();
  #compared = 0;

  constructor(
    readonly mine: ObjectData,
    readonly its: ObjectData,
  ) {}

  isSame(name: string): boolean {
    if (this.mine.of(name) === undefined) return false;
    const waiting: Places[] = [];
    const isEqual = namesOfContent(name).every((each) => {
      const [one, other] = [this.mine.of(each), this.its.of(each)];
      if (one === undefined || other === undefined) return one === other;
      if (!isAligned(one, other) || one.size !== other.size || !this.#areEqual(one, other, waiting))
        return false;
      return one.home === null || other.home === null || this.#areCopies(one.home, other.home);
    });
    return isEqual && this.#arePlacesEqual(waiting);
  }

  /** Follows addresses from place to place; a cycle is equal if nothing in it differs. */
  #arePlacesEqual(waiting: Places[]): boolean {
    const passed: string[] = [];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [mine, its] = [this.mine.startOf(next[0]), this.its.startOf(next[1])];
      if (next[0].offset - mine.offset !== next[1].offset - its.offset) return false;
      const key = `${mine.section} ${mine.offset} ${its.section} ${its.offset}`;
      const known = this.#known.get(key);
      if (known === true) continue;
      const isEqual = known ?? this.#isPlaceEqual(this.mine.at(mine), this.its.at(its), waiting);
      this.#known.set(key, isEqual);
      if (isEqual) {
        passed.push(key);
        continue;
      }
      // Places that were passed on the way may lead here, too.
      for (const each of passed) this.#known.delete(each);
      return false;
    }
    return true;
  }

  #isPlaceEqual(one: PlacedContent, other: PlacedContent, waiting: Places[]): boolean {
    if (one.content === CODE || other.content === CODE)
      return one.content === other.content && haveCommonName(one, other);
    // A program that writes through the pointer would crash.
    if (one.isWritable && !other.isWritable) return false;
    const isSized = one.isSized && other.isSized;
    if (isSized && one.content.size !== other.content.size) return false;
    if (one.isWritable && !this.#isVariable(one, other)) return false;
    return this.#areEqual(one.content, other.content, waiting);
  }

  /** Code may rely on the alignment of a variable, and on two pointers to one variable. */
  #isVariable({ content: one }: PlacedContent, { content: other }: PlacedContent): boolean {
    if (!isAligned(one, other)) return false;
    return one.home === null || other.home === null || this.#areCopies(one.home, other.home);
  }

  /** Two pointers to one variable are not the same as pointers to two. */
  #areCopies(mine: DataPlace, its: DataPlace): boolean {
    const [one, other] = [keyOf(mine), keyOf(its)];
    const isCopy = (this.#copies.get(one) ?? other) === other && (this.#originals.get(other) ?? one) === one;
    this.#copies.set(one, other);
    this.#originals.set(other, one);
    return isCopy;
  }

  #areEqual(one: DataContent, other: DataContent, waiting: Places[]): boolean {
    this.#compared += one.bytes.length + one.slots.length + 1;
    if (this.#compared > MOST_COMPARED) return false;
    if (Buffer.compare(one.bytes, other.bytes) !== 0 || one.slots.length !== other.slots.length) return false;
    for (const [at, slot] of one.slots.entries()) {
      const its = other.slots[at];
      if (!this.#isEqualSlot(slot, its)) return false;
      if (slot.place !== null && its.place !== null) waiting.push([slot.place, its.place]);
    }
    return true;
  }

  #isEqualSlot(one: DataSlot, other: DataSlot): boolean {
    if (one.offset !== other.offset || one.type !== other.type || one.isUnknown || other.isUnknown)
      return false;
    if (one.target === null && other.target === null)
      return one.place === null ? other.place === null && one.addend === other.addend : other.place !== null;
    if (one.target === null ? other.isWeak : other.target === null && one.isWeak) return false;
    if (one.target === null) return mayBePromoted(one, this.mine, other, other.target ?? '');
    if (other.target === null) return mayBePromoted(other, this.its, one, one.target);
    return withoutPromotion(one.target) === withoutPromotion(other.target) && one.addend === other.addend;
  }
}

/** Whether a slot with a local target may have the same target as one of the other object with a global target. */
function mayBePromoted({ place }: DataSlot, data: ObjectData, other: DataSlot, target: string): boolean {
  if (place === null) return false;
  const name = withoutPromotion(target);
  const { names } = data.at(place);
  if (names.length > 0) return names.includes(name);
  // Constants without a name in one object have one where another module needs them.
  return other.place !== null || name !== target;
}

type Places = readonly [mine: DataPlace, its: DataPlace];

const keyOf = ({ section, offset }: DataPlace): string => `${section} ${offset}`;

/** Code that uses the data relies on its alignment. */
const isAligned = (one: DataContent, other: DataContent): boolean =>
  one.alignment === 0 || other.alignment % one.alignment === 0;

/** False for code whose local names were stripped. */
const haveCommonName = (one: PlacedContent, other: PlacedContent): boolean =>
  one.names.some((name) => other.names.includes(name));
