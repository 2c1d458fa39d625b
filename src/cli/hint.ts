import { readdirSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { suggestion } from './options/suggest.js';

/** Programs that link: their name in place of an input means that `--` was forgotten. */
const LINKS =
  /^(?:(?:[\w.]+-)*(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+|ld|lld|gold|mold|wasm-ld|rustc)(?:[.-][\w.]+)?)$/;

/**
 * A suggestion of what the user may have meant, to be appended to an error; empty without a similar name.
 *
 * @param options of the command, by their long names
 */
export function hintFor(message: string, command: string, options: readonly string[]): string {
  const [, option] = /^unknown option '(--[\w-]+)[=']/.exec(message) ?? [];
  if (option !== undefined) return suggestion(option, options);
  const [, path] = /^(.*): no such file$/s.exec(message) ?? [];
  if (path === undefined) return '';
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
