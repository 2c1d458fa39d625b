/*
 * Patterns of names: `_R*` is a start, `_ZN*h##E*` a start and a text that follows somewhere. `*` is any text, also
 * none, and `#` a hexadecimal digit in lower case.
 */

const NUL: u8 = 0;
const ANY_TEXT: u8 = 0x2a;
const HEX_DIGIT: u8 = 0x23;

/** Whether a name fits one of some patterns. @param patterns a NUL after each, and one more after the last */
export function fitsAny(patterns: usize, name: usize, length: i32): bool {
  for (let pattern = patterns; load<u8>(pattern) !== NUL; pattern = afterNul(pattern))
    if (fits(pattern, name, length)) return true;
  return false;
}

function afterNul(text: usize): usize {
  let at = text;
  while (load<u8>(at) !== NUL) at++;
  return at + 1;
}

function fits(pattern: usize, name: usize, length: i32): bool {
  let start = 0;
  for (; load<u8>(pattern + start) !== ANY_TEXT; start++)
    if (start >= length || load<u8>(pattern + start) !== load<u8>(name + start)) return false;
  const part = pattern + start + 1;
  let bytes = 0;
  while (load<u8>(part + bytes) !== ANY_TEXT && load<u8>(part + bytes) !== NUL) bytes++;
  // From the end, where compilers put hashes.
  for (let at = length - bytes; at >= start; at--) if (isAt(name + at, part, bytes)) return true;
  return false;
}

function isAt(name: usize, part: usize, bytes: i32): bool {
  for (let at = 0; at < bytes; at++) {
    const wanted = load<u8>(part + at);
    const byte = load<u8>(name + at);
    if (wanted === HEX_DIGIT ? !isHexDigit(byte) : byte !== wanted) return false;
  }
  return true;
}

function isHexDigit(byte: u8): bool {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}
