import { standsFor } from '../driver/tool-name.js';
import { printable } from '../report/place.js';
import type { Streams } from './streams.js';

/**
 * What the program does, by the name that it was called by and its arguments. The link wrapper runs once for each
 * compilation of a build: it loads no more than it needs.
 * @param invoked the path that we were called by
 * @returns the exit code
 */
export async function start(invoked: string, args: readonly string[], streams: Streams): Promise<number> {
  const tool = standsFor(invoked);
  if (tool !== null) {
    const { runLink } = await import('./run-link.js');
    return runLink({ settings: {}, config: undefined, planPath: null, isPrint: false, tool, words: args });
  }
  if (args[0] === 'link' && args.includes('--')) {
    const [{ runLink }, { parseLinkArguments }] = await Promise.all([
      import('./run-link.js'),
      import('./link-options.js'),
    ]);
    try {
      return await runLink(parseLinkArguments(args.slice(1)));
    } catch (error) {
      streams.error(`ardedup: ${printable((error as Error).message)}\n`);
      return 2;
    }
  }
  const { main } = await import('./main.js');
  return main(args, streams);
}
