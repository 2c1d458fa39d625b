// The UI line of the published Perry libraries, cured by edits: refused without a rule of the user; with it no
// duplicate, on each linker, and a program with timers, promises and state that runs under a virtual X server where GTK
// 4 is installed.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { printTable } from '../shared/table.js';
import { fixForAll } from './fix-for-all.js';
import { askLinker, LINKERS, type PerryLinker } from './linkers.js';
import { runStrictly } from './run-window.js';
import { type PerryArchives, type PerryPlan, trimmedPaths, type Workplace } from './workplace.js';

/** A window, a timer, promises and a map: wrong or silent where the two runtimes have a state each. */
const PROGRAM = `
import { App, VStack, Text } from "perry/ui";
let ticks = 0;
let promised = 0;
const map = new Map<string, number>();
const timer = setInterval(() => {
  ticks++;
  map.set("tick", ticks);
  Promise.resolve(ticks).then((n) => { promised += n; });
  console.log("tick", ticks, "map", map.get("tick"), "promised", promised);
}, 100);
App({ title: "hi", width: 300, height: 200, body: VStack(8, [Text("hello")]) });
`;
/**
 * Edits: C names of the UI library's own runtime build yield to the standard library's; what still clashes is isolated.
 */
const editsOf = ({ ui, stdlib }: PerryArchives): string[] => ['--yield', `*=${stdlib}`, '--isolate', ui];

/** State of Rust's std, of memchr and of core that the isolated copies keep for themselves. */
const ACCEPTED = ['*3std*', '*6memchr*', '*4core*error*'].flatMap((pattern) => ['--accept-split', pattern]);

export function cureUiLine(place: Workplace): void {
  const object = place.compile('cure', PROGRAM);
  const { archives } = place;
  const { runtime, ui, stdlib } = archives;
  const given = lineOf(object, [runtime, ui, stdlib]);
  const dryRun = ['-n', '-q', '--linker', LINKERS[0].id];
  const plain = trim(place, ...dryRun, ...given);
  const refused = trim(place, ...dryRun, ...editsOf(archives), ...given);
  const isRefused = refused.status === 2 && refused.stderr.includes('[edit-splits-state]');
  console.log(`without acceptance: ${place.check(isRefused, isRefused ? 'refused' : 'not refused')}`);
  const told = refused.stderr.trim().replaceAll(/\/\S*\//g, '');
  console.log(`  ${told.slice(0, 400)}\n`);
  const cured = LINKERS.map((linker) => cureWith(linker, object, given, place));
  const splits = cured.at(-1)?.splits ?? [];
  console.log(
    `UI line with yield and isolate accepted (a plan of drops takes ${plain.seconds.toFixed(1)} s)\n`,
  );
  printTable([
    ['linker', 'duplicates', 'newly undefined', 'edits', 'globals in two copies', 'seconds', 'program'],
    ...cured.map(({ row }) => row),
  ]);
  console.log(`\nglobals in two copies: ${splits.length}`);
  for (const name of splits) console.log(`  ${name}`);
  fixForAll(place, object, given);
}

const lineOf = (object: string, [runtime, ui, stdlib]: readonly string[]): string[] => [
  object,
  ...['--start-group', runtime, '--end-group'],
  ui,
  stdlib,
];

const groupOf = ([runtime, ui, stdlib]: readonly string[]): string[] => [
  ...['-Wl,--start-group', runtime, '-Wl,--end-group'],
  ui,
  stdlib,
];

function trim(
  { program }: Workplace,
  ...args: readonly string[]
): SpawnSyncReturns<string> & { readonly seconds: number } {
  const start = performance.now();
  const ran = spawnSync(process.execPath, [program, 'trim', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  return { ...ran, seconds: (performance.now() - start) / 1000 };
}

function cureWith(
  linker: PerryLinker,
  object: string,
  given: readonly string[],
  place: Workplace,
): { readonly row: readonly string[]; readonly splits: readonly string[] } {
  const out = join(place.folder, `cure-${linker.id}`);
  const args = ['--linker', linker.id, '--format', 'json', '--out-dir', out];
  const { status, stdout, stderr, seconds } = trim(
    place,
    ...args,
    ...editsOf(place.archives),
    ...ACCEPTED,
    ...given,
  );
  if (status !== 0) {
    const problem = place.check(false, stderr.trim().slice(0, 200));
    return { row: [linker.title, problem, '', '', '', '', ''], splits: [] };
  }
  const plan = JSON.parse(stdout) as PerryPlan;
  const written = trimmedPaths(plan);
  const before = askLinker(linker, given, place.folder);
  const after = askLinker(linker, lineOf(object, written), place.folder);
  const lost = [...after.undefinedNames].filter((name) => !before.undefinedNames.has(name));
  const row = [
    linker.title,
    `${before.duplicates} → ${place.check(after.duplicates === 0, String(after.duplicates))}`,
    place.check(lost.length === 0, String(lost.length)),
    String(plan.edits.length),
    String(plan.acceptedSplits.length),
    seconds.toFixed(1),
    runStrictly(linker, [object, ...groupOf(written)], place),
  ];
  rmSync(out, { recursive: true, force: true });
  return { row, splits: plan.acceptedSplits };
}
