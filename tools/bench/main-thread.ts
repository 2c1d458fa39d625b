import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where the main thread of a Node program spends its time. */
export const KINDS = ['core', 'JavaScript', 'files', 'Node', 'collection', 'tools', 'other'] as const;
type Kind = (typeof KINDS)[number];

/** A profile of a run: milliseconds. */
export interface MainThread {
  readonly kinds: Readonly<Record<Kind, number>>;
  /** Functions of the program with their own time, the longest first. */
  readonly functions: readonly (readonly [name: string, milliseconds: number])[];
}

/** Microseconds between two samples. */
const INTERVAL = 200;

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

/** V8's format, https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

/**
 * Runs a command of Node once with V8's profiler.
 * @param folder where the profile may be written
 * @throws Error when the command fails
 */
export function profileMainThread(
  [node, ...args]: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): MainThread {
  const own = join(folder, 'profiles');
  rmSync(own, { recursive: true, force: true });
  const options = ['--cpu-prof', '--cpu-prof-interval', String(INTERVAL), '--cpu-prof-dir', own];
  const { status } = spawnSync(node, [...options, ...args], { stdio: 'ignore', env });
  if (status !== 0) throw new Error(`exit ${status}: ${args.slice(0, 3).join(' ')} …`);
  const [name] = readdirSync(own);
  return summarise(JSON.parse(readFileSync(join(own, name), 'utf8')));
}

/** The time of each kind, and of each function of the program. */
export function summarise({ nodes, samples, timeDeltas }: Profile): MainThread {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const callers = new Map(
    nodes.flatMap(({ children = [], callFrame }) => children.map((child) => [child, callFrame])),
  );
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  const functions = new Map<string, number>();
  samples.forEach((id, at) => {
    const frame = byId.get(id);
    const time = timeDeltas[at] / 1000;
    if (frame === undefined) return;
    const kind = kindOf(frame, callers.get(id));
    kinds[kind] += time;
    if (kind === 'JavaScript')
      functions.set(frame.functionName, (functions.get(frame.functionName) ?? 0) + time);
  });
  return { kinds, functions: [...functions].sort((one, other) => other[1] - one[1]) };
}

/** V8's own names. */
const OTHER: ReadonlySet<string> = new Set(['(root)', '(program)', '(idle)']);

/** @param caller of a function that is written in C++ and has no place in a file */
function kindOf({ functionName, url }: Frame, caller: Frame | undefined): Kind {
  if (functionName === '(garbage collector)') return 'collection';
  if (OTHER.has(functionName)) return 'other';
  if (functionName.startsWith('wasm-function') || url.startsWith('wasm:') || functionName.includes('wasm'))
    return 'core';
  const place = url === '' ? (caller?.url ?? '') : url;
  if (place === 'node:fs' || place === 'node:internal/fs/utils') return 'files';
  if (place === 'node:child_process' || place === 'node:internal/child_process') return 'tools';
  if (place.startsWith('node:')) return 'Node';
  return place === '' ? 'other' : 'JavaScript';
}
