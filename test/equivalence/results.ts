import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Failure, Tally } from './measure.js';

/** A stretch of seeds that was tried, a row of the results file. */
interface Stretch {
  readonly kind: 'stretch';
  readonly format: string;
  /** Of the sources that planned. */
  readonly revision: string;
  readonly from: number;
  readonly to: number;
  readonly tally: Tally;
}

/** Results accumulate in a file, a JSON value a row, so that a run that was stopped goes on where it was. */
export class Results {
  constructor(
    readonly path: string,
    readonly format: string,
    readonly revision: string,
  ) {
    mkdirSync(dirname(path), { recursive: true });
  }

  #stretches(): Stretch[] {
    if (!existsSync(this.path)) return [];
    return readFileSync(this.path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((row) => JSON.parse(row))
      .filter(
        ({ kind, format, revision }) =>
          kind === 'stretch' && format === this.format && revision === this.revision,
      );
  }

  /** One more than the highest seed that this revision has tried. */
  next(): number {
    return Math.max(0, ...this.#stretches().map(({ to }) => to)) + 1;
  }

  /** Sums over all stretches of this revision. */
  total(): Tally | null {
    const tallies = this.#stretches().map(({ tally }) => tally);
    if (tallies.length === 0) return null;
    return tallies.reduce((sum, tally) => addTallies(sum, tally));
  }

  addStretch(from: number, to: number, tally: Tally): void {
    const { format, revision } = this;
    this.#append({ kind: 'stretch', format, revision, from, to, tally } satisfies Stretch);
  }

  addFailure({ seed, differences, program }: Failure): void {
    const { format, revision } = this;
    const { world, ...rest } = program;
    this.#append({ kind: 'failure', format, revision, seed, differences, world: world.seed, program: rest });
  }

  #append(row: unknown): void {
    appendFileSync(this.path, `${JSON.stringify(row)}\n`);
  }
}

export function addTallies(one: Tally, two: Tally): Tally {
  const sum = { ...one };
  for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += two[key];
  return sum;
}

/** The difference between two readings of one tally. */
export function subtractTallies(one: Tally, two: Tally): Tally {
  const rest = { ...one };
  for (const key of Object.keys(rest) as (keyof Tally)[]) rest[key] -= two[key];
  return rest;
}
