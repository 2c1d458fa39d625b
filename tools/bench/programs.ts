import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { PlansReport } from '../../src/report/plan/plan-report.js';
import { ROOT } from '../../test/root.js';
import { readOptions } from '../shared/options.js';
import { workFolder } from '../shared/work-folder.js';

const USAGE = `Many programs over one set of libraries: disk and time of one set of trimmed archives for all of them, of a set for
each, and of the cache that the wrapper fills. The libraries are static libraries of Rust, each with the standard
library and one crate that all share. Needs rustc, cc, lld and GNU time (/usr/bin/time).

npm run bench:programs -- [--programs 50] [--libraries 4]`;

const { programs, libraries } = readOptions(USAGE, {
  programs: { type: 'number', default: '50' },
  libraries: { type: 'number', default: '4' },
}).values;
const ARDEDUP = join(ROOT, 'bin/ardedup.js');
const work = workFolder('programs');
process.chdir(work);

/** A row of the table: what several runs took together, and the highest peak. */
interface Row {
  readonly what: string;
  wall: number;
  cpu: number;
  peak: number;
  disk: number;
}

const names = Array.from({ length: libraries }, (_, at) => `part${at}`);
writeFileSync(
  'shared.rs',
  'use std::sync::Mutex;\nstatic SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());\npub fn note(text: &str) -> usize { let mut seen = SEEN.lock().unwrap(); seen.push(text.to_owned()); seen.len() }\n',
);
execFileSync('rustc', ['--edition', '2021', '--crate-type', 'rlib', '-O', 'shared.rs']);
for (const name of names) {
  writeFileSync(
    `${name}.rs`,
    `#[no_mangle] pub extern "C" fn ${name}_run() -> usize { shared::note("${name}") }\n`,
  );
  execFileSync('rustc', [
    '--edition',
    '2021',
    '--crate-type',
    'staticlib',
    '-O',
    '--extern',
    'shared=libshared.rlib',
    `${name}.rs`,
  ]);
}

/** Each program uses some of the libraries, and has all of them on its line. */
const uses = (program: number): string[] =>
  names.filter((_, at) => ((program + 1) >> at) & 1 || at === program % libraries);
const commands = Array.from({ length: programs }, (_, program) => {
  const used = uses(program);
  const calls = used.map((name) => `${name}_run()`).join(' + ');
  const declared = used.map((name) => `unsigned long ${name}_run(void);`).join(' ');
  writeFileSync(`main${program}.c`, `${declared} int main(void) { return !(${calls}); }\n`);
  execFileSync('cc', ['-c', `main${program}.c`]);
  const archives = names.map((name) => `lib${name}.a`);
  return [
    'cc',
    '-fuse-ld=lld',
    '-o',
    `app${program}`,
    `main${program}.o`,
    ...archives,
    '-lpthread',
    '-ldl',
    '-lm',
  ];
});
writeFileSync('commands.txt', commands.map((words) => `${words.join(' ')}\n`).join(''));

const diskOf = (folder: string): number =>
  Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) / 1024;

/** Runs ardedup; adds wall, CPU and the highest peak to a row. */
function run(row: Row, ...args: string[]): string {
  const ran = spawnSync(
    '/usr/bin/time',
    ['-f', '%e %U %S %M', '-o', 'time.txt', process.execPath, ARDEDUP, ...args],
    {
      encoding: 'utf8',
    },
  );
  if (ran.status !== 0) throw new Error(`ardedup ${args.join(' ')}: ${ran.stderr}`);
  const [wall, user, system, peak] = readFileSync('time.txt', 'utf8').trim().split(' ').map(Number);
  row.wall += wall;
  row.cpu += user + system;
  row.peak = Math.max(row.peak, peak / 1024);
  return ran.stdout;
}
const newRow = (what: string): Row => ({ what, wall: 0, cpu: 0, peak: 0, disk: 0 });

const each = newRow('planned alone, a set for each');
mkdirSync('each');
for (const [at, words] of commands.entries())
  run(each, 'trim', '--quiet', '--provider', 'libpart0.a', '--out-dir', `each/${at}`, '--', ...words);
each.disk = diskOf('each');

const together = newRow('planned together, one set');
run(
  together,
  'trim',
  '--quiet',
  '--provider',
  'libpart0.a',
  '--out-dir',
  'together',
  '--commands',
  'commands.txt',
);
together.disk = diskOf('together');

const saved = newRow('the same with --plan');
run(
  saved,
  'trim',
  '--quiet',
  '--provider',
  'libpart0.a',
  '--out-dir',
  'saved',
  '--plan',
  'plan.json',
  '--commands',
  'commands.txt',
);
saved.disk = statSync('plan.json').size / 2 ** 20;
const verify = newRow('verify of that plan');
const proved = run(verify, 'verify', 'plan.json');

const link = newRow('the wrapper, links included');
for (const words of commands)
  run(link, 'link', '--cache-dir', join(work, 'cache'), '--provider', 'libpart0.a', '--', ...words);
link.disk = diskOf('cache/archives');

// Whether one set is right for each program.
const { plans } = JSON.parse(readFileSync('plan.json', 'utf8')) as PlansReport;
for (const { program = '', rewrittenLine } of plans) {
  if (rewrittenLine === null) throw new Error('a line of the plan was not rewritten');
  execFileSync(program, rewrittenLine);
  execFileSync(`./${rewrittenLine[rewrittenLine.indexOf('-o') + 1]}`);
}

const original = names.reduce((sum, name) => sum + statSync(`lib${name}.a`).size, 0) / 2 ** 20;
console.log(
  `${programs} programs, ${libraries} libraries of ${original.toFixed(1)} MB in all; load ${loadavg()[0].toFixed(1)}`,
);
console.log(proved.trim());
console.log('all programs linked with the one set, and run');
console.log('| | wall s | cpu s | peak MB | disk MB |\n| --- | ---: | ---: | ---: | ---: |');
for (const { what, wall, cpu, peak, disk } of [each, together, saved, verify, link])
  console.log(
    `| ${what} | ${wall.toFixed(1)} | ${cpu.toFixed(1)} | ${peak.toFixed(0)} | ${disk.toFixed(1)} |`,
  );
