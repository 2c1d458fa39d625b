import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../src/cli/main.js';
import { ROOT } from '../test/root.js';
import { readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `The problem and its cure, on small archives of fixtures/founding: one program on ELF from the failing link to a program
that passes, then a line per other object format. Without a C compiler for Linux on x86-64 the program is not linked.

npm run demo`;

readOptions(USAGE);
const FIXTURES = join(ROOT, 'fixtures/founding/');
const FILES = ['main.o', 'libext_http.a', 'libstdlib.a'];
const OTHER_FORMATS = [
  { id: 'macho', title: 'Mach-O, arm64', underscore: '_' },
  { id: 'coff', title: 'COFF, x86-64', underscore: '' },
  { id: 'wasm', title: 'WebAssembly', underscore: '' },
];
/** Wrappers whose own copy has to stay: a function or a promoted global is only there, or it is an older build. */
const KEPT = ['pinned', 'stale', 'other'];

const work = workFolder('demo');
const short = (text: string): string => text.replaceAll(`${work}/`, '').replaceAll(`${FIXTURES}elf/`, '');

await story();
console.log('\nThe same on the other object formats:\n');
for (const format of OTHER_FORMATS) await lineOf(format);
console.log(
  '\nA library needs its own copy if it uses what only that copy has, or was built with another version of the runtime:\nfixtures/founding/README.md. Next: ardedup --help, and README.md.',
);

async function story(): Promise<void> {
  const files = FILES.map((name) => join(FIXTURES, 'elf', name));
  const link = linkerOfThisMachine();
  console.log(
    'A Rust extension, libext_http.a, and a standard library, libstdlib.a, each bundle the crate evt_runtime.',
  );
  attempt(link, [], files, 'Linked as it is:');
  attempt(
    link,
    ['-Wl,-z,muldefs'],
    files,
    'With duplicates allowed, the program waits on one copy of the runtime, and its event is in the other:',
  );
  console.log('\nardedup finds the smallest change that makes the link right, and proves it:\n');
  const args = ['fix', '--quiet', '--linker', 'gnu-ld', '--out-dir', join(work, 'fixed')];
  await ardedup([...args, '--', 'cc', '-o', 'program', ...files]);
  const cured = [files[0], join(work, 'fixed/libext_http.a'), files[2]];
  attempt(link, [], cured, 'Linked with the changed library:');
}

async function ardedup(args: readonly string[]): Promise<void> {
  console.log(`$ ${short(['ardedup', ...args].join(' '))}`);
  const code = await main(args, {
    out: (text) => void process.stdout.write(short(text)),
    error: (text) => void process.stderr.write(text),
    input: async () => null,
    colors: process.stdout.isTTY === true && !process.env.NO_COLOR,
  });
  if (code !== 0) throw new Error(`ardedup exited with ${code}`);
}

/** Null where the program cannot be linked or run. */
function linkerOfThisMachine(): string | null {
  const isHere = process.platform === 'linux' && process.arch === 'x64';
  if (!isHere) return null;
  return ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0) ?? null;
}

/** Links the program, runs it and prints what happened. */
function attempt(
  compiler: string | null,
  flags: readonly string[],
  files: readonly string[],
  heading: string,
): void {
  console.log(`\n${heading}\n\n$ ${short(['cc', ...flags, '-o', 'program', ...files].join(' '))}`);
  if (compiler === null) {
    console.log('(not linked: this takes a C compiler for Linux on x86-64)');
    return;
  }
  const program = join(work, 'program');
  const { status, stderr } = spawnSync(compiler, [...flags, '-o', program, ...files], { encoding: 'utf8' });
  if (status === 0) {
    console.log(`$ ./program\n${spawnSync(program, { encoding: 'utf8', timeout: 10_000 }).stdout.trim()}`);
    return;
  }
  const duplicates = stderr.match(/multiple definition|duplicate symbol/g) ?? [];
  console.log(`${duplicates.length} × multiple definition: the link fails`);
}

/** The effect of `trim` on the archives of a format, in one line. */
async function lineOf({ id, title, underscore }: (typeof OTHER_FORMATS)[number]): Promise<void> {
  const { plan, isProved } = await trimmed(id, 'http', underscore);
  const { duplicatesBefore, duplicatesAfter } = plan.links[0];
  let kept = 0;
  for (const name of KEPT) {
    const { archives } = (await trimmed(id, name, underscore)).plan;
    if (archives[0].dropped === 0) kept++;
  }
  const run = id === 'wasm' ? await wasmProgram() : null;
  const facts = [
    `duplicates ${duplicatesBefore} → ${duplicatesAfter}`,
    `globals in two copies ${plan.splitStateBefore.length} → ${plan.splitStateAfter.length}`,
    isProved ? 'verified' : 'NOT VERIFIED',
    `${kept} of ${KEPT.length} libraries that need their own copy keep it`,
    ...(run === null ? [] : [`the program prints ${run}`]),
  ];
  console.log(`  ${title.padEnd(14)} ${facts.join('; ')}`);
}

/** Of a plan in JSON, what the demo prints. */
interface DemoPlan {
  readonly archives: readonly { readonly dropped: number }[];
  readonly links: readonly { readonly duplicatesBefore: number; readonly duplicatesAfter: number }[];
  readonly splitStateBefore: readonly string[];
  readonly splitStateAfter: readonly string[];
}

async function trimmed(
  format: string,
  wrapper: string,
  underscore: string,
): Promise<{ readonly plan: DemoPlan; readonly isProved: boolean }> {
  const file = (name: string) => join(FIXTURES, format, name);
  const planPath = join(work, `${format}-${wrapper}.json`);
  const streams = {
    out: () => {},
    error: (text: string) => void process.stderr.write(text),
    input: async () => null,
    colors: false,
  };
  const line = [file('main.o'), '-u', `${underscore}ext_${wrapper}_status`, file(`libext_${wrapper}.a`)];
  const options = ['--provider', file('libstdlib.a'), '--out-dir', join(work, format), '--plan', planPath];
  const code = await main(['trim', ...options, ...line, file('libstdlib.a')], streams);
  if (code !== 0) throw new Error(`ardedup exited with ${code}`);
  const isProved = (await main(['verify', planPath], streams)) === 0;
  return { plan: JSON.parse(readFileSync(planPath, 'utf8')) as DemoPlan, isProved };
}

/** Output of the trimmed WebAssembly program in Node; null without wasm-ld. */
async function wasmProgram(): Promise<string | null> {
  const names = ['wasm-ld', 'wasm-ld-22', 'wasm-ld-19', 'wasm-ld-16', 'wasm-ld-14'];
  const linker = names.find((name) => spawnSync(name, ['--version']).status === 0);
  if (linker === undefined) return null;
  const program = join(work, 'program.wasm');
  const folder = join(FIXTURES, 'wasm');
  const line = [join(folder, 'main.o'), join(work, 'wasm/libext_http.a'), join(folder, 'libstdlib.a')];
  const flags = ['--no-entry', '--export=main', '--allow-undefined'];
  const { status } = spawnSync(linker, [...flags, '-o', program, ...line]);
  return status === 0 ? printed(program) : null;
}

function printed(program: string): string {
  const lines: string[] = [];
  const puts = (at: number) => {
    const bytes = new Uint8Array((instance.exports.memory as WebAssembly.Memory).buffer);
    lines.push(Buffer.from(bytes.subarray(at, bytes.indexOf(0, at))).toString());
    return 0;
  };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(program)), { env: { puts } });
  (instance.exports.main as (count: number, words: number) => number)(0, 0);
  return lines.join(' ');
}
