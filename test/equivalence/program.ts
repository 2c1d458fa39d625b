import type { World } from './unit.js';

/**
 * How a unit was compiled. Two copies of one variant are equal byte for byte. `debug`, `elsewhere` (the same in another
 * folder) and `stripped` differ in debug information and local names; `rewritten` as link-time optimisation rewrites
 * units, `slim` without some functions, `rest` is these alone, `grown` has one more, `resized` has other data; `helper`
 * is what optimisation moved out of a unit; `other` is another content under the same names.
 */
export type Variant =
  | 'base'
  | 'debug'
  | 'elsewhere'
  | 'stripped'
  | 'rewritten'
  | 'slim'
  | 'rest'
  | 'grown'
  | 'resized'
  | 'helper'
  | 'other';

/** Variants of one image: no linker tells them apart. */
export const SAME_IMAGE: readonly Variant[] = ['base', 'debug', 'elsewhere', 'stripped'];

export interface ProgramMember {
  readonly unit: number;
  readonly variant: Variant;
  /** In its archive. */
  readonly name: string;
}

export interface ProgramArchive {
  readonly name: string;
  readonly members: readonly ProgramMember[];
}

/** An archive's place on the line. */
export interface Slot {
  readonly archive: string;
  readonly isWhole: boolean;
}

/** A use in the program, in this order: calls, data, iterations over registries; `require` is a reference only. */
export interface Use {
  readonly kind: 'call' | 'weak' | 'state' | 'lookup' | 'registry' | 'log' | 'table' | 'require';
  readonly name: string;
}

/** Edits that are requested for a program; archives are named. */
export interface ProgramEdits {
  readonly redirect: boolean;
  readonly yields: readonly { readonly pattern: string; readonly owner: string }[];
  readonly isolate: readonly string[];
  readonly firstWins: boolean;
  readonly acceptsSplits: boolean;
}

/** A program of units of a world, and the question that is put to the planner. */
export interface Program {
  readonly seed: number;
  readonly world: World;
  readonly archives: readonly ProgramArchive[];
  readonly objects: readonly ProgramMember[];
  readonly line: readonly Slot[];
  /** Slots of the line that are in one group, by first and last; null: none. */
  readonly group: readonly [number, number] | null;
  readonly uses: readonly Use[];
  /** By its title in the format's list. */
  readonly output: string;
  readonly options: readonly string[];
  /** Names for dynamic lists, version scripts and the like. */
  readonly exported: readonly string[];
  /** The linker that is planned for; null: any of the format. */
  readonly linker: string | null;
  /** Archives that keep their members; none: the planner ranks them. */
  readonly providers: readonly string[];
  /**
   * Whether module hashes prove that copies are equal: the first request is mostly a redirect, and with it all
   * functions return what they returned.
   */
  readonly isProved?: boolean;
  /** Whether all copies compute the same, whatever else differs in them: with one state an edit changes no value. */
  readonly keepsValues?: boolean;
  /** Edits of symbols to request, the first that is not refused; without it members are dropped only. */
  readonly edits?: readonly ProgramEdits[];
}

/** Of programs with edits, one in so many names its uses on the line, where no edit may change them. */
const NAMED_EVERY = 5;

/** Whether an object refers to the uses of a program; otherwise options of the line name them. */
export const refersToUses = ({ edits, seed }: Pick<Program, 'edits' | 'seed'>): boolean =>
  edits !== undefined && seed % NAMED_EVERY !== 0;

/** A kind of output for a format's programs. */
export interface OutputKind {
  readonly title: string;
  readonly share: number;
  /** Linkers that can do it; all if left out. */
  readonly linkers?: RegExp;
  readonly looksUpNames?: boolean;
  readonly hasTable?: boolean;
}

export interface Choices {
  readonly outputs: readonly OutputKind[];
  readonly linkers: readonly string[];
  /** Options that may be added to any line, by chance. */
  readonly options: readonly { readonly words: readonly string[]; readonly share: number }[];
  readonly kinds: readonly Use['kind'][];
  /** Only programs of shapes whose titles match. */
  readonly shapes?: RegExp | undefined;
  /** Whether programs get edits of symbols: some shapes are for these. */
  readonly edits?: boolean | undefined;
}
