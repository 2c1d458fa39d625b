import type { NotedMember } from '../../src/link/notation/notation-text.js';
import type { Dice } from './dice.js';

/** A random line of these files, in a random order: groups, whole archives, `-l`, roots. */
export function randomWords(
  dice: Dice,
  files: readonly string[],
  members: readonly NotedMember[],
  names: readonly string[],
): string[] {
  const order = dice.shuffle(files);
  const canBeWhole = (file: string) =>
    file.endsWith('.a') && !members.some(({ archive, marks }) => archive === file && marks.has('not-object'));
  const starts = new Set<number>();
  const ends = new Set<number>();
  for (let from = 0; from < order.length && dice.chance(0.3); ) {
    const start = from + dice.below(order.length - from);
    const end = start + dice.below(order.length - start);
    starts.add(start);
    ends.add(end);
    from = end + 1;
  }
  // All mentions alike: to mold one archive by two paths is two.
  const byName = new Set(files.filter((file) => file.endsWith('.a') && dice.chance(0.1)));
  const words = order.flatMap((file, at) => {
    const isWhole = canBeWhole(file) && dice.chance(0.08);
    const spelled = byName.has(file) ? `-l${file.slice(3, -2)}` : file;
    return [
      ...(starts.has(at) ? ['--start-group'] : []),
      ...(isWhole ? ['--whole-archive', spelled, '--no-whole-archive'] : [spelled]),
      ...(ends.has(at) ? ['--end-group'] : []),
    ];
  });
  if (words.some((word) => word.startsWith('-l'))) words.unshift('-L.');
  while (dice.chance(0.15)) words.unshift('-u', dice.pick(names));
  if (dice.chance(0.05)) words.push('-e', dice.pick(names));
  return words;
}
