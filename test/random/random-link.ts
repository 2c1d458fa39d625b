import { flagsOf } from '../../src/link/notation/notation-symbols.js';
import type {
  NotedEntry,
  NotedLink,
  NotedMember,
  NotedSymbol,
} from '../../src/link/notation/notation-text.js';
import { isDefined } from '../../src/symbols/flags.js';
import { type Dice, diceOf } from './dice.js';
import { withAdditions } from './random-additions.js';
import { randomWords } from './random-words.js';

/*
 * Random small links. Few names, so that members meet in them. Not made, since linkers refuse them or an output shows
 * them as something else: one name with and without TLS, and ifuncs.
 */

/**
 * Ingredients of a link. Most links have only functions, so that order decides; the others mix all kinds of symbols.
 */
interface Mix {
  readonly plain: readonly string[];
  readonly grouped: readonly string[];
  readonly threads: readonly string[];
  readonly names: readonly string[];
  readonly hasCommons: boolean;
  readonly hasUniques: boolean;
  readonly hasAbsolutes: boolean;
  readonly hasSideEffects: boolean;
  /** Copies of a group differ in what else they define. */
  readonly hasUnequalGroups: boolean;
  readonly weakShare: number;
}

export function randomLink(seed: number): NotedLink {
  const dice = diceOf(seed);
  const isLarge = dice.chance(0.1);
  const mix = randomMix(dice, isLarge);
  const members: NotedMember[] = [];
  const files: string[] = [];
  const objectCount = 1 + dice.below(3);
  for (let at = 0; at < objectCount; at++) {
    const symbols = randomSymbols(dice, mix, dice.below(2), 1 + dice.below(3));
    members.push({ archive: null, name: `o${at}.o`, marks: new Map(), symbols });
    files.push(`o${at}.o`);
    if (dice.chance(0.02)) files.push(`o${at}.o`);
  }
  const archiveCount = 1 + dice.below(isLarge ? 8 : 4);
  for (let at = 0; at < archiveCount; at++) {
    const archive = `lib${at}.a`;
    const count = 1 + dice.below(isLarge ? 8 : 4);
    for (let member = 0; member < count; member++) {
      const name = dice.chance(0.1) ? 'm.o' : `m${member}.o`;
      const symbols = randomSymbols(dice, mix, 1 + dice.below(2), dice.below(3));
      members.push({ archive, name, marks: new Map(), symbols });
    }
    if (dice.chance(0.03))
      members.push({ archive, name: 'README', marks: new Map([['not-object', '']]), symbols: [] });
    files.push(archive);
    if (dice.chance(0.2)) files.push(archive);
  }
  const archives = Array.from({ length: archiveCount }, (_, at) => `lib${at}.a`);
  const words = randomWords(dice, files, members, mix.names);
  const link = { format: 'elf', words, members, indexes: randomIndexes(dice, archives, members) } as const;
  if (seed % WRAPPED_EVERY === 0) return withWrappedName(link, mix.plain);
  // From dice of their own, so that the other links are what they were before there were additions.
  const more = diceOf(seed + ADDITIONS);
  const material = {
    names: mix.names.filter((name) => mix.plain.includes(name)),
    object: () => randomSymbols(more, mix, 1 + more.below(2), more.below(3)),
  };
  return more.chance(0.5) ? withAdditions(link, more, material) : link;
}

/** Every so many links have a name of --wrap. */
const WRAPPED_EVERY = 12;

/** The same link with --wrap of a name, two others of it renamed to be its wrapper and what that calls. */
function withWrappedName(link: NotedLink, [name, wrap, real]: readonly string[]): NotedLink {
  const renamed = new Map([
    [wrap, `__wrap_${name}`],
    [real, `__real_${name}`],
  ]);
  const rename = <Named extends { readonly name: string }>(one: Named): Named => ({
    ...one,
    name: renamed.get(one.name) ?? one.name,
  });
  // Not visible in the output: LLD leaves `__real_f` out, and gold renames definitions that are not in a section.
  const isSeen = ({ letter, name: own }: NotedSymbol) =>
    'Uw'.includes(letter) || (own !== real && !(own === name && 'CA'.includes(letter)));
  const members = link.members.map((member) => ({
    ...member,
    symbols: member.symbols.filter(isSeen).map(rename),
  }));
  return {
    ...link,
    words: [`--wrap=${name}`, ...link.words.map((word) => renamed.get(word) ?? word)],
    members,
    indexes: new Map(
      [...link.indexes].map(([archive, entries]) => [
        archive,
        entries?.filter((entry) => entry.name !== real).map(rename) ?? null,
      ]),
    ),
  };
}

/** Far from all seeds. */
const ADDITIONS = 2 ** 31;

function randomMix({ below, chance, pick }: Dice, isLarge: boolean): Mix {
  const plain = Array.from({ length: 3 + below(isLarge ? 24 : 6) }, (_, at) => `f${at}`);
  const grouped = Array.from({ length: below(3) }, (_, at) => `g${at}`);
  const threads = Array.from({ length: below(3) }, (_, at) => `t${at}`);
  return {
    plain,
    grouped,
    threads,
    names: chance(0.15) ? [...plain.slice(0, 2), ...grouped] : [...plain, ...grouped, ...threads],
    hasCommons: chance(0.4),
    hasUniques: chance(0.2),
    hasAbsolutes: chance(0.1),
    hasSideEffects: chance(0.2),
    hasUnequalGroups: chance(0.3),
    weakShare: pick([0, 0.2, 0.5]),
  };
}

/** Rows of one member, no name twice. */
function randomSymbols(dice: Dice, mix: Mix, definitions: number, references: number): NotedSymbol[] {
  const seconds = dice.chance(0.3) ? mix.grouped.map((name) => `${name}x`) : [];
  const chosen = dice.shuffle([...mix.names, ...seconds]);
  const isSecond = (name: string) => seconds.includes(name);
  const defined = chosen
    .slice(0, definitions)
    .flatMap((name) => (isSecond(name) ? [] : define(dice, mix, name)));
  const referred = [
    ...chosen.slice(definitions, definitions + references),
    ...(dice.chance(0.1) ? ['dangling'] : []),
  ];
  const effects = mix.hasSideEffects && dice.chance(0.3) ? [sideEffect(dice)] : [];
  return dice.shuffle([...defined, ...referred.map((name) => refer(dice, mix, name)), ...effects]);
}

const marked = (...marks: [string, string][]): Map<string, string> => new Map(marks);

function define(dice: Dice, mix: Mix, name: string): NotedSymbol[] {
  const { chance, pick } = dice;
  const marks = marked();
  if (chance(0.1)) marks.set(pick(['hidden', 'hidden', 'protected', 'internal']), '');
  if (mix.threads.includes(name)) {
    marks.set('tls', '');
    return [{ letter: chance(mix.weakShare) ? 'V' : 'D', name, marks }];
  }
  if (mix.grouped.includes(name) && chance(0.8)) return defineGroup(dice, mix, name, marks);
  if (mix.hasCommons && chance(0.35))
    return [{ letter: 'C', name, marks: marked(['size', String(8 * (1 + dice.below(4)))]) }];
  if (mix.hasUniques && chance(0.3)) return [{ letter: 'u', name, marks: marked() }];
  if (mix.hasAbsolutes && chance(0.2)) return [{ letter: 'A', name, marks: marked() }];
  if (chance(mix.weakShare)) return [{ letter: pick(['W', 'V']), name, marks }];
  if (chance(0.1)) marks.set('notype', '');
  return [{ letter: pick(['T', 'T', 'D', 'R']), name, marks }];
}

/** With a second symbol, as C++ constructors have them: in each copy of one group, in some copies of the other. */
function defineGroup({ chance }: Dice, mix: Mix, name: string, own: Map<string, string>): NotedSymbol[] {
  const unique = mix.hasUniques && chance(0.3);
  const letter = unique ? 'u' : chance(0.8) ? 'W' : 'T';
  const first = { letter, name, marks: marked(...(unique ? [] : own), ['group', name]) };
  const second = {
    letter: mix.hasUnequalGroups && chance(0.5) ? 'T' : letter,
    name: `${name}x`,
    marks: marked(['group', name]),
  };
  return name === 'g0' || (mix.hasUnequalGroups && chance(0.5)) ? [first, second] : [first];
}

function refer({ chance, pick }: Dice, { threads }: Mix, name: string): NotedSymbol {
  const marks = marked();
  if (threads.includes(name)) marks.set('tls', '');
  if (chance(0.03)) marks.set(pick(['hidden', 'protected', 'internal']), '');
  return { letter: chance(0.2) ? 'w' : 'U', name, marks };
}

/** Acts by being there: a constructor, with a priority or without, or an entry of a registry. */
function sideEffect({ pick, below }: Dice): NotedSymbol {
  const name = `local${below(3)}`;
  const mark = pick<[string, string]>([
    ['init', ''],
    ['init', '00101'],
    ['registry', 'hooks'],
  ]);
  return { letter: pick(['t', 'd']), name, marks: marked(mark) };
}

/** Most archives have the index that tools write; some one in another order, with an entry missing, or none at all. */
function randomIndexes(dice: Dice, archives: readonly string[], members: readonly NotedMember[]) {
  const indexes = new Map<string, readonly NotedEntry[] | null>();
  for (const archive of archives) {
    if (dice.chance(0.004)) indexes.set(archive, null);
    if (indexes.has(archive) || !dice.chance(0.2)) continue;
    const entries = dice.shuffle(entriesOf(members.filter((member) => member.archive === archive)));
    if (dice.chance(0.3)) entries.shift();
    indexes.set(archive, entries);
  }
  return indexes;
}

const entriesOf = (members: readonly NotedMember[]): NotedEntry[] =>
  members.flatMap(({ symbols }, ordinal) =>
    symbols.filter((symbol) => isDefined(flagsOf(symbol) ?? 0)).map(({ name }) => ({ name, ordinal })),
  );
