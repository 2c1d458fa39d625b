/** Signals that ask a build to stop. A wrapped tool receives the first; the next one ends it. */
export const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Work in steps, between which it may be stopped; it then cleans up. */
export type Steps<Result> = Generator<void, Result, void>;

/** A signal asks us to end. What was being written is taken away. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';

  constructor(readonly signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
  }
}

/** By its name: the program is several bundles, each with classes of its own. */
export const isStopped = (error: unknown): error is StoppedError =>
  error instanceof Error && error.name === 'StoppedError';

/** Does the work without a pause: a signal ends the process where it is. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Does the work and checks between two steps whether a signal has arrived.
 * @throws StoppedError through the work, and errors of the work
 */
export async function stoppably<Result>(steps: Steps<Result>): Promise<Result> {
  let asked: NodeJS.Signals | null = null;
  const listener = (signal: NodeJS.Signals): void => {
    asked ??= signal;
  };
  for (const signal of STOPPING) process.on(signal, listener);
  try {
    for (;;) {
      await signalsToArrive();
      const step = asked === null ? steps.next() : steps.throw(new StoppedError(asked));
      if (!step.done) continue;
      await signalsToArrive();
      if (asked !== null) throw new StoppedError(asked);
      return step.value;
    }
  } finally {
    for (const signal of STOPPING) process.off(signal, listener);
  }
}

/** A turn of the event loop: between two of these it has asked the system for signals. */
const signalsToArrive = (): Promise<void> => new Promise((done) => setImmediate(done));
