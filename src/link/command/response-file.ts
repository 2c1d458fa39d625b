import { LineError } from './line-error.js';

/** Reads a text file: a response file, a list of exports. @throws when it cannot be opened */
export type ReadTextFile = (path: string) => string;

/** How response files are split into arguments: as in a POSIX shell, or as Windows programs do. */
export type Quoting = 'posix' | 'windows';

/** Deepest nesting; deeper only if a file names itself. */
const DEEPEST_NESTING = 16;
/** More than any tool writes: files that each name the next one many times. */
const MOST_FILES = 1000;

/**
 * Replaces response files by their arguments. The linker expands those that a driver passes on (`-Wl,@file`,
 * `-Xlinker @file`); their arguments are then passed on one by one. `@name` is an ordinary argument if no such file can
 * be opened, as in `-rpath @executable_path/lib`.
 *
 * Source: libiberty/argv.c `expandargv`; llvm/lib/Support/CommandLine.cpp `ExpansionContext::expandResponseFiles`.
 *
 * @throws LineError
 */
export function expandResponseFiles(
  args: readonly string[],
  read: ReadTextFile,
  quoting: Quoting = 'posix',
): string[] {
  const split = quoting === 'posix' ? splitResponseFile : splitWindowsCommandLine;
  let files = 0;
  const argumentsIn = (word: string, depth: number): string[] | null => {
    if (!word.startsWith('@') || word.length === 1) return null;
    const text = textOrNull(read, word.slice(1));
    if (text === null) return null;
    if (++files > MOST_FILES) throw new LineError(`more than ${MOST_FILES} response files on one line`);
    if (depth === DEEPEST_NESTING)
      throw new LineError(`response files are nested more than ${DEEPEST_NESTING} deep`);
    return split(text).flatMap((own) => argumentsIn(own, depth + 1) ?? [own]);
  };
  return args.flatMap((word, at) => {
    if (word.startsWith(FOR_LINKER)) return expandHandedOn(word, (part) => argumentsIn(part, 0));
    const own = argumentsIn(word, 0);
    if (own === null) return [word];
    return args[at - 1] === '-Xlinker' ? own.flatMap(eachForLinker).slice(1) : own;
  });
}

/** Prefix of arguments that drivers pass on to their linker, separated by commas. */
export const FOR_LINKER = '-Wl,';

/** Passes on one argument, which may contain a comma. */
export const eachForLinker = (argument: string): string[] => ['-Xlinker', argument];

function expandHandedOn(word: string, argumentsIn: (part: string) => string[] | null): string[] {
  const parts = word.slice(FOR_LINKER.length).split(',');
  if (!parts.some((part) => part.startsWith('@'))) return [word];
  return parts.flatMap((part) => {
    const own = argumentsIn(part);
    return own === null ? [`${FOR_LINKER}${part}`] : own.flatMap(eachForLinker);
  });
}

/** Null for a file that cannot be opened or read. */
function textOrNull(read: ReadTextFile, path: string): string | null {
  try {
    return read(path);
  } catch (error) {
    if ((error as { cause?: NodeJS.ErrnoException }).cause?.code === undefined) throw error;
    return null;
  }
}

/**
 * The words with the files of `-filelist list[,folder]`, which Apple's linkers take, in its place: one a line.
 * @throws LineError
 */
export function expandFileLists(words: readonly string[], read: ReadTextFile): string[] {
  return words.flatMap((word, at) => {
    if (words[at - 1] === '-filelist') return [];
    const list = words[at + 1];
    if (word !== '-filelist' || list === undefined) return [word];
    const [, file, folder] = /^(.*?)(?:,([^,]*))?$/s.exec(list) ?? [];
    const paths = read(file)
      .split(/\r?\n/)
      .filter((path) => path !== '');
    return folder ? paths.map((path) => `${folder}/${path}`) : paths;
  });
}

/**
 * The words of a response file as GNU tools and LLD's GNU dialect read it: blanks separate, single and double
 * quotes keep blanks, a backslash takes the next character as it is.
 *
 * Source: libiberty/argv.c `buildargv`.
 */
export function splitResponseFile(text: string): string[] {
  const words = wordCollector();
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\' && at + 1 < text.length) words.add(text[++at]);
    else if (opensOrCloses(quote, character)) {
      quote = quote === null ? character : null;
      words.add('');
    } else if (quote === null && /\s/.test(character)) words.end();
    else words.add(character);
  }
  if (quote !== null) throw new LineError(`a response file ends within ${quote} quotes`);
  return words.all();
}

const opensOrCloses = (quote: string | null, character: string): boolean =>
  quote === null ? character === '"' || character === "'" : character === quote;

/** Puts words together piece by piece. An empty piece begins a word, which may stay empty. */
function wordCollector() {
  const words: string[] = [];
  let word: string | null = null;
  const end = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  return {
    add: (text: string) => {
      word = (word ?? '') + text;
    },
    end,
    all: () => {
      end();
      return words;
    },
  };
}

/**
 * The words of a command line as programs for Windows read it: blanks separate, double quotes keep them, and within
 * quotes two of them are one. A backslash is itself, but before a double quote two are one, and one alone keeps the
 * quote from meaning anything. Quotes that are left open end with the text.
 *
 * Source: "Parsing C command-line arguments" of Microsoft's C reference; llvm/lib/Support/CommandLine.cpp
 * `TokenizeWindowsCommandLine`.
 */
export function splitWindowsCommandLine(text: string): string[] {
  const words = wordCollector();
  let isQuoted = false;
  for (let at = 0; at < text.length; ) {
    const run = backslashesAt(text, at);
    const piece = run.length > 0 ? run : pieceAt(text, at, isQuoted);
    if (piece === null) words.end();
    else words.add(piece.text);
    if (text[at] === '"' && piece?.length === 1) isQuoted = !isQuoted;
    at += piece?.length ?? 1;
  }
  return words.all();
}

/** Characters of a command line, and the text that they mean. */
interface Piece {
  readonly length: number;
  readonly text: string;
}

/** A double quote, two of them within quotes, or another character; null for a blank that ends a word. */
function pieceAt(text: string, at: number, isQuoted: boolean): Piece | null {
  if (text[at] === '"')
    return isQuoted && text[at + 1] === '"' ? { length: 2, text: '"' } : { length: 1, text: '' };
  return !isQuoted && /[\s\0]/.test(text[at]) ? null : { length: 1, text: text[at] };
}

/** A run of backslashes, with the double quote that it makes literal. */
function backslashesAt(text: string, start: number): Piece {
  let end = start;
  while (text[end] === '\\') end++;
  const run = end - start;
  const isBeforeQuote = run > 0 && text[end] === '"';
  const isLiteralQuote = isBeforeQuote && run % 2 === 1;
  return {
    length: run + (isLiteralQuote ? 1 : 0),
    text: '\\'.repeat(isBeforeQuote ? run >> 1 : run) + (isLiteralQuote ? '"' : ''),
  };
}

/** A word as a GNU response file spells it. */
export const quoteForResponseFile = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
