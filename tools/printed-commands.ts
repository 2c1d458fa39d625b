import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ROOT } from '../test/root.js';
import { debianPackage } from './shared/corpus.js';
import { readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Follows every command that check and explain print for a link, with the real linker where it links:

node tools/run.js printed-commands FOLDER...      folders with inputs and a file "link", the link command
node tools/run.js printed-commands --pairs [--from N] [--to N]
                                                  pairs of Debian's archives (tools/archive-pairs.json), all or some

None may leave duplicates and split state as they are, add unresolved names, or be printed for archives without a
program. A row per link; exit status 1 where a command fails that.`;

/** A link whose commands are followed. */
interface Link {
  readonly title: string;
  readonly folder: string;
  readonly command: string;
  /** Those that are also checked without a program. */
  readonly archives: readonly string[];
}

const FAULTS = ['duplicates', 'split', 'undefined', 'reported'] as const;

/** Faults of a link by kind, and whether it links. */
type Faults = Readonly<Record<(typeof FAULTS)[number], number>> & { readonly links: boolean };

/** A package and a path in it. */
type PackageFile = readonly [spec: string, path: string];

const ARDEDUP = join(ROOT, 'bin/ardedup.js');
const REPORTED = /multiple definition of|duplicate symbol|LNK2005|already defined in/g;
const COMMAND = /^ {2}(?:what to do: )?(ardedup (?:trim|fix) .*)$/gm;

const { values, positionals } = readOptions(
  USAGE,
  { pairs: { type: 'boolean' }, from: { type: 'number' }, to: { type: 'number' } },
  Number.POSITIVE_INFINITY,
);
const links = values.pairs ? debianLinks(values.from ?? 0, values.to) : positionals.map(givenLink);
let followed = 0;
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

function givenLink(folder: string): Link {
  const command = readFileSync(join(folder, 'link'), 'utf8').trim();
  return { title: basename(resolve(folder)), folder: resolve(folder), command, archives: [] };
}

/** A program that loads both archives whole: names that they need of others stay unresolved. */
function debianLinks(from: number, to: number | undefined): Link[] {
  const pairs = JSON.parse(readFileSync(join(ROOT, 'tools/archive-pairs.json'), 'utf8')) as readonly {
    readonly one: PackageFile;
    readonly other: PackageFile;
  }[];
  return pairs.slice(from, to).flatMap(({ one, other }) => {
    const archives = [one, other].map(([spec, path]) => join(debianPackage(spec), path));
    if (!archives.every((path) => existsSync(path))) return [];
    const folder = workFolder('pairs');
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'main.c'), 'int main(void) { return 0; }\n');
    spawnSync('cc', ['-c', 'main.c'], { cwd: folder });
    const whole = `-Wl,--whole-archive ${archives.join(' ')} -Wl,--no-whole-archive`;
    const command = `cc -o program main.o -Wl,--unresolved-symbols=ignore-all ${whole}`;
    return [{ title: archives.map((path) => basename(path)).join(' '), folder, command, archives }];
  });
}

function run(folder: string, program: string, args: readonly string[]) {
  return spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, LC_ALL: 'C' },
  });
}

/** Runs a command line of ardedup in a shell. */
function ardedup(folder: string, line: string) {
  return run(folder, 'sh', ['-c', `"${process.execPath}" "${ARDEDUP}" ${line}`]);
}

/** Archives without a program are not a link: no command is right for all that link them. */
function checkAlone(folder: string, archives: readonly string[]): string[] {
  if (archives.length === 0) return [];
  const { stdout } = run(folder, process.execPath, [ARDEDUP, 'check', '--format', 'json', ...archives]);
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly remedy?: string }[] };
  return findings.flatMap(({ remedy }) =>
    remedy?.startsWith('ardedup ') ? [`for archives alone: ${remedy}`] : [],
  );
}

function faultsOf(folder: string, command: string): Faults {
  const { stdout, stderr, status } = ardedup(folder, `check --format json -- ${command}`);
  if (status === 2) throw new Error(`check of ${command}: ${stderr}`);
  const [{ links: planned, splitStateBefore }] = (
    JSON.parse(stdout) as {
      readonly plans: readonly {
        readonly links: readonly { readonly duplicatesBefore: number; readonly undefinedBefore: number }[];
        readonly splitStateBefore: readonly string[];
      }[];
    }
  ).plans;
  const linked = run(folder, 'sh', ['-c', command]);
  return {
    duplicates: planned[0].duplicatesBefore,
    split: splitStateBefore.length,
    undefined: planned[0].undefinedBefore,
    reported: (linked.stderr.match(REPORTED) ?? []).length,
    links: linked.status === 0,
  };
}

function follow(folder: string, command: string): string[] {
  const before = faultsOf(folder, command);
  const printed = ['check', 'explain'].map((name) => ardedup(folder, `${name} -- ${command}`).stdout);
  const commands = new Set([...printed.join('\n').matchAll(COMMAND)].map(([, one]) => one));
  return [...commands].flatMap((one) => {
    followed++;
    for (const name of ['trimmed', 'fixed']) rmSync(join(folder, name), { recursive: true, force: true });
    const { status, stdout, stderr } = ardedup(folder, one.slice('ardedup '.length));
    const linked = /^link with:(?: |\n\n {2})(.*)$/m.exec(stdout)?.[1];
    if (status !== 0 || linked === undefined) return [`${one}: exits ${status}: ${stderr.trim()}`];
    const after = faultsOf(folder, linked);
    // A global that two libraries share by mistake becomes two, and the command says so.
    const isTold = /was one global, and is two|were one global each, and are two each/.test(stdout);
    return compare(before, isTold ? { ...after, split: before.split } : after).map(
      (what) => `${one}: ${what}`,
    );
  });
}

function compare(before: Faults, after: Faults): string[] {
  const worse = FAULTS.filter((fault) => after[fault] > before[fault]);
  const sum = ({ duplicates, split }: Faults) => duplicates + split;
  return [
    ...worse.map((fault) => `${fault} ${before[fault]} → ${after[fault]}`),
    ...(before.links && !after.links ? ['no longer links'] : []),
    ...(sum(before) > 0 && sum(after) >= sum(before) ? ['leaves all duplicates and all split state'] : []),
  ];
}
