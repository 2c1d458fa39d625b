import type { VersionPatterns } from './version-script.js';

/**
 * Export options of a line. Which names the output exports also depends on the inputs: see exported-names.ts.
 */
export interface LineExports {
  /** `shared`: also a bundle and a DLL. `relocatable`: -r, whose output is an input of another link. */
  readonly output: 'program' | 'shared' | 'relocatable';
  /** Every visible definition of a program, too: -E, -rdynamic, -export_dynamic. */
  readonly isDynamic: boolean;
  /** Every definition, visible or not: --export-all, --export-all-symbols. */
  readonly isAll: boolean;
  /** Only named symbols: --exclude-all-symbols, -no_exported_symbols; a DLL of MSVC's linkers. */
  readonly isNamedOnly: boolean;
  /** Data of a program, too: --dynamic-list-data. */
  readonly hasData: boolean;
  /** Names and patterns that are also exported: dynamic lists, --export-dynamic-symbol, --export. */
  readonly added: readonly string[];
  /** -exported_symbols_list: names and patterns that alone are exported. Null without such a list. */
  readonly only: readonly string[] | null;
  /** Names and patterns that are not exported: -unexported_symbols_list, --exclude-symbols. */
  readonly without: readonly string[];
  readonly versions: readonly VersionPatterns[];
  /** File names of archives whose definitions are not exported (--exclude-libs); `ALL`: all archives. */
  readonly excludedArchives: readonly string[];
}

/** The same while a line is read. */
export type CollectedExports = {
  -readonly [Key in keyof LineExports]: LineExports[Key] extends readonly (infer Item)[]
    ? Item[]
    : LineExports[Key] extends readonly (infer Item)[] | null
      ? Item[] | null
      : LineExports[Key];
};

export const noExports = (): CollectedExports => ({
  output: 'program',
  isDynamic: false,
  isAll: false,
  isNamedOnly: false,
  hasData: false,
  added: [],
  only: null,
  without: [],
  versions: [],
  excludedArchives: [],
});
