import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { STOPPING } from '../emit/steps.js';

/** How a tool ended: by itself, or by a signal. */
export type Ended =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals };

/** A tool that could not be started, or whose end was not reported. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

const hasProcessGroups = process.platform !== 'win32';

/**
 * Runs a tool in its own process group with our streams, except one that may be captured, and waits for its end without
 * a timer; a process that the tool leaves running is not waited for. A signal to stop is forwarded to the group once; a
 * second one kills it. A terminal's Ctrl-Z and `fg` stop and continue the tool as well.
 *
 * @throws ToolError if it cannot be started
 */
export function runTool(
  path: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  taken?: Taken,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let forwarded = 0;
    let child: ChildProcess | null = null;
    const signalled = (signal: NodeJS.Signals): void =>
      sendToGroup(child, forwarded++ === 0 ? signal : 'SIGKILL');
    const stopListening = listen(signalled, () => child);
    const failed = (reason: string): void => {
      stopListening();
      reject(new ToolError(`${path}: cannot be run: ${reason}`));
    };
    try {
      child = spawn(path, args, { stdio: streamsFor(taken), env: environment, detached: hasProcessGroups });
    } catch (error) {
      failed((error as Error).message);
      return;
    }
    const allTaken = taken === undefined ? Promise.resolve() : takeAll(child, taken);
    child.once('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message));
    child.once('exit', async (code, signal) => {
      stopListening();
      await allTaken;
      if (code !== null) resolve({ kind: 'exit', code });
      else if (signal) resolve({ kind: 'signal', signal });
      else reject(new ToolError(`${path}: ended with neither an exit code nor a signal`));
    });
  });
}

/** A stream of the tool that does not go on to ours. */
export interface Taken {
  readonly stream: 'stdout' | 'stderr';
  readonly take: (chunk: Buffer) => void;
}

const streamsFor = (taken: Taken | undefined): StdioOptions =>
  taken === undefined
    ? 'inherit'
    : [
        'inherit',
        taken.stream === 'stdout' ? 'pipe' : 'inherit',
        taken.stream === 'stderr' ? 'pipe' : 'inherit',
      ];

/**
 * Milliseconds after the tool's end during which its stream is still read: a process that the tool leaves running may
 * keep the stream open.
 */
const LAST_CHUNKS = 1000;

/** @returns once the stream has ended, or the tool has, for long enough */
function takeAll(child: ChildProcess, { stream, take }: Taken): Promise<void> {
  return new Promise((done) => {
    const source = child[stream];
    source?.on('data', take);
    source?.once('end', done);
    child.once('exit', () => {
      setTimeout(() => {
        source?.destroy();
        done();
      }, LAST_CHUNKS).unref();
    });
    if (source === null) done();
  });
}

/** @returns takes the listeners away again */
function listen(signalled: (signal: NodeJS.Signals) => void, child: () => ChildProcess | null): () => void {
  const suspend = (): void => {
    // SIGTSTP itself is ignored by a group that no shell looks after.
    sendToGroup(child(), 'SIGSTOP');
    process.kill(process.pid, 'SIGSTOP');
  };
  const resume = (): void => sendToGroup(child(), 'SIGCONT');
  const listeners: [NodeJS.Signals, (signal: NodeJS.Signals) => void][] = [
    ...STOPPING.map((signal): [NodeJS.Signals, typeof signalled] => [signal, signalled]),
  ];
  if (hasProcessGroups) listeners.push(['SIGTSTP', suspend], ['SIGCONT', resume]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

/** Sends a signal to the tool's group only: never to group 0, nor after the tool has ended. */
function sendToGroup(child: ChildProcess | null, signal: NodeJS.Signals): void {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (hasProcessGroups) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // The tool has just ended; its exit event follows.
  }
}

/** Ends this process as the tool ended: with its exit code, or by the same signal. */
export function exitLike(ended: Ended): never {
  if (ended.kind === 'exit') process.exit(ended.code);
  const { signal } = ended;
  if (process.platform !== 'win32') {
    // Node ignores some signals (SIGPIPE) or uses them (SIGUSR1): adding and removing a listener restores the default.
    if (signal !== 'SIGKILL' && signal !== 'SIGSTOP') {
      const ignore = (): void => {};
      process.on(signal, ignore).off(signal, ignore);
    }
    process.kill(process.pid, signal);
  }
  // If the signal does not end this process at once: the exit code that shells use.
  process.exit(128 + constants.signals[signal]);
}
