import { type Core, unsigned } from '../engine/core.js';
import type { NameId, NameTable } from './names.js';
import type { SymbolTableBuilder } from './table.js';

/** Source of a snapshot: a table that has read an archive, and nothing besides. */
export interface ReadRows {
  readonly builder: SymbolTableBuilder;
  /** How many names its members have. The table may have more. */
  readonly names: number;
  /** Null where it lists names that its members do not have. */
  readonly index: KnownIndex | null;
}

/** The index of an archive: the names that it lists, and the member of each, counted from its first; NONE without. */
export interface KnownIndex {
  readonly name: Int32Array;
  readonly member: Int32Array;
}

const NO_INDEX: KnownIndex = { name: new Int32Array(), member: new Int32Array() };

/** Names and rows of an archive as one block of bytes, which src/core/snapshot.ts adds to the rows of other files. */
function blockOf({ builder: { core, names }, names: nameCount, index }: ReadRows): Uint8Array {
  const { exports } = core;
  const symbols = exports.symbolCount();
  const groups = exports.groupCount();
  const members = exports.memberCount();
  const records = recordsOf(names, nameCount);
  const { name, member } = index ?? NO_INDEX;
  const columns = [
    Int32Array.of(nameCount, records.length, symbols, groups, members, name.length),
    core.column('size', symbols),
    core.column('groupSize', groups),
    core.column('groupDigest', groups),
    core.column('name', symbols),
    core.column('group', symbols),
    core.column('section', symbols),
    core.column('groupSignature', groups),
    core.column('groupMember', groups),
    symbolsOfMembers(core, members, symbols),
    name,
    member,
    core.column('flags', symbols),
    core.column('alignment', symbols),
    core.column('groupSelection', groups),
    records,
  ];
  return Buffer.concat(
    columns.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
}

/** By member: how many symbols it has. */
function symbolsOfMembers(core: Core, members: number, symbols: number): Int32Array {
  const first = core.column('firstSymbol', members);
  return first.map((start, member) => (member + 1 < members ? first[member + 1] : symbols) - start);
}

/** Of each name: its hash, its length and its bytes. */
function recordsOf(names: NameTable, length: number): Uint8Array {
  const lengths = Array.from({ length }, (_, name) => names.bytes(name).length);
  const records = Buffer.alloc(lengths.reduce((sum, length) => sum + RECORD_HEADER + length, 0));
  let at = 0;
  for (const [name, length] of lengths.entries()) {
    records.writeInt32LE(names.core.exports.plainHashOf(name), at);
    records.writeInt32LE(length, at + RECORD_LENGTH);
    records.set(names.bytes(name), at + RECORD_HEADER);
    at += RECORD_HEADER + length;
  }
  return records;
}

/** Where the length of a name is in its record, and its bytes. */
const RECORD_LENGTH = 4;
const RECORD_HEADER = 8;

/*
 * The file of a snapshot: checksum of all that follows 0, length of the block 8, length of the text 12, key 16, block,
 * text.
 */
const CHECKED = 8;
const KEY = 16;
/** SHA-256 in hexadecimal. */
const KEY_SIZE = 64;
const BLOCK = KEY + KEY_SIZE;
/** Where the block has the number of its index's entries. */
const INDEX_ENTRIES = 20;
const MOST_BYTES = 0x4000_0000;

/**
 * The file of a snapshot.
 * @param key of the cache: a file in the wrong place is recognised by it
 * @param text describes the archive besides its rows
 * @returns null for one that would be larger than a gigabyte
 */
export function snapshotFile(rows: ReadRows, key: string, text: string): Uint8Array | null {
  const block = blockOf(rows);
  const size = BLOCK + block.length + Buffer.byteLength(text);
  if (size > MOST_BYTES) return null;
  const file = Buffer.alloc(size);
  file.writeUInt32LE(block.length, CHECKED);
  file.writeUInt32LE(size - BLOCK - block.length, CHECKED + 4);
  file.write(key, KEY, 'latin1');
  file.set(block, BLOCK);
  file.write(text, BLOCK + block.length);
  const { core } = rows.builder;
  const address = core.exports.snapshotBuffer(size);
  core.bytes(address, size).set(file);
  file.writeBigInt64LE(checksum(core, address + CHECKED, size - CHECKED), 0);
  return file;
}

/** Bytes of which the core makes a checksum at once. */
const PIECE = 1 << 16;

/** The checksum of a range of a core's memory, in pieces: V8 optimises a function from one call to the next. */
export function checksum({ exports }: Core, start: number, bytes: number): bigint {
  let sum = 0n;
  for (let at = 0; at < bytes; at += PIECE)
    sum = exports.checksum(sum, start + at, Math.min(PIECE, bytes - at));
  return sum;
}

/** Where the file of a snapshot belongs; null for a size that none has. */
export type PlaceBytes = (size: number) => Uint8Array | null;

/** A snapshot that was found to be as it was written. */
export interface Snapshot {
  /** Describes the archive besides its rows. */
  readonly text: string;
  /** Adds its members, names and rows. Returns false, and adds nothing, where they do not fit together. */
  add(): boolean;
  /** The id in the table of a name of the snapshot, after `add`. */
  nameOf(name: NameId): NameId;
  /** The index that was kept, after `add`, with names of the table. Its columns are read in place. */
  index(): KnownIndex;
}

/**
 * Opens the file of a snapshot. It is valid until the table is changed.
 * @param load puts the file where it is told to, and returns whether it did
 * @returns null for a file that is missing, damaged, or has a different key
 */
export function openSnapshot(
  { core }: SymbolTableBuilder,
  key: string,
  load: (place: PlaceBytes) => boolean,
): Snapshot | null {
  const { exports } = core;
  let address = 0;
  let size = 0;
  const isLoaded = load((bytes) => {
    if (bytes < BLOCK || bytes > MOST_BYTES) return null;
    size = bytes;
    address = unsigned(exports.snapshotBuffer(size));
    return core.bytes(address, size);
  });
  if (!isLoaded || size === 0) return null;
  const bytes = Buffer.from(core.buffer, address, size);
  const blockSize = bytes.readUInt32LE(CHECKED);
  const textSize = bytes.readUInt32LE(CHECKED + 4);
  const isWhole =
    size === BLOCK + blockSize + textSize &&
    bytes.toString('latin1', KEY, BLOCK) === key &&
    bytes.readBigInt64LE(0) === checksum(core, address + CHECKED, size - CHECKED);
  if (!isWhole) return null;
  return {
    text: bytes.toString('utf8', BLOCK + blockSize, size),
    add: () => {
      if (exports.addSnapshot(address + BLOCK, blockSize) === 0) return false;
      while (exports.addSnapshotMember() !== 0);
      return true;
    },
    nameOf: (name) => exports.idOfSnapshotName(name),
    index: () => {
      const entries = bytes.readInt32LE(BLOCK + INDEX_ENTRIES);
      const [name, member] = [exports.snapshotIndexNames(), exports.snapshotIndexMembers()].map(
        (start) => new Int32Array(core.buffer, unsigned(start), entries),
      );
      return { name, member };
    },
  };
}
