import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../test/root.js';
import { llvm } from '../shared/llvm.js';
import { numberOf, readOptions } from '../shared/options.js';
import { printTable } from '../shared/table.js';
import { workFolder } from '../shared/work-folder.js';
import { type Cost, median, runTimed } from './gnu-time.js';
import { KINDS, profileMainThread } from './main-thread.js';
import { ardedup, perryLibraries } from './perry-libraries.js';

const USAGE = `Measures all speed targets in one run: pairs of a command and its baseline, the medians of their ratios, and the highest
peak of memory. The unit is the time of llvm-nm, node -e 0 and cp in the same minute, because seconds do not carry over
to other machines. Needs GNU time (/usr/bin/time), cc, and llvm-nm.

npm run bench -- [runs] [--record] [--profile]

  --record    adds the figures to tools/bench/history.json
  --profile   also prints where the main thread spends its time in each command whose target is missed`;

/** The baseline of a target. */
interface Unit {
  readonly name: string;
  readonly commands: readonly (readonly string[])[];
  /** By command; 1 each where left out. */
  readonly factors?: readonly number[];
  readonly prepare?: () => void;
}

interface Target {
  readonly name: string;
  readonly command: readonly string[];
  readonly prepare?: () => void;
  readonly unit: Unit;
  /** The largest ratio to the unit. */
  readonly must: number;
  /** Megabytes. */
  readonly peak?: number;
}

/** As history.json has it. */
interface Figures {
  readonly name: string;
  readonly unit: string;
  readonly wall: number;
  readonly cpu: number;
  readonly ratio: number;
  readonly cpuRatio: number;
  readonly must: number;
  readonly peakMB: number;
  readonly mustPeakMB: number | null;
}

const { values, positionals } = readOptions(
  USAGE,
  { record: { type: 'boolean' }, profile: { type: 'boolean' } },
  1,
);
const RUNS = numberOf('runs', positionals[0] ?? '3');
const HISTORY = join(ROOT, 'tools/bench/history.json');
const all = perryLibraries();
const [, , stdlib] = all;
const work = workFolder('targets');
const out = join(work, 'out');
const copies = join(work, 'copies');

const NM: Unit = {
  name: 'llvm-nm',
  commands: [[llvm('llvm-nm', ['14', '19', '22']), '--no-llvm-bc', ...all]],
};
const NODE: Unit = { name: 'node -e 0', commands: [[process.execPath, '-e', '0']] };

/**
 * A linker that says that it is LLD and does nothing: what the wrapper takes is left. A program of this name, since a
 * link to another one may run a different linker each time, and is asked each time.
 */
const linker = join(work, 'ld.lld');
const LINKER = `#include <stdio.h>
#include <string.h>
int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "--version") == 0) puts("LLD 19.1.7 (compatible with GNU linkers)");
  return 0;
}`;
const object = join(work, 'main.o');
const link = ardedup('link', '--', linker, '-o', join(work, 'program'), object, ...all);
let edits = 0;
const environment = { ...process.env, XDG_CACHE_HOME: join(work, 'cache') };

const emptied = (folder: string) => () => rmSync(folder, { recursive: true, force: true });
const trim = ardedup('trim', '--quiet', '--linker', 'lld', '--out-dir', out, ...all);
const CP: Unit = {
  name: '1.5 × cp + node',
  commands: [['cp', '-r', out, copies], NODE.commands[0]],
  factors: [1.5, 1],
  prepare: emptied(copies),
};

/** In the order of the table in docs/PERFORMANCE.md. */
const targets: readonly Target[] = [
  {
    name: 'A: plan, LLD, quiet',
    command: ardedup('trim', '--quiet', '--dry-run', '--linker', 'lld', ...all),
    unit: NM,
    must: 0.6,
    peak: 120,
  },
  {
    name: 'A: check with report, LLD',
    command: ardedup('check', '--fail-on', 'never', '--linker', 'lld', ...all),
    unit: NM,
    must: 0.9,
    peak: 120,
  },
  {
    name: 'B: check, any linker, JSON',
    command: ardedup('check', '--fail-on', 'never', '--provider', stdlib, '--format', 'json', ...all),
    unit: NM,
    must: 1.2,
    peak: 160,
  },
  {
    name: 'C: link, object changed, interface unchanged',
    command: link,
    prepare: () => edit(2),
    unit: NODE,
    must: 1.75,
  },
  {
    name: 'C: link, interface changed',
    command: link,
    prepare: () => edit(1 + (edits % 4)),
    unit: NODE,
    must: 3,
  },
  { name: 'D: trim into a fresh folder', command: trim, prepare: emptied(out), unit: CP, must: 1.1 },
];

execFileSync('cc', ['-x', 'c', '-o', linker, '-'], { input: LINKER });
// So that there is something to copy from the first round on.
spawnSync(trim[0], trim.slice(1));
const figures = targets.map(measureTarget);
print(figures);
if (values.record) record(figures);
if (values.profile) printProfiles(targets.filter((_, at) => isMissed(figures[at])));

/** Compiles an object of the user's again. @param calls how many runtime functions it refers to */
function edit(calls: number): void {
  const names = ['js_string_from_bytes', 'js_console_log', 'js_array_alloc', 'js_object_alloc'].slice(
    0,
    calls,
  );
  const source = [
    `const int edited = ${++edits};`,
    ...names.map((name) => `void ${name}(void);`),
    `int main(void) { ${names.map((name) => `${name}();`).join(' ')} return edited; }`,
  ].join('\n');
  execFileSync('cc', ['-c', '-x', 'c', '-o', object, '-'], { input: source });
}

function measureTarget({ name, command, prepare, unit, must, peak }: Target): Figures {
  const pairs: { own: Cost; reference: Pick<Cost, 'wall' | 'cpu'> }[] = [];
  for (let round = 0; round <= RUNS; round++) {
    prepare?.();
    const own = measure(command);
    const reference = measureUnit(unit);
    // The first round warms the page cache, and fills the cache of `link`.
    if (round > 0) pairs.push({ own, reference });
  }
  const of = (value: (pair: (typeof pairs)[number]) => number) => Number(median(pairs.map(value)).toFixed(2));
  return {
    name,
    unit: unit.name,
    wall: of(({ own }) => own.wall),
    cpu: of(({ own }) => own.cpu),
    ratio: of(({ own, reference }) => own.wall / reference.wall),
    cpuRatio: of(({ own, reference }) => own.cpu / Math.max(0.01, reference.cpu)),
    must,
    peakMB: Math.round(Math.max(...pairs.map(({ own }) => own.memory))),
    mustPeakMB: peak ?? null,
  };
}

/** Time of the unit: its commands, each times its factor. */
function measureUnit({ commands, factors = [], prepare }: Unit): Pick<Cost, 'wall' | 'cpu'> {
  prepare?.();
  const costs = commands.map(measure);
  const sum = (of: 'wall' | 'cpu') =>
    costs.reduce((total, cost, at) => total + cost[of] * (factors[at] ?? 1), 0);
  return { wall: sum('wall'), cpu: sum('cpu') };
}

function measure(command: readonly string[]): Cost {
  const { status, cost } = runTimed(command, { stdio: 'ignore', env: environment });
  // A command that fails at once would look fast.
  if (status !== 0 || cost === null) throw new Error(`exit ${status}: ${command.slice(0, 4).join(' ')} …`);
  return cost;
}

function print(figures: readonly Figures[]): void {
  const rows = figures.map(({ name, wall, cpu, unit, ratio, cpuRatio, must, peakMB, mustPeakMB }) => [
    ...[name, wall, cpu, unit, ratio, cpuRatio, must, peakMB, mustPeakMB ?? ''],
  ]);
  const heading = ['target', 'wall s', 'cpu s', '÷', 'ratio', 'cpu ratio', 'must', 'peak MB', 'must'];
  printTable([heading, ...rows], [1, 2, 4, 5, 6, 7, 8]);
}

function isMissed({ ratio, must, peakMB, mustPeakMB }: Figures): boolean {
  return ratio > must || (mustPeakMB !== null && peakMB > mustPeakMB);
}

/** @param named how many of the program's functions are named for each target */
function printProfiles(missed: readonly Target[], named = 12): void {
  const profiles = missed.map(({ command, prepare }) => {
    prepare?.();
    return profileMainThread(command, work, environment);
  });
  const rows = profiles.map(({ kinds }, at) => [
    missed[at].name,
    ...[Object.values(kinds).reduce((sum, time) => sum + time, 0), ...KINDS.map((kind) => kinds[kind])].map(
      (time) => Math.round(time),
    ),
  ]);
  console.log('\nMain thread, ms, with the profiler on:');
  printTable([['missed target', 'all', ...KINDS], ...rows], [1, 2, 3, 4, 5, 6, 7, 8]);
  profiles.forEach(({ functions }, at) => {
    const longest = functions
      .slice(0, named)
      .map(([name, time]) => `${name || '(anonymous)'} ${time.toFixed(1)}`);
    console.log(`${missed[at].name}: ${longest.join(', ')}`);
  });
}

/** One line for each run, so that a change of the figures is a change of lines. */
function record(figures: readonly Figures[]): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim();
  const known: unknown[] = existsSync(HISTORY) ? JSON.parse(readFileSync(HISTORY, 'utf8')) : [];
  known.push({
    commit,
    node: process.version,
    cpus: cpus().length,
    load: Math.round(loadavg()[0]),
    runs: RUNS,
    figures,
  });
  writeFileSync(HISTORY, `[\n${known.map((run) => JSON.stringify(run)).join(',\n')}\n]\n`);
}
