import type { NotedEntry, NotedMember, NotedSymbol } from '../../src/link/notation/notation-text.js';
import type { Dice } from '../random/dice.js';

/** The objects and archives of a random link. Few names, so that members meet in them. */
export interface RandomFiles {
  readonly members: readonly NotedMember[];
  readonly objects: readonly string[];
  readonly archives: readonly string[];
  readonly names: readonly string[];
  readonly indexes: ReadonlyMap<string, readonly NotedEntry[] | null>;
}

/** Names that a format decides. */
export interface FileNames {
  readonly prefix: string;
  readonly object: string;
  readonly archive: string;
}

export const marked = (...marks: (readonly [string, string])[]): Map<string, string> => new Map(marks);

/**
 * @param rowsOf rows of one member for the names that it is to define and to refer to
 * @param marksOf what else a member has
 */
export function randomFiles(
  dice: Dice,
  { prefix, object, archive }: FileNames,
  rowsOf: (defined: readonly string[], referred: readonly string[], isArchived: boolean) => NotedSymbol[],
  marksOf: () => Map<string, string>,
  entriesOf: (members: readonly NotedMember[]) => NotedEntry[],
): RandomFiles {
  const { below, chance, shuffle } = dice;
  const isLarge = chance(0.1);
  const names = Array.from({ length: 3 + below(isLarge ? 24 : 8) }, (_, at) => `${prefix}${at}`);
  const members: NotedMember[] = [];
  const rows = (definitions: number, references: number, isArchived: boolean) => {
    const chosen = shuffle(names);
    const dangling = chance(0.08) ? [`${prefix}dangling`] : [];
    const referred = [...chosen.slice(definitions, definitions + references), ...dangling];
    return rowsOf(chosen.slice(0, definitions), referred, isArchived);
  };
  const objects = Array.from({ length: 1 + below(3) }, (_, at) => `o${at}.${object}`);
  for (const name of objects)
    members.push({ archive: null, name, marks: marksOf(), symbols: rows(below(2), 1 + below(3), false) });
  const archives = Array.from({ length: 1 + below(isLarge ? 8 : 4) }, (_, at) => `lib${at}.${archive}`);
  for (const [at, file] of archives.entries()) {
    const count = 1 + below(isLarge ? 8 : 4);
    for (let member = 0; member < count; member++) {
      const symbols = rows(1 + (chance(0.4) ? 1 : 0), below(3), true);
      members.push({ archive: file, name: `a${at}m${member}.${object}`, marks: marksOf(), symbols });
    }
  }
  return { members, objects, archives, names, indexes: randomIndexes(dice, archives, members, entriesOf) };
}

/** Most archives have the index that tools write; some one in another order, or with an entry missing. */
function randomIndexes(
  { chance, shuffle }: Dice,
  archives: readonly string[],
  members: readonly NotedMember[],
  entriesOf: (members: readonly NotedMember[]) => NotedEntry[],
) {
  const indexes = new Map<string, readonly NotedEntry[]>();
  for (const archive of archives) {
    if (!chance(0.2)) continue;
    const entries = shuffle(entriesOf(members.filter((member) => member.archive === archive)));
    if (chance(0.3) && entries.length > 1) entries.shift();
    indexes.set(archive, entries);
  }
  return indexes;
}
