// Whole commands on the Perry libraries, in turns in one run: ardedup's plan and trim beside what reads the same
// symbols (llvm-nm, GNU nm, readelf), and cp of the bytes that trim writes. Prints medians, ratios and peak memory.
// Needs GNU time (/usr/bin/time). node bench/perry.js [runs]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmPackage } from '../scripts/corpus.js';
import { numberOf, readOptions } from '../scripts/options.js';

const { positionals } = readOptions(import.meta.url, {}, 1);
const RUNS = numberOf(import.meta.url, 'runs', positionals[0] ?? '5');
const ARDEDUP = new URL('../bin/ardedup.js', import.meta.url).pathname;
const PACKAGE = npmPackage('@perryts/perry-linux-x64@0.5.1520');
const library = (name) => join(PACKAGE, `lib/libperry_${name}.a`);
const all = [library('runtime'), library('ui_gtk4'), library('stdlib')];
const work = mkdtempSync(join(tmpdir(), 'ardedup-bench-'));
const llvmNm =
  ['14', '19', '22'].map((version) => `/usr/lib/llvm-${version}/bin/llvm-nm`).find(existsSync) ?? 'llvm-nm';

const trim = [
  process.execPath,
  ARDEDUP,
  'trim',
  '--quiet',
  '--linker',
  'lld',
  '--out-dir',
  join(work, 'out'),
  ...all,
];
spawnSync(trim[0], trim.slice(1));
const written = all
  .map((path) => join(work, 'out', path.split('/').at(-1)))
  .filter((path) => existsSync(path));

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
  { name: 'ardedup trim', command: trim },
  { name: 'cp of what trim writes', command: ['cp', ...written, work] },
  { name: 'llvm-nm --no-llvm-bc', command: [llvmNm, '--no-llvm-bc', ...all] },
  { name: 'GNU nm --plugin /dev/null', command: ['nm', '--plugin', '/dev/null', ...all] },
  { name: 'readelf -sW', command: ['readelf', '-sW', ...all] },
];

try {
  const figures = commands.map(() => ({ wall: [], cpu: [], memory: [] }));
  for (let round = 0; round <= RUNS; round++) {
    for (const [at, { command }] of commands.entries()) {
      const measured = measure(command);
      // The first round warms the page cache.
      if (round === 0) continue;
      figures[at].wall.push(measured.wall);
      figures[at].cpu.push(measured.cpu);
      figures[at].memory.push(measured.memory);
    }
  }
  print(figures);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function measure(command) {
  const report = join(work, 'time');
  spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', '-o', report, ...command], { stdio: 'ignore' });
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
