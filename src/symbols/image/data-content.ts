import { FIRST_VALUE } from '../macho/constants.js';

/** Initial value of a name outside of code, as the object has it. */
export interface DataContent {
  /**
   * Bytes, to the next symbol or the section's end where the format records no sizes; a value if absolute; -1 in code.
   */
  readonly size: number;
  /** Without zeros at the end, so that `.bss` and zeros in the file are equal. */
  readonly bytes: Uint8Array;
  readonly slots: readonly DataSlot[];
  /** Of the place that it has in its object, in bytes; 0 where it has none. */
  readonly alignment: number;
  /** Place in the object, by which aliases are known, with the number of its section; null where it has none. */
  readonly home: DataPlace | null;
}

/** A place in data that the linker fills. */
export interface DataSlot {
  readonly offset: number;
  readonly type: number;
  /** The name as the object has it; null where it is local. */
  readonly target: string | null;
  /** The name is weak: another object may define it. */
  readonly isWeak: boolean;
  /** Number added to the target's address; null where the bytes hold it. */
  readonly addend: number | null;
  /** The place in the object itself whose address the slot holds; null for other slots. */
  readonly place: DataPlace | null;
  /** The slot refers to an unknown place in the object itself: a distance to it, or an address in an instruction. */
  readonly isUnknown: boolean;
}

/** A place in a section of the object. */
export interface DataPlace {
  /** Row of the section. */
  readonly section: number;
  readonly offset: number;
}

export interface ObjectData {
  /** Content of a name that the object defines; undefined for any other name. */
  of(name: string): DataContent | undefined;
  /** Start of the named data that contains a place; without such data, the place itself. */
  startOf(place: DataPlace): DataPlace;
  /** Content of a place that a slot names. */
  at(place: DataPlace): PlacedContent;
}

/** Content from a place on: of a name there, else to the next one. */
export interface PlacedContent {
  readonly content: DataContent;
  /** Names at the place, local ones too. */
  readonly names: readonly string[];
  /** A name there has a recorded size. */
  readonly isSized: boolean;
  /** The program may write to it. */
  readonly isWritable: boolean;
}

/**
 * Content of each name in code without a size: a function, or a label that an assembler gave no type. Such code may
 * differ in its bytes between two compilations of one unit.
 */
export const CODE: DataContent = { size: -1, bytes: new Uint8Array(0), slots: [], alignment: 0, home: null };

/** A target's name, by which two objects agree on it. */
export const withoutPromotion = (name: string): string => name.replace(/\.llvm\.\d+$/, '');

/** Names whose contents are that of a name: of a thread-local variable of Mach-O, its descriptor and its value. */
export const namesOfContent = (name: string): readonly string[] => [name, `${name}${FIRST_VALUE}`];
