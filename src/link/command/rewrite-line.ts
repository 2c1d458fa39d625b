import { NONE } from '../../symbols/table.js';
import type { ArgumentPlace, LineInput, ParsedLine } from './parsed-line.js';
import { eachForLinker, FOR_LINKER } from './response-file.js';

/** The line with other paths for some of its inputs. @param replacement undefined keeps what is there */
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
  return line.args.flatMap((_, word) => rewriteWord(places, line.args, word));
}

const keyOf = ({ argument, part }: ArgumentPlace): string => `${argument}:${part}`;

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
    return handedOn(parts.flatMap((part, at) => places.get(keyOf({ argument: word, part: at })) ?? [part]));
  }
  const goesBefore = text === '-Xlinker' && word + 1 < words.length;
  const changed = places.get(keyOf({ argument: goesBefore ? word + 1 : word, part: NONE }));
  if (changed === undefined) return [text];
  // Each of several words for the linker has an -Xlinker of its own; the last one's is there already.
  if (goesBefore)
    return [
      ...changed.slice(0, -1).flatMap((piece) => ['-Xlinker', piece]),
      ...changed.slice(-1).map(() => text),
    ];
  return words[word - 1] === '-Xlinker' ? changed.slice(-1) : [...changed];
}

/** Arguments for the linker in their order: together, but for those that a comma would split. */
function handedOn(parts: readonly string[]): string[] {
  const words: string[] = [];
  let run: string[] = [];
  const flush = () => {
    if (run.length > 0) words.push(`${FOR_LINKER}${run.join(',')}`);
    run = [];
  };
  for (const part of parts) {
    if (!part.includes(',')) run.push(part);
    else {
      flush();
      words.push(...eachForLinker(part));
    }
  }
  flush();
  return words;
}
