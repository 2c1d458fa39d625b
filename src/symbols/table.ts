import { type NameId, NameTable } from './names.js';

/** Row of the members list: one object file, in an archive or on its own. */
export type MemberId = number;
/** Row of a `SymbolTable`. */
export type SymbolId = number;
/** Row of a `GroupTable`. */
export type GroupId = number;
/** "None", in every column of ids. */
export const NONE = -1;

/** Which copy of a COMDAT group stays, as the format says it. ELF has only `any`. */
export type Selection =
  | 'any'
  | 'no-duplicates'
  | 'same-size'
  | 'exact-match'
  | 'associative'
  | 'largest'
  | 'newest';

/** A COMDAT group of one member. Linkers keep one group of each signature. */
export interface Group {
  readonly signature: NameId;
  readonly member: MemberId;
  readonly selection: Selection;
  /** Bytes of the leader's section, and where the selection turns on it a digest of them, of 48 bits (COFF). */
  readonly size: number;
  readonly digest: number;
}

/**
 * Linkage symbols of all members, and local definitions in writable sections (mutable state, to which no reference
 * binds). A column per property; a row per symbol, in the order of its member's own symbol table.
 */
export interface SymbolTable {
  readonly length: number;
  readonly names: NameTable;
  readonly groups: readonly Group[];
  readonly name: Int32Array;
  /** Never decreasing. */
  readonly member: Int32Array;
  /** See symbol-flags.ts. */
  readonly flags: Uint16Array;
  /** Row of `groups`, or NONE. */
  readonly group: Int32Array;
  /** Section number in its object, counted as its format counts, or NONE. */
  readonly section: Int32Array;
  /** Bytes where recorded, else 0; of a common symbol always recorded. */
  readonly size: Float64Array;
  /** log2 of the alignment where recorded (commons, Mach-O), else 0. */
  readonly alignment: Uint8Array;
  /** Rows of member m: `firstSymbol[m]` up to `firstSymbol[m + 1]`. */
  readonly firstSymbol: Int32Array;
}

/** The writing side that a format reader is handed. */
export interface SymbolSink {
  intern(bytes: Uint8Array, start: number, end: number): NameId;
  group(signature: NameId, selection: Selection, size?: number, digest?: number): GroupId;
  symbol(name: NameId, flags: number, section: number, size: number, group: GroupId, alignment: number): void;
}

/** Collects rows member by member; `finish` gives the table, which nobody changes after. */
export class SymbolTableBuilder implements SymbolSink {
  readonly names = new NameTable();
  readonly #groups: Group[] = [];
  readonly #firstSymbol: number[] = [];
  #name = new Int32Array(16);
  #member = new Int32Array(16);
  #flags = new Uint16Array(16);
  #group = new Int32Array(16);
  #section = new Int32Array(16);
  #size = new Float64Array(16);
  #alignment = new Uint8Array(16);
  #length = 0;
  #repeatedRows = 0;

  /** Starts the next member, in order; returns its id. Members without symbols are begun too. */
  beginMember(): MemberId {
    this.#firstSymbol.push(this.#length);
    return this.#firstSymbol.length - 1;
  }

  /** Begins a member with the rows and groups of one that is there: the same file, named once more. */
  repeatMember(known: MemberId): MemberId {
    const [from, to] = [this.#firstSymbol[known], this.#firstSymbol[known + 1] ?? this.#length];
    const member = this.beginMember();
    const copies = new Map<GroupId, GroupId>();
    const copyOf = (group: GroupId): GroupId => {
      if (group === NONE) return NONE;
      const { signature, selection, size, digest } = this.#groups[group];
      const copy = copies.get(group) ?? this.group(signature, selection, size, digest);
      copies.set(group, copy);
      return copy;
    };
    for (let symbol = from; symbol < to; symbol++)
      this.symbol(
        this.#name[symbol],
        this.#flags[symbol],
        this.#section[symbol],
        this.#size[symbol],
        copyOf(this.#group[symbol]),
        this.#alignment[symbol],
      );
    this.#repeatedRows += to - from;
    return member;
  }

  /** Rows that `repeatMember` made, and all others. */
  get rows(): { readonly repeated: number; readonly own: number } {
    return { repeated: this.#repeatedRows, own: this.#length - this.#repeatedRows };
  }

  /** Forgets the rows and groups of the member just begun: it turned out to be unreadable. */
  abandonMember(): void {
    const member = this.#firstSymbol.length - 1;
    this.#length = this.#firstSymbol[member];
    while (this.#groups.length > 0 && this.#groups[this.#groups.length - 1].member === member)
      this.#groups.pop();
  }

  intern(bytes: Uint8Array, start: number, end: number): NameId {
    return this.names.intern(bytes, start, end);
  }

  group(signature: NameId, selection: Selection, size = 0, digest = 0): GroupId {
    const member = this.#firstSymbol.length - 1;
    this.#groups.push({ signature, member, selection, size, digest });
    return this.#groups.length - 1;
  }

  symbol(
    name: NameId,
    flags: number,
    section: number,
    size: number,
    group: GroupId,
    alignment: number,
  ): void {
    const symbol = this.#length++;
    if (symbol === this.#name.length) this.#grow();
    this.#name[symbol] = name;
    this.#member[symbol] = this.#firstSymbol.length - 1;
    this.#flags[symbol] = flags;
    this.#group[symbol] = group;
    this.#section[symbol] = section;
    this.#size[symbol] = size;
    this.#alignment[symbol] = alignment;
  }

  finish(): SymbolTable {
    const length = this.#length;
    return {
      length,
      names: this.names,
      groups: this.#groups,
      name: this.#name.slice(0, length),
      member: this.#member.slice(0, length),
      flags: this.#flags.slice(0, length),
      group: this.#group.slice(0, length),
      section: this.#section.slice(0, length),
      size: this.#size.slice(0, length),
      alignment: this.#alignment.slice(0, length),
      firstSymbol: Int32Array.from([...this.#firstSymbol, length]),
    };
  }

  #grow(): void {
    const larger = <T extends { set(from: T): void }>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    const rows = this.#name.length * 2;
    this.#name = larger(new Int32Array(rows), this.#name);
    this.#member = larger(new Int32Array(rows), this.#member);
    this.#flags = larger(new Uint16Array(rows), this.#flags);
    this.#group = larger(new Int32Array(rows), this.#group);
    this.#section = larger(new Int32Array(rows), this.#section);
    this.#size = larger(new Float64Array(rows), this.#size);
    this.#alignment = larger(new Uint8Array(rows), this.#alignment);
  }
}
