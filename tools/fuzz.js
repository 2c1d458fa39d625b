// Fuzzes every reader and whole commands, led by coverage:
//   npm run fuzz -- [--minutes 5] [--target elf,log] [--seed 1] [--keep] [--list]
// Each target gets its share of the time. What fails is written to a folder that is named, and the exit code is 1.
// --keep rewrites fixtures/fuzz from what was found: small inputs, each with a place of the code that no other passes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS, bundleFolder, ROOT, withSources } from './bundle.js';
import { instrumentation } from './instrument.js';
import { CORE_COUNTER } from './instrument-core.js';
import { badUse, readOptions } from './options.js';
import { virtualModulesPlugin } from './virtual-modules.js';

/** No input may take longer than this, seconds, however busy the machine is: it hangs. */
const HANGS_AFTER = 20;
/** Megabytes of heap. */
const MOST_HEAP = 1024;
const LARGEST_INPUT = 1 << 16;

const { values: options } = readOptions(import.meta.url, {
  minutes: { type: 'number', default: '5' },
  target: { type: 'string' },
  seed: { type: 'number', default: '1' },
  keep: { type: 'boolean', default: false },
  list: { type: 'boolean' },
});
const { minutes, seed } = options;
const names = await withSources(['test/fuzz/targets'], ({ targets }) => targets.map(({ name }) => name));
const wanted = chosen(names);
/** Where inputs go that fail. */
const findings = mkdtempSync(join(tmpdir(), 'ardedup-findings-'));
if (options.list) console.log(names.join('\n'));
else {
  const folder = bundleFolder();
  try {
    process.exitCode = await fuzzAll(await workerIn(folder.dist), wanted);
  } finally {
    folder.remove();
  }
}

/** The worker with every place counted. */
async function workerIn(dist) {
  const { plugin, places } = instrumentation();
  const { outputFiles } = await build({
    ...BUNDLE_OPTIONS,
    entryPoints: [join(ROOT, 'test/fuzz/worker.ts')],
    plugins: [plugin, virtualModulesPlugin],
    write: false,
  });
  const worker = join(dist, 'worker.mjs');
  // Counted first, since modules count while they are loaded; a multiple of four, as they are looked through in fours.
  const count = (places() + 3) & ~3;
  const counters = `globalThis.__counters = new Uint8Array(${count});\n${CORE_COUNTER}`;
  writeFileSync(worker, `${counters}\n${outputFiles[0].text}`);
  return worker;
}

function chosen(names) {
  const wanted = options.target === undefined ? names : options.target.split(',');
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) badUse(import.meta.url, `no target ${unknown}: there are ${names.join(', ')}`);
  return wanted;
}

async function fuzzAll(worker, names) {
  const milliseconds = (minutes * 60_000) / names.length;
  let executions = 0;
  let failed = 0;
  console.log('target            executions   a second    places   new   failures');
  for (const [at, target] of names.entries()) {
    const started = performance.now();
    const answer = await fuzzOne(worker, { target, milliseconds, seed: seed * 1000 + at });
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
async function fuzzOne(path, task) {
  const input = new SharedArrayBuffer(8 + LARGEST_INPUT);
  const [length, runs] = [0, 1];
  const state = new Uint32Array(input, 0, 2);
  const worker = new Worker(path, {
    workerData: { ...task, input, findings, keep: options.keep },
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP },
  });
  return await new Promise((done) => {
    let [last, since] = [0, performance.now()];
    const watch = setInterval(() => {
      const now = Atomics.load(state, runs);
      if (now !== last) [last, since] = [now, performance.now()];
      else if (performance.now() - since > HANGS_AFTER * 1000) stop(`no end after ${HANGS_AFTER} s`);
    }, 500);
    const finish = (answer) => {
      clearInterval(watch);
      worker.terminate().then(() => done(answer));
    };
    const stop = (problem) => {
      const file = join(findings, `${task.target}-stopped`);
      writeFileSync(file, new Uint8Array(input.slice(8, 8 + state[length])));
      const executions = Atomics.load(state, runs);
      finish({ executions, places: 0, found: 0, failures: [`${file}\n${problem}`] });
    };
    worker.on('message', finish);
    worker.on('error', (error) => stop(error.stack ?? String(error)));
  });
}
