import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flagsOf } from '../../src/link/notation/notation-symbols.js';
import {
  fileOf,
  type NotedEntry,
  type NotedLink,
  type NotedMember,
  printNotation,
} from '../../src/link/notation/notation-text.js';
import { isDefined } from '../../src/symbols/flags.js';
import type { MadeMember } from '../builders/write-archive.js';
import type { LinkAnswer } from '../link-answer.js';
import type { RunLinker } from '../oracles/linker-server.js';

/** A link of files that are made in a folder, in any format. In words and texts `%` is the folder. */
export interface FileLink {
  /** Words of the line; an option and its value are one, with a space between. */
  readonly words: readonly string[];
  readonly members: readonly NotedMember[];
  /** By archive: its index, or null for none; of others it has all that its members define. */
  readonly indexes: ReadonlyMap<string, readonly NotedEntry[] | null>;
  readonly texts: ReadonlyMap<string, string>;
}

/** The interface of a format: its linkers, and how its objects and archives are written. */
export interface FileFormat {
  /** Names of programs, which select the profiles. */
  readonly linkers: readonly string[];
  randomLink(seed: number): FileLink;
  writeObject(member: NotedMember, at: number): Uint8Array;
  writeArchive(members: readonly MadeMember[], index: readonly NotedEntry[] | null): Uint8Array;
  /** The index that tools write of an archive. */
  entriesOf(members: readonly NotedMember[]): NotedEntry[];
  /** Null where the linker refused, with what it said. */
  ask(
    linker: FormatLinker,
    link: FileLink,
    folder: string,
  ): Promise<{ answer: LinkAnswer | null; messages: string }>;
  /** Reduces two answers to the parts that can be compared. */
  comparable(linker: FormatLinker, link: FileLink, pair: Pair): Pair;
}

/** The answer of the simulation, and the linker's. */
export type Pair = readonly [ours: LinkAnswer, theirs: LinkAnswer];

export interface FormatLinker {
  readonly name: string;
  readonly path: string;
  readonly run: RunLinker;
}

/** Writes the files of a link. */
export function writeFileLink(
  format: FileFormat,
  { members, indexes, texts }: FileLink,
  folder: string,
): void {
  const objects = members.map((member, at) => Buffer.from(format.writeObject(member, at)));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of texts) writeFileSync(join(folder, name), text.replaceAll('%', folder));
  for (const file of new Set([...members.map(fileOf), ...indexes.keys()])) {
    const own = [...members.entries()].filter(([, member]) => fileOf(member) === file);
    if (own[0]?.[1].archive === null) writeFileSync(join(folder, file), objects[own[0][0]]);
    else {
      const made = own.map(([at, { name }]) => ({ name, data: objects[at] }));
      const index = indexes.has(file)
        ? (indexes.get(file) ?? null)
        : format.entriesOf(own.map(([, member]) => member));
      writeFileSync(join(folder, file), format.writeArchive(made, index));
    }
  }
}

/** The index of an archive as tools write it. */
export const entriesOf = (members: readonly NotedMember[]): NotedEntry[] =>
  members.flatMap(({ symbols }, ordinal) =>
    symbols.filter((symbol) => isDefined(flagsOf(symbol) ?? 0)).map(({ name }) => ({ name, ordinal })),
  );

/** The link as text: in the notation, with marks that the notation does not have. */
export const printFileLink = ({ texts, ...link }: FileLink): string =>
  [
    printNotation({ format: 'elf', ...link } satisfies NotedLink),
    ...[...texts].map(([name, text]) => `# ${name}:\n${text.replace(/^/gm, '#   ')}\n`),
  ].join('');

/** The words that the linker gets. */
export const wordsIn = ({ words }: FileLink, folder: string): string[] =>
  words.flatMap((word) => word.split(' ')).map((word) => word.replaceAll('%', folder));

/** File names as the line has them: `lib.a(m.o)`, `main.o`. */
export const labelsOf = ({ members }: FileLink): string[] =>
  members.map(({ archive, name }) => (archive === null ? name : `${archive}(${name})`));

/** Names to which files of the link refer strongly. */
export const neededBy = (link: FileLink, members: readonly string[]): Set<string> =>
  namesOf('U', link, members);

/** Names that have a mark anywhere. */
export const namesMarked = ({ members }: FileLink, mark: string): Set<string> =>
  new Set(
    members.flatMap(({ symbols }) => symbols.filter(({ marks }) => marks.has(mark)).map(({ name }) => name)),
  );

/** Names that files of the link have with one of these letters. */
export function namesOf(letters: string, link: FileLink, members: readonly string[]): Set<string> {
  const labels = labelsOf(link);
  const loaded = link.members.filter((_, at) => members.includes(labels[at]));
  return new Set(
    loaded.flatMap(({ symbols }) =>
      symbols.filter(({ letter }) => letters.includes(letter)).map(({ name }) => name),
    ),
  );
}

/**
 * Reduces a disagreement: removes arguments, members, symbols, marks, texts and indexes while the link that
 * is left still differs. Most attempts are no links any more, which a linker then says.
 */
export async function shrinkFileLink(
  link: FileLink,
  differs: (smaller: FileLink) => Promise<boolean>,
): Promise<FileLink> {
  let small = link;
  for (let changed = true; changed; ) {
    changed = false;
    // A part that could not be removed from a larger link is tried again only after all others.
    for (let at = 0, all = [...smallerLinks(small)]; at < all.length; ) {
      if (!(await differs(all[at]))) {
        at++;
        continue;
      }
      small = all[at];
      all = [...smallerLinks(small)];
      changed = true;
    }
  }
  return small;
}

function* smallerLinks(link: FileLink): Generator<FileLink> {
  const { words, members, indexes, texts } = link;
  for (const at of words.keys()) yield { ...link, words: words.toSpliced(at, 1) };
  for (const key of indexes.keys())
    yield { ...link, indexes: new Map([...indexes].filter(([other]) => other !== key)) };
  for (const key of texts.keys())
    yield { ...link, texts: new Map([...texts].filter(([other]) => other !== key)) };
  for (const [at, member] of members.entries()) {
    if (!indexes.has(fileOf(member))) yield { ...link, members: members.toSpliced(at, 1) };
    const replaced = (other: Partial<NotedMember>) => ({
      ...link,
      members: members.with(at, { ...member, ...other }),
    });
    for (const key of member.marks.keys())
      yield replaced({ marks: new Map([...member.marks].filter(([other]) => other !== key)) });
    for (const row of member.symbols.keys()) yield replaced({ symbols: member.symbols.toSpliced(row, 1) });
    for (const [row, symbol] of member.symbols.entries())
      for (const key of symbol.marks.keys()) {
        const marks = new Map([...symbol.marks].filter(([other]) => other !== key));
        yield replaced({ symbols: member.symbols.with(row, { ...symbol, marks }) });
      }
  }
}
