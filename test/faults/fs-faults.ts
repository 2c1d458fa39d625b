import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';

/** A fault of an operation: a system error, a partial read or write, or a change by another process. */
export type Fault =
  | 'ENOSPC'
  | 'EIO'
  | 'EACCES'
  | 'EMFILE'
  | 'EINTR'
  | 'short'
  | { readonly meanwhile: (path: string) => void };

/** Record of a run with fault injection. */
export interface Watched {
  /** Names of the operations, in order. */
  readonly operations: readonly string[];
  /** Whether the fault took effect: a read of one byte cannot be shortened. */
  readonly isHurt: boolean;
}

type Operation = (...args: unknown[]) => unknown;

/** Every operation of node:fs that the program uses, but those that only ask whether a file is there. */
const OPERATIONS = [
  ...['openSync', 'closeSync', 'readSync', 'writeSync', 'fstatSync', 'statSync', 'lstatSync', 'readdirSync'],
  ...['readFileSync', 'writeFileSync', 'appendFileSync', 'renameSync', 'unlinkSync', 'mkdirSync', 'rmSync'],
  ...['realpathSync', 'utimesSync', 'copyFileSync', 'linkSync', 'symlinkSync', 'chmodSync', 'mkdtempSync'],
];

const fs = createRequire(import.meta.url)('node:fs') as Record<string, Operation>;

/**
 * Runs with one fault: operation `at` on a file below `folder`, counted from 0, does not do what it should.
 * @param at −1 for none, and for a short read or write: all of them
 */
export async function withFault(
  folder: string,
  at: number,
  fault: Fault,
  run: () => Promise<void>,
): Promise<Watched> {
  const originals = new Map(OPERATIONS.map((name) => [name, fs[name]]));
  const state = {
    operations: [] as string[],
    isHurt: false,
    open: new Map<number, string>(),
    isInside: false,
  };
  for (const [name, original] of originals)
    fs[name] = Object.assign((...args: unknown[]) => {
      const path = pathOf(state.open, args[0]);
      // Nested operations of node:fs are not counted.
      if (state.isInside || path === null || !isBelow(path, folder)) return original(...args);
      const number = state.operations.push(name) - 1;
      state.isInside = true;
      try {
        return hurt(
          { name, path, original, args, state, isDue: at === number || (at === -1 && fault === 'short') },
          fault,
        );
      } finally {
        state.isInside = false;
      }
    }, original);
  syncBuiltinESMExports();
  try {
    await run();
  } finally {
    for (const [name, original] of originals) fs[name] = original;
    syncBuiltinESMExports();
  }
  return state;
}

interface Call {
  readonly name: string;
  readonly path: string;
  readonly original: Operation;
  readonly args: unknown[];
  readonly state: { isHurt: boolean; readonly open: Map<number, string> };
  readonly isDue: boolean;
}

function hurt({ name, path, original, args, state, isDue }: Call, fault: Fault): unknown {
  if (isDue && typeof fault === 'string' && fault !== 'short') {
    state.isHurt = true;
    // close(2) releases the descriptor even when it fails.
    if (name === 'closeSync') original(...args);
    throw Object.assign(new Error(`${fault}: made up, ${name} '${path}'`), { code: fault, syscall: name });
  }
  if (isDue && typeof fault === 'object') {
    state.isHurt = true;
    fault.meanwhile(path);
  }
  if (isDue && fault === 'short' && (name === 'readSync' || name === 'writeSync')) {
    const [
      descriptor,
      bytes,
      offset = 0,
      length = (bytes as Uint8Array).byteLength - (offset as number),
      ...rest
    ] = args;
    const half = Math.ceil((length as number) / 2);
    state.isHurt ||= half < (length as number);
    return original(descriptor, bytes, offset, half, ...rest);
  }
  const result = original(...args);
  if (name === 'openSync') state.open.set(result as number, path);
  if (name === 'closeSync') state.open.delete(args[0] as number);
  return result;
}

function pathOf(open: ReadonlyMap<number, string>, target: unknown): string | null {
  if (typeof target === 'number') return open.get(target) ?? null;
  return typeof target === 'string' ? resolve(target) : null;
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);
