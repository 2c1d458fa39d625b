import type { EditOptions } from './edit-option-table.js';
import type { Settings } from './settings.js';

/** Settings of the link wrapper, from options, environment or configuration file. */
export interface LinkSettings
  extends Pick<
    Settings,
    | 'providers'
    | 'owners'
    | 'linker'
    | 'strict'
    | 'confirm'
    | 'verbose'
    | 'cache'
    | 'cacheSize'
    | 'accept'
    | 'fix'
  > {
  /** Null: the usual place of the system. */
  readonly cacheDir: string | null;
  /** Of the command line alone: each is a decision about one link. */
  readonly edits: EditOptions;
}

const DEFAULTS: LinkSettings = {
  providers: [],
  owners: [],
  linker: 'auto',
  strict: false,
  confirm: false,
  verbose: false,
  cache: true,
  cacheDir: null,
  cacheSize: 2 * 1024 ** 3,
  accept: [],
  fix: false,
  edits: {},
};

/** Later sets win: configuration file, environment, options of the command line. */
export const mergeLinkSettings = (...sets: readonly Partial<LinkSettings>[]): LinkSettings =>
  Object.assign({}, DEFAULTS, ...sets);
