/** What the link wrapper is told, from whatever place. */
export interface LinkSettings {
  /** Archives whose copies stay, by path or file name, strongest first. Those that a line does not have are passed over. */
  readonly providers: readonly string[];
  /** `auto` asks the tool; else as `--linker` of trim. */
  readonly linker: string;
  /** What cannot be planned is an error, and the tool is not run. */
  readonly strict: boolean;
  /** Says what was dropped. */
  readonly verbose: boolean;
  readonly cache: boolean;
  /** Null: the usual place of the system. */
  readonly cacheFolder: string | null;
  /** Bytes that the cache may grow to. */
  readonly cacheSize: number;
}

export const defaultLinkSettings: LinkSettings = {
  providers: [],
  linker: 'auto',
  strict: false,
  verbose: false,
  cache: true,
  cacheFolder: null,
  cacheSize: 2 * 1024 ** 3,
};

/** A setting that is no such. The message names the place that it came from. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** Later sets win: defaults, configuration file, environment, options of the command line. */
export const mergeSettings = (...sets: readonly Partial<LinkSettings>[]): LinkSettings =>
  Object.assign({}, defaultLinkSettings, ...sets);

const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i;

/** `500M`, `2G`, plain bytes. @returns null for anything else */
export function parseSize(text: string): number | null {
  const [, count, unit] = SIZE.exec(text.trim()) ?? [];
  if (count === undefined) return null;
  return Math.floor(Number(count) * 1024 ** ' kmgt'.indexOf(unit === '' ? ' ' : unit.toLowerCase()));
}

/** What the environment says. Not ARDEDUP, ARDEDUP_PLAN and ARDEDUP_REAL_…: those are for one run. @throws SettingError */
export function settingsOfEnvironment(
  environment: NodeJS.ProcessEnv,
  delimiter: string,
): Partial<LinkSettings> {
  const settings: { -readonly [Key in keyof LinkSettings]?: LinkSettings[Key] } = {};
  const text = (name: string): string | undefined => environment[name] || undefined;
  const flag = (name: string): boolean | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (/^(?:1|on|true|yes)$/i.test(value)) return true;
    if (/^(?:0|off|false|no)$/i.test(value)) return false;
    throw new SettingError(`environment variable ${name}: '${value}' is neither on nor off`);
  };
  const set = <Key extends keyof LinkSettings>(key: Key, value: LinkSettings[Key] | undefined): void => {
    if (value !== undefined) settings[key] = value;
  };
  set('providers', text('ARDEDUP_PROVIDER')?.split(delimiter));
  set('linker', text('ARDEDUP_LINKER'));
  set('strict', flag('ARDEDUP_STRICT'));
  set('verbose', flag('ARDEDUP_VERBOSE'));
  set('cache', flag('ARDEDUP_CACHE'));
  set('cacheFolder', text('ARDEDUP_CACHE_DIR'));
  const size = text('ARDEDUP_CACHE_SIZE');
  if (size !== undefined) set('cacheSize', sizeFrom(size, 'environment variable ARDEDUP_CACHE_SIZE'));
  return settings;
}

/** @throws SettingError */
export function sizeFrom(text: string, where: string): number {
  const size = parseSize(text);
  if (size === null) throw new SettingError(`${where}: '${text}' is no size, such as 500M or 2G`);
  return size;
}
