import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderState } from '../folder-state.js';
import { fixturesFolder } from '../fuzz/fixtures.js';
import { type Fault, type Watched, withFault } from './fs-faults.js';

/** Runs the command line in this process. */
export type RunMain = (args: readonly string[]) => Promise<{ exitCode: number; out: string; error: string }>;

/** A command and its folder: `in/` must stay unchanged, `out/` has the output of an earlier run. */
export interface FaultCase {
  readonly name: string;
  readonly args: (at: (path: string) => string) => readonly string[];
  /** Puts into `out/` what an earlier run left, and what the command needs beside the inputs. */
  readonly prepare?: (at: (path: string) => string, run: RunMain) => Promise<void>;
  /** Runs instead of the command line. */
  readonly run?: (at: (path: string) => string) => RunMain;
  /** Reads the state of `out/` that must be old or new; by default all bytes of every file. */
  readonly stateOf?: (folder: string) => Record<string, string>;
  /** The next run, without a fault, comes to what is right, whatever this one left. */
  readonly isRepeatable?: boolean;
}

const line = (at: (path: string) => string): string[] =>
  ['main.o', 'libext_http.a', 'libext_ws.a', 'libstdlib.a'].map((name) => at(`in/${name}`));
const trimming = (at: (path: string) => string): string[] => [
  ...['trim', '--provider', at('in/libstdlib.a'), '--out-dir', at('out')],
  ...['--plan', at('out/plan.json'), ...line(at)],
];
const leaveOld = async (at: (path: string) => string): Promise<void> => {
  for (const name of ['libext_http.a', 'libext_ws.a', 'plan.json']) writeFileSync(at(`out/${name}`), OLD);
};
/** An archive of nothing: an output replaces no file of another kind. */
const OLD = '!<arch>\n';

/** All commands that open, read and write files in this process. */
export const FAULT_CASES: readonly FaultCase[] = [
  { name: 'trim into a new folder', args: trimming },
  { name: 'trim over old files', args: trimming, prepare: leaveOld },
  {
    name: 'trim over the same files',
    args: trimming,
    prepare: async (at, run) => void (await run(trimming(at))),
  },
  {
    name: 'trim of one archive',
    args: (at) => [
      'trim',
      '--provider',
      at('in/libstdlib.a'),
      '-o',
      at('out/one.a'),
      ...line(at).toSpliced(2, 1),
    ],
  },
  { name: 'check', args: (at) => ['check', ...line(at)] },
  {
    name: 'check that writes a baseline and a report',
    args: (at) => [
      ...['check', '--baseline', at('out/baseline.json'), '--update-baseline'],
      ...['--report', `json=${at('out/report.json')}`, ...line(at)],
    ],
  },
  {
    name: 'check that writes every form of report',
    args: (at) => [
      'check',
      ...['sarif', 'html', 'csv', 'markdown', 'junit'].flatMap((form) => [
        '--report',
        `${form}=${at(`out/report.${form}`)}`,
      ]),
      ...line(at),
    ],
  },
  {
    name: 'a plan that is saved, with a depfile',
    args: (at) => [
      ...['trim', '-n', '--provider', at('in/libstdlib.a'), '--plan', at('out/plan.json')],
      ...['--depfile', at('out/plan.d'), ...line(at)],
    ],
    prepare: leaveOld,
  },
  { name: 'inspect', args: (at) => ['inspect', '-m', ...line(at)] },
  { name: 'explain', args: (at) => ['explain', ...line(at)] },
  {
    name: 'verify',
    args: (at) => ['verify', at('out/plan.json')],
    prepare: async (at, run) => void (await run(trimming(at))),
  },
  {
    name: 'apply',
    args: (at) => ['apply', at('out/plan.json'), '--out-dir', at('out')],
    prepare: async (at, run) => {
      await run(trimming(at));
      for (const name of ['libext_http.a', 'libext_ws.a']) writeFileSync(at(`out/${name}`), OLD);
    },
  },
];

/** Result of a run with a fault. */
export interface FaultOutcome extends Watched {
  readonly exitCode: number;
  readonly error: string;
  /** Problems of the run; empty without any. */
  readonly problems: readonly string[];
}

/** A folder to break things in; remove it after. */
export interface Bench {
  /** The run without a fault: what is right. */
  readonly operations: readonly string[];
  run(at: number, fault: Fault): Promise<FaultOutcome>;
  /** Puts the inputs back that a run changed. */
  restore(): void;
  remove(): void;
}

export async function benchFor(
  { args, prepare, run: runOwn, stateOf = folderState, isRepeatable = false }: FaultCase,
  runCommand: RunMain,
): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-faults-'));
  const at = (path: string) => join(folder, path);
  const runMain = runOwn?.(at) ?? runCommand;
  const restore = (): void => {
    rmSync(at('in'), { recursive: true, force: true });
    cpSync(join(fixturesFolder(), 'founding/elf'), at('in'), { recursive: true });
  };
  restore();
  const inputs = folderState(at('in'));
  const reset = async (): Promise<Record<string, string>> => {
    rmSync(at('out'), { recursive: true, force: true });
    mkdirSync(at('out'));
    await prepare?.(at, runMain);
    return stateOf(at('out'));
  };
  const attempt = async (number: number, fault: Fault) => {
    let ran = { exitCode: -1, out: '', error: '' };
    const watched = await withFault(folder, number, fault, async () => {
      try {
        ran = await runMain(args(at));
      } catch (error) {
        ran = { exitCode: -1, out: '', error: `thrown: ${(error as Error).stack}` };
      }
    });
    return { ...watched, ...ran };
  };
  await reset();
  const right = await attempt(-2, 'EIO');
  const after = stateOf(at('out'));
  if (right.exitCode > 1 || right.exitCode < 0) throw new Error(`it fails without a fault: ${right.error}`);
  return {
    operations: right.operations,
    run: async (number, fault) => {
      const before = await reset();
      const ran = await attempt(number, fault);
      const problems: string[] = [];
      const say = (isWrong: boolean, problem: string) => isWrong && problems.push(problem);
      const isChange = typeof fault === 'object';
      if (!isChange) say(!isSame(folderState(at('in')), inputs), 'an input was changed');
      const isRefused = ran.exitCode === 2;
      say(isRefused && !/^ardedup: [^\n]+\n$/.test(ran.error), `not one clear line: ${ran.error}`);
      say(
        !isRefused && (ran.exitCode !== right.exitCode || ran.out !== right.out),
        `another result: ${ran.error}`,
      );
      const now = stateOf(at('out'));
      for (const [name, state] of Object.entries(now)) {
        const isWhole = state === before[name] || state === after[name];
        // Where taking it away is what failed, it is there until the next run.
        const isLeft = name.endsWith('.tmp') && ran.operations[number] === 'unlinkSync';
        say(!isWhole && !isLeft && !name.endsWith('.tmp'), `${name} is neither the old nor the new one`);
        say(name.endsWith('.tmp') && !isLeft, `${name} was left`);
      }
      for (const name of Object.keys(before)) say(!(name in now), `${name} was lost`);
      if (!isRefused)
        say(
          Object.keys(after).some((name) => now[name] !== after[name]),
          'done, and not all is there',
        );
      if (isRepeatable && !isChange) {
        const again = await runMain(args(at));
        say(again.exitCode !== right.exitCode || again.out !== right.out, `the next run: ${again.error}`);
      }
      return { ...ran, problems };
    },
    restore,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const isSame = (one: Record<string, string>, other: Record<string, string>): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
