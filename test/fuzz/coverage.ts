/** Counts how often each place of the code was passed; `tools/bundle/instrument.ts` puts the counting there. */
declare global {
  var __counters: Uint8Array;
}

/** Counts are told apart as 1, 2, 3, 4–7, 8–15, 16–31, 32–127, 128 and more: a bit each. */
const BUCKETS = Uint8Array.from({ length: 256 }, (_, count) => {
  if (count < 4) return count === 0 ? 0 : 1 << (count - 1);
  return [8, 16, 32, 64, 128][[8, 16, 32, 128, 256].findIndex((limit) => count < limit)];
});

/** New coverage of a run: none, a new count of a place, or a new place. */
export type Shown = 'nothing' | 'count' | 'place';

/** Coverage of a program so far: which places were reached, and how often in one run. */
export class Coverage {
  readonly #seen: Uint8Array;
  readonly #words: Uint32Array;
  #places = 0;

  constructor(readonly counters: Uint8Array) {
    this.#seen = new Uint8Array(counters.length);
    this.#words = new Uint32Array(counters.buffer, counters.byteOffset, counters.length >> 2);
  }

  /** Places that some run passed. */
  get places(): number {
    return this.#places;
  }

  /** Resets the counters before a run. */
  begin(): void {
    this.counters.fill(0);
  }

  /** Adds the run since `begin` to the coverage seen so far. */
  end(): Shown {
    const [words, counters, seen] = [this.#words, this.counters, this.#seen];
    let found: Shown = 'nothing';
    for (let word = 0; word < words.length; word++) {
      if (words[word] === 0) continue;
      for (let at = word << 2; at < (word + 1) << 2; at++) {
        const bucket = BUCKETS[counters[at]];
        if ((bucket & ~seen[at]) === 0) continue;
        if (seen[at] === 0) {
          this.#places++;
          found = 'place';
        } else if (found === 'nothing') found = 'count';
        seen[at] |= bucket;
      }
    }
    return found;
  }
}
