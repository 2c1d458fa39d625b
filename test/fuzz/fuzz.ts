import type { Dice } from '../random/dice.js';
import type { Coverage, Shown } from './coverage.js';
import { mutate } from './mutate.js';
import type { FuzzTarget } from './target.js';

/** Milliseconds of the processor that one run may take, of an input of up to 64 KiB. */
export const LONGEST_RUN = 1000;
/** Bytes that one run may ask for: so many, and so many for each byte of the input. */
export const mostBytes = (size: number): number => (48 << 20) + 512 * size;
/** Inputs get no larger. */
const LARGEST_INPUT = 1 << 16;

/** An input, and what is wrong with what came of it. */
export interface Failure {
  readonly bytes: Uint8Array;
  readonly problem: string;
}

/** Fuzzes one target, for as long as it is asked to: goes on where it stopped. */
export class Fuzzer {
  executions = 0;
  readonly failures: Failure[] = [];
  /** Inputs that passed a place that none before did, the seeds among them. */
  readonly corpus: Uint8Array[] = [];
  /** Those that no seed is. */
  readonly found: Uint8Array[] = [];
  /** Inputs that showed anything new: what is mutated. */
  readonly #queue: Uint8Array[] = [];
  readonly #words: readonly Uint8Array[];
  readonly #knownProblems = new Set<string>();

  constructor(
    readonly target: FuzzTarget,
    readonly coverage: Coverage,
    readonly watch: {
      /** Called with each input before it is run, so that an input that hangs can be named. */
      readonly before: (bytes: Uint8Array) => void;
      /** Bytes that were allocated since the last call. */
      readonly allocated: () => number;
    },
  ) {
    this.#words = (target.words ?? []).map((word) => Buffer.from(word, 'latin1'));
  }

  async start(further: readonly Uint8Array[]): Promise<void> {
    for (const seed of [...this.target.seeds(), ...further]) {
      this.#queue.push(seed);
      if ((await this.#run(seed)) === 'place') this.corpus.push(seed);
    }
    if (this.#queue.length === 0) throw new Error(`${this.target.name}: no seeds`);
  }

  /** Runs inputs until the time is over. @param until as `performance.now()` has it */
  async fuzz(until: number, dice: Dice): Promise<void> {
    while (performance.now() < until)
      for (let batch = 0; batch < 64; batch++) {
        // Recent inputs are the most likely to lead to new coverage.
        const recent = dice.chance(0.5) ? Math.max(0, this.#queue.length - 32) : 0;
        const parent = this.#queue[recent + dice.below(this.#queue.length - recent)];
        const material = { others: this.#queue, words: this.#words, largest: LARGEST_INPUT };
        const bytes = mutate(parent, dice, material);
        const shown = await this.#run(bytes);
        if (shown !== 'nothing') this.#queue.push(bytes);
        if (shown === 'place') this.corpus.push(bytes);
        if (shown === 'place') this.found.push(bytes);
      }
  }

  async #run(bytes: Uint8Array): Promise<Shown> {
    this.executions++;
    this.watch.before(bytes);
    this.watch.allocated();
    this.coverage.begin();
    const started = performance.now();
    try {
      const running = this.target.run(bytes);
      if (running !== undefined) await running;
    } catch (error) {
      await this.#failed(bytes, error);
      return 'nothing';
    }
    const took = performance.now() - started;
    const shown = this.coverage.end();
    const allocated = this.watch.allocated();
    if (allocated > mostBytes(bytes.length))
      this.#note(bytes, 'memory', `${allocated} bytes for ${bytes.length}`);
    if (took > LONGEST_RUN) await this.#checkSlow(bytes);
    return shown;
  }

  /** A busy machine is slow once; an input that is slow is so each time, by the time of the processor. */
  async #checkSlow(bytes: Uint8Array): Promise<void> {
    let least = Number.POSITIVE_INFINITY;
    for (let again = 0; again < 3; again++) {
      const started = process.cpuUsage();
      await this.target.run(bytes);
      const { user, system } = process.cpuUsage(started);
      least = Math.min(least, (user + system) / 1000);
    }
    if (least > LONGEST_RUN) this.#note(bytes, 'time', `${Math.round(least)} ms for ${bytes.length} bytes`);
  }

  /** Once more, with a trace. */
  async #failed(bytes: Uint8Array, error: unknown): Promise<void> {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 12;
    let traced = error;
    try {
      await this.target.run(bytes);
    } catch (again) {
      traced = again;
    }
    Error.stackTraceLimit = limit;
    const text = traced instanceof Error ? (traced.stack ?? traced.message) : String(traced);
    const key = text.replace(/\d+ /g, '').split('\n').slice(0, 3).join('\n');
    this.#note(bytes, key, text);
  }

  #note(bytes: Uint8Array, key: string, problem: string): void {
    if (this.#knownProblems.has(key)) return;
    this.#knownProblems.add(key);
    this.failures.push({ bytes, problem });
  }
}
