// Source code of ASCII alone: of a source with one other character V8 keeps two bytes for each, and reads it more
// slowly.
import { readFileSync, writeFileSync } from 'node:fs';

/** Escapes characters that esbuild leaves, in regular expressions and templates, where an escape means the same. */
export function rewriteAsAscii(path: string): void {
  const source = readFileSync(path, 'utf8');
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is that of ASCII
  writeFileSync(path, source.replace(/[^\x00-\x7f]/g, escaped));
}
