import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '../oracles/find-tool.js';
import {
  compileServer,
  type RunLinker,
  type Server,
  serveAll,
  startServer,
} from '../oracles/linker-server.js';
import type { ObjectPool } from './compile-units.js';
import { observeElf } from './elf-observe.js';
import { elfOptions, elfOutputs } from './elf-outputs.js';
import { DRIVER_SOURCE, LIBRARY_SOURCE, LIBRARY_VERSIONS, RUN_SOURCE, START_SOURCE } from './elf-runtime.js';
import type { EquivalenceFormat, Linked, ProgramLine } from './format.js';
import type { Program, Use, Variant } from './program.js';
import type { Unit } from './unit.js';

const LINKERS = ['ld.bfd', 'ld.gold', 'ld.lld-14', 'ld.lld-19', 'mold'];

const FLAGS = ['-fPIC', '-fno-stack-protector', '-fno-asynchronous-unwind-tables', '-fcommon', '-w'];
const CXX_FLAGS = ['-std=c++17', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics'];
const VARIANT_FLAGS: Readonly<Record<Variant, readonly string[]>> = {
  base: ['-O1'],
  debug: ['-O1', '-g'],
  elsewhere: ['-O1', '-g', '-ffile-prefix-map=/=/elsewhere/'],
  stripped: ['-O1'],
  rewritten: ['-O2', '-DREWRITTEN'],
  slim: ['-O2', '-DREWRITTEN', '-DSLIM'],
  rest: ['-O2', '-DREWRITTEN', '-DREST'],
  grown: ['-O2', '-DREWRITTEN', '-DGROWN'],
  resized: ['-O2', '-DREWRITTEN', '-DRESIZED=4'],
  helper: ['-O2', '-DREWRITTEN', '-DHELPER'],
  other: ['-O1', '-DOTHER'],
};

/** Files that every program is linked with. */
interface Runtime {
  readonly run: string;
  readonly start: string;
  readonly driver: string;
  readonly library: string;
  readonly crt: string;
  readonly sharedCrt: string;
}

const RUST_FLAGS = [
  '--crate-type=lib',
  '--edition=2021',
  '-Ccodegen-units=1',
  '-Cpanic=abort',
  '-Cmetadata=units',
];
const RUST_VARIANT_FLAGS: Readonly<Record<Variant, readonly string[]>> = {
  base: ['-Copt-level=1'],
  debug: ['-Copt-level=1', '-g'],
  elsewhere: ['-Copt-level=1', '-g', '--remap-path-prefix=/=/elsewhere/'],
  stripped: ['-Copt-level=1'],
  rewritten: ['-Copt-level=3', '--cfg=rewritten'],
  slim: ['-Copt-level=3', '--cfg=rewritten', '--cfg=slim'],
  rest: ['-Copt-level=3', '--cfg=rewritten', '--cfg=rest'],
  grown: ['-Copt-level=3', '--cfg=rewritten', '--cfg=grown'],
  resized: ['-Copt-level=3', '--cfg=rewritten', '--cfg=resized'],
  helper: ['-Copt-level=3', '--cfg=rewritten', '--cfg=rest'],
  other: ['-Copt-level=1', '--cfg=other'],
};

interface ElfTools {
  readonly gcc: string;
  readonly gxx: string;
  readonly as: string;
  readonly rustc: string;
}

/** The required tools. @returns null if one is missing */
export function elfTools(): ElfTools | null {
  const [gcc, gxx, as, rustc] = [tool('gcc'), tool('g++'), tool('as'), tool('rustc')];
  const isHere = process.platform === 'linux' && process.arch === 'x64';
  return isHere && gcc && gxx && as && rustc ? { gcc, gxx, as, rustc } : null;
}

/**
 * ELF programs for x86-64, linked by every linker that is installed and run.
 * @param folder for what all programs share
 * @param sources the folder of oracles/linker-server.c and equivalence/run-server.c
 */
export function elfFormat(pool: ObjectPool, folder: string, sources: string): EquivalenceFormat {
  const tools = elfTools();
  if (tools === null) throw new Error('elf: needs gcc, g++, as and rustc, on Linux for x86-64');
  const runtime = makeRuntime(tools, folder);
  const installed = LINKERS.flatMap((name) => {
    const path = tool(name);
    return path === null ? [] : [{ name, path }];
  });
  const library = compileServer(join(sources, 'oracles/linker-server.c'), folder);
  const { served, stop } = serveAll([...installed, { name: 'as', path: tools.as }], library);
  const runs = startRuns(tools.gcc, join(sources, 'equivalence/run-server.c'), folder);
  const linkers = new Map(served.map((linker) => [linker.name, linker]));
  const run = (name: string): RunLinker => {
    const linker = linkers.get(name);
    if (linker === undefined) throw new Error(`${name}: not installed`);
    return 'run' in linker ? (linker.run as RunLinker) : (args, cwd) => runOnce(linker.path, args, cwd);
  };
  return {
    name: 'elf',
    objects: 'elf',
    isWrapped: true,
    choices: {
      outputs: elfOutputs,
      linkers: installed.map(({ name }) => name),
      options: elfOptions,
      kinds: ['call', 'weak', 'state', 'lookup', 'registry', 'log', 'table'],
    },
    compile: (unit, variant) => compileUnit(pool, tools, unit, variant),
    prepare: (program, own) => prepare(program, own, runtime, run('as')),
    link: (linker, words, output, cwd, allowsDuplicates) =>
      linkOnce(run(linker), [...threadsOf(linker), ...words], output, cwd, allowsDuplicates),
    observe: async (program, linker, output, circumstances) => {
      const kind = elfOutputs.find(({ title }) => title === program.output)!;
      const image = kind.form === 'relocatable' ? `${output}.linked` : output;
      if (kind.form === 'relocatable') {
        const words = ['-dynamic-linker', LOADER, '-o', image, runtime.crt, output, runtime.library];
        rmSync(image, { force: true });
        await run(linker)(words, folder);
      }
      const command = kind.form === 'shared' ? [runtime.driver, output] : [image];
      return observeElf({ output, image, command, form: kind.form, ask: runs.ask, folder, ...circumstances });
    },
    weaken: null,
    wholeWords: (path) => ['--whole-archive', path, '--no-whole-archive'],
    groupWords: ['--start-group', '--end-group'],
    pathOf: (linker) => linkers.get(linker)?.path ?? linker,
    stop: () => {
      stop();
      runs.stop();
    },
  };
}

const LOADER = '/lib64/ld-linux-x86-64.so.2';

function makeRuntime({ gcc }: { readonly gcc: string }, folder: string): Runtime {
  mkdirSync(folder, { recursive: true });
  const path = (name: string) => join(folder, name);
  const build = (name: string, source: string, output: string, args: readonly string[]): string => {
    writeFileSync(path(name), source);
    execFileSync(gcc, ['-w', '-O1', ...args, path(name), '-o', path(output)]);
    return path(output);
  };
  writeFileSync(path('library.versions'), LIBRARY_VERSIONS);
  const startFile = (name: string) =>
    execFileSync(gcc, [`-print-file-name=${name}`])
      .toString()
      .trim();
  const object = ['-c', '-fPIC', '-fno-stack-protector', '-fno-asynchronous-unwind-tables'];
  return {
    run: build('run.c', RUN_SOURCE, 'run.o', object),
    start: build('start.c', START_SOURCE, 'start.o', object),
    driver: build('driver.c', DRIVER_SOURCE, 'driver', []),
    library: build('library.c', LIBRARY_SOURCE, 'library.so', [
      '-shared',
      '-nostdlib',
      '-fPIC',
      '-fno-builtin',
      '-Wl,-soname,libc.so.6',
      `-Wl,--version-script=${path('library.versions')}`,
    ]),
    crt: startFile('crt1.o'),
    sharedCrt: startFile('Scrt1.o'),
  };
}

function startRuns(gcc: string, source: string, folder: string): Server {
  const path = join(folder, 'run-server');
  execFileSync(gcc, ['-O1', source, '-o', path]);
  return startServer(path, 'run', {});
}

function runOnce(path: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return Promise.resolve(execFileSync(path, args, { cwd, stdio: 'pipe' }).toString());
  } catch (error) {
    return Promise.resolve(String((error as { stderr?: Buffer }).stderr ?? error));
  }
}

function compileUnit(
  pool: ObjectPool,
  { gcc, gxx, rustc }: ElfTools,
  { language, name, source }: Unit,
  variant: Variant,
): Promise<Buffer> {
  const isCxx = language === 'c++';
  const flags = [...FLAGS, ...(isCxx ? CXX_FLAGS : []), ...VARIANT_FLAGS[variant]];
  const after = variant === 'stripped' ? ['strip', '--strip-unneeded'] : [];
  if (language === 'rust') {
    const own = [...RUST_FLAGS, `--crate-name=${name}`, ...RUST_VARIANT_FLAGS[variant]];
    return pool.compile({ path: rustc, flags: own, action: ['--emit=obj'], extension: '.rs', after }, source);
  }
  return pool.compile({ path: isCxx ? gxx : gcc, flags, extension: isCxx ? '.cc' : '.c', after }, source);
}

const USE_KINDS: readonly Use['kind'][] = ['call', 'weak', 'state', 'lookup', 'registry', 'log', 'table'];

/** The table of uses, as run.c walks it. */
function usesText(uses: readonly Use[]): string {
  const rows = uses.map(({ kind, name }, at) => {
    const [target, end] = targetsOf(kind, name);
    const weak = kind === 'weak' ? `.weak ${name}\n` : '';
    const bounds = kind === 'registry' ? `.weak ${target}, ${end}\n.hidden ${target}\n.hidden ${end}\n` : '';
    return `${weak}${bounds}.quad ${USE_KINDS.indexOf(kind) + 1}, ${target}, ${end}, .Lname${at}\n`;
  });
  const names = uses.map(({ name }, at) => `.Lname${at}: .string "${name}"\n`);
  return [
    '.section .note.GNU-stack,"",@progbits\n.section .data.rel.ro,"aw"\n.globl uses\n.hidden uses\n.balign 8\nuses:\n',
    ...rows,
    '.quad 0, 0, 0, 0\n.section .rodata\n',
    ...names,
  ].join('');
}

function targetsOf(kind: Use['kind'], name: string): [string, string] {
  if (kind === 'lookup') return ['0', '0'];
  if (kind === 'registry') return [`__start_${name}`, `__stop_${name}`];
  if (kind === 'log') return [`${name}_log`, `${name}_length`];
  return kind === 'table' ? ['table_start', 'table_end'] : [name, '0'];
}

async function prepare(
  program: Program,
  folder: string,
  { run, start, library, crt, sharedCrt }: Runtime,
  assemble: RunLinker,
): Promise<ProgramLine> {
  const { form, words } = elfOutputs.find(({ title }) => title === program.output)!;
  writeFileSync(join(folder, 'uses.s'), usesText(program.uses));
  const uses = join(folder, 'uses.o');
  const messages = await assemble(['uses.s', '-o', 'uses.o'], folder);
  if (!existsSync(uses)) throw new Error(messages);
  const isProgram = form === 'program' || form === 'position-independent';
  const firsts = isProgram ? ['-dynamic-linker', LOADER, form === 'program' ? crt : sharedCrt] : [];
  return {
    before: [
      ...words(program, folder),
      ...program.options.filter((word) => !(form === 'relocatable' && word === '--gc-sections')),
      ...firsts,
      ...(form === 'shared' ? [] : [start]),
      run,
      uses,
    ],
    after: form === 'relocatable' ? [] : [library],
  };
}

/** One is cheaper than the pool of them that a link starts. */
const threadsOf = (linker: string): string[] =>
  linker === 'mold' ? ['--no-threads'] : linker.startsWith('ld.lld') ? ['--threads=1'] : [];

async function linkOnce(
  run: RunLinker,
  words: readonly string[],
  output: string,
  folder: string,
  allowsDuplicates: boolean,
): Promise<Linked> {
  rmSync(output, { force: true });
  const messages = await run(
    ['-o', output, ...(allowsDuplicates ? ['-z', 'muldefs'] : []), ...words],
    folder,
  );
  const isWritten = existsSync(output) && readFileSync(output).length > 64;
  return { output: isWritten ? output : null, messages };
}
