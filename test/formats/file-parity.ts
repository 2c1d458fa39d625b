import { existsSync, rmSync } from 'node:fs';
import { programNamed } from '../../src/link/command/program.js';
import { findProfile } from '../../src/link/linkers/find-profile.js';
import { differences } from '../link-answer.js';
import { tool } from '../oracles/find-tool.js';
import {
  blankTally,
  eachSeed,
  type ParityOptions,
  printMismatch,
  smallFolder,
  type Tally,
} from '../oracles/parity.js';
import { simulateLine } from '../oracles/simulate-files.js';
import {
  type FileFormat,
  type FileLink,
  type FormatLinker,
  printFileLink,
  shrinkFileLink,
  wordsIn,
  writeFileLink,
} from './file-link.js';
import { starting } from './run-linker.js';

/** Apple's own linker is where ARDEDUP_LD64 says, since no package has it. */
function pathOf(name: string): string | null {
  if (name !== 'ld64') return tool(name);
  const path = process.env.ARDEDUP_LD64;
  return path !== undefined && existsSync(path) ? path : null;
}

/** The linkers of a format that are here. */
export function formatLinkers({ linkers }: FileFormat): FormatLinker[] {
  return linkers.flatMap((name) => {
    const path = pathOf(name);
    return path === null ? [] : [{ name, path, run: starting(path) }];
  });
}

/** Those that tests ask, where `toolsOf` them are installed. */
export const testedLinkers = ({ linkers }: FileFormat): string[] =>
  linkers.filter((name) => name !== 'ld64' || pathOf(name) !== null);

export const toolsOf = (name: string): string[] => (name === 'ld64' ? [] : [name]);

/** Asks every linker of a format about random links, and compares what it did with the simulation. */
export async function measureFileParity(format: FileFormat, options: ParityOptions): Promise<Tally[]> {
  const linkers = formatLinkers(format).filter(
    ({ name }) => options.linkers.length === 0 || options.linkers.includes(name),
  );
  const tallies = linkers.map(blankTally);
  await eachSeed('file-parity', linkers, options, async (seed, folder, served) => {
    const link = format.randomLink(seed);
    writeFileLink(format, link, folder);
    for (const [at, tally] of tallies.entries())
      if (tally.mismatches.length < options.enough)
        await askOne(format, served[at], tally, link, seed, folder, options);
  });
  return tallies;
}

async function askOne(
  format: FileFormat,
  linker: FormatLinker,
  tally: Tally,
  link: FileLink,
  seed: number,
  folder: string,
  { showRefusals, log }: ParityOptions,
): Promise<void> {
  const { problems, refused } = await compare(format, linker, link, folder);
  tally.links++;
  if (refused !== null) {
    tally.refused++;
    if (showRefusals) log?.(`${linker.name}, seed ${seed}: ${refused}`);
  }
  if (problems.length === 0) return;
  const small = smallFolder(folder);
  const problemsOf = async (smaller: FileLink): Promise<readonly string[]> => {
    rmSync(small, { recursive: true, force: true });
    try {
      writeFileLink(format, smaller, small);
      return (await compare(format, linker, smaller, small)).problems;
    } catch {
      return [];
    }
  };
  const smallest = await shrinkFileLink(link, async (smaller) => (await problemsOf(smaller)).length > 0);
  const mismatch = {
    link: `seed ${seed}`,
    problems: await problemsOf(smallest),
    text: printFileLink(smallest),
  };
  tally.mismatches.push(mismatch);
  log?.(printMismatch(linker.name, mismatch));
}

/** Differences between a linker and its simulation; `refused` has the messages if the linker rejected the link. */
async function compare(
  format: FileFormat,
  linker: FormatLinker,
  link: FileLink,
  folder: string,
): Promise<{ readonly problems: readonly string[]; readonly refused: string | null }> {
  const { answer, messages } = await format.ask(linker, link, folder);
  if (answer === null) return { problems: [], refused: messages };
  const profile = findProfile(programNamed(linker.name).linker ?? '');
  if (profile === null) throw new Error(`no profile for ${linker.name}`);
  const words = wordsIn(link, folder);
  const expected = simulateLine({ words, folder, profile, program: linker.name });
  if (typeof expected === 'string') return { problems: [`simulated: ${expected}`], refused: null };
  const [ours, theirs] = format.comparable(linker, link, [expected, answer]);
  return { problems: differences(ours, theirs, true), refused: null };
}
