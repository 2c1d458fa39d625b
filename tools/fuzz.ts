import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { targets } from '../test/fuzz/targets.js';
import type { WorkerAnswer, WorkerTask } from '../test/fuzz/worker.js';
import { ROOT } from '../test/root.js';
import { BUNDLE_OPTIONS } from './bundle/bundle-options.js';
import { instrumentation } from './bundle/instrument.js';
import { CORE_COUNTER } from './bundle/instrument-core.js';
import { virtualModulesPlugin } from './bundle/virtual-modules.js';
import { badUse, readOptions } from './shared/options.js';

const USAGE = `Fuzzes every reader and whole commands, led by coverage:

npm run fuzz -- [--minutes 5] [--target elf,log] [--seed 1] [--keep] [--list]

Each target gets its share of the time. What fails is written to a folder that is named, and the exit code is 1.
--keep rewrites fixtures/fuzz from what was found: small inputs, each with a place of the code that no other passes.`;

/** No input may take longer than this, seconds, however busy the machine is: it hangs. */
const HANGS_AFTER = 20;
/** Megabytes of heap. */
const MOST_HEAP = 1024;
const LARGEST_INPUT = 1 << 16;

const { values: options } = readOptions(USAGE, {
  minutes: { type: 'number', default: '5' },
  target: { type: 'string' },
  seed: { type: 'number', default: '1' },
  keep: { type: 'boolean', default: false },
  list: { type: 'boolean' },
});
const { minutes, seed } = options;
const names = targets.map(({ name }) => name);
if (options.list) console.log(names.join('\n'));
else process.exitCode = await fuzzAll(chosen());

function chosen(): readonly string[] {
  const wanted = options.target === undefined ? names : options.target.split(',');
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) badUse(`no target ${unknown}: there are ${names.join(', ')}`);
  return wanted;
}

/** The worker with every place counted, next to the bundle of this tool. */
async function makeWorker(): Promise<string> {
  const { plugin, places } = instrumentation();
  const { outputFiles } = await build({
    ...BUNDLE_OPTIONS,
    entryPoints: [join(ROOT, 'test/fuzz/worker.ts')],
    plugins: [plugin, virtualModulesPlugin],
    define: { REPOSITORY: JSON.stringify(ROOT) },
    write: false,
  });
  const worker = join(dirname(fileURLToPath(import.meta.url)), 'worker.mjs');
  // Counted first, since modules count while they are loaded; a multiple of four, as they are looked through in fours.
  const count = (places() + 3) & ~3;
  const counters = `globalThis.__counters = new Uint8Array(${count});\n${CORE_COUNTER}`;
  writeFileSync(worker, `${counters}\n${outputFiles[0].text}`);
  return worker;
}

async function fuzzAll(wanted: readonly string[]): Promise<number> {
  const worker = await makeWorker();
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const findings = mkdtempSync(join(ROOT, 'build/findings-'));
  const milliseconds = (minutes * 60_000) / wanted.length;
  let executions = 0;
  let failed = 0;
  console.log('target            executions   a second    places   new   failures');
  for (const [at, target] of wanted.entries()) {
    const started = performance.now();
    const answer = await fuzzOne(worker, {
      ...{ target, milliseconds, findings, keep: options.keep },
      seed: seed * 1000 + at,
      input: new SharedArrayBuffer(8 + LARGEST_INPUT),
    });
    const rate = answer.executions / ((performance.now() - started) / 1000);
    const columns = [
      answer.executions,
      Math.round(rate),
      answer.places,
      answer.found,
      answer.failures.length,
    ];
    console.log(target.padEnd(16) + columns.map((n) => n.toLocaleString('en').padStart(11)).join(''));
    for (const failure of answer.failures) console.log(`\nFAILED ${target}: ${failure}\n`);
    executions += answer.executions;
    failed += answer.failures.length;
  }
  console.log(`${executions.toLocaleString('en')} executions, ${failed} failures`);
  if (failed === 0) rmSync(findings, { recursive: true });
  return failed === 0 ? 0 : 1;
}

/** In a thread of its own, so that an input that hangs it, or takes all its memory, is known. */
async function fuzzOne(path: string, task: WorkerTask): Promise<WorkerAnswer> {
  const [length, runs] = [0, 1];
  const state = new Uint32Array(task.input, 0, 2);
  const worker = new Worker(path, {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP },
  });
  return await new Promise((done) => {
    let [last, since] = [0, performance.now()];
    const watch = setInterval(() => {
      const now = Atomics.load(state, runs);
      if (now !== last) [last, since] = [now, performance.now()];
      else if (performance.now() - since > HANGS_AFTER * 1000) stop(`no end after ${HANGS_AFTER} s`);
    }, 500);
    const finish = (answer: WorkerAnswer) => {
      clearInterval(watch);
      worker.terminate().then(() => done(answer));
    };
    const stop = (problem: string) => {
      const file = join(task.findings, `${task.target}-stopped`);
      writeFileSync(file, new Uint8Array(task.input.slice(8, 8 + state[length])));
      const executions = Atomics.load(state, runs);
      finish({ executions, places: 0, found: 0, failures: [`${file}\n${problem}`] });
    };
    worker.on('message', finish);
    worker.on('error', (error) => stop(error.stack ?? String(error)));
  });
}
