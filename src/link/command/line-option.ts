/**
 * How an option gets its value. `none`: it has no value. `next`: the next argument, or the next n arguments. `joined`:
 * the rest of its own argument. `equals`: after `=` in its own argument. `joined-and-next`: the rest of its own
 * argument and the next argument. The other styles accept either of two forms.
 */
export type ValueStyle =
  | 'none'
  | 'next'
  | number
  | 'joined'
  | 'joined-or-next'
  | 'joined-or-none'
  | 'joined-and-next'
  | 'equals'
  | 'equals-or-next'
  | 'equals-or-none';

/** Effect of an option on extraction and binding: `effects/` has a function for each. */
export type Effect =
  | 'none'
  | 'not-simulated'
  | 'root'
  | 'entry'
  | 'folder'
  | 'library'
  | 'script'
  | 'sysroot'
  | 'whole-file'
  | 'group-start'
  | 'group-end'
  | 'definition'
  | 'wrap'
  | 'without-dependent-libraries'
  | 'allow-duplicates'
  | 'forbid-duplicates'
  | 'keyword'
  | 'forced'
  | 'collect-sections'
  | 'keep-sections'
  | 'fortran-common'
  | 'no-fortran-common'
  | 'lazy-start'
  | 'lazy-end'
  | 'whole-archives'
  | 'lazy-archives'
  | 'as-needed'
  | 'no-as-needed'
  | 'all-as-needed'
  | 'static-libraries'
  | 'static-program'
  | 'shared-libraries'
  | 'push-state'
  | 'pop-state'
  | 'architecture'
  | 'linker'
  | 'exports'
  | 'no-exports'
  | 'exports-all'
  | 'exports-named'
  | 'exports-data'
  | 'exports-operators'
  | 'exports-type-info'
  | 'exported-name'
  | 'dynamic-list'
  | 'version-script'
  | 'section-order'
  | 'symbol-order'
  | 'unexported'
  | 'unexported-list'
  | 'excluded-names'
  | 'relocatable'
  | 'named-only'
  | 'no-program'
  | 'hidden-archives'
  | 'for-architecture'
  | 'dependency-file'
  | 'c-root'
  | 'root-if-offered'
  | 'export'
  | 'export-file'
  | 'alternate'
  | 'default-library'
  | 'without-default-library'
  | 'whole-file-or-all'
  | 'for-linker'
  | 'all-whole'
  | 'not-all-whole'
  | 'objc'
  | 'dead-strip'
  | 'start-function'
  | 'alias'
  | 'alias-list'
  | 'classic-linker'
  | 'new-linker'
  | 'file'
  | 'hidden-file'
  | 'hidden-library'
  | 'framework'
  | 'framework-folder'
  | 'system-root'
  | 'exported'
  | 'export-root'
  | 'export-root-if-defined'
  | 'exported-list'
  | 'platform-version'
  | 'system-version'
  | 'shared-first'
  | 'paths-first';

export interface LineOption {
  readonly spelling: string;
  readonly value: ValueStyle;
  readonly effect: Effect;
}

/** The options of one kind of program. */
export interface Dialect {
  readonly options: ReadonlyMap<string, LineOption>;
  /** Those whose value is the rest of the word, longest first. */
  readonly joined: readonly LineOption[];
  /** `dashes`: long options have one dash or two. `slashes`: `/` and `-` begin an option, `:` its value, and case does
   * not count. */
  readonly spelling: 'exact' | 'dashes' | 'slashes';
}

/** Options of one effect and value style: their spellings, with blanks between. */
export type OptionRow = readonly [effect: Effect, value: ValueStyle, spellings: string];

export function dialectOf(spelling: Dialect['spelling'], rows: readonly OptionRow[]): Dialect {
  const options = new Map<string, LineOption>();
  for (const [effect, value, spellings] of rows)
    for (const own of spellings.split(/\s+/).filter((text) => text !== '')) {
      if (options.has(own)) throw new Error(`${own} has two rows in its dialect`);
      options.set(own, { spelling: own, value, effect });
    }
  const joined = [...options.values()]
    .filter(({ value }) => typeof value === 'string' && value.startsWith('joined'))
    .sort((a, b) => b.spelling.length - a.spelling.length);
  return { options, joined, spelling };
}

/** An option found in a word, with the value that the word itself has. */
export interface FoundOption {
  readonly option: LineOption;
  readonly value: string | null;
}

/**
 * The option in an argument. An option spelt in full in any dialect comes before an option with a joined value in an
 * earlier dialect, since `-undefined` is not `-u ndefined`.
 */
export function findOption(dialects: readonly Dialect[], text: string): FoundOption | null {
  for (const find of [findExact, findLoose, findJoined])
    for (const dialect of dialects) {
      // Among several dialects, an MSVC option is recognized by its slash or colon: `-Map` is not `/map`.
      if (dialect.spelling === 'slashes' && dialects.length > 1 && !/^\/|:/.test(text)) continue;
      const found = find(dialect, text);
      if (found !== null) return found;
    }
  return null;
}

function findExact({ options, spelling }: Dialect, text: string): FoundOption | null {
  if (spelling === 'slashes') return findWithSlash(options, text);
  const whole = options.get(text);
  if (whole !== undefined && whole.value !== 'equals' && whole.value !== 'joined')
    return { option: whole, value: null };
  const equals = text.indexOf('=');
  const option = equals < 0 ? undefined : options.get(text.slice(0, equals));
  if (option === undefined || typeof option.value === 'number' || !option.value.startsWith('equals'))
    return null;
  return { option, value: text.slice(equals + 1) };
}

/** `-whole-archive` for `--whole-archive`. */
const findLoose = (dialect: Dialect, text: string): FoundOption | null =>
  dialect.spelling === 'dashes' && /^-[^-]./.test(text) ? findExact(dialect, `-${text}`) : null;

function findJoined({ joined, spelling }: Dialect, text: string): FoundOption | null {
  const startsWith = (word: string) => (option: LineOption) =>
    word.startsWith(option.spelling) && word.length > option.spelling.length;
  // `-lto-O2` is not a library: long options come first.
  const long = `-${text}`;
  const loose = spelling === 'dashes' && /^-[^-]/.test(text) ? joined.find(startsWith(long)) : undefined;
  if (loose !== undefined) return { option: loose, value: long.slice(loose.spelling.length) };
  const option = joined.find(startsWith(text));
  return option === undefined ? null : { option, value: text.slice(option.spelling.length) };
}

function findWithSlash(options: Dialect['options'], text: string): FoundOption | null {
  const [, name, value] = /^(?:\/|--?)([^:=]+)(?:[:=](.*))?$/s.exec(text) ?? [];
  const option = name === undefined ? undefined : options.get(`/${name.toLowerCase()}`);
  if (option === undefined || (option.value === 'none') !== (value === undefined)) {
    if (option?.value !== 'equals-or-none') return null;
  }
  return { option, value: value ?? null };
}
