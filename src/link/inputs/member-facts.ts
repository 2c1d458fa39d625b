import type { ByteSource } from '../../bytes/byte-source.js';
import type { Member } from './inputs.js';

/** A kind of facts that follow from the bytes of members alone. JSON preserves its values. */
export interface FactKind<Value> {
  readonly name: string;
  /** Whether a value that was read is one of this kind. */
  isValid(value: unknown): value is Value;
}

/** Facts about members of some archives, by kind and members. */
export class FactBook {
  readonly #known: Readonly<Record<string, unknown>>;
  readonly #found = new Map<string, unknown>();

  constructor(known: Readonly<Record<string, unknown>> = {}) {
    this.#known = known;
  }

  /** Whether there are facts that the book did not have when it was opened. */
  get isChanged(): boolean {
    return this.#found.size > 0;
  }

  get facts(): Readonly<Record<string, unknown>> {
    return { ...this.#known, ...Object.fromEntries(this.#found) };
  }

  /** Undefined for an unknown fact. */
  get<Value>(kind: FactKind<Value>, members: readonly number[]): Value | undefined {
    const key = keyOf(kind, members);
    const value = this.#found.has(key) ? this.#found.get(key) : this.#known[key];
    return kind.isValid(value) ? value : undefined;
  }

  set<Value>(kind: FactKind<Value>, members: readonly number[], value: Value): void {
    this.#found.set(keyOf(kind, members), value);
  }
}

const keyOf = ({ name }: FactKind<unknown>, members: readonly number[]): string =>
  `${name} ${members.join(' ')}`;

/** Where the facts of a member are kept. */
export interface KeptMember {
  readonly book: FactBook;
  /** The member's number in the book. */
  readonly id: number;
}

/** By the bytes of a member. */
const kept = new WeakMap<ByteSource, KeptMember>();

/** Keeps facts about a member in a book. */
export function keepFacts({ source }: Member, place: KeptMember): void {
  kept.set(source, place);
}

/** Undefined for a member without a book, and for an edited member, which is not linked as its bytes. */
export const keptMember = ({ source, image }: Member): KeptMember | undefined =>
  image === undefined ? kept.get(source) : undefined;

/** A fact about members: from their book if it is there, otherwise computed, and kept if the members have a book. */
export function factOf<Value>(
  kind: FactKind<Value>,
  members: readonly Member[],
  compute: () => Value,
): Value {
  const places = members.map(keptMember);
  const [first] = places;
  if (first === undefined || places.some((place) => place?.book !== first.book)) return compute();
  const ids = places.map((place) => place!.id);
  const known = first.book.get(kind, ids);
  if (known !== undefined) return known;
  const value = compute();
  first.book.set(kind, ids, value);
  return value;
}

export const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
