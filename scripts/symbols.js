// Compares our symbol tables with readelf's and llvm-nm's, member by member and symbol by symbol, on the Perry libraries
// and on the archives of ten Debian packages. Prints counts and differences; exits 1 when there is any.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { openLine } from '../dist/index.js';
import { debianPackage, npmPackage } from './corpus.js';

const PACKAGES = [
  'libc6-dev', 'libssl-dev', 'zlib1g-dev', 'libsqlite3-dev', 'libprotobuf-dev', 'libcurl4-openssl-dev', 'libboost-regex1.74-dev',
  'libgmp-dev', 'libpng-dev', 'libstdc++-12-dev',
];
const LLVM_NM = ['22', '19', '14'].map((version) => `/usr/lib/llvm-${version}/bin/llvm-nm`).find(existsSync) ?? 'llvm-nm';

/** `   12: 0000000000000000    42 FUNC    GLOBAL DEFAULT    4 name` */
const ROW = /^\s*\d+:\s+[0-9a-f]+\s+(0x[0-9a-f]+|\d+)\s+(\S+)\s+(LOCAL|GLOBAL|WEAK|UNIQUE)\s+(\S+)\s+(?:\[.*?\]\s+)?(\S+)\s(.*)$/;

const perry = npmPackage('@perryts/perry-linux-x64@0.5.1520');
const archives = ['runtime', 'runtime_abort', 'stdlib', 'ui_gtk4'].map((name) => join(perry, `lib/libperry_${name}.a`));
for (const name of PACKAGES) archives.push(...archivesIn(debianPackage(candidate(name))));

const total = { archives: 0, members: 0, symbols: 0, readelf: 0, nm: 0 };
for (const path of archives) {
  const members = readOurs(path);
  const differences = (await compareReadelf(path, members)) + (await compareNm(path, members));
  const symbols = members.reduce((sum, { symbols: own }) => sum + own.length, 0);
  total.archives++;
  total.members += members.length;
  total.symbols += symbols;
  if (differences > 0 || symbols > 20_000) console.log(`${basename(path)}: ${members.length} members, ${symbols} symbols, ${differences} differences`);
}
console.log(`\n${total.archives} archives, ${total.members} members, ${total.symbols} symbols compared`);
console.log(`differences: readelf -sW ${total.readelf}, llvm-nm --no-llvm-bc ${total.nm}`);
process.exitCode = total.readelf + total.nm > 0 ? 1 : 0;

/** The version that apt would install, exactly. */
function candidate(name) {
  const { stdout } = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' });
  const version = /Candidate: (\S+)/.exec(stdout)?.[1];
  if (!version) throw new Error(`apt knows no ${name}: run apt-get update`);
  return `${name}=${version}`;
}

function archivesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.a'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => readFileSync(path).subarray(0, 8).toString('latin1') === '!<arch>\n')
    .sort();
}

/** Linkage symbols of each member, as readelf would say them. */
function readOurs(path) {
  const opened = openLine([path]);
  const { members, symbols } = opened.inputs;
  const { flags, firstSymbol } = symbols;
  const rows = members.map(({ id, name }) => {
    const own = [];
    for (let symbol = firstSymbol[id]; symbol < firstSymbol[id + 1]; symbol++) {
      const bits = flags[symbol];
      const role = bits & 3;
      if (role === 3) continue;
      const binding = bits & (1 << 8) ? 'UNIQUE' : bits & (1 << 7) ? 'WEAK' : 'GLOBAL';
      own.push({
        name: symbols.names.text(symbols.name[symbol]),
        binding,
        visibility: ['DEFAULT', 'HIDDEN', 'PROTECTED'][(bits >> 2) & 3],
        kind: ['NOTYPE', 'FUNC', 'OBJECT', 'TLS', 'IFUNC'][(bits >> 4) & 7],
        size: symbols.size[symbol],
        section: role === 0 ? 'UND' : role === 2 ? 'COM' : bits & (1 << 9) ? 'ABS' : String(symbols.section[symbol]),
      });
    }
    return { name, symbols: own };
  });
  opened.close();
  return rows;
}

async function* linesOf(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.setEncoding('latin1');
  yield* createInterface({ input: child.stdout, crlfDelay: Infinity });
}

async function compareReadelf(path, members) {
  let differences = 0;
  let member = -1;
  let row = 0;
  const note = (ours, theirs) => {
    differences++;
    if (differences <= 3) console.log(`  readelf, ${basename(path)}(${members[member]?.name}): ours ${JSON.stringify(ours)}, theirs ${theirs}`);
  };
  const finish = () => {
    if (member >= 0 && row < members[member].symbols.length) note(members[member].symbols[row], 'nothing more');
  };
  for await (const line of linesOf('readelf', ['-sW', path])) {
    if (line.startsWith('File: ')) {
      finish();
      member++;
      row = 0;
      continue;
    }
    const match = ROW.exec(line);
    if (!match || match[3] === 'LOCAL') continue;
    const [, size, type, binding, visibility, section, rest] = match;
    // A symbol of processor-specific kind is followed by its meaning in brackets, after the visibility.
    const name = rest.replace(/^\s+/, '').replace(/@@?[^@]*\(\d+\)$/, '');
    if (name === '') continue;
    const ours = members[member]?.symbols[row++];
    const wantedKind = type === 'COMMON' ? 'OBJECT' : type;
    const same =
      ours &&
      ours.name === name &&
      ours.binding === binding &&
      ours.visibility === (visibility === 'INTERNAL' ? 'HIDDEN' : visibility) &&
      (ours.kind === wantedKind || (ours.section === 'COM' && ours.kind !== 'FUNC')) &&
      ours.size === Number(size) &&
      ours.section === section;
    if (!same) note(ours, line.trim());
  }
  finish();
  total.readelf += differences;
  return differences;
}

/** llvm-nm in POSIX form: `name type [value size]`; names are compared as sets of role and name. */
async function compareNm(path, members) {
  const key = (name, defined, weak) => `${defined ? 'D' : 'U'}${weak ? 'w' : ' '}${name}`;
  const ours = new Map();
  const add = (map, text, by) => map.set(text, (map.get(text) ?? 0) + by);
  for (const [at, { symbols }] of members.entries())
    for (const { name, section, binding, kind } of symbols)
      // llvm-nm says `i` of an ifunc, weak or not.
      add(ours, `${at} ${key(name, section !== 'UND', binding === 'WEAK' && kind !== 'IFUNC')}`, 1);
  let member = -1;
  let isAfterBlank = false;
  for await (const line of linesOf(LLVM_NM, ['--no-llvm-bc', '-g', '-P', path])) {
    // A blank line, then the member's name and a colon.
    if (isAfterBlank && line.endsWith(':')) {
      member++;
      while (member < members.length && members[member].name !== line.slice(0, -1)) member++;
    }
    isAfterBlank = line === '';
    const match = /^(.*) ([A-Za-z?]) [0-9a-f]+ [0-9a-f]+$/.exec(line) ?? /^(.*) ([A-Za-z?])$/.exec(line.trimEnd());
    if (!match || member < 0) continue;
    const [, name, letter] = match;
    add(ours, `${member} ${key(name, !/[Uwv]/.test(letter), /[wWvV]/.test(letter))}`, -1);
  }
  const wrong = [...ours].filter(([, left]) => left !== 0);
  for (const [text, left] of wrong.slice(0, 3)) console.log(`  llvm-nm, ${basename(path)}: ${left > 0 ? 'only ours' : 'only theirs'}: ${text}`);
  total.nm += wrong.length;
  return wrong.length;
}
