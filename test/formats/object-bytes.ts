/** Numbers of objects that are made for questions to linkers: little-endian, of the width that the name says. */

export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, at) => {
    bytes.writeUInt16LE(value & 0xffff, 2 * at);
  });
  return bytes;
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => {
    bytes.writeUInt32LE(value >>> 0, 4 * at);
  });
  return bytes;
}

export function u64(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, at) => {
    bytes.writeBigUInt64LE(BigInt(value), 8 * at);
  });
  return bytes;
}

/** A text in a field of so many bytes. */
export const field = (text: string, size: number): Buffer => padTo(Buffer.from(text, 'latin1'), size);

/** With zeros behind it. */
export const padTo = (bytes: Uint8Array, size: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(Math.max(0, size - bytes.length))]);

export const alignUp = (value: number, alignment: number): number => Math.ceil(value / alignment) * alignment;

/** Little-endian words that no instruction or address of these links looks like. */
const MEMBER_MARKER = 0x6d_b3_a1_5e;
const DEFINITION_MARKER = 0x64_b3_a1_5e;
/** Marker ids: a member's place in the link, and in its lower bits a symbol's place in the member. */
const SYMBOL_BITS = 10;

export const memberMarker = (member: number): Buffer => u32(MEMBER_MARKER, member);

export const definitionMarker = (member: number, row: number): Buffer =>
  u32(DEFINITION_MARKER, (member << SYMBOL_BITS) | row);

/** The definition whose marker is at this offset; null if there is no marker. */
export function markerAt(
  file: Buffer,
  offset: number,
): { readonly member: number; readonly row: number } | null {
  if (offset < 0 || offset + 8 > file.length || file.readUInt32LE(offset) !== DEFINITION_MARKER) return null;
  const id = file.readUInt32LE(offset + 4);
  return { member: id >> SYMBOL_BITS, row: id & ((1 << SYMBOL_BITS) - 1) };
}
