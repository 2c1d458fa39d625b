import { Core } from '../engine/core.js';
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
export type Selection = (typeof SELECTIONS)[number];

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
  /** Size in bytes; 0 if the format does not record it. Common symbols always have a size. */
  readonly size: Float64Array;
  /** log2 of the alignment; 0 if the format does not record it (recorded for commons, and in Mach-O). */
  readonly alignment: Uint8Array;
  /** Rows of member m: `firstSymbol[m]` up to `firstSymbol[m + 1]`. */
  readonly firstSymbol: Int32Array;
}

/** The writing side that a format reader is handed. */
export interface SymbolSink {
  intern(bytes: Uint8Array, start: number, end: number): NameId;
  group(signature: NameId, selection: Selection, size?: number, digest?: number): GroupId;
  symbol(name: NameId, flags: number, section: number, size: number, group: GroupId, alignment: number): void;
  /** The core that receives the rows directly. Only a sink that passes on everything unchanged may have one. */
  readonly core?: Core;
}

/** By the number that a stored row has. */
export const SELECTIONS = [
  'any',
  'no-duplicates',
  'same-size',
  'exact-match',
  'associative',
  'largest',
  'newest',
  // Of a COMDAT section without the symbol that tells its selection: `strip -x` has taken it away (COFF).
  'lost',
] as const;

/** Builds a symbol table member by member; `finish` returns the table, which does not change afterwards. */
export class SymbolTableBuilder implements SymbolSink {
  readonly core = new Core();
  readonly names = new NameTable(this.core);
  #repeatedRows = 0;

  /** Starts the next member, in order; returns its id. Members without symbols are begun too. */
  beginMember(): MemberId {
    return this.core.exports.beginMember();
  }

  /** Begins a member with the rows and groups of one that is there: the same file, named once more. */
  repeatMember(known: MemberId): MemberId {
    const { exports } = this.core;
    this.#repeatedRows += exports.repeatMember(known);
    return exports.memberCount() - 1;
  }

  /** Rows that `repeatMember` made, and all others. */
  get rows(): { readonly repeated: number; readonly own: number } {
    return { repeated: this.#repeatedRows, own: this.core.exports.symbolCount() - this.#repeatedRows };
  }

  /** Forgets the rows and groups of the member just begun: it turned out to be unreadable. */
  abandonMember(): void {
    this.core.exports.abandonMember();
  }

  intern(bytes: Uint8Array, start: number, end: number): NameId {
    return this.names.intern(bytes, start, end);
  }

  group(signature: NameId, selection: Selection, size = 0, digest = 0): GroupId {
    return this.core.exports.addGroup(signature, SELECTIONS.indexOf(selection), size, digest);
  }

  symbol(
    name: NameId,
    flags: number,
    section: number,
    size: number,
    group: GroupId,
    alignment: number,
  ): void {
    this.core.exports.addSymbol(name, flags, section, size, group, alignment);
  }

  /** The table: its columns are read in place, so that nothing may be added afterwards but names. */
  finish(): SymbolTable {
    const { core, names } = this;
    const length = core.exports.symbolCount();
    // Later blocks then need no new pages.
    core.exports.elfFreeTables();
    return {
      length,
      names,
      groups: groupsOf(core),
      name: core.column('name', length),
      member: core.column('member', length),
      flags: core.column('flags', length),
      group: core.column('group', length),
      section: core.column('section', length),
      size: core.column('size', length),
      alignment: core.column('alignment', length),
      firstSymbol: firstSymbolsOf(core, length),
    };
  }
}

function firstSymbolsOf(core: Core, length: number): Int32Array {
  const members = core.exports.memberCount();
  const first = new Int32Array(members + 1);
  first.set(core.column('firstSymbol', members));
  first[members] = length;
  return first;
}

/** All groups that a core has, in order. */
export function groupsOf(core: Core): Group[] {
  const count = core.exports.groupCount();
  const signature = core.column('groupSignature', count);
  const member = core.column('groupMember', count);
  const selection = core.column('groupSelection', count);
  const size = core.column('groupSize', count);
  const digest = core.column('groupDigest', count);
  return Array.from(signature, (name, group) => ({
    signature: name,
    member: member[group],
    selection: SELECTIONS[selection[group]],
    size: size[group],
    digest: digest[group],
  }));
}
