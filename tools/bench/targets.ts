// @ts-nocheck
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../test/root.js';
import { npmPackage } from '../shared/corpus.js';
import { numberOf, readOptions } from '../shared/options.js';

const USAGE = `Measures all speed targets in one run: pairs of a command and its baseline, the medians of their ratios, and the highest
peak of memory. The unit is the time of llvm-nm, node -e 0 and cp in the same minute, because seconds do not carry over
to other machines. Needs GNU time (/usr/bin/time), cc, and llvm-nm.

npm run bench -- [runs] [--record]

  --record   adds the figures to tools/bench/history.json`;

const { values, positionals } = readOptions(USAGE, { record: { type: 'boolean' } }, 1);
const RUNS = numberOf('runs', positionals[0] ?? '3');
const HISTORY = join(ROOT, 'tools/bench/history.json');
const ARDEDUP = join(ROOT, 'bin/ardedup.js');
const PACKAGE = npmPackage('@perryts/perry-linux-x64@0.5.1520');
const library = (name) => join(PACKAGE, `lib/libperry_${name}.a`);
const [runtime, ui, stdlib] = ['runtime', 'ui_gtk4', 'stdlib'].map(library);
const all = [runtime, ui, stdlib];
const work = mkdtempSync(join(tmpdir(), 'ardedup-targets-'));
const out = join(work, 'out');
const copies = join(work, 'copies');
const llvmNm =
  ['14', '19', '22'].map((version) => `/usr/lib/llvm-${version}/bin/llvm-nm`).find(existsSync) ?? 'llvm-nm';

const ardedup = (...args) => [process.execPath, ARDEDUP, ...args];
const NM = { name: 'llvm-nm', commands: [[llvmNm, '--no-llvm-bc', ...all]] };
const NODE = { name: 'node -e 0', commands: [[process.execPath, '-e', '0']] };

/** A linker that does nothing: what the wrapper takes is left. */
const linker = join(work, 'ld.lld');
const object = join(work, 'main.o');
const link = ardedup('link', '--', linker, '-o', join(work, 'program'), object, ...all);
let edits = 0;

/** Compiles an object of the user's again. @param calls how many runtime functions it refers to */
function edit(calls) {
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

const emptied = (folder) => () => rmSync(folder, { recursive: true, force: true });
const trim = ardedup('trim', '--quiet', '--linker', 'lld', '--out-dir', out, ...all);
const CP = {
  name: '1.5 × cp + node',
  commands: [['cp', '-r', out, copies], NODE.commands[0]],
  factors: [1.5, 1],
  prepare: emptied(copies),
};

/** In the order of the table in docs/PERFORMANCE.md. */
const rows = [
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

function measure(command) {
  const report = join(work, 'time');
  const env = { ...process.env, XDG_CACHE_HOME: join(work, 'cache') };
  const { status } = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', '-o', report, ...command], {
    stdio: 'ignore',
    env,
  });
  // A command that fails at once would look fast.
  if (status !== 0) throw new Error(`exit ${status}: ${command.slice(0, 4).join(' ')} …`);
  const figures = readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  const [wall, user, system, memory] = figures;
  return { wall, cpu: user + system, memory: memory / 1024 };
}

/** Time of the unit: its commands, each times its factor. */
function measureUnit({ commands, factors = commands.map(() => 1), prepare }) {
  prepare?.();
  const measured = commands.map(measure);
  const sum = (of) => measured.reduce((total, figures, at) => total + figures[of] * factors[at], 0);
  return { wall: sum('wall'), cpu: sum('cpu') };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function measureRow({ name, command, prepare, unit, must, peak }) {
  const pairs = [];
  for (let round = 0; round <= RUNS; round++) {
    prepare?.();
    const own = measure(command);
    const reference = measureUnit(unit);
    // The first round warms the page cache, and fills the cache of `link`.
    if (round > 0) pairs.push({ own, reference });
  }
  const of = (value) => Number(median(pairs.map(value)).toFixed(2));
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

function print(figures) {
  const lines = [['target', 'wall s', 'cpu s', '÷', 'ratio', 'cpu ratio', 'must', 'peak MB', 'must']];
  for (const { name, wall, cpu, unit, ratio, cpuRatio, must, peakMB, mustPeakMB } of figures)
    lines.push([name, wall, cpu, unit, ratio, cpuRatio, must, peakMB, mustPeakMB ?? '']);
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => String(line[column]).length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, at) => String(cell)[at === 0 || at === 3 ? 'padEnd' : 'padStart'](widths[at]))
        .join('   '),
    );
}

/** One line for each run, so that a change of the figures is a change of lines. */
function record(figures) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const known = existsSync(HISTORY) ? JSON.parse(readFileSync(HISTORY, 'utf8')) : [];
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

try {
  symlinkSync(['/usr/bin/true', '/bin/true'].find(existsSync) ?? 'true', linker);
  // So that there is something to copy from the first round on.
  spawnSync(trim[0], trim.slice(1));
  const figures = rows.map(measureRow);
  print(figures);
  if (values.record) record(figures);
} finally {
  rmSync(work, { recursive: true, force: true });
}
