import { NONE } from '../../table.js';
import { entryBytes } from '../header.js';
import { type ElfSections, sectionType } from '../sections.js';
import { layoutOf, type RelocationLayout, RelocationTable } from './relocation-table.js';

/** Bytes between two tables that are rather read than left out: they are there for alignment. */
const MOST_BETWEEN = 16;

/**
 * The relocation tables of an object that was checked, in memory. Assemblers write them one after the other: such are
 * read at once.
 */
export class HeldRelocations {
  readonly #sections: ElfSections;
  /** Numbers of the relocation sections. */
  readonly #tables: Int32Array;
  /** By section: the first of its tables; by table: the next one of the same section; or NONE. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  /** By table: where it is in `#data`, and how long it is. */
  readonly #start: Float64Array;
  readonly #size: Float64Array;
  readonly #data: DataView;
  /** By type of a relocation section. */
  readonly #layouts = new Map<number, RelocationLayout>();

  /** @param tables numbers of relocation sections, in order */
  constructor(sections: ElfSections, tables: Int32Array) {
    this.#sections = sections;
    this.#tables = tables;
    this.#first = new Int32Array(sections.count).fill(NONE);
    this.#next = new Int32Array(tables.length).fill(NONE);
    this.#start = new Float64Array(tables.length);
    this.#size = new Float64Array(tables.length);
    this.#data = this.#read(this.#place());
  }

  get(section: number): RelocationTable[] | undefined {
    let at = this.#first[section];
    if (at === NONE) return undefined;
    const found: RelocationTable[] = [];
    for (; at !== NONE; at = this.#next[at]) {
      const layout = this.#layoutOf(sectionType(this.#sections, this.#tables[at]));
      const count = this.#size[at] / layout.bytes;
      const { littleEndian } = this.#sections.header;
      found.push(new RelocationTable(this.#data, this.#start[at], count, layout, littleEndian));
    }
    return found;
  }

  #layoutOf(type: number): RelocationLayout {
    const layout = this.#layouts.get(type) ?? layoutOf(this.#sections.header, type);
    this.#layouts.set(type, layout);
    return layout;
  }

  /** Finds each table in the object, and joins tables that follow one another. */
  #place(): Run[] {
    const { headers, header } = this.#sections;
    const is64 = header.bits === 64;
    const runs: Run[] = [];
    let total = 0;
    for (let at = this.#tables.length - 1; at >= 0; at--) {
      const owner = headers.u32(this.#tables[at] * entryBytes(header) + (is64 ? 44 : 28));
      this.#next[at] = this.#first[owner];
      this.#first[owner] = at;
    }
    for (let at = 0; at < this.#tables.length; at++) {
      const own = this.#tables[at] * entryBytes(header);
      const offset = is64 ? headers.u64(own + 24) : headers.u32(own + 16);
      const size = is64 ? headers.u64(own + 32) : headers.u32(own + 20);
      const last = runs.at(-1);
      const between = last === undefined ? -1 : offset - (last.offset + last.size);
      if (last !== undefined && between >= 0 && between <= MOST_BETWEEN) {
        last.size += between + size;
        total += between;
      } else runs.push({ offset, size });
      this.#start[at] = total;
      this.#size[at] = size;
      total += size;
    }
    return runs;
  }

  #read(runs: readonly Run[]): DataView {
    const bytes = new Uint8Array(runs.reduce((sum, { size }) => sum + size, 0));
    let start = 0;
    for (const { offset, size } of runs) {
      this.#sections.object.fill(offset, bytes.subarray(start, start + size));
      start += size;
    }
    return new DataView(bytes.buffer);
  }
}

/** A range of an object with tables that follow one another. */
interface Run {
  readonly offset: number;
  size: number;
}
