import { parentPort, workerData } from 'node:worker_threads';
import { setProgressListener } from '../progress/progress.js';
import { operations } from './operations.js';
import { ABORTED, type Job, type Reply, RUNNING, WRITING } from './protocol.js';

/** Milliseconds between two messages of one phase. */
const PAUSE = 100;

/** Ends the computation because the caller has cancelled it. */
class AbortedError extends Error {
  override readonly name = 'AbortedError';
}

const { operation, options, state: shared } = workerData as Job;
const state = new Int32Array(shared);
const reply = (message: Reply): void => parentPort?.postMessage(message);

let last = { phase: '', time: 0 };
setProgressListener((progress) => {
  const { phase } = progress;
  if (phase === 'write') Atomics.compareExchange(state, 0, RUNNING, WRITING);
  if (Atomics.load(state, 0) === ABORTED) throw new AbortedError('aborted');
  const time = Date.now();
  if (phase === last.phase && time - last.time < PAUSE) return;
  last = { phase, time };
  reply({ kind: 'progress', progress });
});

try {
  const run = operations[operation] as (own: unknown) => Promise<unknown>;
  reply({ kind: 'done', value: await run(options) });
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const { name, message, stack } = error;
  reply({ kind: 'failed', error: { ...error, name, message, stack } });
}
