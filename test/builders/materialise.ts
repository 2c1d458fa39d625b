import type { Piece } from '../../src/archive/piece.js';
import type { ByteSource } from '../../src/bytes/byte-source.js';

/** The bytes of the pieces, in memory. */
export function materialise(pieces: readonly Piece[], source: ByteSource): Uint8Array {
  const parts = pieces.map((piece) =>
    piece.kind === 'bytes' ? piece.bytes : source.view(piece.offset, piece.length, 'copied range').bytes,
  );
  return Uint8Array.from(Buffer.concat(parts));
}
