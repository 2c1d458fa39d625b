import { nameAddress, nameCount, nameLength } from '../names';

/*
 * Names that ThinLTO gives to local symbols that other modules need: `<name>.llvm.<hash of the module>`.
 */

const ZERO: u8 = 0x30;
const NINE: u8 = 0x39;
/** `.llvm.` as a number of two bytes and one of four. */
const START_OF_MARK: u16 = 0x6c2e;
const END_OF_MARK: u32 = 0x2e6d766c;
const MARK_LENGTH: i32 = 6;

/** False for an id that no name has. */
export function isPromotedName(name: i32): bool {
  return <u32>name < <u32>nameCount() && endsWithHash(nameAddress(name), nameLength(name));
}

function endsWithHash(text: usize, length: i32): bool {
  let end = length;
  while (end > 0 && isDigit(load<u8>(text + end - 1))) end--;
  if (end === length || end < MARK_LENGTH) return false;
  const mark = text + end - MARK_LENGTH;
  return load<u16>(mark) === START_OF_MARK && load<u32>(mark + 2) === END_OF_MARK;
}

function isDigit(byte: u8): bool {
  return byte >= ZERO && byte <= NINE;
}
