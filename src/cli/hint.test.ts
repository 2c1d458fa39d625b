import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runMain } from '../../test/run-main.js';
import { copyFounding, useFolder } from '../../test/use-folder.js';

useFolder((folder) => copyFounding('elf', folder, ['main.o', 'libext_http.a', 'libstdlib.a']), {
  enters: true,
});

test.each([
  ['an option', ['check', '--providr=libstdlib.a', 'main.o', 'libstdlib.a'], '; did you mean --provider?'],
  [
    'an option of another command',
    ['check', '--also', 'ld main.o libstdlib.a', '--', 'ld', 'main.o', 'libstdlib.a'],
    "unknown option '--also'; --also is an option of trim",
  ],
  [
    'an option of another command, for fix,',
    ['fix', '--commands', 'c.txt', '--', 'ld', 'main.o'],
    "unknown option '--commands'; --commands is an option of trim",
  ],
  ['an option of fix', ['fix', '--acept', 'x', '--', 'cc', 'main.o'], "unknown option '--acept'"],
  [
    'a file of rustc that is gone, not',
    ['explain', '--', 'cc', 'target/debug/deps/rustcRd7LYd/symbols.o', 'libstdlib.a'],
    'symbols.o: no such file; rustc removes it after the link: build with -C save-temps to keep it',
  ],
  ['a file', ['check', 'main.o', 'libsdtlib.a'], 'libsdtlib.a: no such file; did you mean libstdlib.a?'],
  ['a file in a folder', ['check', './mian.o'], './mian.o: no such file; did you mean main.o?'],
  [
    'the folder',
    ['check', '--', 'cc', 'CMakeFiles/app.dir/main.c.o'],
    'no such file; paths are relative to the folder in which the build runs the command',
  ],
  [
    'a member',
    [
      'explain',
      'libext_http.a(evt_runtime-708e620f714cc61e.evt_runtime.692c5fa4a2025e32-cgu.1.rcgu.o)',
      '--',
      'ld.lld',
      'main.o',
      'libext_http.a',
    ],
    '; did you mean libext_http.a(evt_runtime-708e620f714cc61e.evt_runtime.692c5fa4a2025e32-cgu.0.rcgu.o)?',
  ],
  ['a kind of finding', ['check', '--fail-on', 'splitstate', 'main.o'], '; did you mean split-state?'],
  [
    'a compiler of link without --',
    ['link', '--print', 'cc', '-o', 'app', 'main.o'],
    'cc: expected an option, got a link command; a link command comes after --: ardedup link -- cc …',
  ],
  [
    'a compiler without --',
    ['check', 'x86_64-linux-gnu-gcc-12', 'main.o'],
    'no such file; a link command comes after --: ardedup check -- x86_64-linux-gnu-gcc-12 …',
  ],
  [
    'an object that rustc removed',
    ['explain', '--', 'LC_ALL=C', 'cc', '/tmp/rustcAb12Cd/symbols.o'],
    '/tmp/rustcAb12Cd/symbols.o: no such file; rustc removes it after the link: build with -C save-temps to keep it',
  ],
  [
    "what rustc's message leaves out",
    ['check', '--', 'LC_ALL=C', 'PATH=/bin', 'cc', 'main.o', '<2 object files omitted>'],
    '<2 object files omitted>: no such file; rustc --verbose prints the whole command',
  ],
  [
    'a symbol, as it is printed',
    ['explain', 'evt_runtime::queue::pop_tsk', '--', 'cc', 'main.o', 'libext_http.a', 'libstdlib.a'],
    'did you mean evt_runtime::queue::pop_task?',
  ],
])('%s that was misspelt', async (_, args, hint) => {
  const { exitCode, error } = await runMain(args);
  expect([exitCode, error]).toEqual([2, expect.stringContaining(hint)]);
});

const LINKED = ['--', 'cc', '-o', 'app', 'main.o', 'libstdlib.a'];
const PLAIN = ['main.o', 'libstdlib.a'];
const AFTER = ' (put options of a linker after --)';

test.each([
  ['check -o x.html', LINKED, `'-o'${AFTER}; -o is an option of trim, apply`],
  ['check -v', LINKED, `'-v'${AFTER}`],
  ['check -qv', LINKED, `'-qv'${AFTER}`],
  ['check -L.', LINKED, `'-L.'${AFTER}`],
  ['check --verbose', LINKED, "'--verbose'; --verbose is an option of link"],
  ['check --linker lld --formt json', LINKED, "'--formt'; did you mean --format?"],
  ['explain --formt json', LINKED, "'--formt'; did you mean --format?"],
  ['fix --formt json', LINKED, "'--formt'; did you mean --format?"],
  ['trim -nq --outdir=x', LINKED, "'--outdir=x'; did you mean --out-dir?"],
  ['trim --dryrun', LINKED, "'--dryrun'; did you mean --dry-run?"],
  ['trim --save-plan x', LINKED, "'--save-plan'"],
  ['check --formt json', PLAIN, `'--formt'${AFTER}; did you mean --format?`],
  ['explain --formt json', [], `'--formt'${AFTER}; did you mean --format?`],
  ['trim --outdir x', PLAIN, `'--outdir'${AFTER}; did you mean --out-dir?`],
  ['trim --out-dirr x', ['--', ...PLAIN], `'--out-dirr'${AFTER}; did you mean --out-dir?`],
  ['trim --quite', PLAIN, `'--quite'${AFTER}; did you mean --quiet?`],
  ['trim --save-plan x', PLAIN, `'--save-plan'${AFTER}`],
])('%s %j: an unknown option', async (command, line, message) => {
  const { exitCode, error, out } = await runMain([...command.split(' '), ...line]);
  expect([exitCode, error, out]).toEqual([2, `ardedup: unknown option ${message}\n`, '']);
});

test('options of a linker among the operands, and options that are joined', async () => {
  const line = ['-lfoo', '--gc-sections', ...PLAIN];
  expect((await runMain(['check', '-q', '--fail-on', 'never', ...line])).exitCode).toBe(0);
  expect((await runMain(['trim', '-qn', '--provider=libstdlib.a', ...LINKED])).exitCode).toBe(0);
});

test.each([
  ['trim', ['--out-dir', 'made', 'gcc', '-o', 'prog', 'main.o', 'libstdlib.a']],
  ['explain', ['gcc', 'main.o', 'libstdlib.a']],
  ['check', ['--linker', 'lld', 'gcc', '--unknown', 'main.o']],
  ['fix', ['gcc', 'main.o', 'libstdlib.a']],
])('%s: a link command without --', async (command, args) => {
  const { exitCode, error } = await runMain([command, ...args]);
  expect([exitCode, error]).toEqual([
    2,
    expect.stringMatching(`^ardedup: gcc: .*a link command comes after --: ardedup ${command} -- gcc …\n$`),
  ]);
});

test.each([
  [['trim', '--out-dir'], '--out-dir: expected <folder>, got --'],
  [['trim', '-o'], '-o: expected <file>, got --'],
  [['check', '--linker'], '--linker: expected <name>, got --'],
  [['check', '--max', 'droppable-copy=1', '--max'], '--max: expected <kind=number>, got --'],
])('%j: an option without its value before --', async (args, message) => {
  const { exitCode, error } = await runMain([...args, '--', 'gcc', 'main.o', 'libstdlib.a']);
  expect([exitCode, error]).toEqual([2, `ardedup: ${message} (--help lists the options)\n`]);
  expect(existsSync('--')).toBe(false);
});

test.each([['check'], ['check', '--'], ['trim', '-n', '--'], ['explain', '--']])(
  '%j: a command in quotes',
  async (...args) => {
    const { exitCode, error } = await runMain([...args, 'gcc -o prog main.o libstdlib.a']);
    expect([exitCode, error]).toEqual([
      2,
      expect.stringContaining('a link command is not one argument: leave out the quotes around it'),
    ]);
  },
);

test('a list of names that is not there', async () => {
  const { error } = await runMain([
    'check',
    '--',
    'ld.lld',
    'main.o',
    '--dynamic-list=zzzzzz.txt',
    'libstdlib.a',
  ]);
  expect(error).toBe('ardedup: zzzzzz.txt: no such file\n');
});

test('a response file that begins with a compiler', async () => {
  writeFileSync('line.rsp', 'cc main.o libstdlib.a\n');
  const { error } = await runMain(['check', '--', '@line.rsp']);
  expect(error).toContain('; a response file has no program in it: ardedup check -- cc @file');
});

test('no hint where nothing is near', async () => {
  writeFileSync('abcdefgh.json', '');
  const { error } = await runMain(['check', 'main.o', 'zzzzzz.json']);
  expect(error).toBe('ardedup: zzzzzz.json: no such file\n');
});

test('--dry-run writes nothing, whatever place is named', async () => {
  const line = ['main.o', 'libext_http.a', 'libstdlib.a'];
  const plain = await runMain(['trim', '-n', '--provider', 'libstdlib.a', ...line]);
  for (const place of [
    ['--out-dir', 'out'],
    ['-o', 'out.a'],
  ]) {
    const ran = await runMain(['trim', '-n', ...place, '--provider', 'libstdlib.a', ...line]);
    expect(ran).toEqual(plain);
    expect(existsSync(place[1])).toBe(false);
  }
});
