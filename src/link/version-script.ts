import { append } from '../bytes/append.js';
import { anyGlobTest, isGlob } from './glob.js';

/** The patterns of a version script, all its nodes together: which names the output offers, and which it keeps to itself. */
export interface VersionPatterns {
  readonly global: readonly string[];
  readonly local: readonly string[];
}

const TOKEN = /\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*|"([^"]*)"|([{};]|:(?!:))|((?:[^\s{};:"#]|::)+)/g;

/** What C++ mangles begins so; to match a demangled pattern takes a demangler, so every such name counts as matched. */
const MANGLED = '_Z*';

/**
 * Reads a version script or the text of VERSION in a linker script:
 * `NAME { global: f; g*; extern "C++" { ns::*; }; local: *; } PREVIOUS;`
 *
 * Source: "VERSION Command" of the GNU linker's manual; lld/ELF/ScriptParser.cpp `readVersionDeclaration`.
 */
export function readVersionScript(text: string): VersionPatterns {
  const global: string[] = [];
  const local: string[] = [];
  let isGlobal = true;
  let depth = 0;
  let language = '';
  for (const { word, isSign, next, afterNext } of tokensIn(text)) {
    if (isSign && word === '{') {
      if (depth++ === 0) isGlobal = true;
    } else if (isSign && word === '}') {
      depth--;
      language = '';
    } else if (depth === 0 || isSign) continue;
    else if (next === ':' && (word === 'global' || word === 'local')) isGlobal = word === 'global';
    else if (word === 'extern' && afterNext === '{') language = next;
    else if (language !== '' && next === '{') continue;
    else append(isGlobal ? global : local, patternIn(word, language, isGlobal));
  }
  return { global, local };
}

/** Names and patterns of --dynamic-list: `{ f; extern "C++" { ns::*; }; };` */
export const readDynamicList = (text: string): readonly string[] => readVersionScript(text).global;

/** Whether a version script keeps a name to the output. An exact name counts before a pattern, and `*` last. */
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
    // A definition with a version of its own is offered as that version.
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

/** Of other languages than C what may match counts as global, and nothing as local. */
function patternIn(word: string, language: string, isGlobal: boolean): string[] {
  if (language === '' || language === 'C') return [word];
  return isGlobal ? [MANGLED] : [];
}
