import { delimiter, resolve } from 'node:path';

/** Values of options, in a configuration file or the environment. */
export interface Settings {
  /** Archives whose copies stay, by path or file name, strongest first. Those that a line does not have are skipped. */
  readonly providers: readonly string[];
  /** Rules `pattern=archive`. Those whose archive a line does not have are skipped. */
  readonly owners: readonly string[];
  readonly arch: readonly string[];
  /** As `--linker`; `auto` asks the tool, where there is one. */
  readonly linker: string;
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly failOn: readonly string[];
  /** `kind=number`. */
  readonly max: readonly string[];
  readonly baseline: string;
  readonly suppressions: string;
  readonly confirm: boolean;
  readonly verbose: boolean;
  readonly cache: boolean;
  readonly cacheDir: string;
  /** Bytes that the cache may grow to. */
  readonly cacheSize: number;
  /** Cures of `fix` that are accepted, by id, each with a reason. */
  readonly accept: readonly AcceptedCure[];
  /** `link` applies the cures of `fix`. */
  readonly fix: boolean;
}

/** A decision for a cure that is not proved. */
export interface AcceptedCure {
  readonly id: string;
  /** Why it is right; null where it was given without one. */
  readonly reason: string | null;
}

export type SettingKey = keyof Settings;

/** A setting that is unknown or has a wrong value. The message names where it was read. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** How a setting is written, in a file and as text. */
interface Form {
  /** The expected form in a file, for error messages. */
  readonly must: string;
  /** @returns undefined for a value that is not of this form. @param folder of the file */
  ofValue(value: unknown, folder: string): Settings[SettingKey] | undefined;
  /** @returns undefined for a text that does not have this form */
  ofText(text: string): Settings[SettingKey] | undefined;
}

const list = (separator: string): Form => ({
  must: 'a list of strings',
  ofValue: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '') ? value : undefined,
  ofText: (words) => words.split(separator).filter((word) => word !== ''),
});

const RULE = /^[^=]+=.+$/s;

/** Separated by semicolons: a crate's path has colons in it. */
const rules: Form = {
  must: 'a list of rules pattern=archive',
  ofValue: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' && RULE.test(one))
      ? value
      : undefined,
  ofText: (words) =>
    rules.ofValue(
      words.split(';').filter((word) => word !== ''),
      '',
    ),
};

const text: Form = {
  must: 'a string',
  ofValue: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  ofText: (value) => value,
};

/** Relative to the file that names it. */
const path: Form = {
  must: 'a path',
  ofValue: (value, folder) =>
    typeof value === 'string' && value !== '' ? resolve(folder, value) : undefined,
  ofText: (value) => value,
};

const flag: Form = {
  must: 'true or false',
  ofValue: (value) => (typeof value === 'boolean' ? value : undefined),
  ofText: (value) => {
    if (/^(?:1|on|true|yes)$/i.test(value)) return true;
    return /^(?:0|off|false|no)$/i.test(value) ? false : undefined;
  },
};

const counts: Form = {
  must: 'an object of whole numbers',
  ofValue: (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value);
    const isCount = (count: unknown) => Number.isSafeInteger(count) && (count as number) >= 0;
    return entries.every(([, count]) => isCount(count))
      ? entries.map(([kind, count]) => `${kind}=${count}`)
      : undefined;
  },
  ofText: (words) => words.split(','),
};

const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i;

const size: Form = {
  must: 'a size, such as "500M" or "2G"',
  ofValue: (value) => (typeof value === 'string' ? size.ofText(value) : undefined),
  ofText: (value) => {
    const [, count, unit] = SIZE.exec(value.trim()) ?? [];
    if (count === undefined) return undefined;
    return Math.floor(Number(count) * 1024 ** ' kmgt'.indexOf(unit === '' ? ' ' : unit.toLowerCase()));
  },
};

const isAccepted = (one: unknown): one is AcceptedCure => {
  const { id, reason } = (one ?? {}) as Partial<AcceptedCure>;
  return typeof id === 'string' && id !== '' && typeof reason === 'string' && reason !== '';
};

/** Decisions must have a reason, so that others can judge them. */
const decisions: Form = {
  must: 'a list of objects with an "id" and a "reason"',
  ofValue: (value) => (Array.isArray(value) && value.every(isAccepted) ? value : undefined),
  ofText: (words) =>
    words
      .split(',')
      .filter((word) => word !== '')
      .map((id) => ({ id, reason: null })),
};

/** Of each setting: the option that it sets, as commander calls it, its variable, and how it is written. */
export const SETTINGS: Readonly<
  Record<SettingKey, { readonly option: string; readonly variable: string; readonly form: Form }>
> = {
  providers: { option: 'provider', variable: 'ARDEDUP_PROVIDER', form: list(delimiter) },
  owners: { option: 'owner', variable: 'ARDEDUP_OWNER', form: rules },
  arch: { option: 'arch', variable: 'ARDEDUP_ARCH', form: list(',') },
  linker: { option: 'linker', variable: 'ARDEDUP_LINKER', form: text },
  strict: { option: 'strict', variable: 'ARDEDUP_STRICT', form: flag },
  quiet: { option: 'quiet', variable: 'ARDEDUP_QUIET', form: flag },
  failOn: { option: 'failOn', variable: 'ARDEDUP_FAIL_ON', form: list(',') },
  max: { option: 'max', variable: 'ARDEDUP_MAX', form: counts },
  baseline: { option: 'baseline', variable: 'ARDEDUP_BASELINE', form: path },
  suppressions: { option: 'suppressions', variable: 'ARDEDUP_SUPPRESSIONS', form: path },
  confirm: { option: 'confirm', variable: 'ARDEDUP_CONFIRM', form: flag },
  verbose: { option: 'verbose', variable: 'ARDEDUP_VERBOSE', form: flag },
  cache: { option: 'cache', variable: 'ARDEDUP_CACHE', form: flag },
  cacheDir: { option: 'cacheDir', variable: 'ARDEDUP_CACHE_DIR', form: path },
  cacheSize: { option: 'cacheSize', variable: 'ARDEDUP_CACHE_SIZE', form: size },
  accept: { option: 'accept', variable: 'ARDEDUP_ACCEPT', form: decisions },
  fix: { option: 'fix', variable: 'ARDEDUP_FIX', form: flag },
};

export const settingKeys = Object.keys(SETTINGS) as SettingKey[];

/**
 * Settings of the environment, except ARDEDUP, ARDEDUP_PLAN and ARDEDUP_REAL_…, which are for one run.
 * @throws SettingError
 */
export function settingsOfEnvironment(environment: NodeJS.ProcessEnv): Partial<Settings> {
  const found = settingKeys.flatMap((key) => {
    const { variable, form } = SETTINGS[key];
    const value = environment[variable];
    return value ? [[key, settingOfText(form, value, `environment variable ${variable}`)]] : [];
  });
  return Object.fromEntries(found);
}

/** @throws SettingError */
export const sizeFrom = (value: string, where: string): number => settingOfText(size, value, where) as number;

function settingOfText(form: Form, value: string, where: string): Settings[SettingKey] {
  const setting = form.ofText(value);
  if (setting === undefined) throw new SettingError(`${where}: '${value}' is not ${form.must}`);
  return setting;
}

/** Settings of a configuration file. @param folder its relative paths start there. @throws SettingError */
export function settingsOfFile(value: unknown, file: string, folder: string): Partial<Settings> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SettingError(`${file}: a configuration is an object of settings`);
  const found = Object.entries(value).flatMap(([key, one]) => {
    if (key === '$schema') return [];
    const form = Object.hasOwn(SETTINGS, key) ? SETTINGS[key as SettingKey].form : null;
    if (form === null)
      throw new SettingError(`${file}: unknown setting '${key}' (expected ${settingKeys.join(', ')})`);
    const setting = form.ofValue(one, folder);
    if (setting === undefined) throw new SettingError(`${file}: '${key}' must be ${form.must}`);
    return [[key, setting]];
  });
  return Object.fromEntries(found);
}
