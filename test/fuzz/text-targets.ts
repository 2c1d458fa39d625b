import { GateFileError, parseBaseline } from '../../src/check/baseline.js';
import { parseSuppressions } from '../../src/check/suppressions.js';
import { decodeLog } from '../../src/explain/log/clean-log.js';
import { readLog } from '../../src/explain/log/read-log.js';
import { causesInLog } from '../../src/explain/log-causes.js';
import { exportsIn } from '../../src/link/command/export-lists.js';
import { parseLine } from '../../src/link/command/parse-line.js';
import { programNamed } from '../../src/link/command/program.js';
import { splitResponseFile, splitWindowsCommandLine } from '../../src/link/command/response-file.js';
import { readLinkerScript } from '../../src/link/inputs/linker-script.js';
import { optionsIn } from '../../src/symbols/coff/directives.js';
import { fixtures, texts } from './fixtures.js';
import { type FuzzTarget, readOrRefuse } from './target.js';

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

const LINES = [
  'ld -o out -L/lib -lfoo a.o --start-group b.a c.a --end-group --whole-archive d.a --no-whole-archive -u f -e main',
  'clang -Wl,--push-state,--as-needed,-lx,--pop-state -Xlinker -z -Xlinker now @line -fuse-ld=lld --sysroot=/s -L=/l',
  'ld64 -arch arm64 -force_load a.a -all_load -framework F -filelist list -dead_strip -exported_symbol _f',
  'lld-link /out:x.exe /libpath:l a.obj b.lib /wholearchive:b.lib /include:f /defaultlib:c /alternatename:a=b /def:d',
  'cl /Fe:x a.obj /link /nodefaultlib /export:f,@1 --rsp-quoting=windows @line',
  'wasm-ld --export=f --no-entry a.o -T script',
];

/** The readers of text: lines, response files, scripts, logs, and the JSON that `check` is given. */
export const textTargets: readonly FuzzTarget[] = [
  {
    name: 'response-file',
    seeds: () => texts('-o a.out "b c.o" \'d e.o\' f\\ g.o @h.rsp\n', 'cl /link "a\\\\"b\\"" "c""d" \\\\x'),
    words: ['"', "'", '\\', '\\"', ' ', '\n', '@'],
    run: (bytes) =>
      readOrRefuse(() => {
        const text = textOf(bytes);
        const words = [...splitWindowsCommandLine(text), ...optionsIn(text), ...splitResponseFile(text)];
        if (words.reduce((sum, word) => sum + word.length, 0) > 3 * text.length)
          throw new Error('more text in the words than in the file');
      }),
  },
  {
    name: 'line',
    seeds: () => LINES.flatMap((line) => texts(line.replaceAll(' ', '\n'))),
    words: LINES.flatMap((line) => line.split(' ')),
    run: (bytes) => readOrRefuse(() => readLine(textOf(bytes).split('\n'))),
  },
  {
    name: 'linker-script',
    seeds: () =>
      texts(
        '/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\nGROUP ( /lib/libc.so.6 -lfoo AS_NEEDED ( "a b.so" ) )\n',
        'ENTRY(_start) EXTERN(a b) SEARCH_DIR("=/usr/lib"); INCLUDE x.ld\nSECTIONS { .text : { *(.text) } f = 0; }',
        'INPUT(a.o, b.o) STARTUP(crt.o) PROVIDE(g = 1); h += 2;',
      ),
    words: ['INPUT', 'GROUP', 'AS_NEEDED', 'ENTRY', '(', ')', '{', '}', '/*', '*/', '"', ';', '='],
    run: (bytes) => readOrRefuse(() => readLinkerScript(textOf(bytes))),
  },
  {
    name: 'definition-file',
    seeds: () => texts('LIBRARY x\nEXPORTS\n f\n g=h @7 NONAME\n i == j ; k\nSECTIONS\n .x READ\n'),
    words: ['EXPORTS', 'LIBRARY', '=', '==', '@', ';', '"', '\r\n'],
    run: (bytes) => readOrRefuse(() => exportsIn(textOf(bytes))),
  },
  {
    name: 'log',
    seeds: () => fixtures('diagnostics', /\.txt$/),
    words: [
      'ld: ',
      'error: ',
      'duplicate symbol: ',
      '>>> defined at ',
      'multiple definition of `',
      'LNK2005',
      "'",
    ],
    run: (bytes) =>
      readOrRefuse(() => {
        const { diagnostics, roles, lines } = readLog(decodeLog(bytes));
        if (roles.length !== lines.length) throw new Error('lines without a role');
        causesInLog(diagnostics);
      }),
  },
  {
    name: 'gate-files',
    seeds: () =>
      texts(
        '{"format":"ardedup-baseline","formatVersion":1,"findings":[{"fingerprint":"a","kind":"clash","count":1}]}',
        '{"format":"ardedup-suppressions","formatVersion":1,"suppressions":[{"kind":"clash","reason":"r","until":"2030-01-31"}]}',
      ),
    words: ['null', '{}', '[]', '-1', '1e999', '"until"', '"archive":"*"'],
    run: (bytes) => {
      for (const parse of [parseBaseline, parseSuppressions])
        try {
          parse(textOf(bytes));
        } catch (error) {
          if (!(error instanceof GateFileError)) throw error;
        }
    },
  },
];

/** The first word is the program; whatever file it names has the line in it, too. */
function readLine([program, ...words]: readonly string[]): void {
  const parsed = parseLine(words, () => words.join(' ').slice(0, 256), programNamed(program));
  const places = parsed.inputs.map(({ place }) => place.argument);
  if (places.some((word) => word < 0 || word >= parsed.args.length))
    throw new Error('an input without a word');
}
