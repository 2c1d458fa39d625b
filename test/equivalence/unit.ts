/** A compilation unit of a world. Its source is the same whatever program it is in. */
export interface Unit {
  readonly id: number;
  readonly name: string;
  readonly language: 'c' | 'c++' | 'rust' | 'assembly' | 'short-import';
  readonly source: string;
  /** Units whose names the source refers to. */
  readonly needs: readonly number[];
  readonly hasLog: boolean;
  /** Whether it has an entry in a table that only a linker script makes found. */
  readonly hasTable: boolean;
  readonly titles: readonly string[];
  /** Functions that a program may call by name, beside those that every unit has. */
  readonly extras: readonly string[];
  readonly hasData: boolean;
  /** Names that it defines and other units may define too. */
  readonly shared: readonly string[];
  /** Whether rewritten copies of it call a function that was moved to a file of its own. */
  readonly hasHelper: boolean;
  /** The probe that it is: only programs of a shape have it. */
  readonly probe?: string;
}

/** Units that random programs are made of; probes follow. */
export const UNITS = 10;
/** The last of these units refer to each other alone: programs of them are small. */
const FIRST_LEAF = 7;
export const isLeaf = ({ id }: { readonly id: number }): boolean => id >= FIRST_LEAF && id < UNITS;

/** Units that refer to each other, from which programs are made. */
export interface World {
  readonly seed: number;
  readonly format: string;
  readonly units: readonly Unit[];
}

export const UNITS_PER_CRATE = 3;
