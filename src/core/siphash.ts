import { lastWord } from './words';

let v0: u64 = 0;
let v1: u64 = 0;
let v2: u64 = 0;
let v3: u64 = 0;

/**
 * SipHash-1-3 of a symbol name. The key is random, so input files cannot be made whose names all collide.
 *
 * @param name address of the name in memory
 * @param length of the name in bytes
 *
 * Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", and their reference implementation.
 */
export function keyedHash(name: usize, length: i32, key: u64, otherKey: u64): u32 {
  v0 = key ^ 0x736f6d6570736575;
  v1 = otherKey ^ 0x646f72616e646f6d;
  v2 = key ^ 0x6c7967656e657261;
  v3 = otherKey ^ 0x7465646279746573;
  let at = name;
  for (const end = name + (length & ~7); at < end; at += 8) take(load<u64>(at));
  take(lastWord(at, length & 7));
  take(<u64>length);
  v2 ^= 0xff;
  for (let turn = 0; turn < 3; turn++) round();
  return <u32>(v0 ^ v1 ^ v2 ^ v3);
}

function take(word: u64): void {
  v3 ^= word;
  round();
  v0 ^= word;
}

function round(): void {
  v0 += v1;
  v1 = rotl<u64>(v1, 13) ^ v0;
  v0 = rotl<u64>(v0, 32);
  v2 += v3;
  v3 = rotl<u64>(v3, 16) ^ v2;
  v0 += v3;
  v3 = rotl<u64>(v3, 21) ^ v0;
  v2 += v1;
  v1 = rotl<u64>(v1, 17) ^ v2;
  v2 = rotl<u64>(v2, 32);
}
