import { basename, dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { lilconfig } from 'lilconfig';
import { reasonOf } from '../link/open-files.js';
import { SettingError, type Settings, settingsOfEnvironment, settingsOfFile } from './settings.js';

const MODULES = ['.js', '.mjs', '.cjs', '.ts', '.mts'];
const PLACES = ['package.json', ...['.json', ...MODULES].map((extension) => `ardedup.config${extension}`)];

/** What --config said: a file; `false`, that none is wanted; undefined, that the usual one is. */
export type ConfigChoice = string | false | undefined;

/**
 * What stands for options that were not given: the configuration file, and over it the environment.
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
  const finder = lilconfig('ardedup', {
    searchPlaces: PLACES,
    ignoreEmptySearchPlaces: false,
    loaders: Object.fromEntries([
      ['.json', loadJson],
      ...MODULES.map((extension) => [extension, loadModule]),
    ]),
  });
  const found = named === undefined ? await finder.search() : await loadNamed(finder, named);
  if (found === null) return {};
  if (found.isEmpty) throw new SettingError(`${shown(found.filepath)}: is empty`);
  return settingsOfFile(found.config, shown(found.filepath), dirname(found.filepath));
}

async function loadNamed(finder: ReturnType<typeof lilconfig>, named: string) {
  if (!['.json', ...MODULES].includes(extname(named)))
    throw new SettingError(`${named}: a configuration is a file ${['.json', ...MODULES].join(', ')}`);
  try {
    return await finder.load(resolve(named));
  } catch (error) {
    throw error instanceof SettingError ? error : new SettingError(`${named}: ${reasonOf(error)}`);
  }
}

/** As a person would name it: from the working folder where it is in it. */
function shown(path: string): string {
  const folder = `${process.cwd()}/`;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

function loadJson(path: string, content: string): unknown {
  try {
    const value: unknown = JSON.parse(content.replace(/^\uFEFF/, ''));
    // Of package.json only its "ardedup" is ours, and it need not be an object for us.
    return basename(path) === 'package.json' ? { ardedup: propertyOf(value) } : value;
  } catch (error) {
    throw new SettingError(`${shown(path)}: is no JSON: ${(error as Error).message}`);
  }
}

const propertyOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (value as { ardedup?: unknown }).ardedup : undefined;

async function loadModule(path: string): Promise<unknown> {
  try {
    return ((await import(/* @vite-ignore */ pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.m?ts$/.test(path))
      throw new SettingError(
        `${shown(path)}: Node ${process.version} loads no TypeScript: 22.18 and newer do, or write ardedup.config.mjs`,
      );
    if (code === 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING' || code === 'ERR_UNKNOWN_BUILTIN_MODULE')
      throw new SettingError(
        `${shown(path)}: the single executable loads no modules: write ardedup.config.json`,
      );
    throw new SettingError(`${shown(path)}: cannot be loaded: ${message.split('\n')[0]}`);
  }
}
