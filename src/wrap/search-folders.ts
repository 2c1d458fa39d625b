import { spawnSync } from 'node:child_process';
import { splitResponseFile } from '../link/command/response-file.js';
import type { AskedLinker } from './ask-linker.js';
import type { ToolKind } from './tool-name.js';

/** Variables that drivers look in for folders. */
const VARIABLES = ['LIBRARY_PATH', 'LPATH', 'COMPILER_PATH', 'GCC_EXEC_PREFIX', 'SDKROOT'];

/** What of the environment changes where a driver looks: a line means the same only where this is the same. */
export const searchVariables = (environment: NodeJS.ProcessEnv): (string | null)[] =>
  VARIABLES.map((name) => environment[name] ?? null);

/** A link whose folders are asked for. */
export interface SearchingLink {
  readonly tool: string;
  readonly kind: ToolKind;
  /** The words behind the tool's name. */
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Those that the line itself names. */
  readonly folders: readonly string[];
  readonly asked: AskedLinker;
}

/**
 * All folders in which libraries of a line are looked for, in their order: a driver says with `-###` what it hands to its
 * linker, GNU ld with `--verbose` where it looks by itself. Of who does not answer, the folders of the line.
 */
export function searchFolders({ tool, kind, words, environment, folders, asked }: SearchingLink): string[] {
  const handed = kind === 'driver' ? foldersOf(answer(tool, ['-###', ...words], environment)) : [];
  const ofDriver = folders.every((folder) => handed.includes(folder)) ? handed : [...folders, ...handed];
  const builtIn = asked.linker === 'gnu-ld' && asked.path !== null;
  const ofLinker = builtIn ? scriptFolders(answer(asked.path, ['--verbose'], environment)) : [];
  return [...new Set([...ofDriver, ...ofLinker])];
}

/** Those of -L on the lines that a driver would run: GCC and clang begin such a line with a blank. */
function foldersOf(text: string): string[] {
  const words = text
    .split(/\r?\n/)
    .filter((line) => line.startsWith(' '))
    .flatMap(splitResponseFile);
  return words.flatMap((word, at) => {
    if (word === '-L') return words.slice(at + 1, at + 2);
    return word.startsWith('-L') ? [word.slice(2)] : [];
  });
}

/** `SEARCH_DIR("=/usr/lib")` of GNU ld's own script; `=` is for a root that only some linkers are made for. */
const scriptFolders = (text: string): string[] =>
  [...text.matchAll(/SEARCH_DIR\("=?([^"]+)"\)/g)].map(([, folder]) => folder);

function answer(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): string {
  const { stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...environment, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
  });
  return `${stdout ?? ''}\n${stderr ?? ''}`;
}
