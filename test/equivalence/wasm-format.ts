import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '../oracles/find-tool.js';
import { compileServer, type RunLinker, serveAll } from '../oracles/linker-server.js';
import type { ObjectPool } from './compile-units.js';
import type { EquivalenceFormat, Linked } from './format.js';
import { type OutputKind, type Program, refersToUses, type Variant } from './program.js';
import type { Unit } from './unit.js';
import { namesOf, observeWasm } from './wasm-observe.js';
import { weakenWasm } from './weaken.js';

const LINKERS = ['wasm-ld-14', 'wasm-ld-16', 'wasm-ld-19', 'wasm-ld-22'];

const FLAGS = ['--target=wasm32', '-w', '-fvisibility=default'];
const CXX_FLAGS = ['-x', 'c++', '-std=c++17', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics'];
const VARIANT_FLAGS: Readonly<Record<Variant, readonly string[]>> = {
  // Optimisation runs constructors at compile time.
  base: ['-O0'],
  debug: ['-O0', '-g'],
  elsewhere: ['-O0', '-g', '-ffile-prefix-map=/=/elsewhere/'],
  stripped: ['-O0'],
  rewritten: ['-O2', '-DREWRITTEN'],
  slim: ['-O2', '-DREWRITTEN', '-DSLIM'],
  rest: ['-O2', '-DREWRITTEN', '-DREST'],
  grown: ['-O2', '-DREWRITTEN', '-DGROWN'],
  resized: ['-O2', '-DREWRITTEN', '-DRESIZED=4'],
  helper: ['-O2', '-DREWRITTEN', '-DHELPER'],
  other: ['-O0', '-DOTHER'],
};

/**
 * Prints by the host, and walks registries: a linker defines the bounds of a section that is referenced. Units have a
 * local symbol `entry`, for which LLD 18 and 19 extract them, since it is undefined here (llvm/llvm-project#104876).
 */
const RUN_SOURCE = `
typedef struct { const char *id; int (*call)(int); } Entry;
void print(const char *what, int value) __attribute__((import_module("env"), import_name("print")));
void entry(int which, const char *id, int value) __attribute__((import_module("env"), import_name("entry")));
int is_new(int which, const char *id) __attribute__((import_module("env"), import_name("is_new")));
void say(const char *what, long value) { print(what, (int)value); }
#define WALK(n) \\
  extern Entry __start_registry##n[] __attribute__((weak, visibility("hidden"))); \\
  extern Entry __stop_registry##n[] __attribute__((weak, visibility("hidden"))); \\
  __attribute__((export_name("walk" #n))) void walk##n(void) { \\
    for (Entry *one = __start_registry##n; one < __stop_registry##n; one++) \\
      if (one->id && is_new(n, one->id)) entry(n, one->id, one->call(1)); \\
  }
WALK(0)
WALK(1)
`;

interface WasmOutput extends OutputKind {
  readonly words: readonly string[];
}

const OUTPUTS: readonly WasmOutput[] = [
  { title: 'module', share: 40, words: [] },
  { title: 'module with unused sections', share: 15, words: ['--no-gc-sections'] },
  { title: 'module that exports all', share: 20, words: ['--export-all'] },
  { title: 'module that exports visible names', share: 15, words: ['--export-dynamic'] },
  { title: 'relocatable object', share: 10, words: ['-r'] },
];

/** WebAssembly modules, linked by every wasm-ld that is installed and run in this process. */
export function wasmFormat(pool: ObjectPool, folder: string, sources: string): EquivalenceFormat {
  const clang = tool('clang-14', 'clang');
  if (clang === null) throw new Error('wasm: needs clang');
  mkdirSync(folder, { recursive: true });
  const run = join(folder, 'run.o');
  writeFileSync(join(folder, 'run.c'), RUN_SOURCE);
  execFileSync(clang, [...FLAGS, '-O1', '-c', join(folder, 'run.c'), '-o', run]);
  const installed = LINKERS.flatMap((name) => {
    const path = tool(name);
    return path === null ? [] : [{ name, path }];
  });
  const { served, stop } = serveAll(
    installed,
    compileServer(join(sources, 'oracles/linker-server.c'), folder),
  );
  const runOf = (name: string): RunLinker => {
    const linker = served.find((one) => one.name === name);
    if (linker === undefined) throw new Error(`${name}: not installed`);
    return 'run' in linker ? (linker.run as RunLinker) : (args, cwd) => runOnce(linker.path, args, cwd);
  };
  return {
    name: 'wasm',
    objects: 'wasm',
    isWrapped: true,
    choices: {
      outputs: OUTPUTS,
      linkers: installed.map(({ name }) => name),
      options: [{ words: ['-u', 'u1_g'], share: 0.06 }],
      kinds: ['call', 'state', 'registry', 'log'],
    },
    compile: (unit, variant) => compileUnit(pool, clang, unit, variant),
    prepare: async (program, own) => {
      const before = [...lineWords(program), run];
      if (!refersToUses(program)) return { before, after: [] };
      const [source, uses] = [join(own, 'uses.c'), join(own, 'uses.o')];
      writeFileSync(source, usesText(program));
      execFileSync(clang, [...FLAGS, '-O1', '-c', source, '-o', uses]);
      return { before: [...before, uses], after: [] };
    },
    link: (linker, words, output, cwd) => linkOnce(runOf(linker), words, output, cwd),
    observe: async (program, linker, output, circumstances) => {
      const isRelocatable = kindOf(program).words.includes('-r');
      const image = isRelocatable ? `${output}.linked` : output;
      if (isRelocatable) await linkOnce(runOf(linker), [...exportsOf(program), output], image, folder);
      return observeWasm(program, existsSync(image) ? readFileSync(image) : null, circumstances);
    },
    weaken: weakenWasm,
    wholeWords: (path) => ['--whole-archive', path, '--no-whole-archive'],
    groupWords: null,
    pathOf: (linker) => served.find(({ name }) => name === linker)?.path ?? linker,
    stop,
  };
}

const kindOf = ({ output }: Program): WasmOutput => OUTPUTS.find(({ title }) => title === output)!;

function lineWords(program: Program): string[] {
  const { words } = kindOf(program);
  if (!words.includes('-r')) return [...words, ...program.options, ...exportsOf(program)];
  if (refersToUses(program)) return [...words];
  return [...words, ...program.uses.flatMap(namesOf).flatMap((name) => ['-u', name])];
}

/** The host calls and reads the uses of a module: exports, or what an exported function points to. */
const exportsOf = (program: Program): string[] => [
  '--no-entry',
  '--export=__wasm_call_ctors',
  ...(refersToUses(program)
    ? ['--export-table']
    : new Set(program.uses.flatMap(namesOf).map((name) => `--export=${name}`))),
];

/** A table of pointers to the uses of a program. */
function usesText({ uses }: Program): string {
  const rows = uses.flatMap((use) => namesOf(use).map((name) => [name, use.kind] as const));
  const known = new Map(rows);
  const declarations = [...known].map(([name, kind]) =>
    kind === 'call' ? `int ${name}(int);\n` : `extern int ${name}[];\n`,
  );
  return `${declarations.join('')}static void *uses[] = {${rows.map(([name]) => `(void *)${name}, `).join('')}0};
__attribute__((export_name("uses"))) void *get_uses(void) { return uses; }
`;
}

function compileUnit(
  pool: ObjectPool,
  clang: string,
  { language, source }: Unit,
  variant: Variant,
): Promise<Buffer> {
  const isCxx = language === 'c++';
  const flags = [...FLAGS, ...(isCxx ? CXX_FLAGS : []), ...VARIANT_FLAGS[variant]];
  return pool.compile({ path: clang, flags, extension: isCxx ? '.cc' : '.c' }, source);
}

async function linkOnce(
  run: RunLinker,
  words: readonly string[],
  output: string,
  folder: string,
): Promise<Linked> {
  rmSync(output, { force: true });
  const messages = await run(['-o', output, '--threads=1', ...words], folder);
  return { output: existsSync(output) ? output : null, messages };
}

function runOnce(path: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((done) => {
    execFile(path, args, { cwd }, (_error, stdout, stderr) => done(`${stdout}${stderr}`));
  });
}
