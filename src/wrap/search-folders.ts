import { takesMicrosoftOptions } from '../link/linkers/microsoft-options.js';
import { answerOf } from './answer.js';
import type { DetectedLinker } from './detect-linker.js';
import { commandsIn } from './driver-line.js';

/** A link whose library folders are queried. */
export interface SearchingLink {
  /** The driver's output for `-###` and the line; null for a linker. */
  readonly driverLines: string | null;
  readonly environment: NodeJS.ProcessEnv;
  /** Those that the line itself names. */
  readonly folders: readonly string[];
  readonly detected: DetectedLinker;
}

/**
 * All folders in which libraries of a line are searched, in their order: a driver prints with `-###` the folders that
 * it passes to its linker, GNU ld prints its default folders with `--verbose`. If a tool does not answer, the folders
 * of the line.
 */
export function searchFolders({ driverLines, environment, folders, detected }: SearchingLink): string[] {
  const handed = driverLines === null ? [] : foldersOf(driverLines);
  const ofDriver = folders.every((folder) => handed.includes(folder)) ? handed : [...folders, ...handed];
  const builtIn = detected.linker === 'gnu-ld' && detected.path !== null;
  const ofEnvironment = takesMicrosoftOptions(detected.linker)
    ? (environment.LIB ?? '').split(';').filter((folder) => folder !== '')
    : [];
  const ofLinker = builtIn ? scriptFolders(answerOf(detected.path, ['--verbose'], environment)) : [];
  return [...new Set([...ofDriver, ...ofEnvironment, ...ofLinker])];
}

/** Those of -L on the lines that a driver would run: GCC and clang begin such a line with a blank. */
function foldersOf(text: string): string[] {
  const words = commandsIn(text).flat();
  return words.flatMap((word, at) => {
    if (word === '-L') return words.slice(at + 1, at + 2);
    return word.startsWith('-L') ? [word.slice(2)] : [];
  });
}

/** `SEARCH_DIR("=/usr/lib")` of GNU ld's own script; `=` is for a root that only some linkers are made for. */
const scriptFolders = (text: string): string[] =>
  [...text.matchAll(/SEARCH_DIR\("=?([^"]+)"\)/g)].map(([, folder]) => folder);
