// @ts-nocheck
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as testBuildersWriteElf from '../../test/builders/write-elf.js';
import { ROOT } from '../../test/root.js';
import { readOptions } from '../shared/options.js';

const USAGE = `Cost and memory as inputs grow: plans of two archives with the same members, from 10³ symbols on, and of archives
from 10 MB on with as many symbols each. What is large is sparse: between the objects are members of zeros. Needs GNU
time (/usr/bin/time). node tools/bench/scale.js [--symbols 10000000] [--megabytes 10000]: up to how many of each.`;

const { values } = readOptions(USAGE, {
  symbols: { type: 'number', default: '10000000' },
  megabytes: { type: 'number', default: '10000' },
});
const { symbols: mostSymbols, megabytes: mostMegabytes } = values;
const ARDEDUP = join(ROOT, 'bin/ardedup.js');
/** Of one object: as real ones of Rust have. */
const SYMBOLS_A_MEMBER = 100;
const { writeElf } = { ...testBuildersWriteElf };
const work = mkdtempSync(join(process.env.ARDEDUP_BENCH_FOLDER ?? tmpdir(), 'ardedup-scale-'));

/** One object of which the copies have other names of the same length in it. */
const PLACE = 'aaaaaaaa';
const symbols = Array.from({ length: SYMBOLS_A_MEMBER }, (_, at) => ({
  letter: at % 3 === 2 ? 'U' : 'T',
  name: `_ZN5scale${PLACE}${String(at).padStart(3, '0')}function_of_a_usual_length17h0123456789abcdefE`,
  marks: new Map(),
}));
const template = Buffer.from(
  writeElf({ archive: null, name: 'a.o', marks: new Map(), symbols }, { member: 1, firstSymbol: 1 }),
);
const places = [];
for (let at = template.indexOf(PLACE); at >= 0; at = template.indexOf(PLACE, at + 1)) places.push(at);

function objectOf(number) {
  const text = String(number).padStart(PLACE.length, '0');
  for (const place of places) template.write(text, place, 'latin1');
  return template;
}

const header = (name, size) =>
  Buffer.from(
    `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${String(size).padEnd(10)}\`\n`,
    'latin1',
  );

/** An archive of that many objects, with a member of `hole` zeros behind each. */
function makeArchive(path, objects, hole) {
  const file = openSync(path, 'w');
  let position = writeSync(file, '!<arch>\n');
  const put = (name, size, bytes) => {
    writeSync(file, header(name, size), 0, 60, position);
    if (bytes) writeSync(file, bytes, 0, size, position + 60);
    position += 60 + size + (size % 2);
  };
  for (let at = 0; at < objects; at++) {
    put(`m${at}.o/`, template.length, objectOf(at));
    if (hole > 0) put(`h${at}/`, hole, null);
  }
  ftruncateSync(file, position);
  closeSync(file);
  return position;
}

/** One plan, under GNU time. */
function measure(archives) {
  const report = join(work, 'time');
  const plan = ['trim', '--quiet', '--dry-run', '--linker', 'lld', ...archives];
  const run = spawnSync('/usr/bin/time', [
    '-f',
    '%e %U %S %M',
    '-o',
    report,
    process.execPath,
    ARDEDUP,
    ...plan,
  ]);
  if (run.status !== 0) throw new Error(`exit ${run.status}: ${run.stderr}`);
  const line = readFileSync(report, 'utf8').trim().split('\n').at(-1);
  const [wall, user, system, memory] = line.split(' ').map(Number);
  return { wall, cpu: user + system, memory: memory / 1024 };
}

/** @param count symbols in both archives @param megabytes of both; 0 for no more than it takes */
function row(count, megabytes, base) {
  const objects = Math.max(1, Math.round(count / 2 / SYMBOLS_A_MEMBER));
  const least = objects * (template.length + 60);
  const hole = Math.max(0, Math.floor((megabytes * 5e5 - least) / objects / 8) * 8 - 60);
  const archives = ['one.a', 'two.a'].map((name) => join(work, name));
  const bytes = archives.reduce((sum, path) => sum + makeArchive(path, objects, hole), 0);
  measure(archives);
  const { wall, cpu, memory } = measure(archives);
  for (const path of archives) rmSync(path);
  const read = 2 * objects * SYMBOLS_A_MEMBER;
  const cells = [
    read.toLocaleString('en-US'),
    String(Math.round(bytes / 1e6)),
    wall.toFixed(2),
    cpu.toFixed(2),
    String(Math.round(memory)),
    base ? (((cpu - base.cpu) * 1e6) / read).toFixed(2) : '',
    base ? String(Math.round(((memory - base.memory) * 2 ** 20) / read)) : '',
  ];
  console.log(cells.map((cell) => cell.padStart(12)).join(''));
  return { cpu, memory };
}

try {
  console.log(
    ['symbols', 'MB', 'wall s', 'cpu s', 'peak MB', 'cpu µs each', 'B each']
      .map((cell) => cell.padStart(12))
      .join(''),
  );
  const base = row(200, 0, null);
  for (let count = 1000; count <= mostSymbols; count *= 10) row(count, 0, base);
  for (let megabytes = 10; megabytes <= mostMegabytes; megabytes *= 10) row(10_000, megabytes, base);
} finally {
  rmSync(work, { recursive: true, force: true });
}
