import { Worker } from 'node:worker_threads';
import { MalformedError } from '../bytes/malformed-error.js';
import { SettingError } from '../cli/options/settings.js';
import { UsageError } from '../cli/options/usage-error.js';
import { OutputError } from '../emit/write-file.js';
import { UnknownCureError, UnverifiedError } from '../fix/fix-errors.js';
import type { FixReport } from '../fix/fix-line.js';
import { LineError } from '../link/command/line-error.js';
import { MixedInputsError } from '../link/inputs/inputs.js';
import { InputError } from '../link/inputs/open-files.js';
import type { ExplainReport } from '../report/explain/explain-report.js';
import { requireOptions } from './check-options.js';
import type { CheckLineResult } from './operations.js';
import type {
  CheckLineOptions,
  ExplainLogOptions,
  FixLineOptions,
  RunOptions,
  TrimLineOptions,
  TrimLineResult,
} from './options.js';
import { ABORTED, type ErrorFields, type Job, type Reply, RUNNING } from './protocol.js';

/** Errors of the worker get their class back by its name. */
const ERRORS = new Map<string, { readonly prototype: Error }>(
  [
    MalformedError,
    LineError,
    InputError,
    OutputError,
    MixedInputsError,
    UsageError,
    SettingError,
    UnknownCureError,
    UnverifiedError,
  ].map((kind) => [kind.name, kind]),
);

/**
 * Drops duplicate members from the archives of a link, as `ardedup trim` does.
 *
 * @throws MalformedError, LineError, InputError, OutputError, MixedInputsError, UsageError; the reason of the signal
 */
export const trimLine = (options: TrimLineOptions, run: RunOptions = {}): Promise<TrimLineResult> =>
  inWorker('trimLine', options, run);

/**
 * Finds duplicates and split state of a link, as `ardedup check` does. Writes nothing.
 *
 * @throws as `trimLine`
 */
export const checkLine = (options: CheckLineOptions, run: RunOptions = {}): Promise<CheckLineResult> =>
  inWorker('checkLine', options, run);

/**
 * Groups the messages of a linker's log by cause, as `ardedup explain` does. Writes nothing.
 *
 * @throws as `trimLine`
 */
export const explainLog = (options: ExplainLogOptions, run: RunOptions = {}): Promise<ExplainReport> =>
  inWorker('explainLog', options, run);

/**
 * Finds the smallest change that makes a link command right, and applies it if it is proved or accepted, as `ardedup
 * fix` does.
 *
 * @throws as `trimLine`; UnknownCureError for an accepted id that no cure has, UnverifiedError
 */
export const fixLine = (options: FixLineOptions, run: RunOptions = {}): Promise<FixReport> =>
  inWorker('fixLine', options, run);

/** Runs in a thread of its own, so that the caller's stays free and may end it. */
function inWorker<Result>(
  operation: Job['operation'],
  options: unknown,
  { signal, onProgress }: RunOptions,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    requireOptions(operation, options);
    const state = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const job: Job = { operation, options, state };
    // Options of the caller's Node, as --input-type, are of its program.
    const worker = new Worker(new URL('./library-worker.js', import.meta.url), {
      workerData: job,
      execArgv: [],
    });
    const abort = (): void => {
      const was = Atomics.exchange(new Int32Array(state), 0, ABORTED);
      // A worker that writes ends by itself, after the file in hand.
      if (was === RUNNING) void worker.terminate();
    };
    signal?.addEventListener('abort', abort, { once: true });
    const end = (settle: () => void): void => {
      signal?.removeEventListener('abort', abort);
      settle();
    };
    worker.on('message', (reply: Reply) => {
      if (reply.kind === 'progress') onProgress?.(reply.progress);
      else if (reply.kind === 'done') end(() => resolve(reply.value as Result));
      else end(() => reject(signal?.aborted ? signal.reason : errorFrom(reply.error)));
    });
    worker.on('error', (error) => end(() => reject(error)));
    worker.on('exit', (code) =>
      end(() =>
        reject(signal?.aborted ? signal.reason : new Error(`ardedup: the worker ended with ${code}`)),
      ),
    );
  });
}

function errorFrom(fields: ErrorFields): Error {
  const prototype = ERRORS.get(fields.name)?.prototype ?? Error.prototype;
  return Object.assign(Object.create(prototype), fields);
}
