import { ByteView } from './byte-view.js';
import { MalformedError, truncated } from './malformed-error.js';

/**
 * Reads `length` bytes at `position` of a file; both are already known to be in range. The bytes returned stay as they
 * are; only where a `target` of that length is handed in, they are put there instead.
 */
export type PositionedRead = (position: number, length: number, target?: Uint8Array) => Uint8Array;

/**
 * A file, or a part of one, of which only requested ranges are read. An archive of a few hundred MB holds a few MB of
 * symbol tables: reading the whole file would cost more than all later work.
 */
export class ByteSource {
  readonly #read: PositionedRead;
  readonly #requireUnchanged: () => void;

  /**
   * @param label file, or `archive(member)`, for errors
   * @param start where this part begins in the file
   * @param size  bytes in this part
   * @param requireUnchanged throws when the file is no longer what it was when it was opened
   */
  constructor(
    readonly label: string,
    read: PositionedRead,
    readonly start: number,
    readonly size: number,
    requireUnchanged: () => void = () => {},
  ) {
    this.#read = read;
    this.#requireUnchanged = requireUnchanged;
  }

  /** A source over bytes that are in memory already. */
  static of(label: string, bytes: Uint8Array): ByteSource {
    return new ByteSource(
      label,
      (position, length, target) => {
        const range = bytes.subarray(position, position + length);
        target?.set(range);
        return target ?? range;
      },
      0,
      bytes.byteLength,
    );
  }

  /** @throws MalformedError when the range does not lie within this part */
  view(offset: number, length: number, what: string, littleEndian = true): ByteView {
    this.require(offset, length, what);
    const bytes = this.#read(this.start + offset, length);
    return new ByteView(bytes, what, this.label, this.start + offset, littleEndian);
  }

  /** Bytes from `offset`, `length` of them or as many as there are. */
  viewUpTo(offset: number, length: number, what: string, littleEndian = true): ByteView {
    return this.view(offset, Math.max(0, Math.min(length, this.size - offset)), what, littleEndian);
  }

  /** All bytes. */
  bytes(what: string): Uint8Array {
    return this.view(0, this.size, what).bytes;
  }

  /** Fills `target` with the bytes from `offset` on: for copying and comparing much without much memory. */
  fill(offset: number, target: Uint8Array): void {
    this.require(offset, target.byteLength, 'content');
    this.#read(this.start + offset, target.byteLength, target);
  }

  /** @throws MalformedError when the range does not lie within this part */
  slice(offset: number, size: number, label: string): ByteSource {
    this.require(offset, size, label === this.label ? 'content' : label);
    return new ByteSource(label, this.#read, this.start + offset, size, this.#requireUnchanged);
  }

  /** The same bytes; `onRead` is called before each read. */
  watched(onRead: () => void): ByteSource {
    const read: PositionedRead = (position, length, target) => {
      onRead();
      return this.#read(position, length, target);
    };
    return new ByteSource(this.label, read, this.start, this.size, this.#requireUnchanged);
  }

  /** Checks that the file is unchanged since it was opened. @throws the error that the source's opener defines */
  requireUnchanged(): void {
    this.#requireUnchanged();
  }

  error(offset: number, problem: string): MalformedError {
    return new MalformedError(this.label, this.start + offset, problem);
  }

  /** @throws MalformedError when the range does not lie within this part */
  require(offset: number, length: number, what: string): void {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) {
      const left = Math.max(0, this.size - Math.max(0, offset));
      // A part that begins at the start of the file is the file as it is now.
      const isFile = this.start === 0 && offset >= 0;
      throw this.error(
        offset,
        isFile ? truncated(what, length, left) : `${what}: need ${length} bytes, ${left} left`,
      );
    }
  }
}
