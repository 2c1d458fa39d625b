import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { diceOf } from '../random/dice.js';
import { countAllocations } from './allocations.js';
import { removeFoundings } from './command-run.js';
import { Coverage } from './coverage.js';
import { Fuzzer } from './fuzz.js';
import { corpusFolder, keptInputs } from './kept.js';
import type { FuzzTarget } from './target.js';
import { targets } from './targets.js';

process.once('exit', removeFoundings);

/** Input of the worker, with memory shared with its supervisor: the length of the current input, then its bytes. */
export interface WorkerTask {
  readonly target: string;
  readonly milliseconds: number;
  readonly seed: number;
  readonly input: SharedArrayBuffer;
  /** Where what fails is put. */
  readonly findings: string;
  /** Whether what was found is added to the fixtures. */
  readonly keep: boolean;
}

/** Result of the worker when its time is over. */
export interface WorkerAnswer {
  readonly executions: number;
  readonly places: number;
  readonly found: number;
  readonly failures: readonly string[];
}

/** Largest input that is kept in a corpus, in bytes: larger ones rarely reach more places. */
const LARGEST_KEPT = 2 << 10;

const nameOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

function write(folder: string, inputs: readonly Uint8Array[]): string[] {
  mkdirSync(folder, { recursive: true });
  return inputs.map((bytes) => {
    const path = join(folder, nameOf(bytes));
    writeFileSync(path, bytes);
    return path;
  });
}

/** Of all inputs the smallest ones that pass every place that no seed does. */
async function keepSmallest(target: FuzzTarget, inputs: readonly Uint8Array[]): Promise<void> {
  const coverage = new Coverage(globalThis.__counters);
  const shows = async (bytes: Uint8Array): Promise<boolean> => {
    coverage.begin();
    await target.run(bytes);
    return coverage.end() === 'place';
  };
  for (const seed of target.seeds()) await shows(seed);
  const small = inputs.filter(({ length }) => length <= LARGEST_KEPT);
  const kept: Uint8Array[] = [];
  for (const bytes of small.sort((a, b) => a.length - b.length)) if (await shows(bytes)) kept.push(bytes);
  rmSync(corpusFolder(target.name), { recursive: true, force: true });
  write(corpusFolder(target.name), kept);
}

async function work({
  target: name,
  milliseconds,
  seed,
  input,
  findings,
  keep,
}: WorkerTask): Promise<WorkerAnswer> {
  // Nearly every run ends in an error: without their traces, this takes a tenth of the time.
  Error.stackTraceLimit = 0;
  const target = targets.find((one) => one.name === name)!;
  const length = new Uint32Array(input, 0, 2);
  const shared = new Uint8Array(input, 8);
  const before = (bytes: Uint8Array): void => {
    shared.set(bytes);
    length[0] = bytes.length;
    Atomics.add(length, 1, 1);
  };
  const allocated = countAllocations();
  const fuzzer = new Fuzzer(target, new Coverage(globalThis.__counters), { before, allocated });
  const kept = keptInputs(name);
  await fuzzer.start(kept);
  await fuzzer.fuzz(performance.now() + milliseconds, diceOf(seed));
  const problems = fuzzer.failures.map(({ bytes, problem }) => {
    const [path] = write(join(findings, name), [bytes]);
    return `${path}\n${problem}`;
  });
  if (keep && fuzzer.found.length > 0) await keepSmallest(target, [...kept, ...fuzzer.found]);
  const { executions, coverage, found } = fuzzer;
  return { executions, places: coverage.places, found: found.length, failures: problems };
}

parentPort?.postMessage(await work(workerData as WorkerTask));
