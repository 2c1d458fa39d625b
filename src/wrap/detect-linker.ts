import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute } from 'node:path';
import { joinPath } from '../link/command/join-path.js';
import { flavourWords, linkerName } from '../link/command/linker-name.js';
import { linkerNamed } from '../link/command/program.js';
import { findProfile } from '../link/linkers/find-profile.js';
import type { LinkerId } from '../link/linkers/linker-profile.js';
import { findRealTool } from './find-real-tool.js';
import { baseName, type ToolKind, toolKind } from './tool-name.js';

/** The linker that reads a line, by its own `--version`. */
export interface DetectedLinker {
  /** Its program; null when the driver would not say. */
  readonly path: string | null;
  /** First line of its `--version`; empty without output. */
  readonly version: string;
  /** Null if it is not a simulated linker: then a plan must hold on each of them. */
  readonly linker: LinkerId | null;
}

/**
 * Finds out which linker reads a line, and its version.
 * @param tool path of the linker or compiler driver
 * @param words the arguments, since a driver's choice depends on some of them
 */
export function detectLinker(
  tool: string,
  kind: ToolKind,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): DetectedLinker {
  const path = kind === 'linker' ? tool : queryDriver(tool, words, environment);
  if (path === null) return { path, version: '', linker: null };
  const own = kind === 'linker' ? flavourWords(path, words) : [];
  const ask = (word: string): string => answer(path, [...own, word], environment);
  const version = firstLine(ask('--version') || ask('-v'));
  return { path, version, linker: linkerOf(kind === 'linker' ? linkerName(path, words) : path, version) };
}

/** Words that say which linker a driver runs, or where it finds it. */
const CHOICE = /^(?:-fuse-ld=|--ld-path=|-B.|-m\d|--target=|--sysroot=|--gcc-toolchain=|-specs=)/;

/** Programs that GCC's collect2 runs rather than `ld`. Source: gcc/collect2.cc `main`. */
const BEFORE_LD = ['real-ld', 'collect-ld'];

function queryDriver(
  driver: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): string | null {
  const choice = words.flatMap((word, at) =>
    ['-target', '-B', '--config'].includes(word) ? words.slice(at, at + 2) : CHOICE.test(word) ? [word] : [],
  );
  const given = choice.findLast((word) => word.startsWith('--ld-path='))?.slice('--ld-path='.length);
  if (given !== undefined) return given;
  const used = choice.findLast((word) => word.startsWith('-fuse-ld='))?.slice('-fuse-ld='.length);
  if (used !== undefined && isAbsolute(used)) return used;
  const first = /clang/.test(driver) ? [] : candidates(namedFolders(words, environment), BEFORE_LD);
  const before = first.find((path) => existsSync(path));
  if (before !== undefined) return before;
  const name = used === undefined || used === '' ? 'ld' : `ld.${used}`;
  const found = answer(driver, [...choice, `-print-prog-name=${name}`], environment).trim();
  if (found === '') return null;
  return isAbsolute(found) ? found : findTool(found, environment);
}

/** Folders that drivers search for a linker before their own: -B and COMPILER_PATH. */
function namedFolders(words: readonly string[], { COMPILER_PATH = '' }: NodeJS.ProcessEnv): string[] {
  const ofLine = words.flatMap((word, at) => {
    if (words[at - 1] === '-B') return [word];
    return word.startsWith('-B') && word.length > 2 ? [word.slice(2)] : [];
  });
  return [...ofLine, ...COMPILER_PATH.split(delimiter)].filter((folder) => folder !== '');
}

const candidates = (folders: readonly string[], names: readonly string[]): string[] =>
  folders.flatMap((folder) => names.map((name) => joinPath(folder, name)));

/**
 * Programs that are not there, and that would have been found as the linker of a line: in the folders of -B,
 * COMPILER_PATH, PATH, and in the driver's own. GCC takes -B also as the beginning of a name.
 */
export function absentLinkers(
  { path }: DetectedLinker,
  driver: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): string[] {
  const named = namedFolders(words, environment);
  const used = words.findLast((word) => word.startsWith('-fuse-ld='))?.slice('-fuse-ld='.length);
  const target = /^(.+)-(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-[\d.]+)?$/.exec(baseName(driver))?.[1];
  const plain = [
    ...new Set(['ld', ...(used ? [`ld.${used}`, used] : []), ...(path === null ? [] : [baseName(path)])]),
  ];
  const names = [...plain, ...(target === undefined ? [] : plain.map((name) => `${target}-${name}`))];
  const folders = [
    ...named,
    ...[driver, realPath(driver)].map(dirname),
    ...(environment.PATH ?? '').split(delimiter),
  ];
  return [
    ...candidates(named, [...BEFORE_LD, 'collect2']),
    ...candidates(folders, names),
    ...named.flatMap((prefix) => names.map((name) => `${prefix}${name}`)),
  ].filter((file) => !existsSync(file));
}

/**
 * Whether a program runs another one, which may differ each time: a script, or a program under another name, such as
 * ccache.
 */
export function isIndirect(path: string): boolean {
  const real = realPath(path);
  if (toolKind(real) === null) return true;
  const head = Buffer.alloc(2);
  try {
    const descriptor = openSync(real, 'r');
    try {
      return readSync(descriptor, head, 0, 2, 0) !== 2 || head.toString('latin1') === '#!';
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return true;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** A bare name is GCC's word for a tool in PATH, or for none. */
function findTool(name: string, environment: NodeJS.ProcessEnv): string | null {
  try {
    return findRealTool(name, environment);
  } catch {
    return null;
  }
}

function answer(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): string {
  const { stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return stdout || stderr || '';
}

const firstLine = (text: string): string => text.split('\n', 1)[0].trim();

/**
 * The linker by the first line of `--version`: `ld` may be any linker, and `ld.lld` may have any version.
 */
export function linkerOf(path: string, version: string): LinkerId | null {
  const [, lld] = /\bLLD (\d+)/.exec(version) ?? [];
  if (lld !== undefined) return lldOf(baseName(path), lld);
  if (/^mold /.test(version)) return 'mold';
  if (/^GNU gold/.test(version)) return 'gold';
  if (/^GNU ld/.test(version)) return /mingw/.test(path) ? 'mingw-ld' : 'gnu-ld';
  if (/PROJECT:ld64-/.test(version)) return 'ld64';
  if (/Microsoft \(R\) Incremental Linker/.test(version)) return 'link.exe';
  if (/PROJECT:ld-/.test(version)) return 'ld-prime';
  if (/^Wild /.test(version)) return 'wild';
  if (version !== '') return null;
  return linkerNamed(baseName(path));
}

/**
 * Which of its linkers LLD is depends on the name it is called by; where that is another's, `ld`, it is the one for
 * ELF.
 */
function lldOf(name: string, version: string): LinkerId | null {
  const flavour = /^(?:ld64\.lld|lld-link|wasm-ld)(?=-|$)/.exec(name.replace('lld-macho', 'ld64.lld'));
  return findProfile(`${flavour?.[0] ?? 'lld'}-${version}`)?.id ?? null;
}
