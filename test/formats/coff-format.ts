import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NotedEntry, NotedMember, NotedSymbol } from '../../src/link/notation/notation-text.js';
import { build, coffIndex, META, offsetIndex, type Part } from '../builders/build-archive.js';
import { type MadeMember, writeGnuArchive } from '../builders/write-archive.js';
import type { LinkAnswer } from '../link-answer.js';
import { type Dice, diceOf } from '../random/dice.js';
import {
  type FileFormat,
  type FileLink,
  type FormatLinker,
  labelsOf,
  namesMarked,
  namesOf,
  neededBy,
  type Pair,
  wordsIn,
} from './file-link.js';
import { marked, type RandomFiles, randomFiles } from './random-files.js';
import { boundIn, peImage } from './read-slots.js';
import { namesIn } from './run-linker.js';
import { madeUpDefault, SELECTIONS, writeCoff } from './write-coff.js';

const COFF = { writeObject: writeCoff, writeArchive: writeCoffArchive, entriesOf, comparable };

/** Random links for lld-link. */
export const coffFormat: FileFormat = {
  ...COFF,
  linkers: ['lld-link-14', 'lld-link-15', 'lld-link-16', 'lld-link-19', 'lld-link-22'],
  randomLink: (seed) => {
    const dice = diceOf(seed);
    const files = randomCoffFiles(dice, true);
    return { ...files, words: msvcWords(dice, files), texts: new Map() };
  },
  ask: askLldLink,
};

/** Random links for MinGW's GNU ld, of objects without options for a linker. */
export const mingwFormat: FileFormat = {
  ...COFF,
  linkers: ['x86_64-w64-mingw32-ld'],
  // MinGW's ld uses the first linker member, the simulation the second.
  writeArchive: writeGnuArchive,
  randomLink: (seed) => {
    const dice = diceOf(seed);
    const files = randomCoffFiles(dice, false);
    return { ...files, words: gnuWords(dice, files), texts: new Map() };
  },
  ask: askMingw,
};

function randomCoffFiles(dice: Dice, hasOptions: boolean): RandomFiles {
  const { chance, pick, below } = dice;
  const weakShare = pick([0, 0.2, 0.5]);
  const comdatShare = pick([0, 0.3, 0.6]);
  const selections = chance(0.5) ? ['any'] : SELECTIONS.filter((one) => one !== '');
  const hasCommons = chance(0.3);
  const hasDirectives = hasOptions && chance(0.4);
  const search = () => (chance(0.7) ? marked() : marked(['search', String(1 + below(3))]));
  const define = (name: string): NotedSymbol => {
    if (hasCommons && chance(0.3))
      return { letter: 'C', name, marks: marked(['size', String(8 * (1 + below(3)))]) };
    if (chance(weakShare)) return { letter: pick(['W', 'V']), name, marks: search() };
    const marks = marked();
    if (chance(comdatShare)) {
      // MinGW's ld tells groups apart by the names of their sections, too.
      const letter = 'TDR'[Number(name.slice(1)) % 3];
      marks.set('select', pick(selections));
      marks.set('size', String(8 * (1 + below(2))));
      if (marks.get('select') === 'exact') marks.set('value', String(1 + below(2)));
      return { letter, name, marks };
    }
    return { letter: pick(['T', 'D', 'R']), name, marks };
  };
  const refer = (name: string): NotedSymbol =>
    chance(0.2) ? { letter: 'w', name, marks: search() } : { letter: 'U', name, marks: marked() };
  return randomFiles(
    dice,
    { prefix: 'f', object: 'obj', archive: 'lib' },
    (defined, referred) => dice.shuffle([...defined.map(define), ...referred.map(refer)]),
    () => (hasDirectives && chance(0.25) ? marked(['drectve', directives(dice)]) : marked()),
    entriesOf,
  );
}

function directives(dice: Dice): string {
  const { chance, pick, below } = dice;
  const name = () => `f${below(8)}`;
  const options = [
    () => `/include:${name()}`,
    () =>
      alternate(
        dice,
        Array.from({ length: 8 }, (_, at) => `f${at}`),
      ),
    () => `/defaultlib:lib${below(4)}`,
    () => `/nodefaultlib:lib${below(4)}`,
    () => `/export:${name()}`,
  ];
  return chance(0.7) ? pick(options)() : `${pick(options)()} ${pick(options)()}`;
}

/** Of the earlier name the later one: lld-link 14 never ends at alternates in a circle. */
function alternate({ below }: Dice, names: readonly string[]): string {
  const from = below(names.length - 1);
  return `/alternatename:${names[from]}=${names[from + 1 + below(names.length - 1 - from)]}`;
}

function msvcWords(dice: Dice, { objects, archives, names }: RandomFiles): string[] {
  const { chance, pick, shuffle } = dice;
  const isDefault = new Set(archives.filter(() => chance(0.08)));
  const again = archives.filter((file) => !isDefault.has(file) && chance(0.15));
  const words = shuffle([...objects, ...archives, ...again]).map((file) =>
    isDefault.has(file)
      ? `/defaultlib:${file}`
      : chance(0.04) && file.endsWith('.lib')
        ? `/wholearchive:${file}`
        : file,
  );
  while (chance(0.15)) words.push(`/include:${pick(names)}`);
  if (chance(0.1)) words.push(alternate(dice, names));
  if (chance(0.05)) words.push(`/export:${pick(names)}`);
  while (chance(0.1)) words.push(`/includeoptional:${pick(names)}`);
  if (chance(0.03)) words.push('/wholearchive');
  if (chance(0.04)) words.push(`/nodefaultlib:${pick(archives)}`);
  return ['/libpath:%', '/dll', '/noentry', ...words];
}

function gnuWords(dice: Dice, { objects, archives, names }: RandomFiles): string[] {
  const { chance, shuffle } = dice;
  const again = archives.filter(() => chance(0.2));
  const words = shuffle([...objects, ...archives, ...again]).map((file) =>
    chance(0.06) && file.endsWith('.lib') ? `--whole-archive %/${file} --no-whole-archive` : `%/${file}`,
  );
  if (chance(0.3)) return [...roots(dice, names), '--start-group', ...words, '--end-group'];
  return [...roots(dice, names), ...words];
}

const roots = ({ chance, pick }: Dice, names: readonly string[]): string[] =>
  chance(0.2) ? [`-u ${pick(names)}`] : [];

/** Names in LLVM's index: weak externals with SEARCH_ALIAS, defined or not, and generated defaults. */
function entriesOf(members: readonly NotedMember[]): NotedEntry[] {
  return members.flatMap(({ symbols }, ordinal) =>
    symbols.flatMap(({ letter, name, marks }) => {
      if (letter === 'U') return [];
      const isListed = !'wWV'.includes(letter) || (marks.get('search') ?? '3') === '3';
      const madeUp = 'wWV'.includes(letter) && !marks.has('default') ? [madeUpDefault(name, symbols)] : [];
      return [...(isListed ? [name] : []), ...madeUp].map((one) => ({ name: one, ordinal }));
    }),
  );
}

/** Every other one with the second linker member, which link.exe's and LLVM's library tools write. */
function writeCoffArchive(members: readonly MadeMember[], index: readonly NotedEntry[] | null): Uint8Array {
  if (index === null || members.length % 2 === 0 || members.some(({ name }) => name.length > 15))
    return writeGnuArchive(members, index);
  const first = index.map(({ name, ordinal }) => [name, ordinal + 2] as const);
  const seen = new Set<string>();
  const sorted = [...first].filter(([name]) => !seen.has(name) && seen.add(name));
  sorted.sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = members.map(({ name, data }): Part => ({ field: `${name}/`, meta: META, data }));
  const numbers = members.map((_, at) => at + 2);
  return build('!<arch>\n', [offsetIndex(4, first), coffIndex(sorted, numbers), ...parts]);
}

async function askLldLink({ name, run }: FormatLinker, link: FileLink, folder: string) {
  // It queues them behind the inputs.
  if (name === 'lld-link-14' && link.words.some((word) => word.startsWith('/defaultlib')))
    return { answer: null, messages: 'not asked for default libraries' };
  const output = join(folder, 'out.dll');
  rmSync(output, { force: true });
  const flags = '/force /errorlimit:0 /verbose /opt:noref,noicf /nodefaultlib:libcmt'.split(' ');
  const said = await run([...flags, `/out:${output}`, ...wordsIn(link, folder)], folder);
  const messages = said.replaceAll(`${folder}/`, '');
  const missing = namesIn(messages, /undefined symbol: (.+)$/gm).map((name) =>
    name.replace('__declspec(dllimport) ', '__imp_'),
  );
  return answerIn(link, output, messages, /Reading (\S+)$/gm, /duplicate symbol: (\S+)/g, missing);
}

async function askMingw({ run }: FormatLinker, link: FileLink, folder: string) {
  const output = join(folder, 'out.exe');
  rmSync(output, { force: true });
  const flags = '-e 0 -t -t --noinhibit-exec'.split(' ');
  const said = await run([...flags, '-o', output, ...wordsIn(link, folder)], folder);
  const messages = said.replaceAll(`${folder}/`, '').replace(/^\((\S+)\)(\S+)$/gm, '$1($2)');
  const missing = namesIn(messages, /undefined reference to [`']([^']+)'/g);
  return answerIn(link, output, messages, /^(\S+)$/gm, /multiple definition of [`']([^']+)'/g, missing);
}

function answerIn(
  link: FileLink,
  output: string,
  messages: string,
  reading: RegExp,
  duplicate: RegExp,
  missing: string[],
): { answer: LinkAnswer | null; messages: string } {
  const labels = new Set(labelsOf(link));
  const members = [...messages.matchAll(reading)].map(([, name]) => name).filter((name) => labels.has(name));
  if (!existsSync(output)) return { answer: null, messages };
  const winners = boundIn(peImage(readFileSync(output)), link);
  // The target of a reference to an undefined name is the linker's choice.
  for (const name of missing) winners.delete(name);
  const answer = {
    members: [...new Set(members)],
    winners,
    clashes: namesIn(messages, duplicate),
    undefined: missing,
  };
  return { answer, messages };
}

/** Names that may be another name, whose weak external is 0. */
const withAlternates = ({ words, members }: FileLink): string[] =>
  [...words, ...members.map(({ marks }) => marks.get('drectve') ?? '')].flatMap((text) =>
    [...text.matchAll(/alternatename:(\w+)=/g)].map(([, name]) => name),
  );

/**
 * Reduces both answers to what can be compared. Winners are read from the targets of references, so the winner of a
 * name without a reference is unknown, and so is a definition without a marker.
 */
function comparable(linker: FormatLinker, link: FileLink, pair: Pair): Pair {
  const valued = namesMarked(link, 'value');
  // The default of a weak external may be a definition without a marker.
  const unmarked = new Set([...valued, ...(valued.size > 0 ? withAlternates(link) : [])]);
  const toldOf = (answer: LinkAnswer): LinkAnswer => {
    const needed = neededBy(link, answer.members);
    const referred = namesOf('Uw', link, answer.members);
    // To lld-link a name is not undefined that has a weak external: it is its default, which may be 0.
    const weak = linker.name.startsWith('lld')
      ? new Set([...namesOf('wWV', link, answer.members), ...withAlternates(link)])
      : new Set<string>();
    const isTold = (name: string) =>
      referred.has(name) && !unmarked.has(name) && !(weak.has(name) && answer.clashes.includes(name));
    return {
      ...answer,
      undefined: answer.undefined.filter((name) => needed.has(name) && !weak.has(name)),
      winners: new Map(
        [...answer.winners].flatMap(([name, winner]) =>
          isTold(name) ? [[name, winner.replace(/^common of .*/, 'common')]] : [],
        ),
      ),
    };
  };
  return [toldOf(pair[0]), toldOf(pair[1])];
}
