import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../test/root.js';
import { LINKERS } from './perry/linkers.js';
import { Workplace } from './perry/workplace.js';
import { debianPackage } from './shared/corpus.js';
import { readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Links real lines through \`ardedup link --confirm\` with every ELF linker that is here, and prints a row for each: the
linker's own record must list exactly the simulated members. Exits 1 when one differs.

npm run confirm -- [--debian <number>] [--no-perry]

  --debian <number>  how many pairs of Debian's archives (tools/archive-pairs.json; 10)
  --no-perry         without Perry's lines, which need npm, zstd and, for its UI library, libgtk-4-dev`;

const { values } = readOptions(USAGE, {
  debian: { type: 'number', default: '10' },
  'no-perry': { type: 'boolean' },
});

/** A link line for the compiler driver, without its output. */
interface Line {
  readonly title: string;
  readonly words: readonly string[];
  /** For `ardedup link`. */
  readonly options?: readonly string[];
}

const folder = workFolder('confirm');
const IGNORES = ['-Wl,-z,muldefs', '-Wl,--unresolved-symbols=ignore-all'];

function compiled(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(`${path}.c`, source);
  execFileSync('cc', ['-c', `${path}.c`, '-o', `${path}.o`]);
  return `${path}.o`;
}

/** Lines that the examples link. */
function exampleLines(): Line[] {
  const archives = ['libext_http.a', 'libstdlib.a'].map((name) => join(ROOT, 'fixtures/founding/elf', name));
  return ['make', 'ninja'].map((tool) => ({
    title: `examples/${tool}`,
    words: [compiled(tool, readFileSync(join(ROOT, 'examples', tool, 'main.c'), 'utf8')), ...archives],
    options: ['--provider', archives[1]],
  }));
}

/** Both archives of a pair, loaded whole: the first definition of a name wins. */
function debianLines(number: number): Line[] {
  const pairs = JSON.parse(readFileSync(join(ROOT, 'tools/archive-pairs.json'), 'utf8')) as readonly {
    readonly one: readonly [string, string];
    readonly other: readonly [string, string];
  }[];
  const main = compiled('empty', 'int main(void) { return 0; }\n');
  return pairs.slice(0, number).map(({ one, other }) => {
    const archives = [one, other].map(([spec, path]) => join(debianPackage(spec), path));
    return {
      title: [one, other].map(([, path]) => path.split('/').at(-1)).join(' '),
      words: [main, ...IGNORES, '-Wl,--whole-archive', ...archives, '-Wl,--no-whole-archive'],
    };
  });
}

const LIBRARIES = ['-lssl', '-lcrypto', '-lm', '-lpthread', '-ldl'];

function perryLines(): Line[] {
  const place = new Workplace(join(folder, 'perry'));
  const { runtime, ui, stdlib } = place.archives;
  const fetch = place.compile('fetch', 'fetch("http://127.0.0.1:9/").then(() => {}).catch(() => {});\n');
  const window = place.compile(
    'ui',
    'import { App, VStack, Text } from "perry/ui";\nApp({ title: "hi", width: 300, height: 200, body: VStack(8, [Text("hello")]) });\n',
  );
  const gtk = spawnSync('pkg-config', ['--libs', 'gtk4'], { encoding: 'utf8' }).stdout.trim().split(/\s+/);
  return [
    {
      title: "Perry's fetch line",
      words: [fetch, '-Wl,-z,muldefs', runtime, stdlib, ...LIBRARIES],
      options: ['--provider', stdlib],
    },
    { title: "Perry's UI line", words: [window, ...IGNORES, runtime, ui, stdlib, ...gtk, ...LIBRARIES] },
  ];
}

/** @returns the line that `link --confirm` ends with */
function confirm(
  { words, options = [] }: Line,
  driver: readonly string[],
): { isRight: boolean; text: string } {
  const output = join(folder, 'output');
  const command = ['link', '--no-cache', '--no-config', '--confirm', ...options, '--', 'cc', ...driver];
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'bin/ardedup.js'), ...command, ...words, '-o', output],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  const said =
    stderr.split('\n').find((row) => /confirmed/.test(row)) ?? stderr.trim().split('\n').at(-1) ?? '';
  return { isRight: status === 0 && /\bconfirmed by\b/.test(said) && existsSync(output), text: said };
}

const linksAsGiven = ({ words }: Line, driver: readonly string[]): boolean =>
  spawnSync('cc', [...driver, ...words, '-o', join(folder, 'given')], { stdio: 'ignore' }).status === 0;

mkdirSync(join(folder, 'perry'), { recursive: true });
const lines = [...exampleLines(), ...debianLines(values.debian), ...(values['no-perry'] ? [] : perryLines())];
let wrong = 0;
let linked = 0;
for (const line of lines)
  for (const { title, driver } of LINKERS) {
    const { isRight, text } = confirm(line, driver);
    const isLinked = isRight || linksAsGiven(line, driver);
    if (isLinked) linked++;
    if (!isRight && isLinked) wrong++;
    console.log(
      `${isRight ? 'ok' : isLinked ? 'DIFFERS' : 'no link as given'}   ${line.title}   ${title}   ${text}`,
    );
  }
console.log(`${wrong} of ${linked} links differ`);
process.exitCode = wrong > 0 ? 1 : 0;
