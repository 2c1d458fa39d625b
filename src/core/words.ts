/*
 * Bytes eight at a time. A word may reach past the bytes that are meant: every block that holds names has room for
 * that.
 */

/** Bytes that must be readable after the last one of a name. */
export const SLACK: i32 = 8;

const ONES: u64 = 0x0101010101010101;
const HIGH_BITS: u64 = 0x8080808080808080;

/** The first `bytes` bytes at an address, 0 to 7 of them, the others zero. */
export function lastWord(at: usize, bytes: i32): u64 {
  return bytes === 0 ? 0 : load<u64>(at) & (~(<u64>0) >> (64 - ((<u64>bytes) << 3)));
}

/** Bytes up to the first NUL. There must be one. */
export function lengthOfText(text: usize): i32 {
  let at = text;
  let zeros = zeroBytes(load<u64>(at));
  while (zeros === 0) {
    at += 8;
    zeros = zeroBytes(load<u64>(at));
  }
  return <i32>(at - text) + <i32>(ctz<u64>(zeros) >> 3);
}

/** Finds zero bytes: the lowest set bit is in the first zero byte; higher bits have no meaning. */
export function zeroBytes(word: u64): u64 {
  return (word - ONES) & ~word & HIGH_BITS;
}

export function hasSameBytes(one: usize, other: usize, length: i32): bool {
  const end = one + (length & ~7);
  for (; one < end; one += 8, other += 8) if (load<u64>(one) !== load<u64>(other)) return false;
  return lastWord(one, length & 7) === lastWord(other, length & 7);
}

/** Whether some bytes have this one, which is not 0. */
export function hasByte(start: usize, length: i32, byte: u8): bool {
  const pattern = <u64>byte * 0x0101010101010101;
  let at = start;
  let found: u64 = 0;
  for (const end = start + (length & ~7); at < end; at += 8) found |= zeroBytes(load<u64>(at) ^ pattern);
  return (found | zeroBytes(lastWord(at, length & 7) ^ pattern)) !== 0;
}

/** Copies bytes, and up to seven after them: for names, quicker than a call of `memory.copy`. */
export function copyWords(to: usize, from: usize, length: i32): void {
  for (const end = from + length; from < end; from += 8, to += 8) store<u64>(to, load<u64>(from));
}

const LOW_BITS: u64 = 0x7f7f7f7f7f7f7f7f;

/** How many of the bytes from `start` on are zero. */
export function countZeros(start: usize, length: i32): i32 {
  let zeros = 0;
  let at = start;
  for (const end = start + (length & ~7); at < end; at += 8) zeros += zerosIn(load<u64>(at));
  const rest = length & 7;
  return rest === 0 ? zeros : zeros + zerosIn(lastWord(at, rest)) - (8 - rest);
}

function zerosIn(word: u64): i32 {
  return <i32>popcnt<u64>(exactZeroBytes(word));
}

/** The high bit of each byte that is zero. */
export function exactZeroBytes(word: u64): u64 {
  return ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
}
