import { OutputError } from './write-file.js';

/**
 * A dependency rule for a file in Makefile syntax, as compilers write it; Make and Ninja read it. @throws OutputError
 * for a path that the syntax cannot express
 */
export function depfileText(target: string, prerequisites: readonly string[]): string {
  const words = [`${escaped(target)}:`, ...prerequisites.map(escaped)];
  return `${words.join(' \\\n  ')}\n`;
}

/**
 * Escapes a path for Make: a blank gets a backslash, and backslashes before it are doubled; other backslashes stay. `#`
 * gets a backslash, `$` is doubled.
 *
 * Source: GNU Make, "Rule Syntax" and "Using Wildcard Characters"; gcc/libcpp/mkdeps.cc `munge`;
 * ninja/src/depfile_parser.in.cc.
 */
export const makeSpelling = (path: string): string =>
  path
    .replace(/(?<!\\)(\\*) /g, '$1$1\\ ')
    .replaceAll('#', '\\#')
    .replaceAll('$', '$$$$');

function escaped(path: string): string {
  if (/[\n\r\t\0]/.test(path)) throw new OutputError(`${JSON.stringify(path)}: has no spelling in a depfile`);
  return makeSpelling(path);
}
