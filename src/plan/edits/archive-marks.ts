import { createHash } from 'node:crypto';
import type { ByteSource } from '../../bytes/byte-source.js';
import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import { hasMarkedNames, MARK_DIGITS } from './edit-plan.js';

/** Eight digits that mark the names of one archive: of the SHA-256 of its bytes. */
export interface Marks {
  of(archive: ArchiveId): string;
  ofAll(): string;
}

/** Bytes hashed at a time. */
const PIECE = 1 << 20;

/** A search plans edits of the same archives several times: the bytes of each are read once. */
const markOf = new WeakMap<ByteSource, string>();

function readMark(source: ByteSource): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(PIECE);
  for (let at = 0; at < source.size; at += PIECE) {
    const part = piece.subarray(0, Math.min(PIECE, source.size - at));
    source.fill(at, part);
    hash.update(part);
  }
  return hash.digest('hex').slice(0, MARK_DIGITS);
}

export function markReader({ archives }: Inputs): Marks {
  const of = (archive: ArchiveId): string => {
    const { source } = archives[archive].stored;
    const mark = markOf.get(source) ?? readMark(source);
    markOf.set(source, mark);
    return mark;
  };
  return {
    of,
    ofAll: () =>
      createHash('sha256')
        .update(archives.map(({ id }) => of(id)).join(' '))
        .digest('hex')
        .slice(0, MARK_DIGITS),
  };
}

/**
 * Marks for edits that are only assessed: the archives are not read. The assessment does not depend on the mark if no
 * name is marked yet and new names are hidden, so that no pattern of the line matches them; otherwise the real marks
 * are used.
 */
export function markReaderForSearch(inputs: Inputs): Marks {
  if (inputs.format !== 'elf' || hasMarkedNames(inputs.symbols.names)) return markReader(inputs);
  const of = (number: number) => number.toString(16).padStart(MARK_DIGITS, '0');
  return { of, ofAll: () => of(inputs.archives.length) };
}
