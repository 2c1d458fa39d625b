import type { ByteSource } from '../bytes/byte-source.js';
import { Core, unsigned } from '../engine/core.js';

/** Row of a `NameTable`. */
export type NameId = number;

const MOST_SIGNED = 0x7fff_ffff;

/** A record of src/core/names.ts. */
const LENGTH_OFFSET = 4;
const RECORD_HEADER = 8;

/**
 * Every distinct symbol name once, as the bytes that the objects hold (names are not always UTF-8). Names are
 * compared by id and made readable only in reports. The core keeps them: src/core/names.ts.
 */
export class NameTable {
  readonly #core: Core;

  constructor(core = new Core()) {
    this.#core = core;
  }

  /** The core that keeps the names. */
  get core(): Core {
    return this.#core;
  }

  get length(): number {
    return this.#core.exports.nameCount();
  }

  /** Length of the longest probe sequence so far: occupied slots that one search skipped. */
  get longestProbe(): number {
    return this.#core.exports.longestNameProbe();
  }

  /** The id of `bytes[start..end)`, new or known. */
  intern(bytes: Uint8Array, start: number, end: number): NameId {
    const { exports } = this.#core;
    const staged = unsigned(exports.stageName(end - start));
    this.#core.heapTo(staged + end - start).set(bytes.subarray(start, end), staged);
    return exports.internStaged(end - start);
  }

  /**
   * The ids of names that follow one another, each with a NUL after it: those of an archive's index.
   * @param names all of them
   * @param member the first one of the archive, whose definitions the index probably lists
   * @returns null when there are fewer than `count`
   * @throws MalformedError
   */
  internIndex(names: ByteSource, count: number, member: number): Int32Array | null {
    const ids = this.#core.read({ object: names }, (exports) =>
      exports.internIndex(names.size, count, member),
    );
    if (ids === 0 && count > 0) return null;
    return new Int32Array(this.#core.buffer, unsigned(ids), count).slice();
  }

  internText(text: string): NameId {
    this.#core.stage(text);
    return this.#core.exports.internStaged(text.length);
  }

  /** The id of a name that may not be there; −1 then. */
  find(text: string): NameId {
    this.#core.stage(text);
    return this.#core.exports.findName(text.length);
  }

  /** Latin-1 text: one character a byte, so nothing is lost. */
  text(name: NameId): string {
    const record = this.#recordOf(name);
    const start = record + RECORD_HEADER;
    const length = this.#lengthIn(record);
    // Versions of Node before 20.18 take offsets in a Buffer for 32 bits with a sign.
    if (start + length > MOST_SIGNED) return Buffer.from(this.bytes(name)).toString('latin1');
    return this.#core.heapTo(start + length).toString('latin1', start, start + length);
  }

  /** The name's bytes, in place: not to be changed or kept. */
  bytes(name: NameId): Uint8Array {
    const record = this.#recordOf(name);
    return this.#core.bytes(record + RECORD_HEADER, this.#lengthIn(record));
  }

  /** All names from `first` on with this byte in them, which is not 0, in order: one search through all bytes. */
  withByte(byte: number, first: NameId = 0): NameId[] {
    const { exports } = this.#core;
    const found: NameId[] = [];
    for (let name = exports.nextNameWith(byte, first); name >= 0; name = exports.nextNameWith(byte, name + 1))
      found.push(name);
    return found;
  }

  /** Whether some name has this text, and `after` more bytes behind it up to its end. */
  hasEnding(text: string, after: number): boolean {
    this.#core.stage(text);
    return this.#core.exports.isStagedEnding(text.length, after) !== 0;
  }

  /** Where the core has a name: its id, its length and its bytes. */
  #recordOf(name: NameId): number {
    const record = name >= 0 ? unsigned(this.#core.exports.nameRecord(name)) : 0;
    if (record === 0) throw new RangeError(`no name ${name}`);
    return record;
  }

  #lengthIn(record: number): number {
    const heap = this.#core.heapTo(record + RECORD_HEADER);
    const at = record + LENGTH_OFFSET;
    return heap[at] + heap[at + 1] * 0x100 + heap[at + 2] * 0x1_0000 + heap[at + 3] * 0x100_0000;
  }
}
