// @ts-nocheck
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProfile, openLine, planTrim } from '../../src/index.js';
import { ROOT } from '../../test/root.js';
import { npmPackage } from '../shared/corpus.js';
import { numberOf, readOptions } from '../shared/options.js';

const USAGE = `Whole commands on the Perry libraries, in turns in one run: ardedup's plan and trim beside what reads the same
symbols (llvm-nm, GNU nm, readelf), links of the same files (mold, LLD), what is done by hand (llvm-nm, comm and
llvm-objcopy), and cp of the bytes that trim writes. Prints medians, ratios, peak memory, and the phases of a plan.
Needs GNU time (/usr/bin/time). node tools/bench/perry.js [runs]`;

const { positionals } = readOptions(USAGE, {}, 1);
const RUNS = numberOf('runs', positionals[0] ?? '5');
const ARDEDUP = join(ROOT, 'bin/ardedup.js');
const PACKAGE = npmPackage('@perryts/perry-linux-x64@0.5.1520');
const library = (name) => join(PACKAGE, `lib/libperry_${name}.a`);
const all = [library('runtime'), library('ui_gtk4'), library('stdlib')];
const work = mkdtempSync(join(tmpdir(), 'ardedup-bench-'));
const out = join(work, 'out');
const llvm = (name, versions = ['14', '19', '22']) =>
  versions.map((version) => `/usr/lib/llvm-${version}/bin/${name}`).find(existsSync) ?? name;
const llvmNm = llvm('llvm-nm');

const trim = [process.execPath, ARDEDUP, 'trim', '--quiet', '--linker', 'lld', '--out-dir', out, ...all];
spawnSync(trim[0], trim.slice(1));
const written = all.map((path) => join(out, path.split('/').at(-1))).filter((path) => existsSync(path));

/** Undefined names of the simulated link: real linkers with the same names load the same files. */
function responseFile() {
  const opened = openLine(all);
  try {
    const plan = planTrim(opened.inputs, opened.line, { providers: [], linker: findProfile('lld') });
    const { names } = opened.inputs.symbols;
    const words = plan.line.roots.map(({ name }) => `-u ${names.text(name)}`);
    const path = join(work, 'roots.txt');
    writeFileSync(path, [...words, ...all].join('\n'));
    return path;
  } finally {
    opened.close();
  }
}

const roots = responseFile();
/** Undefined names with a version, which LLD does not ignore, are defined. */
const VERSIONED = ['cfsetispeed@GLIBC_2.2.5', 'cfsetospeed@GLIBC_2.2.5'].map((name) => `--defsym=${name}=0`);
const link = (...linker) => [
  ...linker,
  ...[
    '--noinhibit-exec',
    '-z',
    'muldefs',
    '--unresolved-symbols=ignore-all',
    ...VERSIONED,
    '-o',
    join(work, 'linked'),
    `@${roots}`,
  ],
];

/** By hand: what a stronger archive defines becomes weak in the others, so that one copy of each name is used. */
const byHand = join(work, 'by-hand.sh');
writeFileSync(
  byHand,
  `set -e
names() { ${llvmNm} --no-llvm-bc -g --defined-only --format=just-symbols "$1" 2>/dev/null | LC_ALL=C sort -u; }
names ${all[2]} > ${work}/have
for archive in ${all[0]} ${all[1]}; do
  ${llvm('llvm-ar')} t "$archive" > ${work}/members
  names "$archive" | LC_ALL=C comm -12 - ${work}/have > ${work}/both
  ${llvm('llvm-objcopy')} --weaken-symbols=${work}/both "$archive" ${work}/$(basename "$archive")
done
`,
);

const commands = [
  { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
  {
    name: 'ardedup plan',
    command: [process.execPath, ARDEDUP, 'trim', '--quiet', '--dry-run', '--linker', 'lld', ...all],
  },
  {
    name: 'ardedup plan, any linker',
    command: [process.execPath, ARDEDUP, 'trim', '--quiet', '--dry-run', ...all],
  },
  { name: 'ardedup trim', command: trim, prepare: emptyOut },
  { name: 'ardedup trim, all there already', command: trim },
  { name: 'cp of what trim writes', command: ['cp', ...written, work] },
  { name: 'llvm-nm --no-llvm-bc', command: [llvmNm, '--no-llvm-bc', ...all] },
  { name: 'GNU nm --plugin /dev/null', command: ['nm', '--plugin', '/dev/null', ...all] },
  { name: 'readelf -sW', command: ['readelf', '-sW', ...all] },
  { name: 'link of the same files, mold', command: link('mold', '--no-fork') },
  { name: 'link of the same files, LLD', command: link(llvm('ld.lld', ['19', '16', '14'])) },
  { name: 'by hand: nm, comm, objcopy', command: ['sh', byHand] },
];

/** So that trim writes, and does not find that all is there. */
function emptyOut() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
}

try {
  const figures = commands.map(() => ({ wall: [], cpu: [], memory: [] }));
  for (let round = 0; round <= RUNS; round++) {
    for (const [at, { command, prepare }] of commands.entries()) {
      prepare?.();
      const measured = measure(command);
      // The first round warms the page cache.
      if (round === 0) continue;
      figures[at].wall.push(measured.wall);
      figures[at].cpu.push(measured.cpu);
      figures[at].memory.push(measured.memory);
    }
  }
  print(figures);
  await printPhases();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function measure(command) {
  const report = join(work, 'time');
  const timed = ['-f', '%e %U %S %M', '-o', report, ...command];
  const { status } = spawnSync('/usr/bin/time', timed, { stdio: 'ignore' });
  if (status !== 0) console.error(`exit ${status}: ${command.slice(0, 4).join(' ')} …`);
  const [wall, user, system, memory] = readFileSync(report, 'utf8')
    .trim()
    .split('\n')
    .at(-1)
    .split(' ')
    .map(Number);
  return { wall, cpu: user + system, memory: memory / 1024 };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function print(figures) {
  const size = all.reduce((sum, path) => sum + statSync(path).size, 0);
  const bytes = written.reduce((sum, path) => sum + statSync(path).size, 0);
  console.log(
    `three archives, ${Math.round(size / 1e6)} MB; trim writes ${Math.round(bytes / 1e6)} MB; medians of ${RUNS}\n`,
  );
  const nm = median(figures[commands.findIndex(({ name }) => name.startsWith('llvm-nm'))].wall);
  const rows = [['command', 'wall s', 'cpu s', 'peak MB', '× llvm-nm']];
  for (const [at, { name }] of commands.entries()) {
    const { wall, cpu, memory } = figures[at];
    const ratio = (median(wall) / nm).toFixed(2);
    rows.push([
      name,
      median(wall).toFixed(2),
      median(cpu).toFixed(2),
      String(Math.round(Math.max(...memory))),
      ratio,
    ]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    console.log(
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('   '),
    );
  const value = (name) => median(figures[commands.findIndex((command) => command.name === name)].wall);
  const goal = 1.5 * value('cp of what trim writes') + value('node -e 0');
  console.log(`\nplan ÷ llvm-nm: ${(value('ardedup plan') / nm).toFixed(2)} (goal 0.5)`);
  console.log(`trim ÷ (1.5 × cp + node): ${(value('ardedup trim') / goal).toFixed(2)} (goal 1)`);
}

/** In processes of their own, as cold as in a command: what reads, resolves, compares, plans and writes takes. */
async function printPhases() {
  const script = join(ROOT, 'tools/run.js');
  const rounds = [];
  for (let round = 0; round < RUNS; round++) {
    emptyOut();
    const run = spawnSync(process.execPath, [script, 'bench/phases', out, ...all], { encoding: 'utf8' });
    rounds.push(JSON.parse(run.stdout));
  }
  console.log('\nphases, ms of the main thread, medians:');
  for (const phase of Object.keys(rounds[0]))
    console.log(
      `  ${phase.padEnd(28)} ${String(Math.round(median(rounds.map((row) => row[phase])))).padStart(6)}`,
    );
}
