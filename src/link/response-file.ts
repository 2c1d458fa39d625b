import { LineError } from './line-error.js';

/** Reads the words of a response file. @throws when it cannot be opened */
export type ReadResponseFile = (path: string) => string;

/** Deeper nesting than any tool writes: a file that names itself. */
const DEEPEST_NESTING = 16;

/** The words of a line, with those of its response files in their places. @throws LineError */
export function expandResponseFiles(args: readonly string[], read: ReadResponseFile, depth = 0): string[] {
  if (depth > DEEPEST_NESTING)
    throw new LineError(`response files are nested more than ${DEEPEST_NESTING} deep`);
  return args.flatMap((word) =>
    word.startsWith('@') && word.length > 1
      ? expandResponseFiles(splitResponseFile(read(word.slice(1))), read, depth + 1)
      : [word],
  );
}

/**
 * The words of a response file as GNU tools and LLD's GNU dialect read it: blanks separate, single and double
 * quotes keep blanks, a backslash takes the next character as it is.
 *
 * Source: libiberty/argv.c `buildargv`.
 */
export function splitResponseFile(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\' && at + 1 < text.length) word = (word ?? '') + text[++at];
    else if (quote !== null) {
      if (character === quote) quote = null;
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  if (quote !== null) throw new LineError(`a response file ends within ${quote} quotes`);
  if (word !== null) words.push(word);
  return words;
}

/** A word as a GNU response file spells it. */
export const quoteForResponseFile = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
