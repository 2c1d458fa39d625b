import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProfile } from '../link/linker-profile.js';
import { fileOf, type NotedLink, printNotation } from '../link/notation-text.js';
import { differences, type LinkAnswer, simulate } from './link-answer.js';
import { randomLink } from './random-link.js';
import { askLinker, installedLinkers, linkFolder, type RealLinker, writeFiles } from './real-linkers.js';

/** How random links came out on one linker. */
export interface Tally {
  readonly linker: RealLinker;
  links: number;
  /** It refused to link at all, so there was nothing to compare. */
  refused: number;
  readonly mismatches: {
    readonly seed: number;
    readonly problems: readonly string[];
    readonly text: string;
  }[];
}

export interface ParityOptions {
  readonly links: number;
  readonly seed: number;
  /** Names of linkers; empty for all that are installed. */
  readonly linkers: readonly string[];
  /** Stop asking a linker that has disagreed so often. */
  readonly enough: number;
  readonly atOnce: number;
  readonly showRefusals?: boolean;
}

/** Asks every linker about random links, and compares what it did with the simulation. */
export async function measureParity(options: ParityOptions): Promise<Tally[]> {
  const linkers = installedLinkers().filter(
    ({ name }) => options.linkers.length === 0 || options.linkers.includes(name),
  );
  const tallies = linkers.map((linker): Tally => ({ linker, links: 0, refused: 0, mismatches: [] }));
  const base = join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `parity.${process.pid}`);
  let next = options.seed;
  const end = options.seed + options.links;
  const worker = async () => {
    while (next < end) {
      const seed = next++;
      const link = randomLink(seed);
      const folder = linkFolder(base, String(seed));
      writeFiles(link, folder);
      for (const tally of tallies) {
        if (tally.mismatches.length >= options.enough) continue;
        const outcome = await compare(tally.linker, link, folder);
        tally.links++;
        if (outcome.refused !== undefined) {
          tally.refused++;
          if (options.showRefusals) console.log(seed, tally.linker.name, outcome.refused.slice(0, 300));
        } else if (outcome.problems.length > 0) {
          const small = await shrink(tally.linker, link, linkFolder(base, `${seed}.small`));
          const { problems } = await compareIn(tally.linker, small, linkFolder(base, `${seed}.small`));
          tally.mismatches.push({ seed, problems, text: printNotation(small) });
        }
      }
      rmSync(folder, { recursive: true, force: true });
      rmSync(join(base, `${seed}.small`), { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  rmSync(base, { recursive: true, force: true });
  return tallies;
}

async function compare(
  linker: RealLinker,
  link: NotedLink,
  folder: string,
): Promise<{ problems: string[]; refused?: string }> {
  const profile = findProfile(linker.profile);
  if (!profile) throw new Error(`no profile ${linker.profile}`);
  const { answer, messages } = await askLinker(linker, link, folder);
  if (answer === null) return { problems: [], refused: messages };
  const { answer: expected } = simulate(link, profile);
  return {
    problems: differences(comparable(linker, link, expected), comparable(linker, link, answer), true),
  };
}

/**
 * What can be compared of an answer. LLD 14 takes a name for which it extracted a member for one that an archive has, even
 * when the member's definition went with its group, and then does not tell that nobody defines it.
 */
function comparable(linker: RealLinker, link: NotedLink, answer: LinkAnswer): LinkAnswer {
  if (linker.profile !== 'lld-14') return answer;
  const lost = new Set(
    link.members.flatMap(({ archive, symbols }) =>
      archive === null ? [] : symbols.filter(({ marks }) => marks.has('group')).map(({ name }) => name),
    ),
  );
  return { ...answer, undefined: answer.undefined.filter((name) => !lost.has(name)) };
}

async function compareIn(linker: RealLinker, link: NotedLink, folder: string) {
  writeFiles(link, folder);
  return compare(linker, link, folder);
}

/** The same disagreement in fewer rows: takes away words, members and symbols while linker and simulation differ. */
async function shrink(linker: RealLinker, link: NotedLink, folder: string): Promise<NotedLink> {
  let small = link;
  for (let changed = true; changed; ) {
    changed = false;
    for (const candidate of smallerLinks(small)) {
      const { problems } = await compareIn(linker, candidate, folder);
      if (problems.length === 0) continue;
      small = candidate;
      changed = true;
      break;
    }
  }
  return small;
}

function* smallerLinks(link: NotedLink): Generator<NotedLink> {
  const { members, words, indexes } = link;
  for (const archive of indexes.keys())
    yield { ...link, indexes: new Map([...indexes].filter(([path]) => path !== archive)) };
  for (const [at, word] of words.entries()) {
    const isWhole = words[at - 1] === '--whole-archive';
    if (word === '-u') yield { ...link, words: words.toSpliced(at, 2) };
    else if (word === '--start-group')
      yield { ...link, words: words.filter((other) => !other.endsWith('-group')) };
    else if (isWhole) yield { ...link, words: words.toSpliced(at + 1, 1).toSpliced(at - 1, 1) };
    else if (words.indexOf(word) !== at && word.endsWith('.a'))
      yield { ...link, words: words.toSpliced(at, 1) };
  }
  for (const file of new Set(members.map(fileOf))) {
    const at = words.indexOf(file);
    if (words.filter((word) => word === file).length > 1 || words[at - 1] === '--whole-archive') continue;
    if (words[at - 1] === '-u') continue;
    yield {
      ...link,
      words: words.toSpliced(at, 1),
      members: members.filter((member) => fileOf(member) !== file),
      indexes: new Map([...indexes].filter(([path]) => path !== file)),
    };
  }
  for (const [at, member] of members.entries()) {
    if (member.archive === null || indexes.has(member.archive)) continue;
    if (members.filter(({ archive }) => archive === member.archive).length > 1)
      yield { ...link, members: members.toSpliced(at, 1) };
  }
  for (const [at, member] of members.entries())
    for (const row of member.symbols.keys())
      yield { ...link, members: members.with(at, { ...member, symbols: member.symbols.toSpliced(row, 1) }) };
  for (const [at, member] of members.entries())
    for (const [row, symbol] of member.symbols.entries()) {
      if (!symbol.marks.has('hidden') && !symbol.marks.has('group')) continue;
      const symbols = member.symbols.with(row, { ...symbol, marks: new Map() });
      if (!symbol.marks.has('tls')) yield { ...link, members: members.with(at, { ...member, symbols }) };
    }
}

function optionOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? undefined : args[at + 1];
}

/** `parity --links 1000 --seed 1 --linker mold`. @returns the exit code: 1 when anything differs */
export async function main(args: readonly string[]): Promise<number> {
  const linker = optionOf(args, 'linker');
  const tallies = await measureParity({
    links: Number(optionOf(args, 'links') ?? 1000),
    seed: Number(optionOf(args, 'seed') ?? 1),
    linkers: linker ? linker.split(',') : [],
    enough: Number(optionOf(args, 'enough') ?? 5),
    atOnce: Number(optionOf(args, 'at-once') ?? 2),
    showRefusals: args.includes('--show-refusals'),
  });
  for (const {
    linker: { name },
    mismatches,
  } of tallies)
    for (const { seed, problems, text } of mismatches)
      console.log(`# ${name}, seed ${seed}\n${problems.map((problem) => `# ${problem}\n`).join('')}${text}`);
  console.log('linker\tlinks\trefused\tmismatches');
  for (const {
    linker: { name },
    links,
    refused,
    mismatches,
  } of tallies)
    console.log(`${name}\t${links}\t${refused}\t${mismatches.length}`);
  return tallies.some(({ mismatches }) => mismatches.length > 0) ? 1 : 0;
}
