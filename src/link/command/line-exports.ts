import type { VersionPatterns } from './version-script.js';

/**
 * What a line says of the names that its output offers to others. Which these are in the end depends on what is linked:
 * see exported-names.ts.
 */
export interface LineExports {
  /** `shared`: also a bundle and a DLL. `relocatable`: -r, whose output is an input of another link. */
  readonly output: 'program' | 'shared' | 'relocatable';
  /** Every visible definition of a program, too: -E, -rdynamic, -export_dynamic. */
  readonly isDynamic: boolean;
  /** Every definition, visible or not: --export-all, --export-all-symbols. */
  readonly isAll: boolean;
  /** Nothing but what is named: --exclude-all-symbols, -no_exported_symbols; a DLL of MSVC's linkers. */
  readonly isNamedOnly: boolean;
  /** Data of a program, too: --dynamic-list-data. */
  readonly hasData: boolean;
  /** Names and patterns that are offered, too: dynamic lists, --export-dynamic-symbol, --export. */
  readonly added: readonly string[];
  /** Names and patterns; nothing else is offered: -exported_symbols_list. Null: no such list. */
  readonly only: readonly string[] | null;
  /** Names and patterns that are not offered: -unexported_symbols_list, --exclude-symbols. */
  readonly without: readonly string[];
  readonly versions: readonly VersionPatterns[];
  /** File names of archives whose definitions are not offered (--exclude-libs); `ALL`: every one. */
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
