import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusalOf } from '../../src/link/line/refusals.js';
import { findProfile } from '../../src/link/linkers/find-profile.js';
import { buildInputs } from '../../src/link/notation/notation.js';
import { type NotedLink, printNotation } from '../../src/link/notation/notation-text.js';
import { differences, simulate } from '../link-answer.js';
import { randomLink } from '../random/random-link.js';
import { shrinkLink } from '../random/shrink-link.js';
import { comparable } from './comparable.js';
import { serveAll } from './linker-server.js';
import { askLinker, installedLinkers, linkFolder, type RealLinker, writeFiles } from './real-linkers.js';
import { simulateFiles } from './simulate-files.js';

/** How links came out on one linker. */
export interface Tally {
  readonly linker: string;
  links: number;
  /** It refused to link, as the simulation says. */
  foreseen: number;
  /** It refused to link at all, so there was nothing to compare. */
  refused: number;
  readonly mismatches: Mismatch[];
}

export interface Mismatch {
  /** Which link: a seed, or a line. */
  readonly link: string;
  readonly problems: readonly string[];
  /** In the notation, as small as it goes; a command where the files are not ours. */
  readonly text: string;
}

/** Of a linker that was not asked yet. */
export const blankTally = ({ name }: { readonly name: string }): Tally => ({
  linker: name,
  links: 0,
  foreseen: 0,
  refused: 0,
  mismatches: [],
});

export interface ParityOptions {
  /** Which links, both ends included. */
  readonly from: number;
  readonly to: number;
  /** Names of linkers; empty for all that are installed. */
  readonly linkers: readonly string[];
  /** Stop asking a linker that has disagreed so often. */
  readonly enough: number;
  readonly atOnce: number;
  /** The library that keeps linkers running: see linker-server.c. Without it each link starts them. */
  readonly server?: string | null;
  readonly showRefusals?: boolean;
  /**
   * Called with each disagreement when it is found, with each refusal if `showRefusals`, and with progress from time
   * to time.
   */
  readonly log?: (text: string) => void;
}

/** Every so many links it is said how far they are. */
const STRIDE = 500;

/** Asks every linker about random links, and compares what it did with the simulation. */
export async function measureParity(options: ParityOptions): Promise<Tally[]> {
  const linkers = chosenLinkers(options.linkers);
  const tallies = linkers.map(blankTally);
  await eachSeed('parity', linkers, options, async (seed, folder, served) => {
    const link = randomLink(seed);
    writeFiles(link, folder);
    for (const [at, tally] of tallies.entries()) {
      if (tally.mismatches.length >= options.enough) continue;
      if (link.words.some((word) => linkers[at].unlike?.test(word))) continue;
      const outcome = await compare(served[at], link, folder);
      tally.links++;
      if (outcome.isForeseen) tally.foreseen++;
      else if (outcome.refused !== null) {
        tally.refused++;
        if (options.showRefusals) options.log?.(`${tally.linker}, seed ${seed}: ${outcome.refused}`);
      }
      if (outcome.problems.length === 0) continue;
      const mismatch = await shrunken(served[at], link, linkFolder(smallFolder(folder), '.'), seed);
      tally.mismatches.push(mismatch);
      options.log?.(printMismatch(tally.linker, mismatch));
    }
  });
  return tallies;
}

/** Where smaller forms of the link in a folder are tried. */
export const smallFolder = (folder: string): string => `${folder}.small`;

/** Calls for each seed with a folder of its own, some at a time, and with linkers that stay between links. */
export async function eachSeed<Linker extends { readonly path: string; readonly name: string }>(
  title: string,
  linkers: readonly Linker[],
  { from, to, atOnce, server, log }: ParityOptions,
  ask: (seed: number, folder: string, served: readonly Linker[]) => Promise<void>,
): Promise<void> {
  const base = join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `${title}.${process.pid}`);
  let next = from;
  const worker = async () => {
    const { served, stop } = serveAll(linkers, server ?? null);
    while (next <= to) {
      const seed = next++;
      if (seed > from && seed % STRIDE === 0) log?.(`seed ${seed} …`);
      const folder = linkFolder(base, String(seed));
      await ask(seed, folder, served);
      rmSync(folder, { recursive: true, force: true });
      rmSync(smallFolder(folder), { recursive: true, force: true });
    }
    stop();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  rmSync(base, { recursive: true, force: true });
}

/** Those that are here of these names; all where none is said. */
export function chosenLinkers(names: readonly string[]): RealLinker[] {
  return installedLinkers().filter(({ name }) => names.length === 0 || names.includes(name));
}

interface Outcome {
  readonly problems: readonly string[];
  /** Messages of the linker if it rejected the link. */
  readonly refused: string | null;
  /** The simulation says that it would not. */
  readonly isForeseen?: boolean;
}

async function compare(linker: RealLinker, link: NotedLink, folder: string): Promise<Outcome> {
  const profile = findProfile(linker.profile);
  if (!profile) throw new Error(`no profile ${linker.profile}`);
  const { answer, messages } = await askLinker(linker, link, folder);
  const refusal = refusalOf(profile, buildInputs(link).line);
  if (answer === null) return { problems: [], refused: messages, isForeseen: refusal !== null };
  if (refusal !== null) return { problems: [`linked, though ${refusal}`], refused: null };
  const expected = isOfManyKinds(link)
    ? simulateFiles(link, folder, profile)
    : simulate(link, profile).answer;
  if (typeof expected === 'string') return { problems: [`simulated: ${expected}`], refused: null };
  const compared = [expected, answer].map((one) => comparable(linker, link, one));
  return { problems: differences(compared[0], compared[1], true), refused: null };
}

/** Whether a link's files are more than plain objects and archives: then they are read. A shared library's table is in
 * the order of the linker that made it. */
const isOfManyKinds = ({ members }: NotedLink): boolean =>
  members.some(({ marks }) => marks.has('shared') || marks.has('thin'));

async function shrunken(
  linker: RealLinker,
  link: NotedLink,
  folder: string,
  seed: number,
): Promise<Mismatch> {
  const problemsOf = async (smaller: NotedLink) => {
    writeFiles(smaller, folder);
    return (await compare(linker, smaller, folder)).problems;
  };
  const small = await shrinkLink(link, async (smaller) => (await problemsOf(smaller)).length > 0);
  return { link: `seed ${seed}`, problems: await problemsOf(small), text: printNotation(small) };
}

export const printMismatch = (linker: string, { link, problems, text }: Mismatch): string =>
  `# ${linker}, ${link}\n${problems.map((problem) => `# ${problem}\n`).join('')}${text}`;

export function printTallies(tallies: readonly Tally[]): string {
  const rows = tallies.map(({ linker, links, foreseen, refused, mismatches }) =>
    [linker, links, foreseen, refused, mismatches.length].join('\t'),
  );
  return ['linker\tlinks\trefused as simulated\trefused otherwise\tmismatches', ...rows].join('\n');
}
