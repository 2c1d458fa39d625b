import { basename } from 'node:path';
import type { ParsedLine } from '../../link/command/parsed-line.js';
import type { LinkerId } from '../../link/linkers/linker-profile.js';
import { version } from '../../version.js';
import { keyOf } from '../../wrap/cache.js';
import type { FilesOfLine } from '../../wrap/files-of-line.js';
import { yieldOptions } from '../options/edit-option-table.js';
import { hasName } from '../options/files-on-line.js';
import type { LinkSettings } from '../options/link-settings.js';
import { parseOwnerRule } from '../options/owner-rule.js';

/**
 * Parts of a line that the key has in another form: files by what was found and their contents, in place of words and
 * folders; lists of names and response files by the options that were read from them.
 */
const LINE_LEFT_OUT = ['args', 'responseFiles', 'nameListFiles', 'libraryFolders', 'inputs'] as const;
/** How an input is spelled: its content and its file name are in the key. */
const INPUT_LEFT_OUT = ['text', 'place', 'optionPlace'] as const;

const without = <T extends object>(value: T, keys: readonly (keyof T)[]): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as keyof T))) as Partial<T>;

/** Cache key of a plan: this version, the linker, the structure of the line and the contents of its inputs. */
export function planKey(
  settings: LinkSettings,
  parsed: ParsedLine,
  { found, missing, hashes }: FilesOfLine,
  detected: { readonly linker: LinkerId | null; readonly version: string },
): string {
  const options = without(parsed, LINE_LEFT_OUT);
  const rows = new Map(parsed.inputs.map((input, row) => [input, row]));
  const inputs = found.map(({ input, named: { file } }) => {
    // The plan names inputs by their rows: a default library that was not found has one, too.
    const row = rows.get(input) ?? null;
    return [row, without(input, INPUT_LEFT_OUT), nameInKey(file.path), hashes.get(file.path)];
  });
  // A library that only the linker may find blocks drops, depending on its position.
  const missingLibraries = missing.map(({ input: { group, whole }, at }) => [at, group, whole]);
  const { providers, owners, edits, linker } = settings;
  const named = [
    ...providers,
    ...owners.map((rule) => parseOwnerRule(rule).path),
    ...yieldOptions(edits).map(({ path }) => path),
    ...(edits.isolate ?? []),
  ].map((name) =>
    found.map(({ input: { text }, named: { file } }) =>
      // Which file an option names depends on its word on the line and on its path: see files-on-line.ts.
      [text === name, hasName(text, name), hasName(file.path, name)],
    ),
  );
  return keyOf(
    'plan',
    6,
    version,
    detected,
    providers.length,
    owners,
    edits,
    named,
    linker,
    inputs,
    missingLibraries,
    options,
  );
}

/** rustc puts a part that is new each time into the names of its objects, after crate and build. */
function nameInKey(path: string): string {
  const name = basename(path);
  return name.endsWith('.rcgu.o') ? name.split('.')[0] : name;
}
