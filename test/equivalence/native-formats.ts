import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '../oracles/find-tool.js';
import { compileServer, type RunLinker, serveAll, startServer } from '../oracles/linker-server.js';
import type { ObjectPool } from './compile-units.js';
import type { EquivalenceFormat } from './format.js';
import { type Image, readMacho, readPe } from './image-file.js';
import { namesOf, observeImage, USES } from './image-observe.js';
import { shortImport } from './probes.js';
import { type OutputKind, type Program, refersToUses, type Variant } from './program.js';
import { weakenMacho } from './weaken.js';

/** Differences between the native formats whose images a runner maps into memory. */
interface NativeFormat {
  readonly name: string;
  readonly objects: 'macho' | 'pe';
  readonly triple: string;
  readonly linkers: readonly string[];
  readonly outputs: readonly (OutputKind & { readonly words: (program: Program) => readonly string[] })[];
  readonly options: EquivalenceFormat['choices']['options'];
  readonly convention: 'ms' | 'sysv';
  /** Before every symbol of C. */
  readonly prefix: string;
  /** How the line requires a name. */
  require(name: string): readonly string[];
  outputWords(path: string): readonly string[];
  readonly duplicates: readonly string[];
  readonly weaken: EquivalenceFormat['weaken'];
  whole(path: string): readonly string[];
  readonly groupWords: readonly [string, string] | null;
  read(file: Buffer): Image;
  /** Pointers to constructors in the order in which they are called. */
  constructors(image: Image): readonly bigint[];
}

/** Links nothing from outside: what a unit calls is here. */
const RUN_SOURCE = `
char said_text[1 << 16];
int said_length;
static void put(const char *what) { while (*what && said_length < (int)sizeof said_text) said_text[said_length++] = *what++; }
static void put_number(long value) {
  char digits[24];
  int at = sizeof digits - 1;
  unsigned long rest = value < 0 ? -(unsigned long)value : (unsigned long)value;
  digits[at] = 0;
  do digits[--at] = '0' + rest % 10; while (rest /= 10);
  if (value < 0) digits[--at] = '-';
  put(digits + at);
}
void say(const char *what, long value) { put(what); put(" "); put_number(value); put("\\n"); }
int __cxa_atexit(void (*function)(void *), void *data, void *handle) { return 0; }
void __main(void) {}
int start(void) { return 0; }
`;
const ALWAYS = ['said_text', 'said_length', 'say', 'start'];

const FLAGS = ['-O0', '-w', '-fno-stack-protector', '-fno-asynchronous-unwind-tables', '-fcommon'];
const CXX_FLAGS = ['-x', 'c++', '-std=c++17', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics'];
/** Optimisation would run constructors at compile time. */
const VARIANT_FLAGS: Readonly<Record<Variant, readonly string[]>> = {
  base: [],
  debug: ['-g'],
  elsewhere: ['-g', '-ffile-prefix-map=/=/elsewhere/'],
  stripped: [],
  rewritten: ['-fomit-frame-pointer', '-DREWRITTEN'],
  slim: ['-fomit-frame-pointer', '-DREWRITTEN', '-DSLIM'],
  rest: ['-fomit-frame-pointer', '-DREWRITTEN', '-DREST'],
  grown: ['-fomit-frame-pointer', '-DREWRITTEN', '-DGROWN'],
  resized: ['-fomit-frame-pointer', '-DREWRITTEN', '-DRESIZED=4'],
  helper: ['-fomit-frame-pointer', '-DREWRITTEN', '-DHELPER'],
  other: ['-DOTHER'],
};

const pointersOf = ({ sections }: Image, isOne: (name: string) => boolean): bigint[] =>
  sections
    .filter(({ name }) => isOne(name))
    .flatMap(({ content }) =>
      Array.from({ length: Math.floor(content.length / 8) }, (_, at) => content.readBigUInt64LE(8 * at)),
    )
    .filter((pointer) => pointer !== 0n);

const MACHO: NativeFormat = {
  name: 'macho',
  objects: 'macho',
  triple: 'x86_64-apple-macos11',
  linkers: ['ld64.lld-14', 'ld64.lld-19'],
  outputs: [
    { title: 'dylib', share: 30, words: () => ['-dylib'] },
    { title: 'bundle', share: 10, words: () => ['-bundle'] },
    { title: 'program', share: 25, words: () => ['-e', '_start'] },
    { title: 'program without dead code', share: 20, words: () => ['-e', '_start', '-dead_strip'] },
    {
      title: 'dylib that exports names',
      share: 15,
      words: ({ exported }) => ['-dylib', ...exported.flatMap((name) => ['-exported_symbol', `_${name}`])],
    },
  ],
  options: [{ words: ['-ObjC'], share: 0.08 }],
  convention: 'sysv',
  prefix: '_',
  require: (name) => ['-u', `_${name}`],
  outputWords: (path) => [
    ...['-arch', 'x86_64', '-platform_version', 'macos', '11.0', '11.0', '-undefined', 'dynamic_lookup'],
    ...['-image_base', '0x200000000', '-o', path],
  ],
  duplicates: [],
  weaken: weakenMacho,
  whole: (path) => ['-force_load', path],
  groupWords: null,
  read: readMacho,
  constructors: (image) => pointersOf(image, (name) => name === '__mod_init_func'),
};

/** The export option of a name; data is exported as data. */
const exportOf = (name: string): string => `/export:${name}${name.endsWith('_state') ? ',data' : ''}`;

const MSVC: NativeFormat = {
  name: 'msvc',
  objects: 'pe',
  triple: 'x86_64-pc-windows-msvc',
  linkers: ['lld-link-14', 'lld-link-19'],
  outputs: [
    { title: 'program', share: 40, words: () => ['/entry:start', '/subsystem:console'] },
    {
      title: 'program with unused sections',
      share: 20,
      words: () => ['/entry:start', '/subsystem:console', '/opt:noref'],
    },
    {
      title: 'DLL that exports names',
      share: 40,
      words: ({ exported }) => ['/dll', '/noentry', ...exported.map(exportOf)],
    },
  ],
  options: [{ words: ['/opt:noicf'], share: 0.1 }],
  convention: 'ms',
  prefix: '',
  require: (name) => [`/include:${name}`],
  outputWords: (path) => ['/nodefaultlib', '/dynamicbase:no', `/out:${path}`, `/lldmap:${path}.map`],
  duplicates: ['/force:multiple'],
  weaken: null,
  whole: (path) => [`/wholearchive:${path}`],
  groupWords: null,
  read: readPe,
  constructors: (image) => pointersOf(image, (name) => name === '.CRT'),
};

/** A list in memory that ends in 0; it is called from its end. */
function listAt({ symbols, sections }: Image, name: string): bigint[] {
  const start = symbols.get(name) ?? 0;
  const section = sections.find(({ address, size }) => address <= start && start < address + size);
  if (section === undefined) return [];
  const pointers: bigint[] = [];
  // The first entry is -1.
  for (let at = start - section.address + 8; at + 8 <= section.content.length; at += 8) {
    const pointer = section.content.readBigUInt64LE(at);
    if (pointer === 0n) break;
    pointers.push(pointer);
  }
  return pointers;
}

const MINGW: NativeFormat = {
  ...MSVC,
  name: 'mingw',
  triple: 'x86_64-pc-windows-gnu',
  linkers: ['x86_64-w64-mingw32-ld'],
  outputs: [
    { title: 'program', share: 40, words: () => ['-e', 'start'] },
    { title: 'program that exports all', share: 15, words: () => ['-e', 'start', '--export-all-symbols'] },
    { title: 'DLL', share: 45, words: () => ['-shared', '-e', 'start'] },
  ],
  options: [{ words: ['--gc-sections'], share: 0.12 }],
  require: (name) => ['-u', name],
  outputWords: (path) => ['--disable-dynamicbase', '--image-base', '0x180000000', '-o', path],
  duplicates: ['--allow-multiple-definition'],
  whole: (path) => ['--whole-archive', path, '--no-whole-archive'],
  groupWords: ['--start-group', '--end-group'],
  constructors: (image) => [
    ...listAt(image, '__CTOR_LIST__').toReversed(),
    ...listAt(image, '__DTOR_LIST__'),
  ],
};

type MakeFormat = (pool: ObjectPool, folder: string, sources: string) => EquivalenceFormat;

const formatOf =
  (native: NativeFormat): MakeFormat =>
  (pool, folder, sources) => {
    const [clang, gcc] = [tool('clang-14', 'clang'), tool('gcc')];
    if (clang === null || gcc === null) throw new Error(`${native.name}: needs clang and gcc`);
    mkdirSync(folder, { recursive: true });
    const target = ['-target', native.triple];
    const run = join(folder, 'run.o');
    writeFileSync(join(folder, 'run.c'), RUN_SOURCE);
    execFileSync(clang, [...target, ...FLAGS, '-c', join(folder, 'run.c'), '-o', run]);
    const runner = join(folder, 'image-runner');
    for (const name of ['image-runner', 'run-server'])
      execFileSync(gcc, ['-O1', '-w', join(sources, `equivalence/${name}.c`), '-o', join(folder, name)]);
    const installed = native.linkers.flatMap((name) => {
      const path = tool(name);
      return path === null ? [] : [{ name, path }];
    });
    const library = compileServer(join(sources, 'oracles/linker-server.c'), folder);
    const { served, stop } = serveAll(installed, library);
    const runs = startServer(join(folder, 'run-server'), 'run', {});
    const linkerOf = (name: string): RunLinker => {
      const linker = served.find((one) => one.name === name);
      if (linker === undefined) throw new Error(`${name}: not installed`);
      return 'run' in linker
        ? (linker.run as RunLinker)
        : async (args, cwd) => execFileSync(linker.path, args, { cwd }).toString();
    };
    return {
      name: native.name,
      objects: native.objects,
      isWrapped: false,
      choices: {
        outputs: native.outputs,
        linkers: installed.map(({ name }) => name),
        options: native.options,
        kinds: ['call', 'state', 'log', 'registry', 'require'],
      },
      compile: async ({ language, source }, variant) => {
        if (language === 'short-import') return shortImport(source);
        if (language === 'assembly')
          return pool.compile({ path: clang, flags: target, extension: '.s' }, source);
        const isCxx = language === 'c++';
        const flags = [...target, ...FLAGS, ...(isCxx ? CXX_FLAGS : []), ...VARIANT_FLAGS[variant]];
        return pool.compile({ path: clang, flags, extension: isCxx ? '.cc' : '.c' }, source);
      },
      prepare: async (program, own) => {
        const before = [...lineWords(native, program), run];
        if (!refersToUses(program)) return { before, after: [] };
        const [source, uses] = [join(own, 'uses.s'), join(own, 'uses.o')];
        writeFileSync(source, usesText(native, program));
        execFileSync(clang, [...target, '-c', source, '-o', uses]);
        return { before: [...before, uses], after: [] };
      },
      link: async (linker, words, output, cwd, allowsDuplicates) => {
        rmSync(output, { force: true });
        const own = [...native.outputWords(output), ...(allowsDuplicates ? native.duplicates : [])];
        const messages = await linkerOf(linker)([...own, ...words], cwd);
        return { output: existsSync(output) ? output : null, messages };
      },
      observe: (program, _linker, output, circumstances) =>
        observeImage({
          ...native,
          image: native.read(readFileSync(output)),
          output,
          uses: program.uses,
          hasTable: refersToUses(program),
          runner,
          ask: runs.ask,
          folder,
          circumstances,
        }),
      weaken: native.weaken,
      wholeWords: native.whole,
      groupWords: native.groupWords,
      pathOf: (linker) => served.find(({ name }) => name === linker)?.path ?? linker,
      stop: () => {
        stop();
        runs.stop();
      },
    };
  };

/** The runner calls and reads the uses of a program: an object refers to them, or the line requires their names. */
function lineWords(native: NativeFormat, program: Program): string[] {
  const output = native.outputs.find(({ title }) => title === program.output)!;
  const used = refersToUses(program) ? [USES] : program.uses.flatMap(namesOf);
  const names = new Set([...ALWAYS, ...used]);
  return [...output.words(program), ...program.options, ...[...names].flatMap(native.require)];
}

/** A table of pointers to the uses of a program. */
function usesText({ prefix }: NativeFormat, { uses }: Program): string {
  const rows = uses.flatMap(namesOf).map((name) => `.quad ${prefix}${name}\n`);
  return [`.data\n.globl ${prefix}${USES}\n.balign 8\n${prefix}${USES}:\n`, ...rows, '.quad 0\n'].join('');
}

export const machoFormat = formatOf(MACHO);
export const msvcFormat = formatOf(MSVC);
export const mingwFormat = formatOf(MINGW);
