import { readdirSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { InputError } from '../link/inputs/open-files.js';
import { suggestion } from './options/suggest.js';
import { UsageError } from './options/usage-error.js';

/** Programs that link: their name in place of an input means that `--` was forgotten. */
const LINKS =
  /^(?:(?:[\w.]+-)*(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+|ld|lld|gold|mold|wasm-ld|rustc)(?:[.-][\w.]+)?)$/;

/**
 * A suggestion of what the user may have meant, to be appended to an error; empty without a similar name.
 *
 * @param options of the command, by their long names
 */
export function hintFor(error: unknown, command: string, options: readonly string[]): string {
  if (error instanceof UsageError && error.unknownOption?.startsWith('--'))
    return suggestion(error.unknownOption.split('=')[0], options);
  if (!(error instanceof InputError) || error.missing === undefined) return '';
  const path = error.missing;
  if (LINKS.test(basename(path))) return `; a link command comes after --: ardedup ${command} -- ${path} …`;
  return suggestion(basename(path), neighboursOf(path));
}

/** Names of files of the same kind in the folder of a path. */
function neighboursOf(path: string): string[] {
  try {
    return readdirSync(dirname(path)).filter((name) => extname(name) === extname(path));
  } catch {
    // A folder that cannot be listed has nothing to suggest.
    return [];
  }
}
