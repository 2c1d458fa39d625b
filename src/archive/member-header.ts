import type { ByteView } from '../bytes/byte-view.js';

/*
 * The member header, 60 bytes of text, left-justified, padded with spaces:
 *   0 name 16 | 16 mtime 12 | 28 uid 6 | 34 gid 6 | 40 mode 8, octal | 48 size 10 | 58 0x60 0x0A
 * mtime to mode hold anything in real archives (blank, negative, cut off) and do not matter here: they are
 * never parsed and copied as they are.
 */
export const HEADER_SIZE = 60;
export const NAME_FIELD_SIZE = 16;
export const SIZE_FIELD_OFFSET = 48;
const SIZE_FIELD_SIZE = 10;

/** A header as stored, before its name is interpreted. */
export interface MemberHeader {
  /** All 60 bytes. */
  readonly bytes: Uint8Array;
  /** The 16 bytes of the name field, Latin-1. */
  readonly nameField: string;
  /** In bytes; includes an inline name. */
  readonly size: number;
}

/** Decodes one character per byte. TextDecoder's 'latin1' is windows-1252, which maps 0x80–0x9F differently. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/**
 * @param view the 60 bytes of a header
 * @throws MalformedError when the terminator is missing or the size is not a decimal number
 */
export function readHeader(view: ByteView): MemberHeader {
  if (view.u8(58) !== 0x60 || view.u8(59) !== 0x0a) {
    throw view.error(58, 'does not end in 0x60 0x0A');
  }
  const { bytes } = view;
  const nameField = latin1(bytes.subarray(0, NAME_FIELD_SIZE));
  const size = decimalField(view, SIZE_FIELD_OFFSET, SIZE_FIELD_SIZE, 'size');
  return { bytes, nameField, size };
}

/**
 * A decimal field, blank meaning 0: GNU ar leaves fields of `//` blank.
 *
 * @throws MalformedError when it holds anything but digits and then spaces
 */
export function decimalField(view: ByteView, offset: number, length: number, what: string): number {
  const text = latin1(view.bytes.subarray(offset, offset + length));
  if (!/^\d* *$/.test(text))
    throw view.error(offset, `${what} ${JSON.stringify(text)} is not a decimal number`);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw view.error(offset, `${what} ${text.trim()} is out of range`);
  return value;
}

/** `text` padded with spaces to `width` bytes. @throws RangeError when it is longer */
export function textField(text: string, width: number): Uint8Array {
  if (text.length > width) throw new RangeError(`'${text}' does not fit in a field of ${width} bytes`);
  return latin1Bytes(text.padEnd(width, ' '));
}

export function nameField(text: string): Uint8Array {
  return textField(text, NAME_FIELD_SIZE);
}

export function sizeField(size: number): Uint8Array {
  return textField(String(size), SIZE_FIELD_SIZE);
}

/** A copy of `header` with another name field and size; date, owner and mode stay. */
export function patchHeader(header: Uint8Array, name: string, size: number): Uint8Array {
  // A `slice` of a Buffer would be the same memory.
  const patched = Uint8Array.from(header);
  patched.set(nameField(name), 0);
  patched.set(sizeField(size), SIZE_FIELD_OFFSET);
  return patched;
}
