import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LineError } from '../link/command/line-error.js';
import { parseLine } from '../link/command/parse-line.js';
import type { ParsedLine } from '../link/command/parsed-line.js';
import { programNamed } from '../link/command/program.js';
import { splitResponseFile } from '../link/command/response-file.js';
import { readText } from '../link/inputs/read-text.js';
import { answerOf } from './answer.js';

/** Files of options that a driver reads: clang's configuration files, GCC's specs. */
export interface OptionFiles {
  readonly paths: readonly string[];
  /** Files that clang would have read if they existed. */
  readonly absent: readonly string[];
}

/**
 * The option files that a driver read for a line (spec files, configuration files).
 * @param driverLines the driver's output for `-###`
 * @throws LineError for a file with options that are not modelled
 */
export function optionFilesOf(
  driver: string,
  driverLines: string,
  environment: NodeJS.ProcessEnv,
): OptionFiles {
  const configurations = pathsAfter(/^Configuration file: (.+)$/gm, driverLines);
  const specs = pathsAfter(/^Reading specs from (.+)$/gm, driverLines);
  for (const path of configurations)
    requireHarmless(path, splitResponseFile(withoutComments(readText(path))), driver);
  const own = specs.length === 0 ? [] : ownFolders(driver, environment);
  for (const path of specs)
    if (!own.some((folder) => realPath(path).startsWith(`${folder}/`)))
      for (const option of optionsInSpecs(readText(path))) requireHarmless(path, [option, VALUE], driver);
  const isClang = /^clang version |\bclang version /m.test(driverLines);
  return { paths: [...configurations, ...specs], absent: isClang ? defaultConfigurations(driver) : [] };
}

const pathsAfter = (pattern: RegExp, text: string): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, path]) => path.trim())),
];

/** An argument after each option, which may or may not take it as its value. */
const VALUE = 'value';

/** Fields that option files may change: the driver itself reports them with `-###`. */
const FOLLOWED: readonly (keyof ParsedLine)[] = ['args', 'libraryFolders', 'linker'];

/** @throws LineError for options that change a link in a way that the driver's `-###` does not show */
function requireHarmless(path: string, options: readonly string[], driver: string): void {
  const program = programNamed(driver);
  const silent = parseLine([], readText, program);
  const all = parseLine(options, readText, program);
  const said: ParsedLine = {
    ...all,
    inputs: all.inputs.filter(({ text }) => text !== VALUE),
    apple: { ...all.apple, frameworkFolders: silent.apple.frameworkFolders },
  };
  const changed = (Object.keys(silent) as (keyof ParsedLine)[]).some(
    (key) => !FOLLOWED.includes(key) && JSON.stringify(said[key]) !== JSON.stringify(silent[key]),
  );
  if (changed) throw new LineError(`${path}: adds options to the link that are not simulated`);
}

const withoutComments = (text: string): string => text.replace(/\\\r?\n/g, ' ').replace(/^\s*#.*$/gm, '');

/** Everything in GCC's specs that has the form of an option or object file, regardless of its condition. */
const optionsInSpecs = (text: string): string[] =>
  withoutComments(text).match(/(?<![\w%-])-[A-Za-z-][^\s{}|;:%]*|[^\s{}|;:%]+\.(?:o|a|so)\b/g) ?? [];

/** The folders of the driver's own files, the environment's left out. */
function ownFolders(driver: string, environment: NodeJS.ProcessEnv): string[] {
  const { LIBRARY_PATH: _, COMPILER_PATH: __, GCC_EXEC_PREFIX: ___, ...rest } = environment;
  const [, install] = /^install: (.+)$/m.exec(answerOf(driver, ['-print-search-dirs'], rest)) ?? [];
  const [, libraries = ''] =
    /^libraries: =?(.+)$/m.exec(answerOf(driver, ['-print-search-dirs'], rest)) ?? [];
  return [install ?? '', ...libraries.split(':')].filter((folder) => folder.startsWith('/')).map(realPath);
}

/** Source: clang/docs/UsersManual.rst, "Configuration files". */
function defaultConfigurations(driver: string): string[] {
  const name = driver.replace(/^.*\//, '');
  const names = new Set([name, name.replace(/-[\d.]+$/, ''), 'clang', 'clang++'].map((one) => `${one}.cfg`));
  const folders = new Set([dirname(driver), dirname(realPath(driver))]);
  return [...folders]
    .flatMap((folder) => [...names].map((file) => join(folder, file)))
    .filter((path) => !existsSync(path));
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
