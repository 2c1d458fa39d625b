import type { ByteView } from '../../bytes/byte-view.js';

/** The signed number in a slot, which is cleared. @throws MalformedError past the section's end */
export function takeSlot(slots: ByteView, offset: number, width: number): bigint {
  const slot = slots.slice(offset, width, 'slot');
  const data = new DataView(slot.bytes.buffer, slot.bytes.byteOffset, width);
  const { littleEndian } = slots;
  const value =
    width === 8
      ? data.getBigInt64(0, littleEndian)
      : BigInt(
          width === 4
            ? data.getInt32(0, littleEndian)
            : width === 2
              ? data.getInt16(0, littleEndian)
              : data.getInt8(0),
        );
  slot.bytes.fill(0);
  return value;
}
