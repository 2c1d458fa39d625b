import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../test/root.js';
import { Workplace } from '../perry/workplace.js';
import { debianPackage } from '../shared/corpus.js';

/** A line whose plan is recorded. */
export interface RecordedLine {
  readonly title: string;
  /** Options of `trim` and `check`. */
  readonly options: readonly string[];
  readonly line: readonly string[];
  /** Its cures are recorded, too: on a line of hundreds of megabytes they take minutes. */
  readonly isSmall: boolean;
}

/** @param work a folder for what has to be compiled */
export const recordedLines = (work: string, withPerry: boolean): RecordedLine[] => [
  ...['elf', 'macho', 'coff', 'wasm'].flatMap(foundingLines),
  ...debianLines(work),
  ...(withPerry ? perryLines(work) : []),
];

/** The founding case: two runtimes, then all wrappers with the standard library as provider. */
function foundingLines(format: string): RecordedLine[] {
  const file = (name: string) => join(ROOT, 'fixtures/founding', format, name);
  const library = (name: string) => file(`lib${name}.a`);
  const wrappers = ['ext_audit', 'ext_http', 'ext_other', 'ext_pinned', 'ext_stale', 'ext_ws'].map(library);
  const stdlib = library('stdlib');
  const line = (title: string, ...rest: readonly string[]) => ({
    title: `founding case, ${format}: ${title}`,
    options: ['--provider', stdlib],
    line: [file('main.o'), ...rest, stdlib],
    isSmall: true,
  });
  return [line('one wrapper', library('ext_http')), line('all wrappers', ...wrappers)];
}

const DEBIAN_PAIRS = 12;

/** Pairs of Debian's archives: loaded whole, and without an object on the line. */
function debianLines(work: string): RecordedLine[] {
  const pairs = JSON.parse(readFileSync(join(ROOT, 'tools/archive-pairs.json'), 'utf8')) as readonly {
    readonly one: readonly [string, string];
    readonly other: readonly [string, string];
  }[];
  const main = join(work, 'main.o');
  writeFileSync(join(work, 'main.c'), 'int main(void) { return 0; }\n');
  execFileSync('cc', ['-c', join(work, 'main.c'), '-o', main]);
  return pairs.slice(0, DEBIAN_PAIRS).flatMap(({ one, other }, at) => {
    const archives = [one, other].map(([spec, path]) => join(debianPackage(spec), path));
    const title = `Debian ${at + 1}: ${[one, other].map(([, path]) => path.split('/').at(-1)).join(' ')}`;
    const whole = ['--', 'ld', main, '--whole-archive', ...archives, '--no-whole-archive'];
    return [
      { title, options: [], line: archives, isSmall: false },
      { title: `${title}, whole`, options: [], line: whole, isSmall: false },
    ];
  });
}

const FETCH = 'fetch("http://127.0.0.1:9/").then(() => {}).catch(() => {});\n';
const HELLO = 'console.log("hello");\n';
const WINDOW = `import { App, VStack, Text } from "perry/ui";
App({ title: "hi", width: 300, height: 200, body: VStack(8, [Text("hello")]) });
`;

function perryLines(work: string): RecordedLine[] {
  const folder = join(work, 'perry');
  mkdirSync(folder);
  const place = new Workplace(folder);
  const { runtime, ui, stdlib } = place.archives;
  const [hello, fetch, window] = [
    ['hello', HELLO],
    ['fetch', FETCH],
    ['ui', WINDOW],
  ].map(([name, source]) => place.compile(name, source));
  const line = (title: string, options: readonly string[], ...files: readonly string[]) => ({
    ...{ title: `Perry: ${title}`, options, line: files, isSmall: false },
  });
  const uiFiles = [window, '--start-group', runtime, '--end-group', ui, stdlib];
  return [
    line('hello', [], hello, runtime, stdlib),
    line('fetch', [], fetch, runtime, stdlib),
    line('fetch, stdlib first', [], fetch, stdlib, runtime),
    line('fetch, stdlib is the provider', ['--provider', stdlib], fetch, runtime, stdlib),
    line('fetch, LLD', ['--linker', 'lld'], fetch, runtime, stdlib),
    line('UI', [], ...uiFiles),
    line('UI, GNU ld', ['--linker', 'gnu-ld'], ...uiFiles),
  ];
}
