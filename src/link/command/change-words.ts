import { NONE } from '../../symbols/table.js';
import type { ArgumentPlace, LineInput, ParsedLine } from './parsed-line.js';
import { FOR_LINKER } from './response-file.js';

/**
 * A change of the arguments of a line: the order of inputs, how an archive is loaded, a required symbol, or a removed
 * input.
 */
export type WordChange =
  /** The archive's argument goes before the one of another input. */
  | { readonly kind: 'move-before'; readonly input: LineInput; readonly target: LineInput }
  /** Moves the archive's argument after that of another input. */
  | { readonly kind: 'move-after'; readonly input: LineInput; readonly target: LineInput }
  /** The archive is searched, and no longer loaded whole. */
  | { readonly kind: 'on-demand'; readonly input: LineInput }
  /** Removes the argument for an object that the line names elsewhere, or that equals the object `equal`. */
  | { readonly kind: 'remove'; readonly input: LineInput; readonly equal: string | null }
  /** The line requires a symbol, as the linker spells it, by an option before its inputs. */
  | {
      readonly kind: 'require';
      readonly option: RequireOption;
      readonly symbol: string;
      readonly file: string;
    };

/** The option that requires a symbol: of lld-link and link.exe, and of all other linkers and of drivers. */
export type RequireOption = '/include:' | '-u';

/** One argument, taken out of `-Wl,` if it was in there. */
interface Token {
  readonly text: string;
  /** As the user wrote it: plain, within `-Wl,`, or after -Xlinker. */
  readonly form: 'plain' | 'wl' | 'xlinker';
  /** Which argument it was in; NONE for one that is new. */
  readonly argument: number;
  readonly part: number;
}

const WHOLE = /^--?whole-archive$/;
const LAZY = /^--?no-whole-archive$/;
const LOADS_ALL = /^(?:-all_load|[/-]wholearchive)$/i;
/** Their value is an archive that is loaded whole. */
const LOADS_ONE = /^-(?:force_load|Wl,-force_load)$/;

/**
 * The arguments of a line with changes made one after the other. Null if a change cannot be written: the input has no
 * argument, or one option loads all archives whole, also others.
 */
export function changeWords(
  parsed: ParsedLine,
  changes: readonly WordChange[],
  isDriver: boolean,
): string[] | null {
  let tokens = tokensOf(parsed.args);
  const required: string[] = [];
  const before = new Map(parsed.inputs.map((input) => [input, input.whole]));
  for (const change of changes) {
    if (change.kind === 'require') {
      const { option, symbol } = change;
      required.push(...(option === '-u' ? [option, symbol] : [`${option}${symbol}`]));
      continue;
    }
    const changed = applyChange(parsed, tokens, change, before, isDriver);
    if (changed === null) return null;
    tokens = changed;
    if (change.kind === 'on-demand') before.set(change.input, false);
  }
  return [...required, ...wordsOf(withoutIdleModes(tokens))];
}

function tokensOf(words: readonly string[]): Token[] {
  return words.flatMap((text, argument): Token[] => {
    if (text.startsWith(FOR_LINKER))
      return text
        .slice(FOR_LINKER.length)
        .split(',')
        .map((part, at) => ({ text: part, form: 'wl', argument, part: at }));
    if (text === '-Xlinker' && argument + 1 < words.length) return [];
    return [{ text, form: words[argument - 1] === '-Xlinker' ? 'xlinker' : 'plain', argument, part: NONE }];
  });
}

function wordsOf(tokens: readonly Token[]): string[] {
  const words: string[] = [];
  let open: Token | null = null;
  for (const token of tokens) {
    if (token.form !== 'wl') words.push(...(token.form === 'xlinker' ? ['-Xlinker'] : []), token.text);
    else if (open !== null && open.argument === token.argument && token.argument !== NONE)
      words[words.length - 1] += `,${token.text}`;
    else words.push(`${FOR_LINKER}${token.text}`);
    open = token.form === 'wl' ? token : null;
  }
  return words;
}

const isAt = (token: Token, place: ArgumentPlace | null): boolean =>
  place !== null && token.argument === place.argument && token.part === place.part;

/** Where the arguments of an input are: its own, and those of the option before it. */
function spanOf(
  tokens: readonly Token[],
  { place, optionPlace }: LineInput,
): [from: number, to: number] | null {
  const at = tokens.findIndex((token) => isAt(token, place));
  if (place.argument === NONE || at < 0) return null;
  const option = optionPlace === null ? at : tokens.findIndex((token) => isAt(token, optionPlace));
  const from = option >= 0 ? option : at;
  return [LOADS_ONE.test(tokens[from - 1]?.text ?? '') ? from - 1 : from, at + 1];
}

function applyChange(
  parsed: ParsedLine,
  tokens: readonly Token[],
  change: Exclude<WordChange, { readonly kind: 'require' }>,
  isWhole: ReadonlyMap<LineInput, boolean>,
  isDriver: boolean,
): Token[] | null {
  if (change.kind === 'on-demand') return loadOnDemand(parsed, tokens, change.input, isDriver);
  const own = spanOf(tokens, change.input);
  if (own === null) return null;
  const moved = tokens.slice(...own);
  if (change.kind === 'remove') return without(tokens, own);
  const rest = without(tokens, own);
  const target = spanOf(rest, change.target);
  if (target === null) return null;
  const at = change.kind === 'move-before' ? target[0] : target[1];
  const isForced = LOADS_ONE.test(moved[0].text);
  const wanted = isForced ? false : (isWhole.get(change.input) ?? false);
  const wrapped = inMode(moved, wanted, modeAt(rest, at), isDriver);
  return [...rest.slice(0, at), ...wrapped, ...rest.slice(at)];
}

const without = (tokens: readonly Token[], [from, to]: readonly [number, number]): Token[] => [
  ...tokens.slice(0, from),
  ...tokens.slice(to),
];

/** Whether --whole-archive holds at a place. */
const modeAt = (tokens: readonly Token[], at: number): boolean =>
  tokens
    .slice(0, at)
    .reduce((mode, { text }) => (WHOLE.test(text) ? true : LAZY.test(text) ? false : mode), false);

function inMode(own: readonly Token[], wanted: boolean, mode: boolean, isDriver: boolean): Token[] {
  if (wanted === mode) return [...own];
  return [optionToken(wanted, isDriver), ...own, optionToken(mode, isDriver)];
}

const optionToken = (whole: boolean, isDriver: boolean): Token => ({
  text: whole ? '--whole-archive' : '--no-whole-archive',
  form: isDriver ? 'wl' : 'plain',
  argument: NONE,
  part: NONE,
});

function loadOnDemand(
  parsed: ParsedLine,
  tokens: readonly Token[],
  input: LineInput,
  isDriver: boolean,
): Token[] | null {
  const own = spanOf(tokens, input);
  if (own === null) return null;
  const [from, to] = own;
  if (LOADS_ONE.test(tokens[from].text)) return [...tokens.slice(0, from), ...tokens.slice(from + 1)];
  if (input.prefix !== '') {
    const path = { ...tokens[to - 1], text: tokens[to - 1].text.slice(input.prefix.length) };
    return [...tokens.slice(0, to - 1), path, ...tokens.slice(to)];
  }
  if (modeAt(tokens, from))
    return [
      ...tokens.slice(0, from),
      ...inMode(tokens.slice(from, to), false, true, isDriver),
      ...tokens.slice(to),
    ];
  const all = tokens.findIndex(({ text }) => LOADS_ALL.test(text));
  const isOnlyOne = parsed.inputs.filter(({ whole }) => whole).length === 1;
  return all >= 0 && isOnlyOne ? tokens.filter((_, at) => at !== all) : null;
}

/** Removes modes that apply to no input, or are already in effect. */
function withoutIdleModes(tokens: readonly Token[]): Token[] {
  const isMode = ({ text }: Token) => WHOLE.test(text) || LAZY.test(text);
  const isNew = ({ argument }: Token) => argument === NONE;
  if (!tokens.some(isNew)) return [...tokens];
  const kept: Token[] = [];
  let mode = false;
  for (const [at, token] of tokens.entries()) {
    if (!isMode(token)) {
      kept.push(token);
      continue;
    }
    const next = tokens[at + 1];
    const wanted = WHOLE.test(token.text);
    if ((next !== undefined && isMode(next)) || wanted === mode) continue;
    mode = wanted;
    kept.push(token);
  }
  return kept;
}
