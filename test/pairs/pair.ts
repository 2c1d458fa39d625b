import type { EditCode } from '../../src/plan/edits/edit-plan.js';

/** Result of edit options. */
export interface Attempt {
  /** Of `trim`. */
  readonly options: readonly string[];
  /** A code of the conditions that do not hold: nothing is edited. */
  readonly refused?: EditCode | `${EditCode}|${EditCode}`;
  /** Why no crate is redirected: the link stays as it is. */
  readonly skipped?: EditCode;
  /** Output of the program, linked strictly. */
  readonly prints?: string;
  /** Entry of the plan that shows a wrong program, or two states. */
  readonly reports?: keyof typeof REPORTED;
}

/** Lists of a plan that show that the link has two of something, or uses other content. */
export const REPORTED = {
  splitStateAfter: 'mutable globals in two copies',
  acceptedSplits: 'globals that are split by acceptance',
  otherBuilds: 'two builds of a crate',
  differs: 'definitions of other content that serve instead',
  mixedUses: 'files that use two libraries of one interface',
} as const;

/** Two libraries that clash, or hide each other's definitions, and what edits make of them. */
export interface Pair {
  readonly title: string;
  /** Files of the link. */
  readonly line: readonly string[];
  /** Of the link as given, where the linker says so. */
  readonly duplicates: number;
  /** Output of the program if the linker allows duplicates. */
  readonly given: string;
  readonly attempts: readonly Attempt[];
}

/** A linker by its profile, and how a compiler driver is told to use it. */
export interface PairLinker {
  readonly profile: string;
  readonly flag: string;
  readonly program: string;
}

export const ELF_LINKERS: readonly PairLinker[] = [
  { profile: 'gnu-ld', flag: '-fuse-ld=bfd', program: 'ld.bfd' },
  { profile: 'gold', flag: '-fuse-ld=gold', program: 'ld.gold' },
  { profile: 'lld', flag: '-fuse-ld=lld', program: 'ld.lld' },
  { profile: 'mold', flag: '-fuse-ld=mold', program: 'mold' },
];
