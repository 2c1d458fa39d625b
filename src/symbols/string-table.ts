import type { ByteView } from '../bytes/byte-view.js';
import { findNul } from '../bytes/find-nul.js';
import type { NameId } from './names.js';
import type { SymbolSink } from './table.js';

/** NUL-terminated strings one after the other; any offset up to `lastNul` is the start of one. */
export interface StringTable {
  readonly view: ByteView;
  /** The view's bytes, never as a Buffer: a mix of both classes makes every read of either slower. */
  readonly bytes: Uint8Array;
  /** The same, to make text of. */
  readonly buffer: Buffer;
  readonly data: DataView;
  /** Offset of the last NUL; −1 without one. */
  readonly lastNul: number;
}

export function stringTable(view: ByteView): StringTable {
  const { buffer, byteOffset, byteLength } = view.bytes;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const data = new DataView(buffer, byteOffset, byteLength);
  return {
    ...{ view, bytes, data },
    buffer: Buffer.from(buffer, byteOffset, byteLength),
    lastNul: bytes.lastIndexOf(0),
  };
}

/** Whether the string at an offset, which was checked, begins with some ASCII text. */
export function startsWith({ bytes }: StringTable, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return false;
  return true;
}

/** Whether the string at an offset is some ASCII text. @throws MalformedError */
export const isString = (strings: StringTable, start: number, text: string): boolean =>
  startsWith(strings, start, text) && endOfString(strings, start) === start + text.length;

/** Offset of the NUL that ends the string at `start`. @throws MalformedError */
export function endOfString({ view, bytes, data, lastNul }: StringTable, start: number): number {
  if (start > lastNul) {
    // Offset zero is the empty string even without a table.
    if (start === 0) return 0;
    throw view.error(start, 'no string here');
  }
  return findNul(bytes, data, start, lastNul);
}

/** Latin-1 text: one character a byte. @throws MalformedError */
export const stringAt = (strings: StringTable, start: number): string =>
  strings.buffer.toString('latin1', start, endOfString(strings, start));

/** @throws MalformedError */
export const internAt = (strings: StringTable, start: number, out: SymbolSink): NameId =>
  out.intern(strings.bytes, start, endOfString(strings, start));
