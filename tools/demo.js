// The main job on embedded fixtures: a runtime bundled by two wrappers, by a standard library, and by three archives
// that must keep theirs. Where a C compiler or wasm-ld is there, it also links and runs, before and after.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../dist/cli.js';
import { readOptions } from './options.js';

readOptions(import.meta.url);
const FIXTURES = new URL('../fixtures/founding/', import.meta.url).pathname;
const WRAPPERS = ['http', 'ws', 'pinned', 'stale', 'other'];
const work = mkdtempSync(join(tmpdir(), 'ardedup-demo-'));
const streams = {
  out: (text) => process.stdout.write(text.replaceAll(work, '<out>').replaceAll(FIXTURES, '')),
  error: (text) => process.stderr.write(text),
  colors: process.stdout.isTTY === true && !process.env.NO_COLOR,
};

try {
  await demo('elf', 'x86-64 ELF, as rustc and GNU archives have it', '');
  await demo('macho', 'arm64 Mach-O, as rustc and BSD archives have it', '_');
  await demo('coff', 'x86-64 COFF for Windows, as rustc has it for MSVC', '');
  await demo('wasm', 'WebAssembly, as rustc has it', '');
  linkAndRun();
  await runInNode();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function title(text) {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 96 - text.length))}\n`);
}

async function run(...args) {
  console.log(`$ ardedup ${args.join(' ').replaceAll(work, '<out>').replaceAll(FIXTURES, '')}`);
  const code = await main(args, streams);
  if (code > 1) throw new Error(`ardedup exited with ${code}`);
  return code;
}

/** Wrapper first, standard library last: each wrapper brings its own copy of the runtime's globals. */
async function demo(format, what, underscore) {
  const file = (name) => join(FIXTURES, format, name);
  const wrappers = format === 'elf' || format === 'macho' ? WRAPPERS : ['http', 'pinned'];
  const needed = wrappers.flatMap((name) => ['-u', `${underscore}ext_${name}_status`]);
  const out = join(work, format);
  title(what);
  for (const name of wrappers) {
    const plan = join(work, `${format}-${name}.json`);
    const root = needed.slice(wrappers.indexOf(name) * 2, wrappers.indexOf(name) * 2 + 2);
    const line = [file('main.o'), ...root, file(`libext_${name}.a`), file('libstdlib.a')];
    await run(
      'trim',
      '--quiet',
      '--provider',
      file('libstdlib.a'),
      '--out-dir',
      join(out, name),
      '--plan',
      plan,
      ...line,
    );
    await run('verify', plan);
    console.log();
  }
  title(`${format}: everything about one of them`);
  await run(
    'check',
    '--fail-on',
    'never',
    '--provider',
    file('libstdlib.a'),
    file('main.o'),
    ...needed.slice(0, 2),
    file('libext_http.a'),
    file('libstdlib.a'),
  );
}

function linkAndRun() {
  title('the program itself');
  const cc = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
  const isHere = process.platform === 'linux' && process.arch === 'x64';
  if (!cc || !isHere) {
    console.log(`not linked: ${cc ? 'the program is for Linux on x86-64' : 'no C compiler here'}`);
    return;
  }
  const elf = join(FIXTURES, 'elf');
  const trimmed = join(work, 'elf/http/libext_http.a');
  const program = join(work, 'program');
  const attempt = (label, wrapper, ...flags) => {
    const line = [join(elf, 'main.o'), wrapper, join(elf, 'libstdlib.a')];
    const linked = spawnSync(cc, [...flags, '-o', program, ...line], { encoding: 'utf8' });
    const clashes = (linked.stderr.match(/multiple definition|duplicate symbol/g) ?? []).length;
    const result =
      linked.status === 0
        ? spawnSync(program, { encoding: 'utf8', timeout: 10_000 }).stdout.trim()
        : `does not link: ${clashes} duplicate definitions`;
    console.log(`${label.padEnd(52)} ${result}`);
  };
  attempt('as it is', join(elf, 'libext_http.a'));
  attempt('as it is, -z muldefs', join(elf, 'libext_http.a'), '-Wl,-z,muldefs');
  attempt('trimmed', trimmed);
  const before = statSync(join(elf, 'libext_http.a')).size;
  console.log(`\nlibext_http.a: ${before} bytes before, ${statSync(trimmed).size} after`);
}

/** The WebAssembly program runs right here; only its linker may be missing. */
async function runInNode() {
  title('the program for WebAssembly, in Node');
  const names = ['wasm-ld', 'wasm-ld-22', 'wasm-ld-19', 'wasm-ld-16', 'wasm-ld-14'];
  const linker = names.find((name) => spawnSync(name, ['--version']).status === 0);
  if (!linker) {
    console.log('not linked: no wasm-ld here');
    return;
  }
  const folder = join(FIXTURES, 'wasm');
  const program = join(work, 'program.wasm');
  const attempt = async (label, wrapper, ...flags) => {
    const options = ['--no-entry', '--export=main', '--allow-undefined', '--error-limit=0', ...flags];
    const line = [join(folder, 'main.o'), wrapper, join(folder, 'libstdlib.a')];
    const linked = spawnSync(linker, [...options, '-o', program, ...line], { encoding: 'utf8' });
    const clashes = (linked.stderr.match(/duplicate symbol/g) ?? []).length;
    const result =
      linked.status === 0 ? await printed(program) : `does not link: ${clashes} duplicate definitions`;
    console.log(`${label.padEnd(52)} ${result}`);
  };
  await attempt('as it is', join(folder, 'libext_http.a'));
  await attempt('as it is, -z muldefs (from wasm-ld 22 on)', join(folder, 'libext_http.a'), '-z', 'muldefs');
  await attempt('trimmed', join(work, 'wasm/http/libext_http.a'));
}

async function printed(program) {
  const lines = [];
  const puts = (at) => {
    const bytes = new Uint8Array(instance.exports.memory.buffer);
    lines.push(Buffer.from(bytes.subarray(at, bytes.indexOf(0, at))).toString());
    return 0;
  };
  const { instance } = await WebAssembly.instantiate(readFileSync(program), { env: { puts } });
  instance.exports.main(0, 0);
  return lines.join(' ');
}
