import { NONE } from '../symbols/symbol-table.js';
import type { LineInput, ParsedLine, WordPlace } from './parse-line.js';
import { FOR_LINKER } from './pieces.js';

/** The line with other paths for some of its inputs. @param replacement undefined keeps what stands there */
export function rewriteWords(
  line: ParsedLine,
  replacement: (input: LineInput) => string | undefined,
): string[] {
  const places = new Map<string, string | null>();
  for (const input of line.inputs) {
    const path = replacement(input);
    if (path === undefined) continue;
    places.set(keyOf(input.place), `${input.prefix}${path}`);
    if (input.optionPlace !== null) places.set(keyOf(input.optionPlace), null);
  }
  return line.words.flatMap((text, word) => rewriteWord(places, text, word, line.words[word + 1]));
}

const keyOf = ({ word, part }: WordPlace): string => `${word}:${part}`;

/** @param places by place of a piece: what it becomes; null when it goes */
function rewriteWord(
  places: ReadonlyMap<string, string | null>,
  text: string,
  word: number,
  next: string | undefined,
): string[] {
  if (text.startsWith(FOR_LINKER)) {
    const parts = text.slice(FOR_LINKER.length).split(',');
    const kept = parts.flatMap((part, at) => {
      const changed = places.get(keyOf({ word, part: at }));
      return changed === undefined ? [part] : changed === null ? [] : [changed];
    });
    return kept.length === 0 ? [] : [`${FOR_LINKER}${kept.join(',')}`];
  }
  const goesBefore = text === '-Xlinker' && next !== undefined;
  const changed = places.get(keyOf({ word: goesBefore ? word + 1 : word, part: NONE }));
  if (changed === null) return [];
  return [goesBefore || changed === undefined ? text : changed];
}
