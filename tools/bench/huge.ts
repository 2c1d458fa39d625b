// @ts-nocheck
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as srcArchiveReadArchive from '../../src/archive/read-archive.js';
import * as srcArchiveWriteArchive from '../../src/archive/write-archive.js';
import * as srcLinkInputsArchiveIndex from '../../src/link/inputs/archive-index.js';
import * as srcLinkInputsInputs from '../../src/link/inputs/inputs.js';
import * as srcLinkInputsOpenFiles from '../../src/link/inputs/open-files.js';
import * as testBuildersWriteElf from '../../test/builders/write-elf.js';
import { ROOT } from '../../test/root.js';
import { eachLine, llvm } from '../shared/llvm.js';
import { numberOf, readOptions } from '../shared/options.js';

const USAGE = `Archives beyond what real ones are: one of more than 5 GiB, sparse, so that it takes little disk, and one of 100,000
members. Measures inspect and trim (wall, peak memory), and compares what is written with llvm-ar and llvm-nm.
Needs GNU time (/usr/bin/time). node tools/bench/huge.js [members]. Exits 1 when anything is not right.`;

const { positionals } = readOptions(USAGE, {}, 1);
const COUNT = numberOf('members', positionals[0] ?? '100000');
const ARDEDUP = join(ROOT, 'bin/ardedup.js');
const GIB = 2 ** 30;
/** A command that takes longer is ended, and is a failure. */
const LIMIT = 300_000;
const lib = {
  ...srcArchiveReadArchive,
  ...srcArchiveWriteArchive,
  ...srcLinkInputsArchiveIndex,
  ...srcLinkInputsInputs,
  ...srcLinkInputsOpenFiles,
  ...testBuildersWriteElf,
};
const work = mkdtempSync(join(process.env.ARDEDUP_BENCH_FOLDER ?? tmpdir(), 'ardedup-huge-'));
const rows = [['command', 'wall s', 'peak MB', 'result']];
let failures = 0;

function check(isRight, text) {
  if (!isRight) failures++;
  console.log(`${isRight ? 'right' : 'WRONG'}: ${text}`);
}

/** Of equal length, so that the objects of all names are one with another name in it. */
const nameOf = (prefix, number) => `${prefix}_${String(number).padStart(7, '0')}`;

/** Makes objects that each define one function, and refer to another where one is named. */
function template(prefix, hasReference) {
  const [own, wanted] = [nameOf(prefix, 9999991), nameOf(prefix, 9999992)];
  const symbol = (letter, name) => ({ letter, name, marks: new Map() });
  const symbols = [symbol('T', own), ...(hasReference ? [symbol('U', wanted)] : [])];
  const bytes = Buffer.from(
    lib.writeElf({ archive: null, name: 'a.o', marks: new Map(), symbols }, { member: 1, firstSymbol: 1 }),
  );
  const places = [own, wanted].map((name) => bytes.indexOf(`${name}\0`, 0, 'latin1'));
  return (number) => {
    const made = Buffer.from(bytes);
    made.write(nameOf(prefix, number), places[0], 'latin1');
    if (hasReference) made.write(nameOf(prefix, number + 1), places[1], 'latin1');
    return made;
  };
}
const plain = template('fn', false);
const chained = template('fn', true);

const header = (name, size) =>
  Buffer.from(
    `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${String(size).padEnd(10)}\`\n`,
    'latin1',
  );
const evenly = (size) => size + (size % 2);

/** Lines of what a command prints, latin1. */
async function linesOf(command, args) {
  const lines = [];
  await eachLine(command, args, (line) => void lines.push(line));
  return lines;
}

async function armapOf(path) {
  const lines = [];
  await eachLine(llvm('llvm-nm'), ['--print-armap', '--no-llvm-bc', path], (line) => {
    if (line === '') return false;
    if (line !== 'Archive map') lines.push(line);
  });
  return lines;
}

/** Runs ardedup under GNU time; returns what it printed as JSON. */
function measure(title, args, describe) {
  const report = join(work, 'time');
  const run = spawnSync(
    '/usr/bin/time',
    ['-f', '%e %M', '-o', report, process.execPath, ARDEDUP, ...args, '--format', 'json'],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      timeout: LIMIT,
    },
  );
  if (run.status !== 0) {
    check(false, `${title}: exit ${run.status ?? run.signal}: ${run.stderr.split('\n')[0]}`);
    return null;
  }
  const [wall, memory] = readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  const answer = JSON.parse(run.stdout);
  rows.push([title, wall.toFixed(2), String(Math.round(memory / 1024)), describe(answer)]);
  return answer;
}

const HOLES = 4;
const HOLE = 1.4 * GIB - ((1.4 * GIB) % 8);

/**
 * Five small objects with a huge member of zeros, which no disk holds, after each but the last.
 * @param kind 'gnu64'; or 'gnu' and 'darwin' with an index of 32 bits, which cannot name what is behind 4 GiB
 */
function makeSparse(path, kind) {
  const isDarwin = kind === 'darwin';
  const width = kind === 'gnu64' ? 8 : 4;
  const parts = [];
  for (let at = 0; at <= HOLES; at++) {
    parts.push({
      name: `small-${at}.o`,
      data: isDarwin ? padded(plain(at)) : plain(at),
      symbol: nameOf('fn', at),
    });
    if (at < HOLES) parts.push({ name: `hole-${at}`, data: null });
  }
  const symbols = parts
    .filter(({ symbol }) => symbol)
    .map(({ symbol }) => `${symbol}\0`)
    .join('');
  const rowsSize = isDarwin ? 8 + 8 * 5 : width * 6;
  const indexSize = isDarwin
    ? Math.ceil((rowsSize + symbols.length) / 8) * 8
    : evenly(rowsSize + symbols.length);
  const indexName = isDarwin ? '__.SYMDEF SORTED\0\0\0\0' : '';
  const start = 8 + 60 + indexName.length + indexSize;
  const offsets = [];
  const file = openSync(path, 'w');
  let position = start;
  for (const { name, data } of parts) {
    const size = data?.length ?? HOLE;
    const inline = isDarwin
      ? name.padEnd(name.length + ((8 - ((position + 60 + name.length) % 8)) % 8), '\0')
      : '';
    offsets.push(position);
    writeSync(
      file,
      header(isDarwin ? `#1/${inline.length}` : `${name}/`, size + inline.length),
      0,
      60,
      position,
    );
    if (inline) writeSync(file, Buffer.from(inline), 0, inline.length, position + 60);
    if (data) writeSync(file, data, 0, size, position + 60 + inline.length);
    position += 60 + inline.length + evenly(size);
  }
  ftruncateSync(file, position);
  const index = Buffer.alloc(indexSize);
  const named = parts
    .map(({ symbol }, at) => ({ symbol, offset: offsets[at] }))
    .filter(({ symbol }) => symbol);
  const known = width === 8 ? named : named.filter(({ offset }) => offset < 4 * GIB);
  if (isDarwin) {
    index.writeUInt32LE(8 * known.length, 0);
    known.forEach(({ offset }, at) => {
      index.writeUInt32LE(at * 11, 4 + 8 * at);
      index.writeUInt32LE(offset, 8 + 8 * at);
    });
    index.writeUInt32LE(11 * known.length, 4 + 8 * known.length);
    index.write(symbols.slice(0, 11 * known.length), 8 + 8 * known.length, 'latin1');
  } else {
    if (width === 8) index.writeBigUInt64BE(BigInt(known.length), 0);
    else index.writeUInt32BE(known.length, 0);
    known.forEach(({ offset }, at) => {
      if (width === 8) index.writeBigUInt64BE(BigInt(offset), 8 + 8 * at);
      else index.writeUInt32BE(offset, 4 + 4 * at);
    });
    index.write(symbols.slice(0, 11 * known.length), width * (1 + known.length), 'latin1');
  }
  const tableName = isDarwin ? `#1/${indexName.length}` : width === 8 ? '/SYM64/' : '/';
  const head = Buffer.concat([
    Buffer.from('!<arch>\n'),
    header(tableName, indexSize + indexName.length),
    Buffer.from(indexName),
    index,
  ]);
  writeSync(file, head, 0, head.length, 0);
  closeSync(file);
  return parts;
}

const padded = (data) => Buffer.concat([data, Buffer.alloc((8 - (data.length % 8)) % 8, 0x0a)]);

/** Writes pieces without the zeros among them. */
function writeSparse(path, pieces, source) {
  const file = openSync(path, 'w');
  const chunk = Buffer.alloc(1 << 20);
  const zeros = Buffer.alloc(1 << 20);
  let position = 0;
  for (const piece of pieces) {
    if (piece.kind === 'bytes') writeSync(file, piece.bytes, 0, piece.bytes.length, position);
    else
      for (let done = 0; done < piece.length; done += chunk.length) {
        const part = chunk.subarray(0, Math.min(chunk.length, piece.length - done));
        source.fill(piece.offset + done, part);
        if (!part.equals(zeros.subarray(0, part.length)))
          writeSync(file, part, 0, part.length, position + done);
      }
    position += piece.kind === 'bytes' ? piece.bytes.length : piece.length;
  }
  ftruncateSync(file, position);
  closeSync(file);
}

/** Drops members by name and writes what is left; checks it with LLVM's tools. */
async function rewrite(title, path, parts, dropped, wantedIndex) {
  const files = lib.openFiles();
  try {
    const { inputs } = lib.readInputs([files.open(path)], 'inspect');
    const [archive] = inputs.archives;
    const kept = archive.stored.members
      .filter(({ name }) => !dropped.includes(name))
      .map(({ ordinal }) => ordinal);
    const out = join(work, 'written.a');
    writeSparse(
      out,
      lib.layOutArchive(archive.stored, kept, lib.checkIndex(inputs, archive).entries),
      archive.stored.source,
    );
    const left = parts.filter(({ name }) => !dropped.includes(name));
    const head = Buffer.alloc(128);
    const file = openSync(out, 'r');
    readSync(file, head, 0, 128, 0);
    closeSync(file);
    const named = head.toString('latin1', 8, 24).trim();
    const index = named.startsWith('#1/')
      ? head.toString('latin1', 68, 68 + Number(named.slice(3))).replace(/\0+$/, '')
      : named;
    const list = await linesOf(llvm('llvm-ar'), ['t', out]);
    const map = await armapOf(out);
    const wantedMap = left.filter(({ symbol }) => symbol).map(({ symbol, name }) => `${symbol} in ${name}`);
    const last = left.at(-1);
    const printed = spawnSync(llvm('llvm-ar'), ['p', out, last.name]).stdout;
    const size = statSync(out).size / GIB;
    check(index === wantedIndex, `${title}: ${size.toFixed(2)} GiB, its index is ${index}`);
    check(
      list.join() === left.map(({ name }) => name).join(),
      `${title}: llvm-ar t lists ${list.length} members`,
    );
    check(map.join() === wantedMap.join(), `${title}: llvm-nm --print-armap lists ${map.length} entries`);
    check(last.data !== null && printed.equals(last.data), `${title}: llvm-ar p prints the last member`);
    rmSync(out);
  } finally {
    files.close();
  }
}

async function sparse() {
  const small = join(work, 'libsmall.a');
  writeArchive(
    small,
    [0, 4].map((at) => ({ name: `copy-${at}.o`, data: plain(at), symbol: nameOf('fn', at) })),
  );
  for (const kind of ['gnu64', 'gnu', 'darwin']) {
    const path = join(work, `${kind}.a`);
    const parts = makeSparse(path, kind);
    const { size, blocks } = statSync(path);
    check(
      size > 5 * GIB && blocks * 512 < 1 << 20,
      `${kind}: ${(size / GIB).toFixed(2)} GiB, on disk ${Math.round((blocks * 512) / 1024)} kB`,
    );
    const seen = measure(
      `inspect, ${kind}, ${(size / GIB).toFixed(1)} GiB`,
      ['inspect', path],
      ({ archives }) => `${archives[0].members.length} members, ${archives[0].indexEntries} index entries`,
    );
    check(
      seen?.archives[0].members.length === parts.length,
      `${kind}: inspect finds ${parts.length} members`,
    );
    if (kind !== 'darwin') {
      const plan = measure(
        `trim --dry-run, ${kind}, ${(size / GIB).toFixed(1)} GiB`,
        ['trim', '--dry-run', '--linker', 'lld', '--provider', small, path, small],
        ({ archives }) => `${archives[0].dropped} of ${archives[0].members} dropped`,
      );
      check(plan?.archives[0].dropped === 2, `${kind}: the two members that the provider has are dropped`);
    }
    const [wide, narrow] = kind === 'darwin' ? ['__.SYMDEF_64 SORTED', '__.SYMDEF SORTED'] : ['/SYM64/', '/'];
    await rewrite(`${kind}, nothing dropped`, path, parts, [], wide);
    await rewrite(`${kind}, small-1.o dropped`, path, parts, ['small-1.o'], wide);
    await rewrite(`${kind}, hole-0 and hole-1 dropped`, path, parts, ['hole-0', 'hole-1'], narrow);
    rmSync(path);
  }
}

/** A GNU archive with an index; a name of 16 bytes and more goes to the table of long names. */
function writeArchive(path, members) {
  const long = members.filter(({ name }) => name.length > 15);
  const table = Buffer.from(long.map(({ name }) => `${name}/\n`).join(''), 'latin1');
  const symbols = Buffer.from(members.map(({ symbol }) => `${symbol}\0`).join(''), 'latin1');
  const indexSize = evenly(4 + 4 * members.length + symbols.length);
  const index = Buffer.alloc(indexSize);
  index.writeUInt32BE(members.length, 0);
  symbols.copy(index, 4 + 4 * members.length);
  const tables =
    table.length > 0 ? [header('//', evenly(table.length)), table, Buffer.alloc(table.length % 2, 0x0a)] : [];
  let position = 8 + 60 + indexSize + tables.reduce((size, part) => size + part.length, 0);
  const parts = [];
  let longAt = 0;
  members.forEach(({ name, data }, at) => {
    index.writeUInt32BE(position, 4 + 4 * at);
    parts.push(
      header(name.length > 15 ? `/${longAt}` : `${name}/`, data.length),
      data,
      Buffer.alloc(data.length % 2, 0x0a),
    );
    if (name.length > 15) longAt += name.length + 2;
    position += 60 + evenly(data.length);
  });
  writeFileSync(
    path,
    Buffer.concat([Buffer.from('!<arch>\n'), header('/', indexSize), index, ...tables, ...parts]),
  );
}

async function many() {
  const path = join(work, 'libmany.a');
  const provider = join(work, 'libprovider.a');
  const out = join(work, 'out');
  // Each tenth has a long name; chains of ten refer to the next.
  const members = Array.from({ length: COUNT }, (_, at) => ({
    name: at % 10 === 0 ? `a-member-of-some-length-${at}.o` : `m${at}.o`,
    data: at % 10 === 9 ? plain(at) : chained(at),
    symbol: nameOf('fn', at),
  }));
  const shared = members.slice(0, COUNT / 2);
  writeArchive(path, members);
  writeArchive(provider, shared);
  const title = `${COUNT.toLocaleString('en')} members, ${Math.round(statSync(path).size / 1e6)} MB`;
  const seen = measure(
    `inspect, ${title}`,
    ['inspect', path],
    ({ archives }) => `${archives[0].indexEntries} index entries`,
  );
  check(
    seen?.archives[0].members.length === COUNT && seen.archives[0].indexDisagreements.length === 0,
    `${title}: all members, and an index that agrees`,
  );
  const line = ['--linker', 'lld', '--provider', provider, path, provider];
  const describe = ({ archives }) => `${archives[0].dropped} of ${archives[0].members} dropped`;
  measure(`trim --dry-run, ${title}, beside half of them`, ['trim', '--dry-run', ...line], describe);
  const plan = measure(`trim, ${title}, beside half of them`, ['trim', '--out-dir', out, ...line], describe);
  if (plan === null) return;
  check(
    plan.archives[0].dropped === shared.length,
    `what the provider has is dropped: ${plan.archives[0].dropped}`,
  );
  const written = join(out, 'libmany.a');
  const left = members.slice(shared.length);
  check(
    (await linesOf(llvm('llvm-ar'), ['t', written])).join() === left.map(({ name }) => name).join(),
    `llvm-ar t lists the ${left.length} others`,
  );
  check(
    (await armapOf(written)).join() === left.map(({ symbol, name }) => `${symbol} in ${name}`).join(),
    'llvm-nm --print-armap lists what they define',
  );
  const copy = join(work, 'copy.a');
  writeArchive(copy, left);
  check(
    spawnSync('cmp', ['-s', written, copy]).status === 0,
    'the bytes are those of an archive made of the others',
  );
}

try {
  mkdirSync(join(work, 'out'));
  await sparse();
  await many();
} finally {
  rmSync(work, { recursive: true, force: true });
}
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
console.log();
for (const row of rows)
  console.log(
    row
      .map((cell, at) => (at === 1 || at === 2 ? cell.padStart(widths[at]) : cell.padEnd(widths[at])))
      .join('   ')
      .trimEnd(),
  );
process.exitCode = failures > 0 ? 1 : 0;
