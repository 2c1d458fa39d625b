import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../test/root.js';
import { readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Plans, writes, checks and inspects the founding case over and over in other surroundings, and compares every byte:

npm run determinism -- [--node path,path] [--no-fetch]

Surroundings: folders, languages, time zones, umasks, environments, the order in which files were made, runs again,
and other versions of Node: those of --node, and without --no-fetch those that npm has as packages (20, 22, 24).
There are no workers in the program, so that nothing depends on the number of processors.
Prints figures, and exits 1 on any difference.`;

/** Differences of a run's environment, which must not affect an output. */
interface Surroundings {
  readonly folder?: string;
  /** Null for an empty environment. */
  readonly env?: Readonly<Record<string, string>> | null;
  readonly umask?: string;
  readonly node?: string;
  readonly isBackwards?: boolean;
}

/** Digests of outputs by name. */
type State = Readonly<Record<string, string>>;

const PROGRAM = join(ROOT, 'bin/ardedup.js');
const FORMATS = ['elf', 'macho', 'coff', 'wasm'];
const LINE = [
  'main.o',
  ...['http', 'ws', 'audit', 'stale', 'other'].map((name) => `libext_${name}.a`),
  'libstdlib.a',
];
const COMMANDS = [
  ['trim', '--provider', 'libstdlib.a', '--out-dir', 'out', '--plan', 'out/plan.json', ...LINE],
  ['verify', 'out/plan.json'],
  ['check', '--format', 'json', ...LINE],
  ['check', '--format', 'sarif', '.'],
  ['check', '--report', 'html=out/report.html', '--report', 'markdown=out/report.md', ...LINE],
  ['inspect', '-m', '--format', 'json', ...LINE],
  ['explain', ...LINE],
];

const digest = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const versionOf = (path: string): string => execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();

const { values: options } = readOptions(USAGE, {
  node: { type: 'string' },
  'no-fetch': { type: 'boolean' },
});
const work = workFolder('same');
/** Paths of other versions of Node. */
const nodes = [...(options.node?.split(',') ?? []), ...(options['no-fetch'] ? [] : fetched())];
let failed = 0;
for (const format of FORMATS) compareAll(format);
console.log(failed === 0 ? 'the same bytes everywhere' : `${failed} DIFFERENCES`);
process.exitCode = failed === 0 ? 0 : 1;

function compareAll(format: string): void {
  const right = runAll(format, 'usual', {});
  const counted = new Map<string, number>();
  for (const [kind, name, surroundings] of variants()) {
    const state = runAll(format, name, surroundings);
    const different = Object.keys({ ...right, ...state }).filter((key) => right[key] !== state[key]);
    failed += different.length;
    if (different.length > 0) console.log(`DIFFERENT ${format}, ${kind} ${name}: ${different.join(', ')}`);
    counted.set(kind, (counted.get(kind) ?? 0) + 1);
  }
  const counts = [...counted].map(([kind, count]) => `${count} ${kind}`).join(', ');
  console.log(`${format}: ${Object.keys(right).length} outputs, compared over ${counts}`);
}

function* variants(): Generator<[kind: string, name: string, surroundings: Surroundings]> {
  for (let again = 0; again < 3; again++) yield ['repeated runs', `run ${again}`, {}];
  for (const folder of ['a', 'deep/er/still', 'with blanks and ünïcode'])
    yield ['folders', folder, { folder }];
  for (const lang of ['C', 'en_US.UTF-8', 'tr_TR.UTF-8', 'de_DE.UTF-8', 'ja_JP.UTF-8'])
    yield ['languages', lang, { env: { LANG: lang, LC_ALL: lang } }];
  for (const zone of ['UTC', 'Asia/Tokyo', 'America/St_Johns'])
    yield ['time zones', zone, { env: { TZ: zone } }];
  for (const umask of ['000', '022', '077']) yield ['umasks', umask, { umask }];
  yield ['environments', 'empty', { env: null }];
  yield ['orders of making the files', 'backwards', { isBackwards: true }];
  for (const node of nodes) yield ['versions of Node', versionOf(node), { node }];
}

function runAll(format: string, name: string, surroundings: Surroundings): State {
  const { folder = '', isBackwards = false } = surroundings;
  const top = mkdtempSync(join(work, 'x-'));
  const cwd = join(top, folder);
  mkdirSync(cwd, { recursive: true });
  const from = join(ROOT, 'fixtures/founding', format);
  const files = readdirSync(from).sort();
  for (const file of isBackwards ? files.reverse() : files) cpSync(join(from, file), join(cwd, file));
  const state = runCommands(cwd, name, surroundings);
  for (const file of readdirSync(join(cwd, 'out')).sort())
    state[`out/${file}`] = digest(readFileSync(join(cwd, 'out', file)));
  rmSync(top, { recursive: true, force: true });
  return state;
}

function runCommands(
  cwd: string,
  name: string,
  { env = {}, umask, node = process.execPath }: Surroundings,
): Record<string, string> {
  const state: Record<string, string> = {};
  const before = process.umask();
  if (umask !== undefined) process.umask(Number.parseInt(umask, 8));
  try {
    for (const args of COMMANDS) {
      const ran = spawnSync(node, [PROGRAM, ...args], {
        cwd,
        env: env === null ? {} : { ...process.env, ...env },
        encoding: 'utf8',
      });
      if (ran.status === null || ran.status > 1) throw new Error(`${name}: ${args.join(' ')}: ${ran.stderr}`);
      state[args.slice(0, 3).join(' ')] = digest(`${ran.status}\n${ran.stdout}\n${ran.stderr}`);
    }
  } finally {
    process.umask(before);
  }
  return state;
}

function fetched(): string[] {
  return ['20', '22', '24'].flatMap((version) => {
    const prefix = join(work, `node-${version}`);
    try {
      execFileSync('npm', ['install', '--no-fund', '--no-audit', '--prefix', prefix, `node@${version}`], {
        stdio: 'ignore',
        timeout: 180_000,
      });
      const path = join(prefix, 'node_modules/node/bin/node');
      versionOf(path);
      return [path];
    } catch {
      console.log(`Node ${version} could not be fetched`);
      return [];
    }
  });
}
