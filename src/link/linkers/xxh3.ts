/**
 * XXH3 of 64 bits, without a seed: the hash by which LLVM from 17 on places names in its tables of strings. A linker
 * that visits such a table visits names in an order that depends on it.
 *
 * Source: the specification of xxHash (doc/xxhash_spec.md of its repository), compared with its Python package.
 */

const MASK = (1n << 64n) - 1n;

const PRIME32_1 = 0x9e3779b1n;
const PRIME32_2 = 0x85ebca77n;
const PRIME32_3 = 0xc2b2ae3dn;
const PRIME64_1 = 0x9e3779b185ebca87n;
const PRIME64_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME64_3 = 0x165667b19e3779f9n;
const PRIME64_4 = 0x85ebca77c2b2ae63n;
const PRIME64_5 = 0x27d4eb2f165667c5n;
const PRIME_MX1 = 0x165667919e3779f9n;
const PRIME_MX2 = 0x9fb21c651e98df25n;

/** Bytes in a stripe, of which long inputs consist, and in the part of the secret by which the next stripe differs. */
const STRIPE = 64;
const SECRET_STEP = 8;

const SECRET = viewOf(
  Buffer.from(
    'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221' +
      'b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8' +
      'a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb' +
      '170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e',
    'hex',
  ),
);

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

const read64 = (view: DataView, at: number): bigint => view.getBigUint64(at, true);
const read32 = (view: DataView, at: number): bigint => BigInt(view.getUint32(at, true));
const secret64 = (at: number): bigint => read64(SECRET, at);

const rotateLeft = (value: bigint, bits: bigint): bigint =>
  ((value << bits) | (value >> (64n - bits))) & MASK;

function swapBytes(value: bigint): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, value, true);
  return view.getBigUint64(0, false);
}

/** The halves of the product of two numbers of 64 bits, combined. */
function foldedProduct(one: bigint, other: bigint): bigint {
  const product = one * other;
  return (product & MASK) ^ (product >> 64n);
}

function avalanche(hash: bigint): bigint {
  const mixed = ((hash ^ (hash >> 37n)) * PRIME_MX1) & MASK;
  return mixed ^ (mixed >> 32n);
}

function avalancheOfXxh64(hash: bigint): bigint {
  const once = ((hash ^ (hash >> 33n)) * PRIME64_2) & MASK;
  const twice = ((once ^ (once >> 29n)) * PRIME64_3) & MASK;
  return twice ^ (twice >> 32n);
}

/** Mixes 16 bytes of the input with 16 of the secret. */
const mix16 = (input: DataView, at: number, secret: number): bigint =>
  foldedProduct(read64(input, at) ^ secret64(secret), read64(input, at + 8) ^ secret64(secret + 8));

function hashUpTo3(input: DataView, length: number): bigint {
  if (length === 0) return avalancheOfXxh64(secret64(56) ^ secret64(64));
  const first = input.getUint8(0);
  const middle = input.getUint8(length >> 1);
  const last = input.getUint8(length - 1);
  const combined = BigInt(((first << 16) | (middle << 24) | last | (length << 8)) >>> 0);
  return avalancheOfXxh64(combined ^ read32(SECRET, 0) ^ read32(SECRET, 4));
}

function hashUpTo8(input: DataView, length: number): bigint {
  const joined = read32(input, length - 4) | (read32(input, 0) << 32n);
  const keyed = joined ^ secret64(8) ^ secret64(16);
  const turned = keyed ^ rotateLeft(keyed, 49n) ^ rotateLeft(keyed, 24n);
  const once = (turned * PRIME_MX2) & MASK;
  const twice = ((once ^ ((once >> 35n) + BigInt(length))) * PRIME_MX2) & MASK;
  return twice ^ (twice >> 28n);
}

function hashUpTo16(input: DataView, length: number): bigint {
  const low = read64(input, 0) ^ secret64(24) ^ secret64(32);
  const high = read64(input, length - 8) ^ secret64(40) ^ secret64(48);
  return avalanche((BigInt(length) + swapBytes(low) + high + foldedProduct(low, high)) & MASK);
}

function hashUpTo128(input: DataView, length: number): bigint {
  let sum = BigInt(length) * PRIME64_1;
  for (let pair = (length - 1) >> 5; pair >= 0; pair--) {
    sum += mix16(input, 16 * pair, 32 * pair);
    sum += mix16(input, length - 16 * (pair + 1), 32 * pair + 16);
  }
  return avalanche(sum & MASK);
}

function hashUpTo240(input: DataView, length: number): bigint {
  let sum = BigInt(length) * PRIME64_1;
  for (let round = 0; round < 8; round++) sum += mix16(input, 16 * round, 16 * round);
  sum = avalanche(sum & MASK);
  for (let round = 8; round < length >> 4; round++) sum += mix16(input, 16 * round, 16 * (round - 8) + 3);
  return avalanche((sum + mix16(input, length - 16, 136 - 17)) & MASK);
}

/** Adds a stripe of the input to the eight sums. */
function accumulate(sums: bigint[], input: DataView, at: number, secret: number): void {
  for (let lane = 0; lane < sums.length; lane++) {
    const value = read64(input, at + 8 * lane);
    const key = value ^ secret64(secret + 8 * lane);
    sums[lane ^ 1] = (sums[lane ^ 1] + value) & MASK;
    sums[lane] = (sums[lane] + (key & 0xffff_ffffn) * (key >> 32n)) & MASK;
  }
}

function scramble(sums: bigint[]): void {
  const from = SECRET.byteLength - STRIPE;
  for (let lane = 0; lane < sums.length; lane++)
    sums[lane] = ((sums[lane] ^ (sums[lane] >> 47n) ^ secret64(from + 8 * lane)) * PRIME32_1) & MASK;
}

function hashLong(input: DataView, length: number): bigint {
  const sums = [PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1];
  const stripesInBlock = (SECRET.byteLength - STRIPE) / SECRET_STEP;
  const stripes = Math.floor((length - 1) / STRIPE);
  for (let stripe = 0; stripe < stripes; stripe++) {
    const inBlock = stripe % stripesInBlock;
    accumulate(sums, input, STRIPE * stripe, SECRET_STEP * inBlock);
    if (inBlock === stripesInBlock - 1) scramble(sums);
  }
  accumulate(sums, input, length - STRIPE, SECRET.byteLength - STRIPE - 7);
  let hash = BigInt(length) * PRIME64_1;
  for (let pair = 0; pair < 4; pair++)
    hash += foldedProduct(
      sums[2 * pair] ^ secret64(11 + 16 * pair),
      sums[2 * pair + 1] ^ secret64(11 + 16 * pair + 8),
    );
  return avalanche(hash & MASK);
}

/** @returns the hash as an unsigned number of 64 bits */
export function xxh3(bytes: Uint8Array): bigint {
  const input = viewOf(bytes);
  const { length } = bytes;
  if (length <= 3) return hashUpTo3(input, length);
  if (length <= 8) return hashUpTo8(input, length);
  if (length <= 16) return hashUpTo16(input, length);
  if (length <= 128) return hashUpTo128(input, length);
  if (length <= 240) return hashUpTo240(input, length);
  return hashLong(input, length);
}
