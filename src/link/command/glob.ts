/**
 * Patterns of linker scripts and lists of names: `*`, `?`, `[a-z]`, `[!a]` (or `[^a]`), and a backslash before a
 * character that is taken literally. Not a regular expression: one with many stars may take exponential time.
 *
 * Source: fnmatch(3) without flags, as bfd and gold call it; lld/Common `GlobPattern`.
 */
export function globTest(pattern: string): (text: string) => boolean {
  if (!isGlob(pattern)) return (text) => text === pattern;
  const tokens = tokensOf(pattern);
  return (text) => matches(tokens, text);
}

/** Whether a pattern matches any number of texts. */
export const isGlob = (pattern: string): boolean => /[*?[\\]/.test(pattern);

/** Whether a text fits one of the patterns: those without wildcards are looked up, however many there are. */
export function anyGlobTest(patterns: readonly string[]): (text: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !isGlob(pattern)));
  const globs = patterns.filter(isGlob).map(globTest);
  return (text) => exact.has(text) || globs.some((fits) => fits(text));
}

type Token = { readonly kind: 'any' } | { readonly kind: 'one'; fits(character: string): boolean };

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '*') {
      if (tokens.at(-1)?.kind !== 'any') tokens.push({ kind: 'any' });
      continue;
    }
    const { length, fits } = characterTest(pattern, at);
    tokens.push({ kind: 'one', fits });
    at += length - 1;
  }
  return tokens;
}

/** The test for one character of the text, and the length of its part of the pattern. */
function characterTest(
  pattern: string,
  at: number,
): { readonly length: number; fits(character: string): boolean } {
  const character = pattern[at];
  if (character === '?') return { length: 1, fits: () => true };
  const end = character === '[' ? pattern.indexOf(']', at + 2) : -1;
  if (end > 0) return { length: end + 1 - at, fits: classTest(pattern.slice(at + 1, end)) };
  const isEscape = character === '\\' && at + 1 < pattern.length;
  const own = isEscape ? pattern[at + 1] : character;
  return { length: isEscape ? 2 : 1, fits: (other) => other === own };
}

function classTest(text: string): (character: string) => boolean {
  const isNegated = /^[!^]/.test(text);
  const body = isNegated ? text.slice(1) : text;
  const ranges = [...body.matchAll(/(.)-(.)|(.)/gs)].map(([, from, to, one]) => [from ?? one, to ?? one]);
  return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== isNegated;
}

/** After a mismatch only the last star takes one character more: the time is the product of the lengths at most. */
function matches(tokens: readonly Token[], text: string): boolean {
  let at = 0;
  let star = -1;
  let resumeAt = 0;
  for (let position = 0; position < text.length; ) {
    const token = tokens[at];
    if (token?.kind === 'any') {
      star = at++;
      resumeAt = position;
    } else if (token?.fits(text[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++resumeAt;
    } else return false;
  }
  while (tokens[at]?.kind === 'any') at++;
  return at === tokens.length;
}
