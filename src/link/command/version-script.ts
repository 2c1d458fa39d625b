import { append } from '../../bytes/append.js';
import { anyGlobTest, isGlob } from './glob.js';

/**
 * The patterns of all nodes of a version script: the names that the output exports, and those that it makes local.
 */
export interface VersionPatterns {
  readonly global: readonly string[];
  readonly local: readonly string[];
}

const TOKEN = /\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*|"([^"]*)"|([{};]|:(?!:))|((?:[^\s{};:"#]|::)+)/g;

/** Matches all C++ names: matching a demangled pattern needs a demangler, so every mangled name counts as matched. */
const MANGLED = '_Z*';

/**
 * Reads a version script or the text of VERSION in a linker script:
 * `NAME { global: f; g*; extern "C++" { ns::*; }; local: *; } PREVIOUS;`
 *
 * Source: "VERSION Command" of the GNU linker's manual; lld/ELF/ScriptParser.cpp `readVersionDeclaration`.
 */
export function readVersionScript(text: string): VersionPatterns {
  const state: ScriptState = { global: [], local: [], isGlobal: true, depth: 0, language: '' };
  for (const token of tokensIn(text)) {
    if (token.isSign) takeSign(state, token.word);
    else if (state.depth > 0) takeWord(state, token);
  }
  return { global: state.global, local: state.local };
}

interface ScriptState {
  readonly global: string[];
  readonly local: string[];
  isGlobal: boolean;
  depth: number;
  /** The language of `extern "C++" {`; empty outside. */
  language: string;
}

function takeSign(state: ScriptState, sign: string): void {
  if (sign === '{') {
    if (state.depth++ === 0) state.isGlobal = true;
  } else if (sign === '}') {
    state.depth--;
    state.language = '';
  }
}

function takeWord(state: ScriptState, { word, next, afterNext }: Token): void {
  if (next === ':' && (word === 'global' || word === 'local')) state.isGlobal = word === 'global';
  else if (word === 'extern' && afterNext === '{') state.language = next;
  else if (state.language === '' || next !== '{')
    append(state.isGlobal ? state.global : state.local, patternIn(word, state.language, state.isGlobal));
}

/** Names and patterns of --dynamic-list: `{ f; extern "C++" { ns::*; }; };` */
export const readDynamicList = (text: string): readonly string[] => readVersionScript(text).global;

/** Whether a version script makes a name local. An exact name counts before a pattern, and `*` last. */
export function localTest(scripts: readonly VersionPatterns[]): (name: string) => boolean {
  const global = scripts.flatMap((script) => script.global);
  const local = scripts.flatMap((script) => script.local);
  if (local.length === 0) return () => false;
  const isEverything = (pattern: string) => pattern === '*';
  const [exactGlobal, exactLocal] = [global, local].map(
    (patterns) => new Set(patterns.filter((pattern) => !isGlob(pattern))),
  );
  const [someGlobal, someLocal] = [global, local].map((patterns) =>
    anyGlobTest(patterns.filter((pattern) => isGlob(pattern) && !isEverything(pattern))),
  );
  const isOpen = global.some(isEverything);
  const isClosed = local.some(isEverything);
  return (name) => {
    // A definition with its own version is exported as that version.
    if (name.includes('@') || exactGlobal.has(name)) return false;
    if (exactLocal.has(name)) return true;
    if (someGlobal(name)) return false;
    return someLocal(name) || (isClosed && !isOpen);
  };
}

interface Token {
  readonly word: string;
  readonly isSign: boolean;
  readonly next: string;
  readonly afterNext: string;
}

function tokensIn(text: string): Token[] {
  const found = [...text.matchAll(TOKEN)].flatMap(([, quoted, sign, word]) => {
    const own = quoted ?? sign ?? word;
    return own === undefined ? [] : [{ word: own, isSign: sign !== undefined }];
  });
  return found.map((token, at) => ({
    ...token,
    next: found[at + 1]?.word ?? '',
    afterNext: found[at + 2]?.word ?? '',
  }));
}

/** For languages other than C, every name that may match counts as global, and none as local. */
function patternIn(word: string, language: string, isGlobal: boolean): string[] {
  if (language === '' || language === 'C') return [word];
  return isGlobal ? [MANGLED] : [];
}
