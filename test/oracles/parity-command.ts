import { parseArgs } from 'node:util';
import { fileFormats } from '../formats/file-formats.js';
import { formatLinkers, measureFileParity } from '../formats/file-parity.js';
import { compileServer } from './linker-server.js';
import { measureParity, printTallies, type Tally } from './parity.js';
import { type Pool, poolArchive } from './real-lines.js';
import { installedLinkers } from './real-linkers.js';
import { measureRealParity } from './real-parity.js';

/**
 * Real archives to make lines of, by path and size. `names` are what programs may use of a pool's; all if it is left
 * out.
 */
export interface RealArchives {
  readonly title: string;
  readonly archives: readonly { readonly path: string; readonly size: number }[];
  /** Of `archives`, the one that is on most lines. */
  readonly base?: string;
  readonly names?: string;
  /** Not as many lines as others: one in so many. */
  readonly every?: number;
}

/** Paths that tools/parity.ts provides. */
export interface Surroundings {
  /** Fetches or makes real archives; asked for only where lines of them are. */
  readonly realArchives: () => readonly RealArchives[];
  /** linker-server.c */
  readonly serverSource: string;
  /** A folder that is removed at the end. */
  readonly folder: string;
}

const HELP = `Compares the simulation with every linker that is installed.

npm run parity -- [options]

  --only <random|real>  one part; both without it
  --seeds <from-to>     which random links, both ends included (1-10000); number n is the same on every machine
  --lines <from-to>     which lines of real archives (1-360)
  --linker <names>      with commas: ld.bfd, ld.gold, mold, ld.lld-N; ld64.lld-N, lld-link-N, wasm-ld-N,
                        x86_64-w64-mingw32-ld, of which there are random links alone; ld64, where ARDEDUP_LD64 is its path
  --at-once <number>    links that are asked about at a time (2)
  --enough <number>     stop asking a linker that disagreed so often (5)
  --show-refusals       say why a linker would not link
  --help                this

Prints each disagreement, random links in the link notation and made as small as they go, and a table for each part:
linker, links, how many it refused, mismatches. A run that was stopped goes on with --seeds or --lines from where it was.
Exits 1 when anything differs.
`;

/** @returns the exit code: 1 when anything differs, 2 for bad options */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`parity: ${(error as Error).message}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const { asks, random, real } = options;
  const isOfElf = isAsked(
    installedLinkers().map(({ name }) => name),
    asks.linkers,
  );
  const tallies: Tally[] = [];
  const part = async (title: string, measured: () => Promise<Tally[]>) => {
    const start = performance.now();
    const some = await measured();
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    tallies.push(...some);
    console.log(`${title}, ${seconds} s\n${printTallies(some)}\n`);
  };
  const { realArchives, serverSource, folder } = surroundings;
  if (real && isOfElf)
    await part(`real lines ${real.from} to ${real.to}`, () =>
      measureRealParity(realArchives().map(poolOf), { ...asks, ...real }),
    );
  if (random) {
    const server = compileServer(serverSource, folder);
    const links = `random links ${random.from} to ${random.to}`;
    if (isOfElf) await part(links, () => measureParity({ ...asks, ...random, server }));
    for (const format of fileFormats.filter(({ linkers }) => isAsked(linkers, asks.linkers)))
      await part(links, () => measureFileParity(format, { ...asks, ...random, server }));
  }
  return tallies.some(({ mismatches }) => mismatches.length > 0) ? 1 : 0;
}

const isAsked = (linkers: readonly string[], wanted: readonly string[]): boolean =>
  wanted.length === 0 || wanted.some((name) => linkers.includes(name));

type Options = ReturnType<typeof readOptions>;

/** @throws Error for an unknown option or an invalid value */
function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      seeds: { type: 'string', default: '1-10000' },
      lines: { type: 'string', default: '1-360' },
      linker: { type: 'string', default: '' },
      enough: { type: 'string', default: '5' },
      'at-once': { type: 'string', default: '2' },
      'show-refusals': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (!['', 'random', 'real'].includes(values.only)) throw new Error(`--only ${values.only}: random or real`);
  const linkers = values.linker.split(',').filter(Boolean);
  requireInstalled(linkers);
  const asks = {
    linkers,
    enough: numberOf('--enough', values.enough),
    atOnce: numberOf('--at-once', values['at-once']),
    showRefusals: values['show-refusals'],
    log: (text: string) => console.error(text),
  };
  return {
    help: values.help,
    asks,
    random: values.only === 'real' ? null : rangeOf('--seeds', values.seeds),
    real: values.only === 'random' ? null : rangeOf('--lines', values.lines),
  };
}

function requireInstalled(wanted: readonly string[]): void {
  const here = [...installedLinkers(), ...fileFormats.flatMap(formatLinkers)].map(({ name }) => name);
  const missing = wanted.filter((name) => !here.includes(name));
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}`);
}

function rangeOf(option: string, text: string): { from: number; to: number } {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (from === undefined || Number(from) > Number(to)) throw new Error(`${option} ${text}: not from-to`);
  return { from: Number(from), to: Number(to) };
}

function numberOf(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option} ${text}: not a number from 1`);
  return Number(text);
}

function poolOf({ title, archives, base, names, every }: RealArchives): Pool {
  const pooled = archives.map(({ path, size }) =>
    poolArchive(path, size, names ? new RegExp(names) : undefined),
  );
  return {
    title,
    every: every ?? null,
    archives: pooled.filter(({ path }) => path !== base),
    base: pooled.find(({ path }) => path === base) ?? null,
  };
}
