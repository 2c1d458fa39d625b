import { ByteSource, type PositionedRead } from './byte-source.js';

/** Bytes that replace those at an offset. */
export interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * A source with some of its bytes replaced, and more at its end, without a copy of the rest.
 *
 * @param patches a later one counts where two overlap; bytes between the end of the source and a patch are zero
 * @param size    of the result, at least that of the source
 */
export function patched(source: ByteSource, patches: readonly Patch[], size: number): ByteSource {
  const read: PositionedRead = (position, length, given) => {
    const target = given ?? new Uint8Array(length);
    const held = Math.max(0, Math.min(length, source.size - position));
    if (held > 0) source.fill(position, target.subarray(0, held));
    target.fill(0, held);
    for (const { at, bytes } of patches) {
      const from = Math.max(at, position);
      const to = Math.min(at + bytes.length, position + length);
      if (from < to) target.set(bytes.subarray(from - at, to - at), from - position);
    }
    return target;
  };
  return new ByteSource(source.label, read, 0, size, () => source.requireUnchanged());
}
