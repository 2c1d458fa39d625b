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
 * Compiles the library that keeps linkers running between links.
 * @param source linker-server.c
 * @param folder where the library is written
 * @returns its path; null without a compiler, or on a system other than Linux
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

/** How a request ended, and all that it said. */
export interface Served {
  /** As wait(2) has it. */
  readonly status: number;
  readonly text: string;
}

/** A process that answers requests, one at a time, as linker-server.c says. */
export interface Server {
  /** @param words what is run first, then its arguments */
  ask(words: readonly string[], cwd: string): Promise<Served>;
  stop(): void;
}

/** Starts such a process. */
export function startServer(path: string, name: string, environment: NodeJS.ProcessEnv): Server {
  const child = spawn(path, [], {
    env: { ...process.env, LC_ALL: 'C', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (command: readonly string[], cwd: string): Promise<Served> => {
    const said = `said.${name}`;
    const words = [cwd, said, ...command];
    child.stdin.write([String(words.length), ...words, ''].join('\0'));
    const { value, done } = await answers.next();
    if (done) throw new Error(`${name}: ${await endOf(child)}`);
    return { status: Number(value), text: readFileSync(join(cwd, said), 'utf8') };
  };
  return { ask, stop: () => child.stdin.end() };
}

/** Starts a linker that waits for links. */
function serveLinker(
  { path, name }: { readonly path: string; readonly name: string },
  library: string,
): LinkerServer {
  const server = startServer(path, name, { LD_PRELOAD: library });
  const run: RunLinker = async (args, cwd) => {
    const { status, text } = await server.ask([path, ...args], cwd);
    const signal = status & 0x7f;
    return signal === 0 ? text : `${text}\nkilled by signal ${signal}\n`;
  };
  return { run, stop: server.stop };
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
