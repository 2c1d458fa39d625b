import { flagsOf } from '../link/notation.js';
import type { NotedEntry, NotedLink, NotedMember, NotedSymbol } from '../link/notation-text.js';
import { isDefined } from '../symbols/symbol-flags.js';

/*
 * Random small links. Few names, so that members meet in them. Not made, since not simulated or beyond a linker's own
 * rules: shared libraries, versions, garbage collection, LTO, one name with and without TLS, absolute symbols,
 * and ifuncs (which an output shows as something else).
 */

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomLink(seed: number): NotedLink {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const chance = (probability: number) => random() < probability;
  const pick = <T>(list: readonly T[]): T => list[below(list.length)];
  const shuffle = <T>(list: readonly T[]): T[] =>
    list
      .map((item) => ({ item, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);

  const nameCount = 3 + below(6);
  const plain = Array.from({ length: nameCount }, (_, at) => `f${at}`);
  const grouped = Array.from({ length: below(3) }, (_, at) => `g${at}`);
  const threads = Array.from({ length: below(3) }, (_, at) => `t${at}`);
  const names = [...plain, ...grouped, ...threads];
  /** Most links are of functions alone, where order is all; in the others everything meets everything. */
  const hasCommons = chance(0.4);
  const hasUniques = chance(0.2);
  const hasUnequalGroups = chance(0.3);
  const weakShare = pick([0, 0.2, 0.5]);

  const define = (name: string): NotedSymbol[] => {
    const marks = new Map<string, string>();
    if (chance(0.1)) marks.set('hidden', '');
    if (threads.includes(name)) {
      marks.set('tls', '');
      return [{ letter: chance(weakShare) ? 'V' : 'D', name, marks }];
    }
    if (grouped.includes(name) && chance(0.8)) {
      const group = new Map([...marks, ['group', name]]);
      const letter = chance(0.8) ? 'W' : 'T';
      // A second symbol, as C++ constructors have them: in each copy of one group, in some copies of the other.
      // (Never weak where copies differ: LLD does not tell of a name whose only definitions are weak and lost.)
      const second: NotedSymbol = {
        letter: hasUnequalGroups ? 'T' : letter,
        name: `${name}x`,
        marks: new Map([['group', name]]),
      };
      const hasSecond = name === 'g0' || (hasUnequalGroups && chance(0.5));
      return hasSecond ? [{ letter, name, marks: group }, second] : [{ letter, name, marks: group }];
    }
    if (hasCommons && chance(0.35))
      return [{ letter: 'C', name, marks: new Map([['size', String(8 * (1 + below(4)))]]) }];
    if (hasUniques && chance(0.3)) return [{ letter: 'u', name, marks: new Map() }];
    if (chance(weakShare)) return [{ letter: pick(['W', 'V']), name, marks }];
    if (chance(0.1)) marks.set('notype', '');
    return [{ letter: pick(['T', 'T', 'D', 'R']), name, marks }];
  };
  const refer = (name: string): NotedSymbol => {
    const marks = new Map<string, string>();
    if (threads.includes(name)) marks.set('tls', '');
    if (chance(0.03)) marks.set('hidden', '');
    return { letter: chance(0.2) ? 'w' : 'U', name, marks };
  };
  const symbolsOf = (definitions: number, references: number): NotedSymbol[] => {
    const chosen = shuffle(chance(0.3) ? [...names, ...grouped.map((name) => `${name}x`)] : names);
    const defined = chosen.slice(0, definitions).flatMap((name) => (name.endsWith('x') ? [] : define(name)));
    const referred = [
      ...chosen.slice(definitions, definitions + references),
      ...(chance(0.1) ? ['nobody'] : []),
    ];
    return shuffle([...defined, ...referred.map(refer)]);
  };

  const members: NotedMember[] = [];
  const files: string[] = [];
  const objectCount = 1 + below(3);
  for (let at = 0; at < objectCount; at++) {
    members.push({
      archive: null,
      name: `o${at}.o`,
      marks: new Map(),
      symbols: symbolsOf(below(2), 1 + below(3)),
    });
    files.push(`o${at}.o`);
  }
  const archiveCount = 1 + below(4);
  for (let at = 0; at < archiveCount; at++) {
    const archive = `lib${at}.a`;
    const count = 1 + below(4);
    for (let member = 0; member < count; member++) {
      const name = chance(0.1) ? 'm.o' : `m${member}.o`;
      members.push({ archive, name, marks: new Map(), symbols: symbolsOf(1 + below(2), below(3)) });
    }
    files.push(archive);
    // (Not where groups differ: LLD 14 may then extract a member from the second mention once more.)
    if (!hasUnequalGroups && chance(0.2)) files.push(archive);
  }
  const words = wordsOf(shuffle(files), { chance, below });
  if (chance(0.15)) words.unshift('-u', pick(names));
  const indexes = new Map<string, readonly NotedEntry[]>();
  for (let at = 0; at < archiveCount; at++) {
    const archive = `lib${at}.a`;
    if (!chance(0.2)) continue;
    const entries = shuffle(entriesOf(members.filter((member) => member.archive === archive)));
    // Now and then an index that leaves something out. (One that is wrong makes LLD 14 forget to tell of names.)
    if (chance(0.3)) entries.shift();
    indexes.set(archive, entries);
  }
  return { format: 'elf', words, members, indexes };
}

function wordsOf(
  files: readonly string[],
  { chance, below }: { chance: (probability: number) => boolean; below: (limit: number) => number },
): string[] {
  const isGrouped = chance(0.25);
  const start = isGrouped ? below(files.length) : -1;
  const end = isGrouped ? start + below(files.length - start) : -1;
  return files.flatMap((file, at) => {
    const isWhole = file.endsWith('.a') && chance(0.08);
    const words = isWhole ? ['--whole-archive', file, '--no-whole-archive'] : [file];
    if (at === start) words.unshift('--start-group');
    if (at === end) words.push('--end-group');
    return words;
  });
}

const entriesOf = (members: readonly NotedMember[]): NotedEntry[] =>
  members.flatMap(({ symbols }, ordinal) =>
    symbols.filter((symbol) => isDefined(flagsOf(symbol) ?? 0)).map(({ name }) => ({ name, ordinal })),
  );
