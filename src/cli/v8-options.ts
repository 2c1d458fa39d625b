import { setFlagsFromString } from 'node:v8';

/**
 * A function runs 15 times as long as by V8's own numbers before V8 considers to optimise it. Most loops that are worth
 * it are in the core, others end before their optimised code is ready.
 */
const BY_INVOCATIONS = [
  ...['--invocation-count-for-maglev=6000', '--invocation-count-for-maglev-osr=1500'],
  ...['--invocation-count-for-turbofan=45000', '--invocation-count-for-osr=7500'],
];
/**
 * Keeps the young generation at its initial size: 12 MB less for a plan, in the same time. Source:
 * v8/src/heap/new-spaces.cc, `NewSpace::Grow`.
 */
const SMALL = '--semi-space-growth-factor=1';
/** V8's own number. */
const GROWING = '--semi-space-growth-factor=2';

/** By version of V8, since V8 prints an error for a flag that it does not know: other versions keep their numbers. */
const AT_START: Readonly<Record<string, readonly string[]>> = {
  // Node 20, 22, 24 and 25.
  '11.3': ['--interrupt-budget=1000000', SMALL],
  '12.4': [...BY_INVOCATIONS, SMALL],
  '13.6': [...BY_INVOCATIONS, SMALL],
  '14.1': [...BY_INVOCATIONS, SMALL],
};

/** @param v8 as `process.versions` has it */
export const flagsOf = (v8: string): readonly string[] => AT_START[v8.split('.', 2).join('.')] ?? [];

/** Before a program is compiled, here and by the build: V8 rejects a code cache that was made with other options. */
export function setStartOptions(): void {
  for (const flag of flagsOf(process.versions.v8)) setFlagsFromString(flag);
}

/** For commands that run for seconds, for which a larger young generation pays. */
export function letYoungGenerationGrow(): void {
  if (flagsOf(process.versions.v8).includes(SMALL)) setFlagsFromString(GROWING);
}
