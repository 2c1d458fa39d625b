import { NONE } from '../../symbols/table.js';
import type { LineInput, ParsedLine, WordPlace } from './parsed-line.js';
import { FOR_LINKER } from './pieces.js';

/** The line with other paths for some of its inputs. @param replacement undefined keeps what stands there */
export function rewriteWords(
  line: ParsedLine,
  replacement: (input: LineInput) => string | undefined,
): string[] {
  const places = new Map<string, readonly string[]>();
  for (const input of line.inputs) {
    const path = replacement(input);
    if (path === undefined) continue;
    places.set(keyOf(input.place), [...optionFor(input), `${input.prefix}${path}`]);
    if (input.optionPlace !== null) places.set(keyOf(input.optionPlace), []);
  }
  return line.words.flatMap((_, word) => rewriteWord(places, line.words, word));
}

const keyOf = ({ word, part }: WordPlace): string => `${word}:${part}`;

/** -hidden-lx has its option in its own word, which a path takes. */
const optionFor = ({ kind, isHidden }: LineInput): string[] =>
  kind === 'library' && isHidden ? ['-load_hidden'] : [];

/** @param places by place of a piece: what it becomes, of which nothing may be left */
function rewriteWord(
  places: ReadonlyMap<string, readonly string[]>,
  words: readonly string[],
  word: number,
): string[] {
  const text = words[word];
  if (text.startsWith(FOR_LINKER)) {
    const parts = text.slice(FOR_LINKER.length).split(',');
    const kept = parts.flatMap((part, at) => places.get(keyOf({ word, part: at })) ?? [part]);
    return kept.length === 0 ? [] : [`${FOR_LINKER}${kept.join(',')}`];
  }
  const goesBefore = text === '-Xlinker' && word + 1 < words.length;
  const changed = places.get(keyOf({ word: goesBefore ? word + 1 : word, part: NONE }));
  if (changed === undefined) return [text];
  // Each of several words for the linker has an -Xlinker of its own; the last one's stands there already.
  if (goesBefore)
    return [
      ...changed.slice(0, -1).flatMap((piece) => ['-Xlinker', piece]),
      ...changed.slice(-1).map(() => text),
    ];
  return words[word - 1] === '-Xlinker' ? changed.slice(-1) : [...changed];
}
