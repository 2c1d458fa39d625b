import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter } from 'node:path';
import { absolutePath, joinPath } from '../link/command/join-path.js';
import { ToolError } from './run-tool.js';

/** Real paths of the wrappers that lead here, so that two installations do not call each other. */
const WRAPPERS = 'ARDEDUP_WRAPPERS';
/** How many wrappers may call each other: a shell script under a tool's name may lead back to us unseen. */
const DEPTH = 'ARDEDUP_DEPTH';
const DEEPEST = 8;

/** The variable that names the real tool: ARDEDUP_REAL_CC, ARDEDUP_REAL_LD_LLD. */
export const overrideOf = (name: string): string =>
  `ARDEDUP_REAL_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;

/** Where this program really is. */
export const ownPath = (): string => realPath(process.argv[1] ?? process.execPath);

/**
 * The program that is to run: what ARDEDUP_REAL_<NAME> says, the path as it was given, or the first of that name in
 * PATH that is not ardedup itself.
 * @throws ToolError
 */
export function findRealTool(given: string, environment: NodeJS.ProcessEnv): string {
  const name = given.replace(/^.*[/\\]/, '');
  const wrappers = new Set([ownPath(), ...wrappersAbove(environment)]);
  if (Number(environment[DEPTH] ?? 0) > DEEPEST)
    throw new ToolError(`${name} calls ardedup again and again; set ${overrideOf(name)} to the real tool`);
  const named = environment[overrideOf(name)];
  if (named !== undefined && named !== '') return named;
  const isPath = given !== name;
  if (isPath && !wrappers.has(realPath(given))) return given;
  const programs = (environment.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => namesOf(name).map((file) => joinPath(folder, file)))
    .filter(isExecutable);
  const found = programs.find((path) => !wrappers.has(realPath(path)));
  if (found === undefined) throw new ToolError(notFound(given, name, isPath || programs.length > 0));
  return absolutePath(found);
}

/** @param isWrapper whether ardedup itself has the name */
function notFound(given: string, name: string, isWrapper: boolean): string {
  if (isWrapper)
    return `${name}: no such program in PATH except ardedup; set ${overrideOf(name)} to the real tool`;
  const hint = /\s/.test(given) ? '; a link command is not one argument: leave out the quotes around it' : '';
  return `${name}: no such program in PATH${hint}`;
}

/** The environment of the tool, with a mark that ardedup runs it. */
export function environmentBelow(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const wrappers = new Set([...wrappersAbove(environment), ownPath()]);
  return {
    ...environment,
    [WRAPPERS]: [...wrappers].join(delimiter),
    [DEPTH]: String(Number(environment[DEPTH] ?? 0) + 1),
  };
}

const wrappersAbove = (environment: NodeJS.ProcessEnv): string[] =>
  (environment[WRAPPERS] ?? '').split(delimiter).filter((path) => path !== '');

const namesOf = (name: string): string[] =>
  process.platform === 'win32' && !/\.exe$/i.test(name) ? [`${name}.exe`, name] : [name];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
