/**
 * A part of a file to be written: bytes made here, or a range copied from the source, which a caller streams. An
 * archive of hundreds of MB becomes a few dozen pieces.
 */
export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Offset and length in bytes, from the start of the archive's (or universal file's) `source`. */
  | { readonly kind: 'copy'; readonly offset: number; readonly length: number };

/** Size in bytes of what the pieces write. */
export function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce(
    (size, piece) => size + (piece.kind === 'bytes' ? piece.bytes.length : piece.length),
    0,
  );
}

/** Appends pieces; a range that continues the range before it becomes one with it. */
export class PieceList {
  readonly #pieces: Piece[] = [];
  #size = 0;

  /** Bytes appended so far: the position of the next piece in what is written. */
  get size(): number {
    return this.#size;
  }

  bytes(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push({ kind: 'bytes', bytes });
    this.#size += bytes.length;
  }

  copy(offset: number, length: number): void {
    if (length <= 0) return;
    this.#size += length;
    const last = this.#pieces.at(-1);
    if (last?.kind === 'copy' && last.offset + last.length === offset) {
      this.#pieces[this.#pieces.length - 1] = {
        kind: 'copy',
        offset: last.offset,
        length: last.length + length,
      };
    } else {
      this.#pieces.push({ kind: 'copy', offset, length });
    }
  }

  /** @param shift added to the offset of each range */
  append(pieces: readonly Piece[], shift = 0): void {
    for (const piece of pieces) {
      if (piece.kind === 'bytes') this.bytes(piece.bytes);
      else this.copy(piece.offset + shift, piece.length);
    }
  }

  finish(): Piece[] {
    return this.#pieces;
  }
}
