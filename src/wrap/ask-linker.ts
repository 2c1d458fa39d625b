import { spawnSync } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { linkerNamed } from '../link/command/program.js';
import { findProfile } from '../link/linkers/find-profile.js';
import type { LinkerId } from '../link/linkers/linker-profile.js';
import { findRealTool } from './find-real-tool.js';
import { baseName, type ToolKind } from './tool-name.js';

/** The linker that reads a line, as it says itself. */
export interface AskedLinker {
  /** Its program; null when the driver would not say. */
  readonly path: string | null;
  /** What it answers to `--version`, first line; empty when it answers nothing. */
  readonly version: string;
  /** Null where none that is simulated answers so: a plan must then hold on each. */
  readonly linker: LinkerId | null;
}

/**
 * Asks which linker reads a line, and of which version it is.
 * @param tool path of the linker or compiler driver
 * @param words the words behind it: a driver's choice hangs on some of them
 */
export function askLinker(
  tool: string,
  kind: ToolKind,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): AskedLinker {
  const path = kind === 'linker' ? tool : askDriver(tool, words, environment);
  if (path === null) return { path, version: '', linker: null };
  const version = firstLine(answer(path, ['--version'], environment) || answer(path, ['-v'], environment));
  return { path, version, linker: linkerOf(path, version) };
}

/** Words that say which linker a driver runs, or where it finds it. */
const CHOICE = /^(?:-fuse-ld=|--ld-path=|-B.|-m\d|--target=|--sysroot=|--gcc-toolchain=|-specs=)/;

function askDriver(driver: string, words: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  const choice = words.flatMap((word, at) =>
    word === '-target' || word === '-B' ? words.slice(at, at + 2) : CHOICE.test(word) ? [word] : [],
  );
  const given = choice.findLast((word) => word.startsWith('--ld-path='))?.slice('--ld-path='.length);
  if (given !== undefined) return given;
  const used = choice.findLast((word) => word.startsWith('-fuse-ld='))?.slice('-fuse-ld='.length);
  if (used !== undefined && isAbsolute(used)) return used;
  const name = used === undefined || used === '' ? 'ld' : `ld.${used}`;
  const found = answer(driver, [...choice, `-print-prog-name=${name}`], environment).trim();
  if (found === '') return null;
  return isAbsolute(found) ? found : findTool(found, environment);
}

/** A bare name is GCC's word for what stands in PATH, or nowhere. */
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

/** From the first line of `--version`: of what is called `ld` the name says nothing, and `ld.lld` may be of any year. */
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

/** Which of its linkers LLD is, hangs on the name it is called by; where that is another's, `ld`, it is the one for ELF. */
function lldOf(name: string, version: string): LinkerId | null {
  const flavour = /^(?:ld64\.lld|lld-link|wasm-ld)(?=-|$)/.exec(name.replace('lld-macho', 'ld64.lld'));
  return findProfile(`${flavour?.[0] ?? 'lld'}-${version}`)?.id ?? null;
}
