import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLinkGraph } from '../../src/link/inputs/link-graph.js';
import { openLine } from '../../src/link/line/open-lines.js';
import { findProfile } from '../../src/link/linkers/find-profile.js';
import { resolve } from '../../src/link/resolve/resolve.js';
import { diceOf } from '../random/dice.js';
import { askReal, realDifferences } from './ask-real.js';
import { blankTally, chosenLinkers, type ParityOptions, printMismatch, type Tally } from './parity.js';
import { type Pool, poolOfLine, type RealLine, realLine } from './real-lines.js';
import { linkFolder, type RealLinker } from './real-linkers.js';

/** Every so many lines it is said how far they are. */
const STRIDE = 20;

/** Asks every linker about lines of real archives, and compares what it did with the simulation. */
export async function measureRealParity(pools: readonly Pool[], options: ParityOptions): Promise<Tally[]> {
  const linkers = chosenLinkers(options.linkers);
  const tallies = linkers.map(blankTally);
  const base = join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `real-parity.${process.pid}`);
  let next = options.from;
  const worker = async () => {
    while (next <= options.to) {
      const seed = next++;
      if (seed > options.from && seed % STRIDE === 0) options.log?.(`line ${seed} …`);
      const line = realLine(poolOfLine(pools, seed), diceOf(seed));
      const folder = linkFolder(base, String(seed));
      await askAll(line, seed, folder, linkers, tallies, options);
      rmSync(folder, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  rmSync(base, { recursive: true, force: true });
  return tallies;
}

async function askAll(
  line: RealLine,
  seed: number,
  folder: string,
  linkers: readonly RealLinker[],
  tallies: readonly Tally[],
  options: ParityOptions,
): Promise<void> {
  writeFileSync(join(folder, 'main.c'), line.source);
  const flags = ['-w', '-fno-builtin', '-fcommon', '-fno-pic', '-O1', '-c', 'main.c', '-o', 'main.o'];
  execFileSync('cc', flags, { cwd: folder });
  // Our own names for the files are those that the linkers print.
  const words = line.words.map((word) => (word === 'main.o' ? join(folder, word) : word));
  const opened = openLine(words);
  // The program starts by itself: no start-up object of C's refers to main.
  const roots = opened.line.roots.filter(({ reason }) => reason !== 'start-up');
  try {
    const graph = buildLinkGraph(opened.inputs, opened.line);
    for (const [at, linker] of linkers.entries()) {
      const tally = tallies[at];
      if (tally.mismatches.length >= options.enough) continue;
      const found = await askReal(linker, words, folder);
      tally.links++;
      if (typeof found === 'string') {
        tally.refused++;
        if (options.showRefusals) options.log?.(`${linker.name}, line ${seed}: ${found}`);
        continue;
      }
      const profile = findProfile(linker.profile);
      if (!profile) throw new Error(`no profile ${linker.profile}`);
      const resolution = resolve(
        graph,
        { ...opened.line, roots },
        profile,
        new Uint8Array(opened.inputs.members.length),
      );
      const problems = realDifferences(linker, graph, resolution, found);
      if (problems.length === 0) continue;
      const mismatch = {
        link: `${line.title} line ${seed}`,
        problems,
        text: `${line.words.join(' ')}\n${line.source}`,
      };
      tally.mismatches.push(mismatch);
      options.log?.(printMismatch(linker.name, mismatch));
    }
  } finally {
    opened.close();
  }
}
