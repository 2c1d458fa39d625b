import { write as writeFile, writeSync } from 'node:fs';
import { promisify } from 'node:util';

/** Signals that ask a build to stop. A wrapped tool receives the first; the next one ends it. */
export const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Bytes that are to follow what was written to a file before. They stay as they are until the next pause. */
export interface Append {
  readonly descriptor: number;
  readonly bytes: Uint8Array;
}

/**
 * Work in steps, between which it may be stopped; it then cleans up. At a pause it may hand bytes over to be written,
 * and goes on meanwhile; after the next pause they have been written. It pauses before it closes a file.
 */
export type Steps<Result> = Generator<Append | undefined, Result, void>;

/** A signal requests the end. Partially written files are removed. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';

  constructor(readonly signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
  }
}

const writeSome = promisify(writeFile);

/** Compared by name, since each of the program's bundles has its own copy of the class. */
export const isStopped = (error: unknown): error is StoppedError =>
  error instanceof Error && error.name === 'StoppedError';

/** Does the work without a pause: a signal ends the process where it is. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  let failure: unknown = null;
  for (;;) {
    const step = failure === null ? steps.next() : steps.throw(failure);
    if (step.done) return step.value;
    failure = step.value ? writeAtOnce(step.value) : null;
  }
}

/**
 * Does the work and checks between two steps whether a signal has arrived. Bytes are written while the step after
 * them is under way.
 * @throws StoppedError through the work, and errors of the work
 */
export async function stoppably<Result>(steps: Steps<Result>): Promise<Result> {
  let stopped: StoppedError | null = null;
  const listener = (signal: NodeJS.Signals): void => {
    stopped ??= new StoppedError(signal);
  };
  for (const signal of STOPPING) process.on(signal, listener);
  try {
    const result = await finished(steps, () => stopped);
    await signalsToArrive();
    if (stopped !== null) throw stopped;
    return result;
  } finally {
    for (const signal of STOPPING) process.off(signal, listener);
  }
}

/** @param stop the reason to stop, which is passed to the work once */
async function finished<Result>(steps: Steps<Result>, stop: () => StoppedError | null): Promise<Result> {
  let isTold = false;
  let failure: unknown = null;
  let writing: Promise<unknown> | null = null;
  for (;;) {
    await signalsToArrive();
    const stopped: StoppedError | null = isTold ? null : stop();
    isTold ||= stopped !== null;
    const reason = failure ?? stopped;
    const step = reason === null ? steps.next() : steps.throw(reason);
    failure = await writing;
    if (step.done && failure !== null) throw failure;
    if (step.done) return step.value;
    writing = step.value && failure === null ? write(step.value) : null;
  }
}

/** @returns what went wrong, or null */
function writeAtOnce({ descriptor, bytes }: Append): unknown {
  try {
    for (let done = 0; done < bytes.byteLength; ) done += writeSync(descriptor, bytes, done);
    return null;
  } catch (error) {
    return error;
  }
}

/** The same in the background. */
async function write({ descriptor, bytes }: Append): Promise<unknown> {
  try {
    for (let done = 0; done < bytes.byteLength; )
      done += (await writeSome(descriptor, bytes, done)).bytesWritten;
    return null;
  } catch (error) {
    return error;
  }
}

/** A turn of the event loop: between two of these it has asked the system for signals. */
const signalsToArrive = (): Promise<void> => new Promise((done) => setImmediate(done));
