import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { printTable } from '../shared/table.js';
import { askLinker, LINKERS, type PerryLinker } from './linkers.js';
import { type PerryPlan, trimmedPaths, type Workplace } from './workplace.js';

const PROGRAM = `
import { App, VStack, Text } from "perry/ui";
App({ title: "hi", width: 300, height: 200, body: VStack(8, [Text("hello")]) });
`;

/** A line with all three libraries: each linker's duplicates before and after must be those simulated. */
export function uiLine(place: Workplace): void {
  const object = place.compile('ui', PROGRAM);
  const lineOf = ([runtime, ui, stdlib]: readonly string[]) => [
    object,
    ...['--start-group', runtime, '--end-group'],
    ui,
    stdlib,
  ];
  const { runtime, ui, stdlib } = place.archives;
  const given = lineOf([runtime, ui, stdlib]);
  const rows = LINKERS.map((linker) => compareWith(linker, given, lineOf, place));
  console.log('\nUI line (GTK is not there: what is undefined before is undefined after)\n');
  printTable([
    ['linker', 'dropped', 'duplicates', 'simulated', 'newly undefined', 'bindings moved', 'to other content'],
    ...rows,
  ]);
  const check = [place.program, 'check', '--fail-on', 'never', ...given];
  console.log(`\n${spawnSync(process.execPath, check, { encoding: 'utf8' }).stdout}`);
  explainUiLine(given, place);
}

function compareWith(
  linker: PerryLinker,
  given: readonly string[],
  lineOf: (archives: readonly string[]) => string[],
  place: Workplace,
): string[] {
  const out = `ui-${linker.title.replace(' ', '-')}`;
  const plan = place.trim(out, '--linker', linker.id, ...given);
  const before = askLinker(linker, given, place.folder);
  const after = askLinker(linker, lineOf(trimmedPaths(plan)), place.folder);
  const [simulated] = plan.links;
  const lost = [...after.undefinedNames].filter((name) => !before.undefinedNames.has(name));
  const moved = [...after.definers].flatMap(([name, file]) => {
    const earlier = before.definers.get(name);
    return earlier === undefined || earlier === file ? [] : [[earlier, file] as const];
  });
  const foreign = moved.filter(([earlier, file]) => !isCopy(plan, earlier, file));
  const isSame =
    simulated.duplicatesBefore === before.duplicates && simulated.duplicatesAfter === after.duplicates;
  const isTold = after.definers.size > 0;
  rmSync(join(place.folder, out), { recursive: true, force: true });
  return [
    linker.title,
    String(plan.archives.reduce((sum, { dropped }) => sum + dropped, 0)),
    `${before.duplicates} → ${after.duplicates}`,
    place.check(isSame, `${simulated.duplicatesBefore} → ${simulated.duplicatesAfter}`),
    place.check(lost.length === 0, String(lost.length)),
    isTold ? String(moved.length) : 'not told',
    isTold ? place.check(foreign.length === 0, String(foreign.length)) : 'not told',
  ];
}

/** Checked fields of `explain --format json`. */
interface Explanation {
  readonly log: { readonly duplicates: number; readonly unread: number; readonly lines: number };
  readonly link: { readonly duplicates: number };
  readonly notInLink: readonly unknown[];
  readonly causes: readonly {
    readonly relation: string;
    readonly winner: string;
    readonly loser: string;
    readonly inLog: number;
    readonly duplicates: number;
    readonly splitGlobals: number;
  }[];
}

/** A real linker prints some 20,000 lines for this link, which are a handful of causes with named state. */
function explainUiLine(line: readonly string[], place: Workplace): void {
  const [linker] = LINKERS;
  const path = join(place.folder, 'ui.log');
  const args = ['--unresolved-symbols=ignore-all', '-o', join(place.folder, 'linked'), ...line];
  writeFileSync(path, spawnSync(linker.path, args, { encoding: 'utf8', maxBuffer: 1 << 30 }).stderr);
  const { log, link, causes, notInLink } = place.ardedup('explain', path, '--', ...line) as Explanation;
  const told = causes.reduce((sum, { inLog }) => sum + inLog, 0);
  const isAll = told === log.duplicates && log.unread === 0 && notInLink.length === 0;
  const count = place.check(causes.length <= 12, String(causes.length));
  console.log(
    `explained: ${place.check(isAll, `${told} of ${log.duplicates}`)} duplicates in ${log.lines} lines of ${linker.title}, ${link.duplicates} simulated, by ${count} causes`,
  );
  for (const { relation, winner, loser, duplicates, splitGlobals } of causes)
    console.log(
      `  ${relation}: ${basename(winner)}, ${basename(loser)}: ${duplicates}, ${splitGlobals} mutable globals in both`,
    );
}

/** Whether two files, as linkers name members, are copies by the plan: equal unit, or named as twins of each other. */
function isCopy({ archives, members }: PerryPlan, one: string, other: string): boolean {
  const [archiveOfOne, nameOfOne] = memberOf(one);
  const [, nameOfOther] = memberOf(other);
  if (unitOf(nameOfOne) === unitOf(nameOfOther)) return true;
  const archive = archives.findIndex(({ path }) => basename(path) === archiveOfOne);
  return members.some(
    (member) =>
      member.archive === archive && member.name === nameOfOne && member.evidence === 'identical-bytes',
  );
}

/** `libx.a(member.o)` */
function memberOf(file: string): readonly [archive: string, member: string] {
  const [, archive = file, member = ''] = /^(.*?)\((.*)\)$/.exec(file) ?? [];
  return [archive, member];
}

/** Without the suffixes of rustc and the prefix of the crate that a unit was bundled from. */
const unitOf = (name: string): string =>
  name.replace(/(\.rcgu\.o)+$/, '').replace(/^[\w]+-[0-9a-f]{16}\.(?=[\w]+-[0-9a-f]{16}\.)/, '');
