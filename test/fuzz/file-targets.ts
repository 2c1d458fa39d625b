import { writeFileSync } from 'node:fs';
import { keyOf, writeEntry } from '../../src/wrap/cache.js';
import { recallLine, recallPlan } from '../../src/wrap/remembered-line.js';
import { type Founding, founding, runCleanly } from './command-run.js';
import { fixtures, texts } from './fixtures.js';
import type { FuzzTarget } from './target.js';

/** A file that is given beside the archives, and the command that is given it: which one the first byte says. */
interface Use {
  readonly format: Parameters<typeof founding>[0];
  /** Name of the file, if the reader uses it. */
  readonly name?: string;
  /** @param at of a folder with `main.o`, `libext_pinned.a` and `libstdlib.a` @param file its path */
  readonly words: (at: Founding['at'], file: string) => readonly string[];
  /** Sound ones to begin with. */
  readonly seeds: () => readonly Uint8Array[];
}

/** One target for several uses of a file. */
function usesTarget(name: string, uses: readonly Use[], words: readonly string[] = []): FuzzTarget {
  return {
    name,
    words,
    seeds: () =>
      uses.flatMap(({ seeds }, at) => seeds().map((bytes) => Buffer.concat([Uint8Array.of(at), bytes]))),
    run: async (bytes) => {
      const { format, name: called = 'file', words: wordsFor } = uses[(bytes[0] ?? 0) % uses.length];
      const { at } = founding(format);
      writeFileSync(at(called), bytes.subarray(1));
      await runCleanly(wordsFor(at, at(called)));
    },
  };
}

const lineWith =
  (...further: readonly string[]): Use['words'] =>
  (at, file) => [
    ...['check', '-q', '--no-config', at('main.o'), at('libext_pinned.a'), at('libstdlib.a')],
    ...further.map((word) => word.replace('{FILE}', file)),
  ];
const checkWith =
  (...options: readonly string[]): Use['words'] =>
  (at, file) => [
    ...['check', ...options.map((word) => word.replace('{FILE}', file))],
    ...[at('main.o'), at('libext_pinned.a'), at('libstdlib.a')],
  ];

const UTF_16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
const VERSION_SCRIPT = 'V1 { global: ext_*; main; extern "C++" { f*; }; local: *; };\nV2 { } V1;\n';

/** Files that a line names, in commands: what they say takes part in the link. */
const namedFiles: readonly Use[] = [
  {
    format: 'elf',
    words: lineWith('@{FILE}'),
    seeds: () => [
      ...texts('-u f --defsym=g=h -L. -lx --start-group "a b.o" --end-group\n', '--wrap=f -e main -z now'),
      UTF_16('-u f --export-dynamic'),
    ],
  },
  {
    format: 'coff',
    words: (at, file) => [
      ...['check', '-q', '--no-config', '--', 'lld-link', at('main.o'), at('libext_pinned.a')],
      ...[at('libstdlib.a'), `@${file}`],
    ],
    seeds: () => [UTF_16('/include:f "/alternatename:g=h"'), ...texts('/wholearchive /export:f')],
  },
  {
    format: 'elf',
    words: lineWith('-shared', '--version-script={FILE}'),
    seeds: () => texts(VERSION_SCRIPT),
  },
  {
    format: 'elf',
    words: lineWith('--dynamic-list={FILE}'),
    seeds: () => texts('{ ext_*; extern "C" { "f"; }; };'),
  },
  {
    format: 'elf',
    words: lineWith('{FILE}'),
    seeds: () => texts('GROUP ( -lx AS_NEEDED ( libstdlib.a ) ) EXTERN(f) PROVIDE(g = 1);'),
  },
  {
    format: 'elf',
    words: lineWith('-T', '{FILE}'),
    seeds: () => texts('ENTRY(main) SECTIONS { .text : { *(.text) } end = .; } INPUT(libstdlib.a)'),
  },
  { format: 'elf', words: lineWith('{FILE}'), seeds: () => fixtures('objects/elf-shared', /\.so$/) },
  {
    format: 'macho',
    words: lineWith('-exported_symbols_list', '{FILE}'),
    seeds: () => texts('_main\n_ext*\n# none\n_f[ab]?\n'),
  },
  { format: 'macho', words: lineWith('-filelist', '{FILE}'), seeds: () => texts('main.o\nno such.o\n') },
  {
    format: 'macho',
    name: 'libx.tbd',
    words: lineWith('{FILE}'),
    seeds: () => fixtures('objects/macho-shared', /\.tbd$/),
  },
  {
    format: 'macho',
    words: lineWith('{FILE}'),
    seeds: () => fixtures('objects/macho-shared', /\.dylib$/),
  },
  {
    format: 'coff',
    words: lineWith('/def:{FILE}'),
    seeds: () => texts('LIBRARY x\nEXPORTS\n main\n g=ext_pinned @7 NONAME\n'),
  },
];

const BASELINE =
  '{"format":"ardedup-baseline","formatVersion":1,"findings":[{"fingerprint":"a","kind":"duplicate-definition","count":1,"message":"m"}]}';
const SUPPRESSIONS =
  '{"format":"ardedup-suppressions","formatVersion":1,"suppressions":[{"kind":"duplicate-definition","archive":"lib*","reason":"r","until":"2999-01-31"}]}';

/** Files for a command, and not for its line. */
const givenFiles: readonly Use[] = [
  {
    format: 'elf',
    name: 'config.json',
    words: checkWith('--config', '{FILE}'),
    seeds: () =>
      texts(
        '{"providers":["libstdlib.a"],"owners":["evt_*=libstdlib.a"],"linker":"lld","failOn":["error","clash"]}',
        '{"strict":true,"quiet":false,"max":{"droppable-copy":1},"arch":["arm64"],"baseline":"b","cacheSize":"2G"}',
      ),
  },
  {
    format: 'elf',
    name: 'package.json',
    words: checkWith('--config', '{FILE}'),
    seeds: () => texts('{"name":"x","ardedup":{"providers":["libstdlib.a"]}}'),
  },
  ...['text', 'sarif', 'markdown', 'html', 'json'].map(
    (form): Use => ({
      format: 'elf',
      words: checkWith('--no-config', '--format', form, '--baseline', '{FILE}'),
      seeds: () => texts(BASELINE),
    }),
  ),
  ...['text', 'sarif', 'json'].map(
    (form): Use => ({
      format: 'elf',
      words: checkWith(
        ...['--no-config', '--format', form, '--today', '2026-01-31', '--suppressions', '{FILE}'],
      ),
      seeds: () => texts(SUPPRESSIONS),
    }),
  ),
];

const ENTRY = {
  words: ['x.o'],
  summary: ['x'],
  plan: 'p',
  absent: ['/no/such'],
  files: [{ path: 'main.o', stamp: null, sha256: '0' }],
  dependencyFiles: ['x.d'],
  replaced: [['/no/such/x.a', 'x.a']],
  detected: null,
  replacements: [{ input: 0, file: 'x.a' }],
  interfaces: [{ input: 0, interface: '0' }],
  outputs: [{ file: 'x.a', sha256: '0' }],
  others: [{ path: '/dev/null', sha256: '0' }],
  folder: null,
};

/** Files that are read beside the archives of a link, and whole commands that are given them. */
export const fileTargets: readonly FuzzTarget[] = [
  usesTarget('named-file', namedFiles, ['{ ', ' };', '*', '"', '@', '-l', '-u ', 'EXPORTS', 'INPUT(', '\n']),
  usesTarget('given-file', givenFiles, ['null', '{}', '[]', '-1', '1e999', '""', '"archive":', '"kind":']),
  {
    name: 'explain',
    seeds: () => fixtures('diagnostics', /\.txt$/),
    words: [
      'ld: ',
      'error: ',
      'duplicate symbol: ',
      '>>> defined at ',
      'multiple definition of `',
      'LNK2005',
    ],
    run: async (bytes) => {
      const { at } = founding('elf');
      writeFileSync(at('log'), bytes);
      const line = ['--', at('main.o'), at('libext_pinned.a'), at('libstdlib.a')];
      await runCleanly(['explain', '--no-config', at('log')]);
      await runCleanly(['explain', '--no-config', '--format', 'json', at('log'), ...line]);
    },
  },
  {
    name: 'cache-entry',
    seeds: () => texts(JSON.stringify(ENTRY), 'null', '[]'),
    words: ['null', '{}', '[]', '-1', '1e999', '""', '/dev/zero', '../'],
    run: async (bytes) => {
      const cache = { folder: founding('elf').at('cache') };
      const content = jsonOrText(bytes);
      const key = keyOf('entry');
      // With a seal that fits: what the seal does not tell.
      for (const part of ['lines', 'plans'] as const) writeEntry(cache, part, key, content);
      const line = await recallLine(cache, key, 0, async () => NO_LINKER);
      requireTexts(line?.words);
      requireTexts(recallPlan(cache, key)?.summary);
    },
  },
];

const NO_LINKER = { path: null, version: '', linker: null };

function jsonOrText(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function requireTexts(words: readonly unknown[] | undefined): void {
  const other = words?.find((word) => typeof word !== 'string');
  if (other !== undefined) throw new Error(`recalled ${JSON.stringify(other)} as a word`);
}
