import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { tool } from './find-tool.js';

/** Runs a linker in a folder. @returns all that it said */
export type RunLinker = (args: readonly string[], cwd: string) => Promise<string>;

/** A linker that stays, to be asked thousands of times: see linker-server.c. One link at a time. */
interface LinkerServer {
  readonly run: RunLinker;
  stop(): void;
}

/**
 * Compiles what linkers are served with.
 * @param source linker-server.c
 * @param folder where the library goes
 * @returns its path; null where there is no compiler, or no linker that could be served so
 */
export function compileServer(source: string, folder: string): string | null {
  const compiler = tool('cc', 'gcc', 'clang');
  if (compiler === null || process.platform !== 'linux') return null;
  const library = join(folder, 'linker-server.so');
  try {
    execFileSync(compiler, ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return library;
}

/** Starts a linker that waits for links. */
function serveLinker(
  { path, name }: { readonly path: string; readonly name: string },
  library: string,
): LinkerServer {
  const child = spawn(path, [], {
    env: { ...process.env, LC_ALL: 'C', LD_PRELOAD: library },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const run: RunLinker = async (args, cwd) => {
    const said = `said.${name}`;
    const words = [cwd, said, path, ...args];
    child.stdin.write([String(words.length), ...words, ''].join('\0'));
    const { value, done } = await answers.next();
    if (done) throw new Error(`${name}: ${await endOf(child)}`);
    const signal = Number(value) & 0x7f;
    return `${readFileSync(join(cwd, said), 'utf8')}${signal === 0 ? '' : `\nkilled by signal ${signal}\n`}`;
  };
  return { run, stop: () => child.stdin.end() };
}

/** The same linkers, each a server that runs until all are stopped; as they are where no library was compiled. */
export function serveAll<Linker extends { readonly path: string; readonly name: string }>(
  linkers: readonly Linker[],
  library: string | null,
): { readonly served: readonly Linker[]; stop(): void } {
  if (library === null) return { served: linkers, stop: () => {} };
  const servers = linkers.map((linker) => serveLinker(linker, library));
  const served = linkers.map((linker, at) => ({ ...linker, run: servers[at].run }));
  return {
    served,
    stop: () => {
      for (const server of servers) server.stop();
    },
  };
}

async function endOf(child: ChildProcess): Promise<string> {
  const [code, signal] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  return `the linker that was to stay ended with ${signal ?? code}`;
}
