import { core } from 'virtual:core';
import type { ByteSource } from '../bytes/byte-source.js';
import { FIRST_PAGES, MOST_PAGES } from '../core/pages.js';
import { Problem } from '../core/problem.js';
import type { LinkExports } from './link-exports.js';

/** Exports of src/core/index.ts, with 32- or 64-bit numbers as there; booleans are 0 or 1. */
export interface CoreExports extends LinkExports {
  nameCount(): number;
  longestNameProbe(): number;
  nameRecord(name: number): number;
  plainHashOf(name: number): number;
  stageName(bytes: number): number;
  internStaged(bytes: number): number;
  findName(bytes: number): number;
  nextNameWith(byte: number, name: number): number;
  isStagedEnding(bytes: number, after: number): number;
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
  elfOpen(
    size: number,
    is64: boolean,
    bigEndian: boolean,
    sectionsOffset: number,
    sectionCount: number,
    namesSection: number,
  ): void;
  elfCheckContents(isMips: boolean, collectsTargets: boolean): number;
  elfFirstNamed(): number;
  elfNamed(): number;
  elfUnchecked(at: number): number;
  elfTableCount(): number;
  elfTableColumn(column: number): number;
  elfPossiblePlaces(
    size: number,
    bits64: boolean,
    bigEndian: boolean,
    sectionsOffset: number,
    sectionCount: number,
  ): number;
  elfSectionCount(): number;
  elfReached(isMips: boolean): number;
  elfGroupKinds(): number;
  elfUses(): number;
  elfReadDataSymbols(): number;
  elfReadSectionGraph(isMips: boolean, splitsCode: boolean): number;
  elfVisibleCount(): number;
  elfGraphColumn(column: number): number;
  elfDataColumn(column: number): number;
  openArchive(bytes: number): void;
  readMembers(header: number, hasLongNames: boolean): void;
  membersRead(): number;
  foundOfMembers(): number;
  lastMemberActs(): number;
  nextMember(): number;
  memberMachine(): number;
  leaveMember(): void;
  leaveLastMember(): void;
  elfStackFlags(): number;
  elfIsRecompiled(): number;
  elfBitcodeOffset(): number;
  elfBitcodeSize(): number;
  elfActingCount(): number;
  elfActingSection(at: number): number;
  elfActingRole(at: number): number;
  elfActingOffset(at: number): number;
  elfActingBytes(at: number): number;
  elfActingSize(at: number): number;
  elfActingName(at: number): number;
  elfHoldsState(): number;
  elfCheckPlaces(): void;
  elfSymbolAtPlace(section: number, value: number): number;
  elfRelocatingCount(): number;
  elfRelocatingSection(at: number): number;
  elfSymtab(): number;
  elfHasExtendedIndexes(): number;
  elfNamesSection(): number;
  elfFreeTables(): void;
  elfHeaderAddress(section: number): number;
  elfSymbolAddress(symbol: number): number;
  elfTableAddress(table: number): number;
  elfTableLength(table: number): number;
  elfTableOffset(table: number): number;
  hashModules(bytes: number): number;
  moduleHashWord(module: number, word: number): number;
  scanBuffer(bytes: number): number;
  zerosInScan(bytes: number): number;
  noteZeros(bytes: number, position: number): number;
  zeroPositions(): number;
  internIndex(bytes: number, count: number, member: number): number;
  headerOffsets(members: number): number;
  ordinalsInScan(count: number, width: number, members: number): number;
  snapshotBuffer(bytes: number): number;
  addSnapshot(start: number, bytes: number): number;
  addSnapshotMember(): number;
  checksum(before: bigint, start: number, bytes: number): bigint;
  idOfSnapshotName(name: number): number;
  snapshotIndexNames(): number;
  snapshotIndexMembers(): number;
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
  /** Throws the error for a problem, with its place. Not needed for bitcode. */
  fail?(problem: Problem, offset: number, a: number, b: number, c: number): never;
  /** See `ReservedMeaning`. @throws UnreadableError */
  reservedMeaning?(index: number): number;
}

/** As much of it as is used here: the types of Node leave it to those of browsers. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number; maximum: number; shared: boolean }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}
interface Memory {
  readonly buffer: ArrayBuffer;
}

const { Memory, Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi })
  .WebAssembly;

let compiled: object | null = null;

/**
 * Memory of one instance. It is shared only in name: views of shared memory stay valid when it grows, and V8 does not
 * collect garbage because of its size.
 */
function newMemory(): Memory {
  for (let maximum = MOST_PAGES; ; maximum /= 2)
    try {
      return new Memory({ initial: FIRST_PAGES, maximum, shared: true });
    } catch (error) {
      // The system may limit a process's address space.
      if (maximum === FIRST_PAGES) throw error;
    }
}

/** An instance of the engine's core: one table of names, one of symbols. */
export class Core {
  readonly exports: CoreExports;
  readonly #memory = newMemory();
  #heap: Buffer;
  #reading: CoreReading | null = null;

  constructor() {
    compiled ??= new Module(Buffer.from(core, 'base64'));
    const instance = new Instance(compiled, {
      env: { memory: this.#memory },
      host: {
        read: (position: number, length: number, target: number) =>
          this.#reading?.object.fill(position, this.bytes(target, length)),
        fail: (problem: number, offset: number, a: number, b: number, c: number) => {
          if (problem === Problem.OUT_OF_MEMORY)
            throw new RangeError('the symbols of all inputs do not fit in 4 GiB of memory');
          this.#reading?.fail?.(problem, offset, a, b, c);
        },
        reservedMeaning: (index: number) => this.#reading?.reservedMeaning?.(index),
        randomWord: () => crypto.getRandomValues(new Uint32Array(1))[0],
      },
    });
    this.exports = instance.exports as CoreExports;
    this.#heap = Buffer.from(this.buffer);
  }

  /** The core's memory. Memory that grows is a new buffer; views of the old one stay what they are. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /**
   * The bytes of the memory, up to `end` at least. To get the buffer of a memory takes longer than to read a name.
   */
  heapTo(end: number): Buffer {
    if (end > this.#heap.length) this.#heap = Buffer.from(this.buffer);
    return this.#heap;
  }

  /** A range of them. */
  bytes(address: number, length: number): Uint8Array {
    const start = unsigned(address);
    return new Uint8Array(this.heapTo(start + length).buffer, start, length);
  }

  /** A copy of numbers in the memory. */
  numbers(address: number, count: number): Int32Array {
    const start = unsigned(address);
    return new Int32Array(this.heapTo(start + 4 * count).buffer, start, count).slice();
  }

  /** Puts a text, one byte a character, where names are looked up. @returns its address; valid until the next one */
  stage(text: string): number {
    const staged = unsigned(this.exports.stageName(text.length));
    this.heapTo(staged + text.length).write(text, staged, 'latin1');
    return staged;
  }

  /** The first rows of a column, in place: valid until rows are added. */
  column<Name extends keyof typeof COLUMNS>(
    name: Name,
    rows: number,
  ): InstanceType<(typeof COLUMNS)[Name][1]> {
    const [column, Column] = COLUMNS[name];
    const address = unsigned(this.exports.columnAddress(column));
    return new Column(this.buffer, address, rows) as InstanceType<(typeof COLUMNS)[Name][1]>;
  }

  /** Calls `run`, which may read an object and its tables. @throws errors of the object's reader or source */
  read<Result>(reading: CoreReading, run: (exports: CoreExports) => Result): Result {
    this.#reading = reading;
    try {
      return run(this.exports);
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
