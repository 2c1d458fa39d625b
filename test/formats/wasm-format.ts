import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NotedSymbol } from '../../src/link/notation/notation-text.js';
import { writeGnuArchive } from '../builders/write-archive.js';
import type { LinkAnswer } from '../link-answer.js';
import { type Dice, diceOf } from '../random/dice.js';
import {
  entriesOf,
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
import { boundIn } from './read-slots.js';
import { namesIn } from './run-linker.js';
import { wasmImage } from './wasm-image.js';
import { writeWasm } from './write-wasm.js';

/** Linkers stop where files differ in what a name is. */
const isFunctionName = (name: string): boolean => Number(/\d+$/.exec(name)?.[0] ?? 0) % 2 === 1;

/** Random links for LLD for WebAssembly. */
export const wasmFormat: FileFormat = {
  linkers: ['wasm-ld-14', 'wasm-ld-15', 'wasm-ld-16', 'wasm-ld-19', 'wasm-ld-22'],
  randomLink,
  writeObject: writeWasm,
  writeArchive: writeGnuArchive,
  entriesOf,
  ask,
  comparable,
};

function randomLink(seed: number): FileLink {
  const dice = diceOf(seed);
  const { chance, pick } = dice;
  const weakShare = pick([0.2, 0.5, 0.9]);
  const groupShare = pick([0, 0.3, 0.8]);
  const hiddenShare = pick([0, 0.3]);
  const hasThreads = chance(0.2);
  const hasWrapped = chance(0.1);
  const nameOf = (name: string) =>
    hasWrapped && isFunctionName(name) && chance(0.3) ? `${pick(['__wrap_', '__real_'])}${name}` : name;
  const define = (plain: string): NotedSymbol => {
    const name = nameOf(plain);
    const isFunction = isFunctionName(name);
    const marks = chance(hiddenShare) ? marked(['hidden', '']) : marked();
    // A name is thread-local in all files or in none.
    if (hasThreads && !isFunction && /[048]$/.test(name)) marks.set('tls', '');
    if (chance(groupShare)) marks.set('group', chance(0.2) ? 'g' : name);
    const letters = chance(weakShare) ? 'WV' : 'TD';
    return { letter: letters[isFunction ? 0 : 1], name, marks };
  };
  const refer = (name: string): NotedSymbol => ({
    letter: chance(0.2) ? 'w' : 'U',
    name: nameOf(name),
    marks: isFunctionName(name) ? marked(['func', '']) : marked(),
  });
  const files = randomFiles(
    dice,
    { prefix: 'f', object: 'o', archive: 'a' },
    (defined, referred) => dice.shuffle([...defined.map(define), ...referred.map(refer)]),
    () => marked(),
    entriesOf,
  );
  return { ...files, words: randomWords(dice, files, hasWrapped), texts: new Map() };
}

function randomWords(dice: Dice, { objects, archives, names }: RandomFiles, hasWrapped: boolean): string[] {
  const { chance, pick, shuffle } = dice;
  const again = [...objects, ...archives].filter((file) => chance(file.endsWith('.a') ? 0.2 : 0.02));
  const words = shuffle([...objects, ...archives, ...again]).map((file) => {
    if (chance(0.05)) return `--start-lib %/${file} --end-lib`;
    if (!file.endsWith('.a')) return `%/${file}`;
    if (chance(0.06)) return `--whole-archive %/${file} --no-whole-archive`;
    return chance(0.15) ? `-l${file.slice(3, -2)}` : `%/${file}`;
  });
  words.unshift('-L%');
  while (chance(0.15)) words.push(`${pick(['-u ', '--undefined='])}${pick(names)}`);
  for (let more = chance(0.15); more; more = chance(0.5))
    words.push(`${pick(['--export=', '--export-if-defined='])}${pick(names)}`);
  if (chance(0.05)) words.push(`--entry=${pick(names)}`);
  else words.push('--no-entry');
  if (chance(0.05)) words.push('--allow-undefined');
  if (chance(0.05)) words.push('--export-all');
  // It takes what --wrap names for functions.
  const functions = names.filter(isFunctionName);
  for (let more = hasWrapped && functions.length > 0; more; more = chance(0.2))
    words.push(`--wrap=${pick(functions)}`);
  return words;
}

const FLAGS = [
  ...'--no-gc-sections --error-limit=0 --threads=1 --trace'.split(' '),
  // Features that thread-local names require.
  '--features=atomics,bulk-memory,mutable-globals',
];

/**
 * Asked up to three times. The newest goes on after what is wrong; older ones stop at duplicates, and tell of what is
 * undefined only where that is an error.
 */
async function ask({ name: linker, run }: FormatLinker, link: FileLink, folder: string) {
  const output = join(folder, 'out.wasm');
  const words = wordsIn(link, folder).filter((word) => word !== '--allow-undefined');
  const runWith = async (...options: string[]) => {
    rmSync(output, { force: true });
    const said = await run([...FLAGS, ...options, '-o', output, ...words], folder);
    return said.replaceAll(`${folder}/`, '');
  };
  const isTolerant = linker === 'wasm-ld-22';
  let messages = await runWith(...(isTolerant ? ['--noinhibit-exec'] : []));
  const clashes = namesIn(messages, /duplicate symbol: (\S+)/g);
  // Of two definitions the second wins but where this is said.
  if (isTolerant && clashes.length > 0) await runWith('--allow-multiple-definition', '--allow-undefined');
  else if (clashes.length === 0 && !existsSync(output)) messages += await runWith('--allow-undefined');
  const isLinked = existsSync(output);
  if ((!isLinked && (isTolerant || clashes.length === 0)) || messages.includes('entry symbol not defined'))
    return { answer: null, messages };
  const labels = new Set(labelsOf(link));
  const members = [...new Set(messages.split('\n').filter((row) => labels.has(row)))];
  const missing = namesIn(messages, /undefined symbol: (\S+)$/gm);
  const bound = isLinked ? boundIn(wasmImage(readFileSync(output)), link) : [];
  const winners = new Map(
    [...bound].flatMap(([name, winner]) => (isBound(winner) ? [[wrappedAs(link, name), winner]] : [])),
  );
  for (const name of missing) winners.delete(name);
  const answer: LinkAnswer = { members, winners, clashes, undefined: missing };
  return { answer, messages };
}

/**
 * Whether a reference is bound to a definition. WebAssembly has no commons: an address without a marker is an import,
 * or the arbitrary number that LLD up to 16 writes for `__real_f` if `f` stays in its archive.
 */
const isBound = (winner: string): boolean => winner !== 'common';

/** The name to which references bind if the line has --wrap. */
function wrappedAs({ words }: FileLink, name: string): string {
  if (words.includes(`--wrap=${name}`)) return `__wrap_${name}`;
  const real = /^__real_(.*)/.exec(name)?.[1];
  return real !== undefined && words.includes(`--wrap=${real}`) ? real : name;
}

/** Names that --wrap is about. */
const wrappedIn = ({ words }: FileLink): string[] =>
  words.flatMap((word) => /^--wrap=(.*)/.exec(word)?.[1] ?? []);

const withPrefixes = (names: readonly string[]): string[] =>
  names.flatMap((name) => [name, `__wrap_${name}`, `__real_${name}`]);

/**
 * Those of them of which no file that is loaded speaks, and that none defines: what there is to say is the linker's
 * choice.
 */
function unknownWrapped(link: FileLink, { members }: LinkAnswer): string[] {
  const labels = labelsOf(link);
  const known = new Set(
    link.members.flatMap(({ symbols }, at) =>
      symbols
        .filter(({ letter }) => members.includes(labels[at]) || !'Uw'.includes(letter))
        .map(({ name }) => name),
    ),
  );
  return withPrefixes(wrappedIn(link).filter((name) => !known.has(name)));
}

/**
 * Names whose definition in an archive may be discarded with its COMDAT group: LLD does not report them as undefined.
 */
const lostIn = ({ members }: FileLink): Set<string> =>
  new Set(
    members.flatMap(({ archive, symbols }) =>
      archive === null ? [] : symbols.filter(({ marks }) => marks.has('group')).map(({ name }) => name),
    ),
  );

/** Names that are looked for when all files are read. */
const hasLateNames = ({ words }: FileLink): boolean =>
  words.some((word) => /^(-u|--(undefined|export(-if-defined)?|entry|wrap)=)/.test(word));

/** Winners are read off references. Where names clash older versions stop when all files are read. */
function comparable({ name: linker }: FormatLinker, link: FileLink, [ours, theirs]: Pair): Pair {
  // The content at the address of a thread-local name is not known.
  const untold = new Set([...namesMarked(link, 'tls'), ...unknownWrapped(link, ours)]);
  const lost = lostIn(link);
  // Messages are of either name, and a reference may be weak by one.
  const wrapped = new Set(withPrefixes(wrappedIn(link)));
  const staysWeak = /-1[4-6]$/.test(linker)
    ? new Set([...namesOf('wV', link, ours.members)])
    : new Set<string>();
  const isLinked = linker === 'wasm-ld-22' || theirs.clashes.length === 0;
  const knowsAll = isLinked || !hasLateNames(link);
  const toldOf = (answer: LinkAnswer): LinkAnswer => {
    const referred = new Set([...namesOf('Uw', link, answer.members)].map((name) => wrappedAs(link, name)));
    const needed = neededBy(link, answer.members);
    const isMissed = (name: string) =>
      isLinked &&
      needed.has(name) &&
      !untold.has(name) &&
      !wrapped.has(name) &&
      !lost.has(name) &&
      !staysWeak.has(name);
    const isTold = (name: string) =>
      isLinked &&
      referred.has(name) &&
      !untold.has(name) &&
      !(lost.has(name) && ours.undefined.includes(name));
    return {
      members: knowsAll ? answer.members : answer.members.slice(0, theirs.members.length),
      clashes: knowsAll ? answer.clashes : [],
      undefined: answer.undefined.filter(isMissed),
      winners: new Map([...answer.winners].filter(([name]) => isTold(name))),
    };
  };
  return [toldOf(ours), toldOf(theirs)];
}
