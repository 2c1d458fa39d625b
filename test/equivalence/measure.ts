import { overlooked } from '../../src/plan/conditions/overlooked.js';
import type { EditKind } from '../../src/plan/edits/edit-plan.js';
import type { BlockCode } from '../../src/plan/verdict.js';
import type { EquivalenceFormat } from './format.js';
import { makeProgram } from './make-program.js';
import { makeWorld } from './make-world.js';
import type { Trial } from './prepare-program.js';
import type { Program } from './program.js';
import { withEdits } from './program-edits.js';
import { shrinkProgram } from './shrink-program.js';
import { planCodes, tryProgram } from './try-program.js';
import type { World } from './unit.js';

/** Programs of one world, whose units are compiled once for all of them. */
export const PROGRAMS_PER_WORLD = 200;
/** One program in so many goes through `ardedup link`. */
const WRAPPED_EVERY = 20;

/** Counts of programs, by what became of them. */
export interface Tally extends Record<EditKind, number> {
  programs: number;
  kept: number;
  refused: number;
  same: number;
  different: number;
  /** Pairs of links that were compared. */
  links: number;
  drops: number;
  wrapped: number;
  /** Programs that were compared with edits. The kinds of edits count programs, too. */
  edited: number;
  /** Symbols edited. */
  edits: number;
}

export interface Failure {
  readonly seed: number;
  /** The condition that was switched off. */
  readonly without?: BlockCode;
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
  /** Only programs of shapes whose titles match. */
  readonly shapes?: RegExp | undefined;
  /** Whether programs get edits of symbols. */
  readonly edits?: boolean;
  /** Conditions that are switched off one at a time, for the mutation check: each until a program fails without it. */
  readonly mutated: readonly BlockCode[];
  /** Stops after so many failures. */
  readonly enough: number;
  readonly shrinks: boolean;
  readonly failed: (failure: Failure) => void;
  /** Told why a program was refused. */
  readonly refused?: (reason: string) => void;
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
  edited: 0,
  edits: 0,
  redirect: 0,
  yield: 0,
  isolate: 0,
  'first-wins': 0,
});

/** Tries programs by their seeds, both ends included. */
export async function measure(measuring: Measuring): Promise<Tally> {
  const { format, from, to, enough, without } = measuring;
  const outputs = format.choices.outputs.filter(({ title }) => !without?.test(title));
  const tally = emptyTally();
  let world: World | null = null;
  const open = new Set(measuring.mutated);
  const isEnough = () => (measuring.mutated.length > 0 ? open.size === 0 : tally.different >= enough);
  for (let seed = from; seed <= to && !isEnough(); seed++) {
    const worldSeed = Math.floor((seed - 1) / PROGRAMS_PER_WORLD);
    if (world?.seed !== worldSeed) world = makeWorld(format.objects, worldSeed, without);
    const { shapes, edits } = measuring;
    const made = makeProgram(world, seed, { ...format.choices, outputs, shapes, edits });
    const program = measuring.edits ? withEdits(made) : made;
    const trial = await tryAndReport(program, measuring, open);
    count(tally, trial);
    if (trial.outcome === 'refused') measuring.refused?.(trial.reason ?? '');
    measuring.done(seed, tally);
  }
  return tally;
}

function count(tally: Tally, trial: Trial & { isWrapped: boolean }): void {
  const { outcome, drops, compared, isWrapped, edits = 0, kinds = [] } = trial;
  tally.programs++;
  tally[outcome]++;
  tally.links += compared;
  tally.drops += drops;
  if (compared > 0) tally.edits += edits;
  if (compared > 0 && edits > 0) tally.edited++;
  for (const kind of compared > 0 ? kinds : []) tally[kind]++;
  if (isWrapped && compared > 0) tally.wrapped++;
}

/** The wrapper links no relocatable objects, and does not know which condition is switched off. */
const isForWrapper = ({ seed, linker, output, providers, edits }: Program): boolean =>
  edits === undefined &&
  seed % WRAPPED_EVERY === 0 &&
  linker !== null &&
  providers.length === 0 &&
  !output.startsWith('relocatable');

async function tryAndReport(
  program: Program,
  measuring: Measuring,
  open: Set<BlockCode>,
): Promise<Trial & { isWrapped: boolean }> {
  const { format, folder, wrapper, mutated, shrinks, failed } = measuring;
  if (mutated.length > 0) return { ...(await tryWithout(program, open, measuring)), isWrapped: false };
  const isWrapped = wrapper !== null && isForWrapper(program);
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

/** Tries a program without each condition that keeps a member of it; conditions that are found out are closed. */
async function tryWithout(program: Program, open: Set<BlockCode>, measuring: Measuring): Promise<Trial> {
  const codes = new Set(await planCodes(program, measuring));
  let last: Trial = { outcome: 'kept', drops: 0, compared: 0, differences: [] };
  for (const code of codes) {
    if (!open.has(code)) continue;
    last = await tryMutated(program, code, measuring);
    if (last.outcome === 'different') open.delete(code);
  }
  return last;
}

/** A difference counts where the condition prevents it. */
async function tryMutated(
  program: Program,
  mutated: BlockCode,
  { format, folder, failed }: Measuring,
): Promise<Trial> {
  const trying = { format, folder, wrapper: null, atMost: 2 };
  overlooked.add(mutated);
  let trial: Trial;
  try {
    trial = await tryProgram(program, trying);
  } finally {
    overlooked.delete(mutated);
  }
  if (trial.outcome !== 'different') return trial;
  if ((await tryProgram(program, trying)).outcome === 'different') return { ...trial, outcome: 'refused' };
  failed({ seed: program.seed, without: mutated, differences: trial.differences, program });
  return trial;
}
