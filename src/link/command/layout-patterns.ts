import { append } from '../../bytes/append.js';
import { anyGlobTest } from './glob.js';
import { readVersionScript, type VersionPatterns } from './version-script.js';

/** Placement of sections by linker scripts and section-ordering files. */
export interface LayoutPatterns {
  /** Whether a script places sections, and so replaces the linker's own script. */
  readonly hasSections: boolean;
  /** Patterns of files and archives, `*` left out: `*libw.a:boot.o`, those of EXCLUDE_FILE too. */
  readonly files: readonly string[];
  /** Patterns of sections that are kept or sorted, since the program iterates over them. */
  readonly walked: readonly string[];
  /** VERSION { … }. */
  readonly versions: readonly VersionPatterns[];
  /** Names that the script defines where files refer to them and none defines them: PROVIDE. */
  readonly provided: readonly string[];
  /** Names that a file which orders symbols names. */
  readonly ordered: readonly string[];
  /**
   * Whether constructors share an input description with other sections, so that the places of files decide among all
   * of them.
   */
  readonly mixesConstructors: boolean;
}

/**
 * Marks a script that sorts by file names, and so depends on the path of every archive.
 */
export const SORTED_FILES = 'SORT(files)';

export const NO_LAYOUT: LayoutPatterns = {
  hasSections: false,
  files: [],
  walked: [],
  versions: [],
  provided: [],
  ordered: [],
  mixesConstructors: false,
};

const TOKEN = /\/\*[\s\S]*?(?:\*\/|$)|"([^"]*)"|([(){};,])|([^\s(){};,"]+)/g;

/** Sections that every linker keeps or sorts by its own script: constructors, unwind tables, code. */
const USUAL = /^\.(preinit_array|init|fini|ctors|dtors|eh_frame|gcc_except_table|note|text|jcr|tm_clone)/;

type Context = 'keep' | 'sort' | 'sections' | 'other';

/**
 * Reads the SECTIONS of a linker script: input descriptions like `KEEP(*libw.a:boot.o(SORT(.data.*)))`.
 *
 * Source: "Input Section Description" of the GNU linker's manual; lld/ELF/ScriptParser.cpp.
 */
export function readLayout(text: string): LayoutPatterns {
  const tokens = [...text.matchAll(TOKEN)].flatMap(([, quoted, sign, word]): Token[] => {
    const own = quoted ?? sign ?? word;
    return own === undefined ? [] : [{ own, isSign: sign !== undefined }];
  });
  const state: LayoutState = {
    tokens,
    hasSections: false,
    files: [],
    walked: [],
    versions: [],
    provided: [],
    descriptions: [],
    open: [],
  };
  for (let at = 0; at < tokens.length; ) at = takeToken(state, at);
  const { hasSections, files, walked, versions, provided, descriptions } = state;
  const mixesConstructors = descriptions.some(isMixed);
  return { hasSections, files, walked, versions, provided, ordered: [], mixesConstructors };
}

interface Token {
  readonly own: string;
  readonly isSign: boolean;
}

interface LayoutState {
  readonly tokens: readonly Token[];
  hasSections: boolean;
  readonly files: string[];
  readonly walked: string[];
  readonly versions: VersionPatterns[];
  readonly provided: string[];
  /** The patterns of sections of each input description. */
  readonly descriptions: string[][];
  /** The contexts of the open parentheses. */
  readonly open: Context[];
}

/** @returns where the next token is to be taken */
function takeToken(state: LayoutState, at: number): number {
  const { tokens, open } = state;
  const { own, isSign } = tokens[at];
  const next = tokens[at + 1];
  if (isSign) {
    // SORT(*)(.data): the second pair holds sections.
    if (own === '(') open.push(tokens[at - 1]?.own === ')' ? openSections(state) : 'other');
    else if (own === ')') open.pop();
    return at + 1;
  }
  if (own === 'VERSION' && next?.own === '{') {
    const end = closingBrace(tokens, at + 1);
    const body = tokens.slice(at + 1, end + 1).map((token) => token.own);
    state.versions.push(readVersionScript(body.join(' ')));
    return end + 1;
  }
  // `PROVIDE(end = .)`, with or without spaces.
  if (own === 'PROVIDE') state.provided.push(tokens[at + 2]?.own.split('=')[0] ?? '');
  if (own === 'EXCLUDE_FILE') return takeFiles(state, at + 2);
  if (next?.isSign && next.own === '(') {
    open.push(openWord(state, own));
    return at + 2;
  }
  noteWord(state, own, open);
  return at + 1;
}

function openSections(state: LayoutState): Context {
  state.hasSections = true;
  state.descriptions.push([]);
  return 'sections';
}

/** A token before a parenthesis: a command, or a pattern of files whose sections follow. */
function openWord(found: LayoutState, word: string): Context {
  if (word === 'KEEP') return 'keep';
  if (/^(SORT|REVERSE)/.test(word)) return 'sort';
  if (/^[A-Z_]+$/.test(word)) return 'other';
  if (word !== '*') found.files.push(word);
  return openSections(found);
}

function takeFiles({ files, tokens }: LayoutState, start: number): number {
  let at = start;
  for (; at < tokens.length && tokens[at].own !== ')'; at++)
    if (!tokens[at].isSign) files.push(tokens[at].own);
  return at + 1;
}

function noteWord(found: LayoutState, word: string, open: readonly Context[]): void {
  const isWalked = open.includes('keep') || open.includes('sort');
  if (open.includes('sections')) {
    if (isWalked && !USUAL.test(word)) found.walked.push(word);
    found.descriptions.at(-1)?.push(word);
  } else if (isWalked && open.at(-1) !== 'other') {
    if (word !== '*') found.files.push(word);
    // SORT(*.o)(.data): files in the order of their names.
    if (open.at(-1) === 'sort') found.files.push(SORTED_FILES);
  }
}

const CONSTRUCTORS = /^\.(preinit_array|init_array|fini_array|ctors|dtors)/;
const SAMPLES = [
  '.init_array',
  '.init_array.100',
  '.fini_array',
  '.fini_array.100',
  '.ctors',
  '.ctors.100',
  '.dtors',
];

/** A pattern like `*` fits constructors and others. */
function isMixed(patterns: readonly string[]): boolean {
  const fits = anyGlobTest(patterns);
  return SAMPLES.some(fits) && patterns.some((pattern) => !CONSTRUCTORS.test(pattern));
}

function closingBrace(tokens: readonly { readonly own: string }[], start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    if (tokens[at].own === '{') depth++;
    else if (tokens[at].own === '}' && --depth === 0) return at;
  }
  return tokens.length - 1;
}

/** A file for --section-ordering-file: patterns of sections, one a line (gold), or a script's descriptions (GNU ld). */
export function readSectionOrder(text: string): LayoutPatterns {
  if (/[({]/.test(text)) {
    const layout = readLayout(text);
    return { ...layout, hasSections: false };
  }
  const walked = linesOf(text).filter((line) => !USUAL.test(line));
  return { ...NO_LAYOUT, walked };
}

/** A file for -order_file or --symbol-ordering-file: `lib.a(member.o):symbol`, `member.o:symbol`, symbols alone. */
export function readSymbolOrder(text: string): LayoutPatterns {
  const files = linesOf(text).flatMap((line) => {
    const [, archive, member, object] = /^(?:\w+:)?(?:(.*\.a)\((.*)\)|([^:]*\.o)):/.exec(line) ?? [];
    if (object !== undefined) return [escaped(object)];
    return archive === undefined ? [] : [`*${escaped(archive)}:${escaped(member)}`];
  });
  const ordered = linesOf(text).map((line) => line.replace(/^(?:\w+:)?(?:.*\.a\(.*\):|[^:]*\.o:)?/, ''));
  return { ...NO_LAYOUT, files: [...new Set(files)], ordered };
}

const escaped = (text: string): string => text.replace(/[*?[\\]/g, '\\$&');

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter((line) => line !== '');

/** All of them together. */
export function joinLayouts(layouts: readonly LayoutPatterns[]): LayoutPatterns {
  const joined = {
    files: [] as string[],
    walked: [] as string[],
    versions: [] as VersionPatterns[],
    provided: [] as string[],
    ordered: [] as string[],
  };
  for (const { files, walked, versions, provided, ordered } of layouts) {
    append(joined.files, files);
    append(joined.walked, walked);
    append(joined.versions, versions);
    append(joined.provided, provided);
    append(joined.ordered, ordered);
  }
  const unique = (texts: string[]) => [...new Set(texts)];
  return {
    hasSections: layouts.some(({ hasSections }) => hasSections),
    files: unique(joined.files),
    walked: unique(joined.walked),
    versions: joined.versions,
    provided: unique(joined.provided),
    ordered: unique(joined.ordered),
    mixesConstructors: layouts.some(({ mixesConstructors }) => mixesConstructors),
  };
}
