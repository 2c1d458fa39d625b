import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NotedSymbol } from '../../src/link/notation/notation-text.js';
import { writeDarwinArchive } from '../builders/write-archive.js';
import type { LinkAnswer } from '../link-answer.js';
import { type Dice, diceOf } from '../random/dice.js';
import {
  entriesOf,
  type FileFormat,
  type FileLink,
  type FormatLinker,
  labelsOf,
  namesMarked,
  neededBy,
  type Pair,
  wordsIn,
} from './file-link.js';
import { markerAt } from './object-bytes.js';
import { marked, randomFiles } from './random-files.js';
import { namesIn } from './run-linker.js';
import { writeMacho } from './write-macho.js';

/** Random links for Mach-O: LLD's linkers, and Apple's ld64 where ARDEDUP_LD64 names one. */
export const machoFormat: FileFormat = {
  linkers: ['ld64.lld-14', 'ld64.lld-15', 'ld64.lld-16', 'ld64.lld-19', 'ld64.lld-22', 'ld64'],
  randomLink,
  writeObject: writeMacho,
  writeArchive: writeDarwinArchive,
  entriesOf,
  ask,
  comparable,
};

function randomLink(seed: number): FileLink {
  const dice = diceOf(seed);
  const { chance, pick, below } = dice;
  const weakShare = pick([0, 0.2, 0.5]);
  const hiddenShare = pick([0, 0.1, 0.4]);
  const hasCommons = chance(0.4);
  const hasObjc = chance(0.15);
  const hasRequests = chance(0.15);
  // No archive has one class twice: of two ld64 loads the first alone.
  let classes = below(9);
  const define = (name: string): NotedSymbol => {
    const marks = chance(hiddenShare) ? marked(['hidden', '']) : marked();
    if (hasCommons && chance(0.35))
      return { letter: 'C', name, marks: new Map([...marks, ['size', String(8 * (1 + below(3)))]]) };
    if (!chance(weakShare)) return { letter: pick(['T', 'T', 'D', 'R']), name, marks };
    if (chance(0.3)) marks.set('autohide', '');
    if (chance(0.3)) marks.set('align', String(5 + below(2)));
    return { letter: pick(['W', 'V']), name, marks };
  };
  const refer = (name: string): NotedSymbol => ({ letter: chance(0.2) ? 'w' : 'U', name, marks: marked() });
  const files = randomFiles(
    dice,
    { prefix: '_f', object: 'o', archive: 'a' },
    (defined, referred, isArchived) => [
      ...defined.map(define),
      ...referred.map(refer),
      ...(hasObjc && isArchived && chance(0.3)
        ? [{ letter: 'D', name: `_OBJC_CLASS_$_K${classes++ % 9}`, marks: marked() }]
        : []),
    ],
    () => {
      const marks = marked();
      if (hasObjc && chance(0.2)) marks.set('category', '');
      if (hasRequests && chance(0.2)) marks.set('asks', `-l${below(4)}`);
      return marks;
    },
    entriesOf,
  );
  const words = randomWords(dice, [...files.objects, ...files.archives], files.names, hasObjc);
  return { words, members: files.members, indexes: files.indexes, texts: new Map() };
}

/** A line of these files in a random order: archives by path or `-l`, whole, hidden, and again. */
function randomWords(
  dice: Dice,
  files: readonly string[],
  names: readonly string[],
  hasObjc: boolean,
): string[] {
  const { chance, pick, shuffle } = dice;
  const again = files.filter((file) => chance(file.endsWith('.a') ? 0.2 : 0.02));
  const words = shuffle([...files, ...again]).flatMap((file) => {
    if (!file.endsWith('.a')) return [`%/${file}`];
    if (chance(0.1)) return [`-force_load %/${file}`];
    if (chance(0.04)) return [`-load_hidden %/${file}`];
    if (chance(0.04)) return [`-hidden-l${file.slice(3, -2)}`];
    return [chance(0.15) ? `-l${file.slice(3, -2)}` : `%/${file}`];
  });
  words.unshift('-L%');
  while (chance(0.15)) words.push(`-u ${pick(names)}`);
  if (chance(0.04)) words.push(`-exported_symbol ${pick(names)}`);
  if (chance(0.04)) words.push('-all_load');
  if (hasObjc && chance(0.7)) words.push('-ObjC');
  if (chance(0.1)) words.push('-dead_strip');
  return words;
}

const TARGET = '-arch x86_64 -dylib -platform_version macos 11.0 11.0 -flat_namespace -t -why_load'.split(
  ' ',
);

/** ld64 wants libSystem in every library but those that it is made of. */
const NEEDS_NO_SYSTEM = ['-install_name', '/usr/lib/system/libsystem_kernel.dylib'];

async function ask({ name: linker, run: askLinker }: FormatLinker, link: FileLink, folder: string) {
  // LLD 14 treats an archive the way its first mention asks, even when that is a linker option in an object.
  if (linker === 'ld64.lld-14' && loadsWhole(link) && asksForLibraries(link))
    return { answer: null, messages: 'not asked for whole archives that files ask for' };
  const output = join(folder, 'out');
  rmSync(output, { force: true });
  const own = wordsIn(link, folder);
  const special = linker === 'ld64' ? NEEDS_NO_SYSTEM : ['--error-limit=0'];
  const run = async (...words: string[]) => {
    const said = await askLinker([...TARGET, ...special, ...words, '-o', output, ...own], folder);
    return said.replaceAll(`${folder}/`, '');
  };
  // Of undefined names ld64 tells only where they are errors, and writes nothing then.
  const strict = linker === 'ld64' ? await run('-undefined', 'error') : '';
  const loose = await run('-undefined', 'warning');
  const messages = strict + loose;
  // LLD up to 16 never ends where a member asks for the archive that it is fetched from.
  if (messages.includes('killed by')) return { answer: null, messages };
  const labels = labelsOf(link);
  const members = loadedIn(loose, labels);
  const clashes = namesIn(messages, /duplicate symbol:? '?(\S+?)'?(?: in:)?$/gm);
  const undefinedNames = namesIn(messages, /undefined symbol: (\S+)$|^ {2}"(\S+)", referenced from:$/gm);
  if (members.length === 0 || (!existsSync(output) && clashes.length === 0))
    return { answer: null, messages };
  const winners = existsSync(output)
    ? winnersIn(readFileSync(output), link, labels)
    : new Map<string, string>();
  const answer: LinkAnswer = { members, winners, clashes, undefined: undefinedNames };
  return { answer, messages };
}

const loadsWhole = ({ words }: FileLink): boolean =>
  words.some((word) => /^-(ObjC|all_load|force_load)\b/.test(word));

const asksForLibraries = ({ members }: FileLink): boolean => members.some(({ marks }) => marks.has('asks'));

/**
 * Objects, then members of archives, each in the order in which they were loaded. ld64 also traces what it only looks
 * at.
 */
function loadedIn(messages: string, labels: readonly string[]): string[] {
  const rows = messages.split('\n');
  const extracted = rows.flatMap((row) => /forced load of (\S+)$/.exec(row)?.[1] ?? []);
  const objects = rows.filter((row) => !row.endsWith(')'));
  return [...new Set([...objects, ...extracted])].filter((row) => labels.includes(row));
}

/** Symbols of a linked file by the markers that they point at; those at none are commons. */
function winnersIn(file: Buffer, link: FileLink, labels: readonly string[]): Map<string, string> {
  const winners = new Map<string, string>();
  const segments: { address: number; size: number; offset: number }[] = [];
  let table = { symbols: 0, count: 0, strings: 0 };
  for (
    let at = 32, command = 0;
    command < file.readUInt32LE(16);
    command++, at += file.readUInt32LE(at + 4)
  ) {
    const kind = file.readUInt32LE(at);
    const wide = (offset: number) => Number(file.readBigUInt64LE(at + offset));
    if (kind === 0x19) segments.push({ address: wide(24), size: wide(48), offset: wide(40) });
    if (kind === 0x2)
      table = {
        symbols: file.readUInt32LE(at + 8),
        count: file.readUInt32LE(at + 12),
        strings: file.readUInt32LE(at + 16),
      };
  }
  for (let row = 0; row < table.count; row++) {
    const at = table.symbols + 16 * row;
    const type = file.readUInt8(at + 4);
    if ((type & 0xe0) !== 0 || (type & 0xe) !== 0xe) continue;
    const start = table.strings + file.readUInt32LE(at);
    const name = file.toString('latin1', start, file.indexOf(0, start));
    const address = Number(file.readBigUInt64LE(at + 8));
    const segment = segments.find((one) => address >= one.address && address - one.address < one.size);
    const found = segment && markerAt(file, segment.offset + address - segment.address);
    if (found && link.members[found.member].symbols[found.row].name === name)
      winners.set(name, labels[found.member]);
    else if (/^_(f|OBJC)/.test(name)) winners.set(name, 'common');
  }
  return winners;
}

const objectsFirst = (one: string, other: string): number =>
  Number(one.endsWith(')')) - Number(other.endsWith(')'));

/**
 * Reduces both answers to what can be compared. A link with duplicate symbols has no output; an output does not show
 * the size of a common, and with -dead_strip no unreferenced symbol; Mach-O linkers also report undefined weak
 * references and names from the command line. LLD reports a file after it has read all members that the file extracts.
 */
function comparable(linker: FormatLinker, link: FileLink, [ours, theirs]: Pair): Pair {
  const isApple = linker.name === 'ld64';
  const isStripped = link.words.includes('-dead_strip');
  // -ObjC takes classes in the order of a hash in ld64.
  const isOrdered = isApple && !link.words.includes('-ObjC');
  // ld64 takes what is not exported for hidden before it compares weak definitions.
  const isRestricted = isApple && link.words.some((word) => word.startsWith('-exported_symbol'));
  const hidden = namesMarked(link, 'hidden');
  const isLinked = theirs.winners.size > 0;
  const toldOf = (answer: LinkAnswer): LinkAnswer => {
    const needed = neededBy(link, answer.members);
    const isTold = (name: string) =>
      isLinked && (needed.has(name) || !isStripped) && !(isRestricted && hidden.has(name));
    return {
      members: isOrdered ? [...answer.members].sort(objectsFirst) : [...answer.members].sort(),
      // With -dead_strip ld64 tells of those that are live.
      clashes: isApple && isStripped ? [] : answer.clashes,
      undefined: isApple && !isLinked ? [] : answer.undefined.filter((name) => needed.has(name)),
      winners: new Map(
        [...answer.winners].flatMap(([name, winner]) =>
          isTold(name) ? [[name, winner.replace(/^common of .*/, 'common')]] : [],
        ),
      ),
    };
  };
  return [toldOf(ours), toldOf(theirs)];
}
