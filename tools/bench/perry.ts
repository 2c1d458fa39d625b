import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findProfile, openLine, planTrim } from '../../src/index.js';
import { ROOT } from '../../test/root.js';
import { llvm } from '../shared/llvm.js';
import { numberOf, readOptions } from '../shared/options.js';
import { printTable } from '../shared/table.js';
import { workFolder } from '../shared/work-folder.js';
import { type Cost, median, runTimed } from './gnu-time.js';
import { ardedup, perryLibraries } from './perry-libraries.js';

const USAGE = `Whole commands on the Perry libraries, in turns in one run: ardedup's plan and trim next to what reads the same symbols
(llvm-nm, GNU nm, readelf), links of the same files (mold, LLD), what is done by hand (llvm-nm, comm and llvm-objcopy),
and cp of the bytes that trim writes. Prints medians, ratios, peak memory, and the phases of a plan. Needs GNU time
(/usr/bin/time).

npm run bench:commands -- [runs]`;

const { positionals } = readOptions(USAGE, {}, 1);
const RUNS = numberOf('runs', positionals[0] ?? '5');
/** Of LLVM the oldest: its llvm-nm is the fastest. */
const OLD_FIRST = ['14', '19', '22'];

interface Command {
  readonly name: string;
  readonly command: readonly string[];
  readonly prepare?: () => void;
}

const all = perryLibraries();
const work = workFolder('bench');
const out = join(work, 'out');
const trim = ardedup('trim', '--quiet', '--linker', 'lld', '--out-dir', out, ...all);
spawnSync(trim[0], trim.slice(1));
const written = all.map((path) => join(out, basename(path))).filter((path) => existsSync(path));
const commands = commandsToMeasure();
print(measureAll());
printPhases();

function commandsToMeasure(): Command[] {
  const plan = ['trim', '--quiet', '--dry-run'];
  const llvmNm = llvm('llvm-nm', OLD_FIRST);
  const link = linkArgs();
  return [
    { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
    { name: 'ardedup plan', command: ardedup(...plan, '--linker', 'lld', ...all) },
    { name: 'ardedup plan, any linker', command: ardedup(...plan, ...all) },
    { name: 'ardedup trim', command: trim, prepare: emptyOut },
    { name: 'ardedup trim, all there already', command: trim },
    { name: 'cp of what trim writes', command: ['cp', ...written, work] },
    { name: 'llvm-nm --no-llvm-bc', command: [llvmNm, '--no-llvm-bc', ...all] },
    { name: 'GNU nm --plugin /dev/null', command: ['nm', '--plugin', '/dev/null', ...all] },
    { name: 'readelf -sW', command: ['readelf', '-sW', ...all] },
    { name: 'link of the same files, mold', command: ['mold', '--no-fork', ...link] },
    { name: 'link of the same files, LLD', command: [llvm('ld.lld', ['19', '16', '14']), ...link] },
    { name: 'by hand: nm, comm, objcopy', command: ['sh', byHand(llvmNm)] },
  ];
}

/** Arguments of a real link that loads the same files, since it has the undefined names of the simulated link. */
function linkArgs(): string[] {
  // Undefined names with a version, which LLD does not ignore, are defined.
  const versioned = ['cfsetispeed@GLIBC_2.2.5', 'cfsetospeed@GLIBC_2.2.5'];
  return [
    ...['--noinhibit-exec', '-z', 'muldefs', '--unresolved-symbols=ignore-all'],
    ...versioned.map((name) => `--defsym=${name}=0`),
    ...['-o', join(work, 'linked'), `@${responseFile()}`],
  ];
}

function responseFile(): string {
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

/** By hand: what a stronger archive defines becomes weak in the others, so that one copy of each name is used. */
function byHand(llvmNm: string): string {
  const path = join(work, 'by-hand.sh');
  writeFileSync(
    path,
    `set -e
names() { ${llvmNm} --no-llvm-bc -g --defined-only --format=just-symbols "$1" 2>/dev/null | LC_ALL=C sort -u; }
names ${all[2]} > ${work}/have
for archive in ${all[0]} ${all[1]}; do
  ${llvm('llvm-ar', OLD_FIRST)} t "$archive" > ${work}/members
  names "$archive" | LC_ALL=C comm -12 - ${work}/have > ${work}/both
  ${llvm('llvm-objcopy', OLD_FIRST)} --weaken-symbols=${work}/both "$archive" ${work}/$(basename "$archive")
done
`,
  );
  return path;
}

/** So that trim writes, and does not find that all is there. */
function emptyOut(): void {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
}

/** @returns costs by command; the first round, which warms the page cache, is not among them */
function measureAll(): Cost[][] {
  const costs: Cost[][] = commands.map(() => []);
  for (let round = 0; round <= RUNS; round++)
    for (const [at, { command, prepare }] of commands.entries()) {
      prepare?.();
      const cost = measure(command);
      if (round > 0) costs[at].push(cost);
    }
  return costs;
}

function measure(command: readonly string[]): Cost {
  const { status, cost } = runTimed(command, { stdio: 'ignore' });
  if (status !== 0) console.error(`exit ${status}: ${command.slice(0, 4).join(' ')} …`);
  return cost ?? { wall: Number.NaN, cpu: Number.NaN, memory: Number.NaN };
}

function print(costs: readonly (readonly Cost[])[]): void {
  const size = all.reduce((sum, path) => sum + statSync(path).size, 0);
  const bytes = written.reduce((sum, path) => sum + statSync(path).size, 0);
  console.log(
    `three archives, ${Math.round(size / 1e6)} MB; trim writes ${Math.round(bytes / 1e6)} MB; medians of ${RUNS}\n`,
  );
  const wallOf = (name: string) =>
    median(costs[commands.findIndex((command) => command.name === name)].map(({ wall }) => wall));
  const nm = wallOf('llvm-nm --no-llvm-bc');
  const rows = commands.map(({ name }, at) => [
    name,
    median(costs[at].map(({ wall }) => wall)).toFixed(2),
    median(costs[at].map(({ cpu }) => cpu)).toFixed(2),
    Math.round(Math.max(...costs[at].map(({ memory }) => memory))),
    (wallOf(name) / nm).toFixed(2),
  ]);
  printTable([['command', 'wall s', 'cpu s', 'peak MB', '× llvm-nm'], ...rows], [1, 2, 3, 4]);
  const goal = 1.5 * wallOf('cp of what trim writes') + wallOf('node -e 0');
  console.log(`\nplan ÷ llvm-nm: ${(wallOf('ardedup plan') / nm).toFixed(2)} (goal 0.5)`);
  console.log(`trim ÷ (1.5 × cp + node): ${(wallOf('ardedup trim') / goal).toFixed(2)} (goal 1)`);
}

/** In processes of their own, as cold as in a command: what reads, resolves, compares, plans and writes takes. */
function printPhases(): void {
  const script = [join(ROOT, 'tools/run.js'), 'bench/phases', out, ...all];
  const rounds = Array.from({ length: RUNS }, () => {
    emptyOut();
    const { stdout } = spawnSync(process.execPath, script, { encoding: 'utf8' });
    return JSON.parse(stdout) as Record<string, number>;
  });
  console.log('\nphases, ms of the main thread, medians:');
  for (const phase of Object.keys(rounds[0])) {
    const milliseconds = Math.round(median(rounds.map((times) => times[phase])));
    console.log(`  ${phase.padEnd(28)} ${String(milliseconds).padStart(6)}`);
  }
}
