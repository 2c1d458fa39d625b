import type { ByteView } from './byte-view.js';

/** A signed number of 32 or 64 bits. */
export function signedWord(view: ByteView, at: number, is64: boolean): number {
  if (!is64) return view.i32(at);
  const [high, low] = view.littleEndian ? [at + 4, at] : [at, at + 4];
  return view.i32(high) * 0x1_0000_0000 + view.u32(low);
}
