// Follows every command that `check` and `explain` print for a link, with the real linker where it links:
//   node tools/printed-commands.js FOLDER...      folders with inputs and a file `link`, the link command
//   node tools/printed-commands.js --pairs [--from N] [--to N]
//                                                 pairs of Debian's archives (tools/archive-pairs.json), all or some
// None may leave duplicates and split state as they are, add unresolved names, or be printed for archives without a
// program. A row per link; exit status 1 where a command fails that.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { debianPackage } from './corpus.js';
import { readOptions } from './options.js';

const ARDEDUP = resolve(import.meta.dirname, '../bin/ardedup.js');
const REPORTED = /multiple definition of|duplicate symbol|LNK2005|already defined in/g;
const COMMAND = /^ {2}(?:what to do: )?(ardedup (?:trim|fix) .*)$/gm;

let followed = 0;
const OPTIONS = { pairs: { type: 'boolean' }, from: { type: 'number' }, to: { type: 'number' } };
function givenLink(folder) {
  const command = readFileSync(join(folder, 'link'), 'utf8').trim();
  return { title: basename(resolve(folder)), folder: resolve(folder), command, archives: [] };
}

/** A program that loads both archives whole: names that they need of others stay unresolved. */
function debianLinks(from, to) {
  const pairs = JSON.parse(readFileSync(new URL('./archive-pairs.json', import.meta.url), 'utf8'));
  return pairs.slice(from, to).flatMap(({ one, other }) => {
    const archives = [one, other].map(([spec, path]) => join(debianPackage(spec), path));
    if (!archives.every((path) => existsSync(path))) return [];
    const folder = mkdtempSync(join(tmpdir(), 'ardedup-pairs-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'main.c'), 'int main(void) { return 0; }\n');
    spawnSync('cc', ['-c', 'main.c'], { cwd: folder });
    const whole = `-Wl,--whole-archive ${archives.join(' ')} -Wl,--no-whole-archive`;
    const command = `cc -o program main.o -Wl,--unresolved-symbols=ignore-all ${whole}`;
    return { title: archives.map((path) => basename(path)).join(' '), folder, command, archives };
  });
}

function run(folder, words, shell = false) {
  const { stdout, stderr, status } = spawnSync(
    shell ? 'sh' : process.execPath,
    shell ? ['-c', words] : [ARDEDUP, ...words],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      env: { ...process.env, LC_ALL: 'C' },
    },
  );
  return { out: stdout, err: stderr, status };
}

function ardedup(folder, words, command) {
  return run(folder, `"${process.execPath}" "${ARDEDUP}" ${words} -- ${command}`, true);
}

/** Archives without a program are not a link: no command is right for all that link them. */
function checkAlone(folder, archives) {
  if (archives.length === 0) return [];
  const { out } = run(folder, ['check', '--format', 'json', ...archives]);
  const { findings } = JSON.parse(out);
  return findings.flatMap(({ remedy }) =>
    remedy?.startsWith('ardedup ') ? [`for archives alone: ${remedy}`] : [],
  );
}

function faultsOf(folder, command) {
  const { out, err, status } = ardedup(folder, 'check --format json', command);
  if (status === 2) throw new Error(`check of ${command}: ${err}`);
  const [
    {
      links: [link],
      splitStateBefore,
    },
  ] = JSON.parse(out).plans;
  const linked = run(folder, command, true);
  return {
    duplicates: link.duplicatesBefore,
    split: splitStateBefore.length,
    undefined: link.undefinedBefore,
    reported: (linked.err.match(REPORTED) ?? []).length,
    links: linked.status === 0,
  };
}

function follow(folder, command) {
  const before = faultsOf(folder, command);
  const text = `${ardedup(folder, 'check', command).out}\n${ardedup(folder, 'explain', command).out}`;
  const commands = [...new Set([...text.matchAll(COMMAND)].map(([, one]) => one))];
  return commands.flatMap((printed) => {
    followed++;
    for (const name of ['trimmed', 'fixed']) rmSync(join(folder, name), { recursive: true, force: true });
    const ran = run(folder, `"${process.execPath}" "${ARDEDUP}" ${printed.slice('ardedup '.length)}`, true);
    const linked = /^link with:(?: |\n\n {2})(.*)$/m.exec(ran.out)?.[1];
    if (ran.status !== 0 || linked === undefined)
      return [`${printed}: exits ${ran.status}: ${ran.err.trim()}`];
    return compare(before, faultsOf(folder, linked)).map((what) => `${printed}: ${what}`);
  });
}

function compare(before, after) {
  const worse = ['duplicates', 'split', 'undefined', 'reported'].filter((what) => after[what] > before[what]);
  const sum = ({ duplicates, split }) => duplicates + split;
  return [
    ...worse.map((what) => `${what} ${before[what]} → ${after[what]}`),
    ...(before.links && !after.links ? ['no longer links'] : []),
    ...(sum(before) > 0 && sum(after) >= sum(before) ? ['leaves all duplicates and all split state'] : []),
  ];
}

const { values, positionals } = readOptions(import.meta.url, OPTIONS, Infinity);
const links = values.pairs ? debianLinks(values.from ?? 0, values.to) : positionals.map(givenLink);
let wrong = 0;
for (const { title, folder, command, archives } of links) {
  const faults = [...checkAlone(folder, archives), ...follow(folder, command)];
  wrong += faults.length;
  console.log(
    `${faults.length === 0 ? 'ok' : 'WRONG'} ${title}${faults.map((fault) => `\n   ${fault}`).join('')}`,
  );
}
console.log(`${links.length} links, ${followed} commands followed, ${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
