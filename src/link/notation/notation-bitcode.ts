import { ENTER_SUBBLOCK, UNABBREV_RECORD } from '../../symbols/bitcode/bitstream.js';

const MODULE_BLOCK_ID = 8;
const MODULE_CODE_HASH = 17;
const BITCODE_MAGIC = 0xdec04342;

/**
 * The smallest bitcode that carries a module hash: one module block with MODULE_CODE_HASH and nothing else.
 * @param hash as ThinLTO appends it to promoted names: the first 64 bits of the hash, decimal
 */
export function bitcodeWithHash(hash: string): Uint8Array {
  const value = BigInt(hash);
  const hashWords = [Number(value >> 32n), Number(value & 0xffff_ffffn), 0, 0, 0];
  const bits: number[] = [];
  const fixed = (number: number, width: number) => {
    for (let bit = 0; bit < width; bit++) bits.push(Math.floor(number / 2 ** bit) % 2);
  };
  const vbr = (number: number, width: number) => {
    const chunk = 2 ** (width - 1);
    let rest = number;
    for (; rest >= chunk; rest = Math.floor(rest / chunk)) fixed(chunk + (rest % chunk), width);
    fixed(rest, width);
  };
  const align = () => {
    while (bits.length % 32 !== 0) bits.push(0);
  };
  fixed(BITCODE_MAGIC, 32);
  fixed(ENTER_SUBBLOCK, 2);
  vbr(MODULE_BLOCK_ID, 8);
  vbr(3, 4);
  align();
  const lengthAt = bits.length;
  fixed(0, 32);
  fixed(UNABBREV_RECORD, 3);
  vbr(MODULE_CODE_HASH, 6);
  vbr(hashWords.length, 6);
  for (const word of hashWords) vbr(word, 6);
  fixed(0, 3);
  align();
  const words = (bits.length - lengthAt) / 32 - 1;
  for (let bit = 0; bit < 32; bit++) bits[lengthAt + bit] = (words >> bit) & 1;
  const bytes = new Uint8Array(bits.length / 8);
  for (let bit = 0; bit < bits.length; bit++) bytes[bit >> 3] |= bits[bit] << (bit & 7);
  return bytes;
}
