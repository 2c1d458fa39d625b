import { isStopped } from '../emit/steps.js';
import { rawWords, spelledOut } from '../wrap/raw-words.js';
import { exitLike } from '../wrap/run-tool.js';
import { standsFor } from '../wrap/tool-name.js';
import type { Streams } from './streams.js';
import { complaint } from './terminal/complaint.js';

const EXIT_FAILED = 2;

/**
 * Runs the program like `run`. System errors at any place, such as too many open files, also end in one error line;
 * others are faults of the program, which Node would print with the line of code, and end with the code of a finding.
 * @param invoked the path under which the program was called
 * @returns the exit code
 */
export async function start(invoked: string, args: readonly string[], streams: Streams): Promise<number> {
  try {
    return await run(invoked, args, streams);
  } catch (error) {
    if (isStopped(error)) exitLike({ kind: 'signal', signal: error.signal });
    const isSystem = error instanceof Error && 'syscall' in error;
    complain(streams, isSystem ? error.message : internalError(error));
    return EXIT_FAILED;
  }
}

const internalError = (error: unknown): string =>
  `internal error, a fault of ardedup: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;

const complain = (streams: Streams, message: string): void =>
  streams.error(complaint(message, streams.errorTerminal));

/**
 * Runs a command, chosen by the name under which the program was called and by its arguments. The link wrapper runs
 * once for each compilation of a build, so it loads only the modules that it needs.
 */
async function run(invoked: string, args: readonly string[], streams: Streams): Promise<number> {
  const tool = standsFor(invoked);
  if (tool !== null) {
    const [{ runLink }, { linkAs }] = await Promise.all([
      import('./link/run-link.js'),
      import('./options/link-options.js'),
    ]);
    return runLink(linkAs(tool, args));
  }
  if (args[0] === 'link' && args.includes('--')) {
    const [{ runLink }, { parseLinkArguments }] = await Promise.all([
      import('./link/run-link.js'),
      import('./options/link-options.js'),
    ]);
    try {
      return await runLink(parseLinkArguments(args.slice(1)));
    } catch (error) {
      complain(streams, (error as Error).message);
      return EXIT_FAILED;
    }
  }
  const raw = rawWords(args);
  if (raw !== null) {
    complain(streams, `${spelledOut(raw)}: is not UTF-8; rename the file, or pass a symbolic link to it`);
    return EXIT_FAILED;
  }
  const { main } = await import('./main.js');
  return main(args, streams);
}
