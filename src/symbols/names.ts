/** Row of a `NameTable`. */
export type NameId = number;

/** The arena's words hold names as bytes in memory; read the same way, a word of a name is a word of the arena. */
const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Longer than any probe in half-full tables of 2³¹ names, were hashes random: the longest grows with their logarithm. */
const MOST_PROBES = 512;

/**
 * Every distinct symbol name once, as the bytes that the objects hold (names are not always UTF-8). Names are
 * compared by id and made readable only in reports.
 *
 * Open addressing over an arena of words, four bytes at a time: names are some hundred bytes long, and a `Map` of
 * strings is as fast on one cold run and five times slower after. Names that were made to collide are told by long
 * probes, and from then on all names are hashed with a random key. Ids do not depend on hashes.
 */
export class NameTable {
  // All tables start small: to grow must happen before the code is optimised, which else is thrown away when it does.

  /** Names one after the other, each from a new word on, the rest of its last word zero. */
  #arena = new Int32Array(256);
  #arenaBytes = Buffer.from(this.#arena.buffer);
  #used = 0;
  #firstWord = new Int32Array(16);
  #lengths = new Int32Array(16);
  #hashes = new Int32Array(16);
  /** Name ids by hash; at most half are taken. */
  #slots = new Int32Array(32).fill(-1);
  #length = 0;
  #longestProbe = 0;
  /** Two words that nobody can know beforehand; null as long as the fast hash serves. */
  #key: readonly [number, number] | null = null;
  /** The array that names were last taken from, which is mostly the one for the next, too. */
  #source: Uint8Array = new Uint8Array(0);
  #sourceData: DataView = new DataView(this.#source.buffer);

  get length(): number {
    return this.#length;
  }

  /** Slots that the longest search passed over. */
  get longestProbe(): number {
    return this.#longestProbe;
  }

  /** The id of `bytes[start..end)`, new or known. */
  intern(bytes: Uint8Array, start: number, end: number): NameId {
    const hash = this.#stage(bytes, start, end);
    const slot = this.#slotOf(hash, end - start);
    const known = this.#slots[slot];
    if (known >= 0) return known;
    if (this.#longestProbe <= MOST_PROBES || this.#key !== null) return this.#add(hash, end - start, slot);
    this.#useRandomKey();
    return this.intern(bytes, start, end);
  }

  internText(text: string): NameId {
    const bytes = Buffer.from(text, 'latin1');
    return this.intern(bytes, 0, bytes.length);
  }

  /** The id of a name that may not be there; −1 then. */
  find(text: string): NameId {
    const bytes = Buffer.from(text, 'latin1');
    const hash = this.#stage(bytes, 0, bytes.length);
    return this.#slots[this.#slotOf(hash, bytes.length)];
  }

  /** Latin-1 text: one character a byte, so nothing is lost. */
  text(name: NameId): string {
    if (!(name >= 0 && name < this.#length)) throw new RangeError(`no name ${name}`);
    const start = this.#firstWord[name] * 4;
    return this.#arenaBytes.toString('latin1', start, start + this.#lengths[name]);
  }

  /** The name's bytes, in place: not to be changed or kept. */
  bytes(name: NameId): Uint8Array {
    if (!(name >= 0 && name < this.#length)) throw new RangeError(`no name ${name}`);
    const start = this.#firstWord[name] * 4;
    return this.#arenaBytes.subarray(start, start + this.#lengths[name]);
  }

  /** All names with this byte in them, which is not 0, in order: one search through all bytes. */
  withByte(byte: number): NameId[] {
    const found: NameId[] = [];
    const end = this.#used * 4;
    for (let at = this.#arenaBytes.indexOf(byte); at >= 0 && at < end; ) {
      const name = this.#nameAt(at >>> 2);
      found.push(name);
      at = name + 1 < this.#length ? this.#arenaBytes.indexOf(byte, this.#firstWord[name + 1] * 4) : -1;
    }
    return found;
  }

  /** The name that has this word of the arena. */
  #nameAt(word: number): NameId {
    let name = 0;
    for (let after = this.#length; after - name > 1; ) {
      const middle = (name + after) >>> 1;
      if (this.#firstWord[middle] <= word) name = middle;
      else after = middle;
    }
    return name;
  }

  /** Copies a name to the arena's end, where it stays if it is new, and hashes it on the way. */
  #stage(bytes: Uint8Array, start: number, end: number): number {
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#sourceData = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    if (this.#used + ((end - start) >>> 2) >= this.#arena.length) this.#growArena(end - start);
    const data = this.#sourceData;
    const arena = this.#arena;
    let word = this.#used;
    let hash = end - start;
    let at = start;
    for (const last = end - 4; at <= last; at += 4) {
      const four = data.getInt32(at, HOST_IS_LITTLE_ENDIAN);
      arena[word++] = four;
      hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ four, 0x9e3779b1);
    }
    arena[word] = 0;
    for (let to = word * 4; at < end; at++) this.#arenaBytes[to++] = bytes[at];
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ arena[word], 0x9e3779b1);
    if (this.#key !== null) return keyedHash(arena, this.#used, end - start, this.#key);
    // The product's low bits know only the low bits of what went in: fold the high ones down.
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return hash ^ (hash >>> 13);
  }

  /** The slot of the staged name, or the free one where it belongs. */
  #slotOf(hash: number, length: number): number {
    const slots = this.#slots;
    const hashes = this.#hashes;
    const mask = slots.length - 1;
    const first = hash & mask;
    let slot = first;
    for (let name = slots[slot]; name >= 0; name = slots[slot]) {
      if (hashes[name] === hash && this.#isStaged(name, length)) return slot;
      slot = (slot + 1) & mask;
    }
    this.#longestProbe = Math.max(this.#longestProbe, (slot - first) & mask);
    return slot;
  }

  #useRandomKey(): void {
    const [one, other] = crypto.getRandomValues(new Int32Array(2));
    this.#key = [one, other];
    this.#longestProbe = 0;
    for (let name = 0; name < this.#length; name++) {
      this.#hashes[name] = keyedHash(this.#arena, this.#firstWord[name], this.#lengths[name], this.#key);
    }
    this.#fillSlots(this.#slots.length);
  }

  #isStaged(name: NameId, length: number): boolean {
    if (this.#lengths[name] !== length) return false;
    const arena = this.#arena;
    const end = this.#used + ((length + 3) >>> 2);
    for (let known = this.#firstWord[name], staged = this.#used; staged < end; known++, staged++) {
      if (arena[known] !== arena[staged]) return false;
    }
    return true;
  }

  #add(hash: number, length: number, slot: number): NameId {
    const name = this.#length++;
    if (name === this.#hashes.length) this.#growRows();
    this.#firstWord[name] = this.#used;
    this.#lengths[name] = length;
    this.#hashes[name] = hash;
    this.#used += (length + 3) >>> 2;
    this.#slots[slot] = name;
    if (this.#length * 2 > this.#slots.length) this.#rehash();
    return name;
  }

  #growArena(bytes: number): void {
    // Memory not yet touched costs nothing, but every move touches all names again.
    const larger = new Int32Array(Math.max(this.#used + (bytes >>> 2) + 1, this.#arena.length * 4));
    larger.set(this.#arena);
    this.#arena = larger;
    this.#arenaBytes = Buffer.from(larger.buffer);
  }

  #growRows(): void {
    const larger = (from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(from.length * 2);
      to.set(from);
      return to;
    };
    this.#firstWord = larger(this.#firstWord);
    this.#lengths = larger(this.#lengths);
    this.#hashes = larger(this.#hashes);
  }

  #rehash(): void {
    this.#fillSlots(this.#slots.length * 4);
  }

  #fillSlots(count: number): void {
    const slots = new Int32Array(count).fill(-1);
    const mask = slots.length - 1;
    for (let name = 0; name < this.#length; name++) {
      let slot = this.#hashes[name] & mask;
      while (slots[slot] >= 0) slot = (slot + 1) & mask;
      slots[slot] = name;
    }
    this.#slots = slots;
  }
}

/**
 * HalfSipHash-1-3 of a name's words and its length: nobody who does not know the key can tell which names collide.
 *
 * Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", and their reference implementation.
 */
function keyedHash(
  words: Int32Array,
  start: number,
  length: number,
  [key, otherKey]: readonly [number, number],
): number {
  let [a, b, c, d] = [key, otherKey, key ^ 0x6c796765, otherKey ^ 0x74656462];
  const round = () => {
    a = (a + b) | 0;
    b = ((b << 5) | (b >>> 27)) ^ a;
    a = (a << 16) | (a >>> 16);
    c = (c + d) | 0;
    d = ((d << 8) | (d >>> 24)) ^ c;
    a = (a + d) | 0;
    d = ((d << 7) | (d >>> 25)) ^ a;
    c = (c + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ c;
    c = (c << 16) | (c >>> 16);
  };
  const take = (word: number) => {
    d ^= word;
    round();
    a ^= word;
  };
  for (let at = start; at < start + ((length + 3) >>> 2); at++) take(words[at]);
  take(length);
  c ^= 0xff;
  for (let turn = 0; turn < 3; turn++) round();
  return b ^ d;
}
