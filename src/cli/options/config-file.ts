import { basename, dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isFile } from '../../link/command/file-kind.js';
import { reasonOf } from '../../link/inputs/open-files.js';
import { readWhole } from '../../link/inputs/read-text.js';
import { homeFolder } from '../../wrap/home-folder.js';
import { importModule } from './import-module.js';
import { SettingError, type Settings, settingsOfEnvironment, settingsOfFile } from './settings.js';

const MODULES = ['.js', '.mjs', '.cjs', '.ts', '.mts'];
const PLACES = ['package.json', ...['.json', ...MODULES].map((extension) => `ardedup.config${extension}`)];

/** Value of --config: a file, `false` for no file (--no-config), or undefined for the default file. */
export type ConfigChoice = string | false | undefined;

/**
 * Values of options that were not given: those of the configuration file, overridden by the environment.
 * @throws SettingError naming file and key, or variable
 */
export async function standingSettings(
  choice: ConfigChoice,
  environment: NodeJS.ProcessEnv,
): Promise<Partial<Settings>> {
  const named = choice ?? (environment.ARDEDUP_CONFIG || undefined);
  const file = named === false || named === 'off' ? {} : await settingsFound(named);
  return { ...file, ...settingsOfEnvironment(environment) };
}

/** @param named the file; undefined: the first from the working folder upwards, to the home folder or the root */
async function settingsFound(named: string | undefined): Promise<Partial<Settings>> {
  if (named !== undefined && !['.json', ...MODULES].includes(extname(named)))
    throw new SettingError(`${named}: expected a configuration file ${['.json', ...MODULES].join(', ')}`);
  const places =
    named === undefined
      ? foldersUpwards().flatMap((folder) => PLACES.map((place) => join(folder, place)))
      : [named];
  for (const path of places) {
    if (named === undefined && !isFile(path)) continue;
    const value = await load(path);
    const isPackage = basename(path) === 'package.json';
    const config = isPackage ? propertyOf(value) : value;
    // Of package.json only its "ardedup" is ours, and most have none.
    if (isPackage && named === undefined && config === undefined) continue;
    return settingsOfFile(config, shown(path), dirname(resolve(path)));
  }
  return {};
}

/** The working folder, those above it, and none above the home folder. */
function foldersUpwards(): string[] {
  const folders: string[] = [];
  const home = homeFolder();
  for (let folder = currentOrNull(); folder !== null; ) {
    folders.push(folder);
    const above = dirname(folder);
    folder = folder === home || above === folder ? null : above;
  }
  return folders;
}

/** Null when it was taken away: there is nothing to be found. */
function currentOrNull(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/** Loads a configuration file. @throws SettingError */
async function load(path: string): Promise<unknown> {
  let text: string;
  try {
    text = readWhole(path).toString('utf8');
  } catch (error) {
    throw new SettingError(`${shown(path)}: ${reasonOf(error)}`);
  }
  if (text.trim() === '') throw new SettingError(`${shown(path)}: is empty`);
  return extname(path) === '.json' ? parseJson(path, text) : await loadModule(resolve(path));
}

/** The path for messages: relative to the working folder if it is inside. */
function shown(path: string): string {
  const folder = `${currentOrNull() ?? ''}/`;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SettingError(`${shown(path)}: is not JSON: ${(error as Error).message}`);
  }
}

const propertyOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (value as { ardedup?: unknown }).ardedup : undefined;

async function loadModule(path: string): Promise<unknown> {
  try {
    return (await importModule(pathToFileURL(path).href)).default;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.m?ts$/.test(path))
      throw new SettingError(
        `${shown(path)}: Node ${process.version} cannot load TypeScript; use Node 22.18 or newer, or write ardedup.config.mjs`,
      );
    if (code === 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING' || code === 'ERR_UNKNOWN_BUILTIN_MODULE')
      throw new SettingError(
        `${shown(path)}: the single executable cannot load modules; write ardedup.config.json`,
      );
    throw new SettingError(`${shown(path)}: cannot be loaded: ${message.split('\n')[0]}`);
  }
}
