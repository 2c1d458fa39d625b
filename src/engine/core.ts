import { core } from 'virtual:core';
import type { ByteSource } from '../bytes/byte-source.js';
import { Problem } from '../core/problem.js';

/** Exports of src/core/index.ts, with 32- or 64-bit numbers as there; booleans are 0 or 1. */
export interface CoreExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  nameCount(): number;
  longestNameProbe(): number;
  nameAddress(name: number): number;
  nameLength(name: number): number;
  stageName(bytes: number): number;
  internStaged(bytes: number): number;
  findName(bytes: number): number;
  nextNameWith(byte: number, name: number): number;
  clearNames(): void;
  beginMember(): number;
  abandonMember(): void;
  repeatMember(known: number): number;
  addGroup(signature: number, selection: number, size: number, digest: number): number;
  addSymbol(
    name: number,
    flags: number,
    section: number,
    size: number,
    group: number,
    alignment: number,
  ): void;
  symbolCount(): number;
  groupCount(): number;
  memberCount(): number;
  clearRows(): void;
  columnAddress(column: number): number;
  readElfObject(
    size: number,
    is64: boolean,
    bigEndian: boolean,
    sectionsOffset: number,
    sectionCount: number,
    namesSection: number,
    ignoredType: number,
  ): void;
  elfStackFlags(): number;
  elfIsRecompiled(): number;
  elfBitcodeOffset(): number;
  elfBitcodeSize(): number;
  elfActingCount(): number;
  elfActingSection(at: number): number;
  elfActingRole(at: number): number;
  elfActingOffset(at: number): number;
  elfActingBytes(at: number): number;
  elfHoldsState(): number;
  elfRelocatingCount(): number;
  elfRelocatingSection(at: number): number;
  elfSymtab(): number;
  elfHasExtendedIndexes(): number;
  elfNamesSection(): number;
  elfTableAddress(table: number): number;
  elfTableLength(table: number): number;
  elfTableOffset(table: number): number;
  scanBuffer(bytes: number): number;
  zerosInScan(bytes: number): number;
  internScan(bytes: number, count: number): number;
  headerOffsets(members: number): number;
  ordinalsInScan(count: number, width: number, members: number): number;
  addSnapshot(start: number, bytes: number): number;
  checksum(start: number, bytes: number): bigint;
  idOfSnapshotName(name: number): number;
}

/** Columns of the core, in its order. */
export const COLUMNS = {
  name: [0, Int32Array],
  member: [1, Int32Array],
  flags: [2, Uint16Array],
  group: [3, Int32Array],
  section: [4, Int32Array],
  size: [5, Float64Array],
  alignment: [6, Uint8Array],
  firstSymbol: [7, Int32Array],
  groupSignature: [8, Int32Array],
  groupMember: [9, Int32Array],
  groupSelection: [10, Uint8Array],
  groupSize: [11, Float64Array],
  groupDigest: [12, Float64Array],
} as const;

/** An address, which comes out of the core as a signed number. */
export const unsigned = (address: number): number => address >>> 0;

/** Callbacks of the core while it reads an object. */
export interface CoreReading {
  readonly object: ByteSource;
  /** Throws what a problem is, with its place. */
  fail(problem: Problem, offset: number, a: number, b: number, c: number): never;
  /** See `ReservedMeaning`. @throws UnreadableError */
  reservedMeaning(index: number): number;
}

/** As much of it as is used here: the types of Node leave it to those of browsers. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}
const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

let compiled: object | null = null;

/** An instance of the engine's core: one table of names, one of symbols. */
export class Core {
  readonly exports: CoreExports;
  #heap: Buffer;
  #reading: CoreReading | null = null;

  constructor() {
    compiled ??= new Module(Buffer.from(core, 'base64'));
    const instance = new Instance(compiled, {
      host: {
        read: (position: number, length: number, target: number) =>
          this.#reading?.object.fill(position, this.bytes(target, length)),
        fail: (problem: number, offset: number, a: number, b: number, c: number) => {
          if (problem === Problem.OUT_OF_MEMORY)
            throw new RangeError('the symbols of all inputs do not fit in 4 GiB of memory');
          this.#reading?.fail(problem, offset, a, b, c);
        },
        reservedMeaning: (index: number) => this.#reading?.reservedMeaning(index),
        randomWord: () => crypto.getRandomValues(new Uint32Array(1))[0],
      },
    });
    this.exports = instance.exports as CoreExports;
    this.#heap = Buffer.from(this.exports.memory.buffer);
  }

  /** The core's memory, up to the next call that may grow it. */
  get heap(): Buffer {
    // Memory that grows is a new buffer, and the old one has no bytes left.
    if (this.#heap.length === 0) this.#heap = Buffer.from(this.exports.memory.buffer);
    return this.#heap;
  }

  /** A range of it. */
  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, unsigned(address), length);
  }

  /** A copy of the first rows of a column. */
  column<Name extends keyof typeof COLUMNS>(
    name: Name,
    rows: number,
  ): InstanceType<(typeof COLUMNS)[Name][1]> {
    const [column, Column] = COLUMNS[name];
    const address = unsigned(this.exports.columnAddress(column));
    const rowsNow = new Column(this.exports.memory.buffer, address, rows);
    return rowsNow.slice() as InstanceType<(typeof COLUMNS)[Name][1]>;
  }

  /** Lets `run` read an object. @throws what the object's reader or source says */
  read(reading: CoreReading, run: (exports: CoreExports) => void): void {
    this.#reading = reading;
    try {
      run(this.exports);
    } finally {
      this.#reading = null;
    }
  }

  /** Forgets all names and rows. */
  clear(): void {
    this.exports.clearNames();
    this.exports.clearRows();
  }
}
