import { overlooked } from '../../src/plan/conditions/overlooked.js';
import type { BlockCode } from '../../src/plan/verdict.js';
import type { EquivalenceFormat } from './format.js';
import { makeProgram, type Program } from './program.js';
import { shrinkProgram } from './shrink-program.js';
import { type Trial, tryProgram } from './try-program.js';
import { makeWorld, type World } from './unit.js';

/** Programs of one world, whose units are compiled once for all of them. */
export const PROGRAMS_PER_WORLD = 200;
/** One program in so many goes through `ardedup link`. */
const WRAPPED_EVERY = 20;

/** Counts of programs, by what became of them. */
export interface Tally {
  programs: number;
  kept: number;
  refused: number;
  same: number;
  different: number;
  /** Pairs of links that were compared. */
  links: number;
  drops: number;
  wrapped: number;
}

export interface Failure {
  readonly seed: number;
  readonly differences: readonly string[];
  readonly program: Program;
}

export interface Measuring {
  readonly format: EquivalenceFormat;
  readonly from: number;
  readonly to: number;
  readonly folder: string;
  readonly wrapper: string | null;
  /** Features and outputs whose titles match are left out. */
  readonly without?: RegExp | undefined;
  /** A condition that is switched off, for the mutation check. */
  readonly mutated: BlockCode | null;
  /** Stops after so many failures. */
  readonly enough: number;
  readonly shrinks: boolean;
  readonly failed: (failure: Failure) => void;
  /** Told after each program. */
  readonly done: (seed: number, tally: Readonly<Tally>) => void;
}

export const emptyTally = (): Tally => ({
  programs: 0,
  kept: 0,
  refused: 0,
  same: 0,
  different: 0,
  links: 0,
  drops: 0,
  wrapped: 0,
});

/** Tries programs by their seeds, both ends included. */
export async function measure(measuring: Measuring): Promise<Tally> {
  const { format, from, to, mutated, enough, without } = measuring;
  const outputs = format.choices.outputs.filter(({ title }) => !without?.test(title));
  const tally = emptyTally();
  let world: World | null = null;
  if (mutated !== null) overlooked.add(mutated);
  try {
    for (let seed = from; seed <= to && tally.different < enough; seed++) {
      const worldSeed = Math.floor((seed - 1) / PROGRAMS_PER_WORLD);
      if (world?.seed !== worldSeed) world = makeWorld(format.name, worldSeed, without);
      const program = makeProgram(world, seed, { ...format.choices, outputs });
      count(tally, await tryAndReport(program, measuring));
      measuring.done(seed, tally);
    }
  } finally {
    if (mutated !== null) overlooked.delete(mutated);
  }
  return tally;
}

function count(tally: Tally, { outcome, drops, compared, isWrapped }: Trial & { isWrapped: boolean }): void {
  tally.programs++;
  tally[outcome]++;
  tally.links += compared;
  tally.drops += drops;
  if (isWrapped && compared > 0) tally.wrapped++;
}

/** The wrapper links no relocatable objects, and does not know which condition is switched off. */
const isForWrapper = ({ seed, linker, output, provider }: Program): boolean =>
  seed % WRAPPED_EVERY === 0 && linker !== null && provider === null && !output.startsWith('relocatable');

async function tryAndReport(
  program: Program,
  { format, folder, wrapper, mutated, shrinks, failed }: Measuring,
): Promise<Trial & { isWrapped: boolean }> {
  const isWrapped = wrapper !== null && mutated === null && isForWrapper(program);
  const trying = { format, folder, wrapper: isWrapped ? wrapper : null, atMost: 2 };
  const trial = await tryProgram(program, trying);
  if (trial.outcome === 'different') {
    const fails = async (candidate: Program) => (await tryProgram(candidate, trying)).outcome === 'different';
    const small = shrinks ? await shrinkProgram(program, fails) : program;
    const { differences } = small === program ? trial : await tryProgram(small, trying);
    failed({ seed: program.seed, differences, program: small });
  }
  return { ...trial, isWrapped };
}
