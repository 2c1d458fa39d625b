import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { printTable } from '../shared/table.js';
import { countDuplicates, LINKERS, type PerryLinker, withoutErrorLimit } from './linkers.js';
import { type PerryPlan, trimmedPaths, type Workplace } from './workplace.js';

const PROGRAM = `
let done = false;
fetch("http://127.0.0.1:9/").then(() => { done = true; }).catch(() => { done = true; });
let ticks = 0;
const timer = setInterval(() => {
  ticks++;
  console.log("tick", ticks, "done=", done);
  if (ticks >= 5) clearInterval(timer);
}, 100);
`;
const LAST_TICK = 'tick 5 done= true';

/** A program that starves with two runtimes: linked and run as published, trimmed, and in the other order. */
export function fetchProgram(place: Workplace): void {
  const object = place.compile('fetch', PROGRAM);
  const { runtime, stdlib } = place.archives;
  const required = requiredSymbol(place, object);
  const plan = place.trim('fetch-out', '--', 'ld', ...required, object, runtime, stdlib);
  const [first, second] = plan.archives;
  console.log(
    `fetch program, runtime first, with ${required.join(' ')}: dropped ${first.dropped} of ${first.members} members of libperry_runtime.a, ${second.dropped} of libperry_stdlib.a`,
  );
  const { proved } = place.ardedup('verify', place.savedPlan('fetch-out')) as { readonly proved: boolean };
  console.log(`verify: ${place.check(proved, proved ? 'proved' : 'not proved')}\n`);
  const reversed = place.trim('fetch-other', object, stdlib, runtime);
  const rows = LINKERS.map((linker) => {
    const strict = link(linker, object, [runtime, stdlib], place);
    const run = (wanted: string, archives: readonly string[], ...flags: readonly string[]) => {
      const { result } = link(linker, object, archives, place, flags);
      return place.check(result === wanted, result);
    };
    return [
      linker.title,
      place.check(strict.duplicates > 0 || linker.id === 'mold', String(strict.duplicates)),
      run('starves', [runtime, stdlib], '-Wl,--allow-multiple-definition'),
      run('passes', trimmedPaths(plan), ...required),
      run('passes', [stdlib, runtime]),
      run('passes', trimmedPaths(reversed)),
    ];
  });
  printTable([
    [
      ...['linker', 'duplicates', 'as published, flag', 'trimmed, strict'],
      ...['stdlib first, strict', 'stdlib first, trimmed'],
    ],
    ...rows,
  ]);
}

/**
 * Options that keep mimalloc where it is. GNU ld and gold search the runtime library before anything that is left needs
 * its copy; the one of the standard library would come after AWS-LC, and their destructors may both write to stderr.
 */
function requiredSymbol(place: Workplace, object: string): string[] {
  const { runtime, stdlib } = place.archives;
  const { remedies } = place.ardedup('trim', '-n', object, runtime, stdlib) as PerryPlan;
  const [symbol] = remedies.flatMap((one) => (one.change === 'require-symbol' ? [one.symbol ?? ''] : []));
  return symbol === undefined ? [] : ['-u', symbol];
}

/** Links with the compiler driver and runs what comes out. */
function link(
  linker: PerryLinker,
  object: string,
  archives: readonly string[],
  { folder }: Workplace,
  flags: readonly string[] = [],
): { readonly duplicates: number; readonly result: string } {
  const program = join(folder, 'program');
  const args = [
    ...[...linker.driver, '-o', program, object, '-Wl,--gc-sections'],
    ...withoutErrorLimit(linker).map((option) => `-Wl,${option}`),
    ...[...flags, ...archives],
    ...['-lc', '-lm', '-lpthread', '-ldl', '-lssl', '-lcrypto'],
  ];
  const linked = spawnSync('cc', args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (linked.status !== 0) {
    const undefinedNames = (linked.stderr.match(/undefined (reference|symbol)/g) ?? []).length;
    return { duplicates: countDuplicates(linked.stderr), result: `fails (${undefinedNames} undefined)` };
  }
  const { stdout } = spawnSync(program, { encoding: 'utf8', timeout: 20_000 });
  const last = stdout.trim().split('\n').at(-1);
  return { duplicates: 0, result: last === LAST_TICK ? 'passes' : 'starves' };
}
