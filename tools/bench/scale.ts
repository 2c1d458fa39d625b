import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeElf } from '../../test/builders/write-elf.js';
import { readOptions } from '../shared/options.js';
import { workFolder } from '../shared/work-folder.js';
import { memberHeader } from './archive-parts.js';
import { type Cost, runTimed } from './gnu-time.js';
import { ardedup } from './perry-libraries.js';

const USAGE = `Cost and memory as inputs grow: plans of two archives with the same members, from 1,000 symbols on, and of archives from
10 MB on with as many symbols each. What is large is sparse: between the objects are members of zeros. Needs GNU time
(/usr/bin/time); the archives are in the folder that TMPDIR names.

npm run bench:scale -- [--symbols 10000000] [--megabytes 10000]

  --symbols, --megabytes   up to how many of each`;

const { values } = readOptions(USAGE, {
  symbols: { type: 'number', default: '10000000' },
  megabytes: { type: 'number', default: '10000' },
});
const { symbols: mostSymbols, megabytes: mostMegabytes } = values;
/** Of one object: as real ones of Rust have. */
const SYMBOLS_A_MEMBER = 100;
const COLUMN = 12;
const work = workFolder('scale');

/** One object of which the copies have other names of the same length in it. */
const PLACE = 'aaaaaaaa';
const template = makeTemplate();
const places: number[] = [];
for (let at = template.indexOf(PLACE); at >= 0; at = template.indexOf(PLACE, at + 1)) places.push(at);

printRow(['symbols', 'MB', 'wall s', 'cpu s', 'peak MB', 'cpu µs each', 'B each']);
const base = measureRow(200, 0, null);
for (let count = 1000; count <= mostSymbols; count *= 10) measureRow(count, 0, base);
for (let megabytes = 10; megabytes <= mostMegabytes; megabytes *= 10) measureRow(10_000, megabytes, base);

function makeTemplate(): Buffer {
  const symbols = Array.from({ length: SYMBOLS_A_MEMBER }, (_, at) => ({
    letter: at % 3 === 2 ? 'U' : 'T',
    name: `_ZN5scale${PLACE}${String(at).padStart(3, '0')}function_of_a_usual_length17h0123456789abcdefE`,
    marks: new Map(),
  }));
  const object = { archive: null, name: 'a.o', marks: new Map(), symbols };
  return Buffer.from(writeElf(object, { member: 1, firstSymbol: 1 }));
}

function objectOf(number: number): Buffer {
  const text = String(number).padStart(PLACE.length, '0');
  for (const place of places) template.write(text, place, 'latin1');
  return template;
}

/** An archive of that many objects, each followed by a member of `hole` zeros. @returns its size */
function makeArchive(path: string, objects: number, hole: number): number {
  const file = openSync(path, 'w');
  let position = writeSync(file, '!<arch>\n');
  const put = (name: string, size: number, bytes: Buffer | null) => {
    writeSync(file, memberHeader(name, size), 0, 60, position);
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
function measure(archives: readonly string[]): Cost {
  const plan = ['trim', '--quiet', '--dry-run', '--linker', 'lld', ...archives];
  const { status, stderr, cost } = runTimed(ardedup(...plan));
  if (status !== 0 || cost === null) throw new Error(`exit ${status}: ${stderr}`);
  return cost;
}

/** @param count symbols in both archives @param megabytes of both; 0 for no more than it takes */
function measureRow(count: number, megabytes: number, base: Cost | null): Cost {
  const objects = Math.max(1, Math.round(count / 2 / SYMBOLS_A_MEMBER));
  const least = objects * (template.length + 60);
  const hole = Math.max(0, Math.floor((megabytes * 5e5 - least) / objects / 8) * 8 - 60);
  const archives = ['one.a', 'two.a'].map((name) => join(work, name));
  const bytes = archives.reduce((sum, path) => sum + makeArchive(path, objects, hole), 0);
  measure(archives);
  const cost = measure(archives);
  for (const path of archives) rmSync(path);
  const read = 2 * objects * SYMBOLS_A_MEMBER;
  printRow([
    read.toLocaleString('en-US'),
    String(Math.round(bytes / 1e6)),
    cost.wall.toFixed(2),
    cost.cpu.toFixed(2),
    String(Math.round(cost.memory)),
    base ? (((cost.cpu - base.cpu) * 1e6) / read).toFixed(2) : '',
    base ? String(Math.round(((cost.memory - base.memory) * 2 ** 20) / read)) : '',
  ]);
  return cost;
}

function printRow(cells: readonly string[]): void {
  console.log(cells.map((cell) => cell.padStart(COLUMN)).join(''));
}
