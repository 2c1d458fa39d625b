import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findProfile } from '../../src/link/linkers/find-profile.js';
import type { LinkerId, LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import type { LinkAnswer } from '../link-answer.js';
import { simulateLine } from '../oracles/simulate-files.js';
import { writeGnuArchive } from './write-archive.js';

/**
 * Links of small objects for linkers whose formats we do not write ourselves: clang makes the objects from rows, and
 * a folder holds what the line names.
 */
export interface CLink {
  /** By file name: text that is written unchanged, except that `%` becomes the folder (module-definition files). */
  readonly texts?: Readonly<Record<string, string | Buffer>>;
  /**
   * By file name: an object's rows, or an archive's members with theirs. A row is `D f` (data), `W f` (weak data), `C f
   * 16` (common), `U f`, `w f` (weak reference); rows are separated by semicolons. Text with a line end is assembly
   * and is used unchanged.
   */
  readonly files: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /**
   * By file name of a shared library for Mach-O: the rows of the object that it is made of, and options of the linker.
   */
  readonly libraries?: Readonly<Record<string, { readonly rows: string; readonly options?: string }>>;
  /** By archive: its index as `name=member` words, `none` for no index; others get one from llvm-ar. */
  readonly indexes?: Readonly<Record<string, string>>;
  readonly line: string;
}

export interface CTools {
  readonly clang: string;
  readonly ar: string;
  /** clang's `-target`. */
  readonly target: string;
  /** The linker that makes shared libraries. */
  readonly linker?: string;
}

function writeText(path: string, text: string | Buffer, folder: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof text === 'string' ? text.replaceAll('%', folder) : text);
}

/** Objects by all that they are made of: compilers are slow, and many links have the same main. */
const compiled = new Map<string, Buffer>();

/** Writes the objects and archives of a link into an empty folder. */
export function writeCLink(
  { files, indexes = {}, texts = {}, libraries = {} }: CLink,
  folder: string,
  tools: CTools,
): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(texts)) writeText(join(folder, name), text, folder);
  const compile = (name: string, rows: string) => {
    const key = [tools.target, tools.clang, name, rows].join('\0');
    const known = compiled.get(key);
    if (known !== undefined) {
      writeFileSync(join(folder, name), known);
      return join(folder, name);
    }
    const isAssembly = rows.includes('\n');
    const source = join(folder, `${name}.${isAssembly ? 's' : 'c'}`);
    writeFileSync(source, isAssembly ? rows : toC(name, rows));
    const flags = ['-target', tools.target, '-ffreestanding', '-fcommon', '-O1', '-c', source];
    execFileSync(tools.clang, [...flags, '-o', join(folder, name)], { stdio: ['ignore', 'ignore', 'pipe'] });
    compiled.set(key, readFileSync(join(folder, name)));
    return join(folder, name);
  };
  for (const [file, { rows, options = '' }] of Object.entries(libraries)) {
    const object = compile(`${basename(file)}.o`, rows);
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    const words = [
      '-install_name',
      `/usr/lib/${basename(file)}`,
      ...options.replaceAll('%', folder).split(' '),
    ];
    makeMachoLibrary(tools.linker ?? 'ld64.lld', [...words, object, '-o', join(folder, file)]);
  }
  for (const [file, content] of Object.entries(files)) {
    if (typeof content === 'string') compile(file, content);
    else {
      const members = Object.entries(content).map(([name, rows]) => compile(name, rows));
      const index = indexes[file];
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      if (index === undefined) execFileSync(tools.ar, ['rcsD', join(folder, file), ...members]);
      else {
        const names = Object.keys(content);
        const entries = index.split(' ').map((word) => word.split('='));
        const list = entries.map(([name, member]) => ({ name, ordinal: names.indexOf(member) }));
        const made = members.map((path) => ({ name: basename(path), data: readFileSync(path) }));
        writeFileSync(join(folder, file), writeGnuArchive(made, index === 'none' ? null : list));
      }
    }
  }
}

const MACHO_TARGET = ['-arch', 'arm64', '-platform_version', 'macos', '11.0', '11.0'];

function makeMachoLibrary(linker: string, words: readonly string[]): void {
  const options = [...MACHO_TARGET, '-dylib', '-undefined', 'dynamic_lookup'];
  execFileSync(linker, [...options, ...words.filter((word) => word !== '')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function toC(object: string, rows: string): string {
  const use = (name: string) => `int *use_${object.replace(/\W/g, '_')}_${name} = &${name};`;
  return rows
    .split(';')
    .map((row) => row.trim().split(' '))
    .map(([letter, name, size = '4']) => {
      switch (letter) {
        case 'T':
          return `int ${name}(void) { return ${name.length}; }`;
        case 'D':
          return `int ${name} = 11;`;
        case 'W':
          return `__attribute__((weak)) int ${name} = 22;`;
        case 'C':
          return `char ${name}[${size}];`;
        case 'U':
          return `extern int ${name}; ${use(name)}`;
        case 'w':
          return `extern __attribute__((weak)) int ${name}; ${use(name)}`;
        default:
          throw new Error(`row '${letter} ${name}'`);
      }
    })
    .join('\n');
}

/** The simulation of such a link. */
export function simulateCLink({ line }: CLink, folder: string, linker: LinkerId): LinkAnswer {
  const profile = findProfile(linker);
  if (!profile) throw new Error(`no profile ${linker}`);
  const words = wordsIn(line, folder, profile);
  const answer = simulateLine({ words, folder, profile, program: PROGRAMS[profile.id] ?? null });
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
}

/** Whose dialect a line is in. */
const PROGRAMS: Partial<Record<LinkerId, string>> = {
  'lld-link': 'lld-link',
  'lld-link-19': 'lld-link-19',
  'link.exe': 'link',
  'ld64.lld': 'ld64.lld',
  'ld64.lld-16': 'ld64.lld-16',
  ld64: 'ld64',
};

/** The arguments of a link line with the folder before each file; dialects with a library path get it as an option. */
function wordsIn(line: string, folder: string, { id }: LinkerProfile): string[] {
  if (line.includes('%')) return line.replaceAll('%', folder).split(' ');
  const words = line
    .split(' ')
    .map((word) => word.replace(/^([/-](?:def|libpath):|@)(?=\w)/i, `$1${folder}/`));
  if (/^l.*link|exe/.test(id)) return [`/libpath:${folder}`, ...words];
  return words.map((word) => (/^[^/-].*\.(o|obj|a|lib)$/.test(word) ? join(folder, word) : word));
}

/** Output of a real linker for the same link. */
export interface Said {
  /** Archive members that it read, in order: `a.lib(a1.obj)`. */
  readonly extracted: readonly string[];
  readonly clashes: readonly string[];
  readonly undefined: readonly string[];
  /** By name, where a map file tells: the file that it came from, without its archive. */
  readonly winners: ReadonlyMap<string, string>;
  readonly text: string;
}

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();
const allOf = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, ...found]) => found.find((part) => part !== undefined) ?? '');

function run(program: string, args: readonly string[], folder: string): string {
  const { stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

export function askLldLink(program: string, { line }: CLink, folder: string): Said {
  const flags =
    '/nodefaultlib:libcmt /subsystem:console /entry:main /force /errorlimit:0 /verbose /out:out.exe /map:out.map';
  const text = run(program, [...flags.split(' '), ...line.split(' ')], folder);
  let map = '';
  try {
    map = readFileSync(join(folder, 'out.map'), 'utf8');
  } catch {
    // It linked nothing: the message says why.
  }
  return {
    text,
    extracted: allOf(text, /Reading (\S+\(\S+\))$/gm),
    clashes: sorted(allOf(text, /duplicate symbol: (\S+)/g)),
    undefined: sorted(
      allOf(text, /undefined symbol: (.+)$/gm).map((name) =>
        name.replace('__declspec(dllimport) ', '__imp_'),
      ),
    ),
    winners: new Map(
      [...map.matchAll(/^ \d{4}:[0-9a-f]+ +(\S+) +[0-9a-f]+ +(?:f i +)?(?:\S+:)?(\S+)$/gm)].map(
        ([, name, file]) => [name, file],
      ),
    ),
  };
}

export function askMingw(program: string, { line }: CLink, folder: string): Said {
  const text = run(program, ['-e', 'main', '-t', '-t', '-o', 'out.exe', ...line.split(' ')], folder);
  return {
    text,
    extracted: [
      ...new Set(allOf(text, /^\((\S+\)\S+)$/gm).map((label) => label.replace(/^(.*)\)(.*)$/, '$1($2)'))),
    ],
    clashes: sorted(allOf(text, /multiple definition of `([^']+)'/g)),
    undefined: sorted(allOf(text, /undefined reference to `([^']+)'/g)),
    winners: new Map(),
  };
}

export function askWasmLd(program: string, { line }: CLink, folder: string): Said {
  const flags = ['--no-entry', '--allow-undefined', '--error-limit=0', '--trace', '-o', 'out.wasm'];
  const text = run(program, [...flags, ...line.split(' ')], folder);
  const strict = run(
    program,
    ['--no-entry', '--error-limit=0', '-o', 'out.wasm', ...line.split(' ')],
    folder,
  );
  return {
    text,
    extracted: allOf(text, /^(\S+\(\S+\))$/gm),
    clashes: sorted(allOf(strict, /duplicate symbol: (\S+)/g)),
    undefined: sorted(allOf(strict, /undefined symbol: (\S+)/g)),
    winners: new Map(),
  };
}

export function askMachoLd(program: string, { line }: CLink, folder: string): Said {
  const output = ['-flat_namespace', '-undefined', 'warning', '-t', '-o', 'out', '-map', 'out.map'];
  rmSync(join(folder, 'out.map'), { force: true });
  const text = run(program, [...MACHO_TARGET, ...output, ...line.replaceAll('%', folder).split(' ')], folder);
  const short = text.replaceAll(`${folder}/`, '');
  return {
    text: short,
    extracted: allOf(short, /^((?!\S+\.tbd\()\S+\(\S+\))$/gm),
    clashes: sorted(allOf(short, /duplicate symbol: (\S+)/g)),
    undefined: sorted(allOf(short, /undefined symbol: (\S+)/g)),
    winners: new Map(),
  };
}
