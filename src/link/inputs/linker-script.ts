import { append } from '../../bytes/append.js';
import { type LayoutPatterns, readLayout } from '../command/layout-patterns.js';
/** A file that a linker script names, as the line would. */
export interface ScriptInput {
  /** A path or, without its `-l`, a library's name. */
  readonly kind: 'path' | 'library';
  readonly text: string;
  readonly asNeeded: boolean;
  /** Which GROUP of the script it is in; −1 outside. */
  readonly group: number;
}

/** Inputs and names of a linker script. Its placement of sections affects neither. */
export interface LinkerScript {
  readonly inputs: readonly ScriptInput[];
  /** SEARCH_DIR. */
  readonly folders: readonly string[];
  /** EXTERN. */
  readonly required: readonly string[];
  /** ENTRY; null where it names none. */
  readonly entry: string | null;
  /** Scripts that are to be read in its place: INCLUDE. */
  readonly included: readonly string[];
  /** Names that the script always defines: `f = 0;`, but not PROVIDE. */
  readonly assigned: readonly string[];
  readonly layout: LayoutPatterns;
}

/** A text without any of these commands does not count as a script. */
const COMMANDS = new Set(
  `INPUT GROUP STARTUP SEARCH_DIR EXTERN ENTRY INCLUDE OUTPUT_FORMAT OUTPUT_ARCH TARGET SECTIONS MEMORY PHDRS VERSION
  ASSERT PROVIDE PROVIDE_HIDDEN`.split(/\s+/),
);

const TOKEN = /\/\*[\s\S]*?(?:\*\/|$)|"([^"]*)"|([(){};,])|([^\s(){};,"]+)/g;

interface Token {
  readonly text: string;
  /** Quoted, or a word: never one of `( ) { } ; ,`. */
  readonly isWord: boolean;
}

const ASSIGNMENT = /^([\w.$]+) ?(?:[-+*/&|^]|<<|>>)?=(?!=)/;

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].flatMap(([, quoted, sign, word]): Token[] => {
    if (sign !== undefined) return [{ text: sign, isWord: false }];
    const own = quoted ?? word;
    return own === undefined ? [] : [{ text: own, isWord: true }];
  });
}

/**
 * Reads the inputs and names of a linker script: INPUT, GROUP, AS_NEEDED, STARTUP, SEARCH_DIR, EXTERN, ENTRY, INCLUDE
 * and assignments. Other commands are skipped with their parentheses and braces.
 *
 * Source: the GNU linker's manual, "Linker Scripts"; lld/ELF/ScriptParser.cpp.
 *
 * @returns null for a text without a linker script command
 */
export function readLinkerScript(text: string): LinkerScript | null {
  const tokens = tokensOf(text);
  if (!tokens.some(({ text: command, isWord }) => isWord && COMMANDS.has(command))) return null;
  const found: FoundCommands = {
    inputs: [],
    folders: [],
    required: [],
    included: [],
    assigned: [],
    entry: null,
    groups: 0,
  };
  for (let at = 0; at < tokens.length; ) at = readStatement(tokens, at, found);
  const { groups: _, ...commands } = found;
  return { ...commands, layout: readLayout(text) };
}

interface FoundCommands {
  readonly inputs: ScriptInput[];
  readonly folders: string[];
  readonly required: string[];
  readonly included: string[];
  readonly assigned: string[];
  entry: string | null;
  /** How many GROUP commands there were. */
  groups: number;
}

/** @returns where the next statement begins */
function readStatement(tokens: readonly Token[], at: number, found: FoundCommands): number {
  const { text: command, isWord } = tokens[at];
  const next = tokens[at + 1];
  if (isWord && next?.text === '(' && !next.isWord) {
    const end = closing(tokens, at + 1);
    readCommand(command, tokens.slice(at + 2, end), found);
    return end + 1;
  }
  if (isWord && command === 'INCLUDE' && next?.isWord) {
    found.included.push(next.text);
    return at + 2;
  }
  const [, assigned] = ASSIGNMENT.exec(`${command} ${next?.isWord ? next.text : ''}`) ?? [];
  if (assigned === undefined) return at + 1;
  if (isWord && assigned !== '.') found.assigned.push(assigned);
  // The expression after the operator ends at its semicolon.
  let end = at;
  while (end < tokens.length && tokens[end].text !== ';') end++;
  return end + 1;
}

function readCommand(command: string, words: readonly Token[], found: FoundCommands): void {
  if (command === 'INPUT' || command === 'STARTUP') append(found.inputs, inputsOf(words, -1));
  else if (command === 'GROUP') append(found.inputs, inputsOf(words, found.groups++));
  else if (command === 'SEARCH_DIR') append(found.folders, textsOf(words));
  else if (command === 'EXTERN') append(found.required, textsOf(words));
  else if (command === 'ENTRY') found.entry = textsOf(words)[0] ?? null;
}

const textsOf = (tokens: readonly Token[]): string[] =>
  tokens.filter(({ isWord }) => isWord).map(({ text }) => text);

/** Where the parenthesis that opens at `open` is closed; the end where it never is. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at].isWord) continue;
    if (tokens[at].text === '(') depth++;
    else if (tokens[at].text === ')' && --depth === 0) return at;
  }
  return tokens.length;
}

function inputsOf(tokens: readonly Token[], group: number): ScriptInput[] {
  const inputs: ScriptInput[] = [];
  let needed = 0;
  for (const [at, { text, isWord }] of tokens.entries()) {
    const next = tokens[at + 1];
    if (isWord && text === 'AS_NEEDED' && next?.text === '(' && !next.isWord) continue;
    if (isWord) inputs.push({ ...fileOrLibrary(text), asNeeded: needed > 0, group });
    else if (text === '(') needed++;
    else if (text === ')') needed--;
  }
  return inputs;
}

const fileOrLibrary = (text: string): Pick<ScriptInput, 'kind' | 'text'> =>
  /^-l./.test(text) ? { kind: 'library', text: text.slice(2) } : { kind: 'path', text };

/**
 * A linker reads a file that is neither an object nor an archive as a script. Here it must be text, and not too long.
 */
const LONGEST = 1 << 20;

export const mayBeScript = (size: number, head: Uint8Array): boolean =>
  size > 0 && size <= LONGEST && !head.includes(0);
