// @ts-nocheck
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from '../test/root.js';
import { cureUiLine, PROGRAM } from './perry/cure.js';

const USAGE = `The founding case, alive: the published Perry 0.5.1520 libraries, planned, trimmed, linked and run with every ELF
linker here. Prints two tables; exits 1 when a goal is missed. Needs npm, zstd, cc and Debian's OpenSSL (libssl-dev).
  --ui  the UI line alone, cured by edits of symbols; runs its program where libgtk-4-dev and xvfb are installed`;

import { npmPackage } from './shared/corpus.js';
import { readOptions } from './shared/options.js';

const { values } = readOptions(USAGE, { ui: { type: 'boolean' } });
const ARDEDUP = join(ROOT, 'bin/ardedup.js');
const PACKAGE = npmPackage('@perryts/perry-linux-x64@0.5.1520');
const [RUNTIME, UI, STDLIB] = ['runtime', 'ui_gtk4', 'stdlib'].map((name) =>
  join(PACKAGE, `lib/libperry_${name}.a`),
);

const LINKERS = [
  { id: 'gnu-ld', title: 'GNU ld', driver: ['-fuse-ld=bfd'], path: '/usr/bin/ld.bfd' },
  { id: 'gold', title: 'gold', driver: ['-fuse-ld=gold'], path: '/usr/bin/ld.gold' },
  ...['14', '19', '22'].map((version) => ({
    id: version === '14' ? 'lld-14' : 'lld',
    title: `LLD ${version}`,
    driver: ['-fuse-ld=lld', `-B/usr/lib/llvm-${version}/bin`],
    path: `/usr/lib/llvm-${version}/bin/ld.lld`,
  })),
  { id: 'mold', title: 'mold', driver: ['-fuse-ld=mold'], path: '/usr/bin/mold' },
].filter(({ path }) => existsSync(path));

const FETCH = `
let done = false;
fetch("http://127.0.0.1:9/").then(() => { done = true; }).catch(() => { done = true; });
let ticks = 0;
const timer = setInterval(() => {
  ticks++;
  console.log("tick", ticks, "done=", done);
  if (ticks >= 5) clearInterval(timer);
}, 100);
`;
const WINDOW = `
import { App, VStack, Text } from "perry/ui";
App({ title: "hi", width: 300, height: 200, body: VStack(8, [Text("hello")]) });
`;

const work = mkdtempSync(join(tmpdir(), 'ardedup-perry-'));
let misses = 0;
try {
  if (values.ui)
    cureUiLine({
      program: ARDEDUP,
      object: compile('cure', PROGRAM),
      archives: { runtime: RUNTIME, ui: UI, stdlib: STDLIB },
      linkers: LINKERS,
      work,
      askLinker,
      check,
      print,
    });
  else {
    fetchProgram();
    uiLine();
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = misses > 0 ? 1 : 0;

/** Perry's own compiler makes the object; whether its link succeeds is not asked. */
function compile(name, source) {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'app.ts'), source);
  const env = { ...process.env, PERRY_RUNTIME_DIR: join(PACKAGE, 'lib') };
  spawnSync(join(PACKAGE, 'bin/perry'), ['compile', 'app.ts', '-o', 'app'], {
    cwd: folder,
    env,
    stdio: 'ignore',
  });
  const objects = join(folder, 'node_modules/.cache/perry/objects/host');
  const [object] = readdirSync(objects).filter((file) => file.endsWith('.o'));
  return join(objects, object);
}

function ardedup(...args) {
  return JSON.parse(
    execFileSync(process.execPath, [ARDEDUP, ...args, '--format', 'json'], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    }),
  );
}

function check(isAsWanted, text) {
  if (!isAsWanted) misses++;
  return isAsWanted ? text : `${text} (!)`;
}

function fetchProgram() {
  const object = compile('fetch', FETCH);
  const plan = trim('fetch-out', object, RUNTIME, STDLIB);
  const [runtime] = plan.archives;
  console.log(
    `fetch program, runtime first: dropped ${runtime.dropped} of ${runtime.members} members of libperry_runtime.a`,
  );
  const proved = ardedup('verify', join(work, 'fetch-out.json')).proved;
  console.log(`verify: ${check(proved, proved ? 'proved' : 'not proved')}\n`);
  const trimmed = plan.archives.map(({ path, output }) => output ?? path);
  const rows = [
    [
      'linker',
      'duplicates',
      'as published, flag',
      'trimmed, strict',
      'stdlib first, strict',
      'stdlib first, trimmed',
    ],
  ];
  const other = trim('fetch-other', object, STDLIB, RUNTIME).archives.map(
    ({ path, output }) => output ?? path,
  );
  for (const linker of LINKERS) {
    const strict = link(linker, object, [RUNTIME, STDLIB]);
    const results = [
      check(strict.duplicates > 0 || linker.id === 'mold', String(strict.duplicates)),
      link(linker, object, [RUNTIME, STDLIB], ['-Wl,--allow-multiple-definition']).result,
      link(linker, object, trimmed).result,
      link(linker, object, [STDLIB, RUNTIME]).result,
      link(linker, object, other).result,
    ];
    const wanted = [null, 'starves', 'passes', 'passes', 'passes'];
    rows.push([
      linker.title,
      ...results.map((result, at) => (wanted[at] ? check(result === wanted[at], result) : result)),
    ]);
  }
  print(rows);
}

function trim(out, ...line) {
  return ardedup('trim', '--out-dir', join(work, out), '--plan', join(work, `${out}.json`), ...line);
}

function countDuplicates(text) {
  return (text.match(/multiple definition of|duplicate symbol:/g) ?? []).length;
}

/** Links with the compiler driver and runs what comes out. */
function link(linker, object, archives, flags = []) {
  const program = join(work, 'program');
  const limit = linker.title.startsWith('LLD') ? ['-Wl,--error-limit=0'] : [];
  const args = [
    ...linker.driver,
    '-o',
    program,
    object,
    '-Wl,--gc-sections',
    ...limit,
    ...flags,
    ...archives,
  ];
  const linked = spawnSync('cc', [...args, '-lc', '-lm', '-lpthread', '-ldl', '-lssl', '-lcrypto'], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (linked.status !== 0) {
    const undefinedNames = (linked.stderr.match(/undefined (reference|symbol)/g) ?? []).length;
    return { duplicates: countDuplicates(linked.stderr), result: `fails (${undefinedNames} undefined)` };
  }
  const { stdout } = spawnSync(program, { encoding: 'utf8', timeout: 20_000 });
  const last = stdout.trim().split('\n').at(-1);
  return { duplicates: 0, result: last === 'tick 5 done= true' ? 'passes' : 'starves' };
}

function uiLine() {
  const object = compile('ui', WINDOW);
  const lineOf = (runtime, ui, stdlib) => [object, '--start-group', runtime, '--end-group', ui, stdlib];
  const rows = [
    ['linker', 'dropped', 'duplicates', 'simulated', 'newly undefined', 'bindings moved', 'to other content'],
  ];
  for (const linker of LINKERS) {
    const out = `ui-${linker.title.replace(' ', '-')}`;
    const plan = trim(out, '--linker', linker.id, ...lineOf(RUNTIME, UI, STDLIB));
    const [before, after] = [
      askLinker(linker, lineOf(RUNTIME, UI, STDLIB)),
      askLinker(linker, lineOf(...plan.archives.map(({ path, output }) => output ?? path))),
    ];
    const [simulated] = plan.links;
    const lost = [...after.undefinedNames].filter((name) => !before.undefinedNames.has(name));
    const moved = [...after.definers].filter(
      ([name, file]) => before.definers.has(name) && before.definers.get(name) !== file,
    );
    const foreign = moved.filter(([name, file]) => !isCopy(plan, before.definers.get(name), file));
    const same =
      simulated.duplicatesBefore === before.duplicates && simulated.duplicatesAfter === after.duplicates;
    rows.push([
      linker.title,
      String(plan.archives.reduce((sum, { dropped }) => sum + dropped, 0)),
      `${before.duplicates} → ${after.duplicates}`,
      check(same, `${simulated.duplicatesBefore} → ${simulated.duplicatesAfter}`),
      check(lost.length === 0, String(lost.length)),
      after.definers.size === 0 ? 'not told' : String(moved.length),
      after.definers.size === 0 ? 'not told' : check(foreign.length === 0, String(foreign.length)),
    ]);
    rmSync(join(work, out), { recursive: true, force: true });
  }
  console.log('\nUI line (GTK is not there: what is undefined before is undefined after)\n');
  print(rows);
  const report = spawnSync(
    process.execPath,
    [ARDEDUP, 'check', '--fail-on', 'never', ...lineOf(RUNTIME, UI, STDLIB)],
    { encoding: 'utf8' },
  );
  console.log(`\n${report.stdout}`);
  explainUiLine(lineOf(RUNTIME, UI, STDLIB));
}

/** A real linker prints some 20,000 lines for this link, which are a handful of causes with named state. */
function explainUiLine(line) {
  const [linker] = LINKERS;
  const log = join(work, 'ui.log');
  const said = spawnSync(
    linker.path,
    ['--unresolved-symbols=ignore-all', '-o', join(work, 'linked'), ...line],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    },
  );
  writeFileSync(log, said.stderr);
  const { log: read, link, causes, notInLink } = ardedup('explain', log, '--', ...line);
  const told = causes.reduce((sum, { inLog }) => sum + inLog, 0);
  const isAll = told === read.duplicates && read.unread === 0 && notInLink.length === 0;
  console.log(
    `explained: ${check(isAll, `${told} of ${read.duplicates}`)} duplicates in ${read.lines} lines of ${linker.title}, ${link.duplicates} simulated, by ${check(causes.length <= 12, String(causes.length))} causes`,
  );
  for (const { relation, winner, loser, duplicates, splitGlobals } of causes)
    console.log(
      `  ${relation}: ${basename(winner)}, ${basename(loser)}: ${duplicates}, ${splitGlobals} mutable globals in both`,
    );
}

/** Without flags for the duplicates; with them for undefined names, and a table of who defines what (mold has none). */
function askLinker(linker, line) {
  const limit = linker.title.startsWith('LLD') ? ['--error-limit=0'] : [];
  const run = (...flags) =>
    spawnSync(linker.path, [...flags, ...limit, '-o', join(work, 'linked'), ...line], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
  const strict = run('--unresolved-symbols=ignore-all');
  // Names of two builds of one crate read alike when they are demangled.
  const cref = linker.id === 'mold' ? [] : ['--cref', '--no-demangle'];
  const loose = run('--allow-multiple-definition', '--warn-unresolved-symbols', ...cref);
  const undefinedNames = new Set(
    [...loose.stderr.matchAll(/undefined (?:reference to [`']|(?:hidden )?symbol: )([^'\n]+)/g)].map(
      ([, name]) => name,
    ),
  );
  return {
    duplicates: countDuplicates(strict.stderr),
    undefinedNames,
    definers: readCrossReferences(loose.stdout),
  };
}

/** `--cref`: a name and the file that defines it, then files that refer to it, each on a line that starts blank. */
function readCrossReferences(text) {
  const definers = new Map();
  const start = text.indexOf('Cross Reference Table');
  if (start < 0) return definers;
  for (const line of text.slice(start).split('\n').slice(1)) {
    const match = /^(\S+)\s+(\S.*)$/.exec(line);
    if (match && match[1] !== 'Symbol') definers.set(match[1], basename(match[2]));
  }
  return definers;
}

/** Whether two files, as linkers name members, are copies by the plan: equal unit, or named as twins of each other. */
function isCopy(plan, one, other) {
  const parse = (file) => /^(.*?)\((.*)\)$/.exec(file)?.slice(1) ?? [file, ''];
  const [archiveOfOne, nameOfOne] = parse(one);
  const [, nameOfOther] = parse(other);
  const strip = (name) =>
    name.replace(/(\.rcgu\.o)+$/, '').replace(/^[\w]+-[0-9a-f]{16}\.(?=[\w]+-[0-9a-f]{16}\.)/, '');
  if (strip(nameOfOne) === strip(nameOfOther)) return true;
  const archive = plan.archives.findIndex(({ path }) => basename(path) === archiveOfOne);
  return plan.members.some(
    (member) =>
      member.archive === archive && member.name === nameOfOne && member.evidence === 'identical-bytes',
  );
}

function print(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('   ')
        .trimEnd(),
    );
}
