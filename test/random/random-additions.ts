import {
  fileOf,
  type NotedLink,
  type NotedMember,
  type NotedSymbol,
} from '../../src/link/notation/notation-text.js';
import type { Dice } from './dice.js';

/*
 * Additions to a random link besides objects and archives: shared libraries, objects between --start-lib and --end-lib,
 * names that the line defines, --exclude-libs, thin archives. Thread-local names are left out, since linkers reject a
 * name that is thread-local in only some files.
 */

/** Names to make additions of, and an object's rows. */
export interface Material {
  readonly names: readonly string[];
  object(): NotedSymbol[];
}

export function withAdditions(link: NotedLink, dice: Dice, material: Material): NotedLink {
  const additions = [
    dice.chance(0.45) ? withShared : null,
    dice.chance(0.2) ? withLazyObjects : null,
    dice.chance(0.2) ? withDefinitions : null,
    dice.chance(0.15) ? withHiddenArchives : null,
    dice.chance(0.2) ? withThinArchives : null,
    dice.chance(0.2) ? withStateKept : null,
  ];
  return additions.reduce((made, add) => (add ? add(made, dice, material) : made), link);
}

function withShared(link: NotedLink, dice: Dice, { names }: Material): NotedLink {
  const { below, chance, pick, shuffle } = dice;
  const count = 1 + below(2);
  const libraries = Array.from({ length: count }, (_, at): NotedMember => {
    const chosen = shuffle(names);
    const defined = chosen.splice(0, 1 + below(3)).map((name): NotedSymbol => {
      const version = chance(0.2) ? pick(['@@V1', '@V1']) : '';
      return { letter: pick(['T', 'T', 'D', 'W', 'V']), name: `${name}${version}`, marks: new Map() };
    });
    const referred = chosen.splice(0, below(3)).map((name): NotedSymbol => {
      return { letter: chance(0.2) ? 'w' : 'U', name, marks: new Map() };
    });
    return {
      archive: null,
      name: `libs${at}.so`,
      marks: new Map([['shared', '']]),
      symbols: [...defined, ...referred],
    };
  });
  let { words } = link;
  for (const { name } of libraries)
    for (let mentions = chance(0.1) ? 2 : 1; mentions > 0; mentions--) {
      const added = chance(0.35) ? ['--as-needed', name, '--no-as-needed'] : [name];
      words = inserted(words, added, dice, true);
    }
  return { ...link, words, members: [...link.members, ...libraries] };
}

function withLazyObjects(link: NotedLink, dice: Dice, { object }: Material): NotedLink {
  const objects = Array.from({ length: 1 + dice.below(3) }, (_, at): NotedMember => {
    return { archive: null, name: `l${at}.o`, marks: new Map(), symbols: object() };
  });
  const names = objects.map(({ name }) => name);
  const cut = dice.chance(0.3) ? dice.below(names.length) : 0;
  let { words } = link;
  for (const run of [names.slice(0, cut), names.slice(cut)])
    if (run.length > 0) words = inserted(words, ['--start-lib', ...run, '--end-lib'], dice, false);
  return { ...link, words, members: [...link.members, ...objects] };
}

/** Adds --defsym with a number or with a name that some file defines: linkers reject an undefined one. */
function withDefinitions(link: NotedLink, dice: Dice, { names }: Material): NotedLink {
  const objects = link.members.filter(({ archive, name }) => archive === null && /^o\d+\.o$/.test(name));
  const known = objects.flatMap(({ symbols }) =>
    symbols.filter(({ letter }) => 'TDR'.includes(letter)).map(({ name }) => name),
  );
  const targets = known.filter((name) => names.includes(name));
  let { words } = link;
  for (let count = 1 + dice.below(2); count > 0; count--) {
    const value = targets.length > 0 && dice.chance(0.6) ? dice.pick(targets) : '0x1234';
    const name = dice.pick(names);
    if (name !== value) words = inserted(words, [`--defsym=${name}=${value}`], dice, true);
  }
  return { ...link, words };
}

function withHiddenArchives(link: NotedLink, dice: Dice): NotedLink {
  const archives = archivesOf(link);
  const hidden = dice.chance(0.5) || archives.length === 0 ? 'ALL' : dice.pick(archives);
  return { ...link, words: [`--exclude-libs=${hidden}`, ...link.words] };
}

function withThinArchives(link: NotedLink, dice: Dice): NotedLink {
  const thin = archivesOf(link).filter(() => dice.chance(0.6));
  const members = link.members.map((member) =>
    thin.includes(fileOf(member)) ? { ...member, marks: new Map([...member.marks, ['thin', '']]) } : member,
  );
  return { ...link, members };
}

/** `--push-state … --pop-state` where whole archives end by the option of their own. */
function withStateKept(link: NotedLink): NotedLink {
  const words = link.words.flatMap((word) => {
    if (word === '--whole-archive') return ['--push-state', word];
    return word === '--no-whole-archive' ? ['--pop-state'] : [word];
  });
  return { ...link, words };
}

const archivesOf = ({ members }: NotedLink): string[] => [
  ...new Set(members.flatMap(({ archive }) => (archive === null ? [] : [archive]))),
];

/** Words put somewhere into a line where nothing is torn apart. */
function inserted(
  words: readonly string[],
  added: readonly string[],
  { pick }: Dice,
  inGroups: boolean,
): string[] {
  const slots: number[] = [];
  let depth = 0;
  for (let at = 0; at <= words.length; at++) {
    const isValue = at > 0 && ['-u', '-e'].includes(words[at - 1]);
    if (depth === 0 && !isValue) slots.push(at);
    const change = depthOf(words[at] ?? '', inGroups);
    depth += change;
  }
  return words.toSpliced(pick(slots), 0, ...added);
}

const OPENING = ['--whole-archive', '--start-lib', '--as-needed', '--push-state'];
const CLOSING = ['--no-whole-archive', '--end-lib', '--no-as-needed', '--pop-state'];

function depthOf(word: string, inGroups: boolean): number {
  if (OPENING.includes(word) || (!inGroups && word === '--start-group')) return 1;
  return CLOSING.includes(word) || (!inGroups && word === '--end-group') ? -1 : 0;
}
