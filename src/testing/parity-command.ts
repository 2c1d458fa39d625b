import { parseArgs } from 'node:util';
import { measureParity, printTallies, type Tally } from './parity.js';
import { type Pool, poolArchive } from './real-lines.js';
import { measureRealParity } from './real-parity.js';

/** Real archives to make lines of, by path and size. `names` are what programs may use of a pool's; all if it is left out. */
export interface RealArchives {
  readonly title: string;
  readonly archives: readonly { readonly path: string; readonly size: number }[];
  /** Of `archives`, the one that is on most lines. */
  readonly base?: string;
  readonly names?: string;
}

/**
 * `parity --links 1000 --seed 1 --linker mold,ld.bfd`: see scripts/parity.js.
 * @param realArchives fetches or makes them; asked for only with `--real`
 * @returns the exit code: 1 when anything differs
 */
export async function main(
  args: readonly string[],
  realArchives: () => readonly RealArchives[],
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      links: { type: 'string', default: '10000' },
      real: { type: 'string', default: '360' },
      seed: { type: 'string', default: '1' },
      linker: { type: 'string', default: '' },
      enough: { type: 'string', default: '5' },
      'at-once': { type: 'string', default: '2' },
      'show-refusals': { type: 'boolean', default: false },
    },
  });
  const options = {
    links: Number(values.links),
    seed: Number(values.seed),
    linkers: values.linker.split(',').filter(Boolean),
    enough: Number(values.enough),
    atOnce: Number(values['at-once']),
    showRefusals: values['show-refusals'],
    log: (text: string) => console.error(text),
  };
  const tallies: Tally[] = [];
  const report = (title: string, some: readonly Tally[]) => {
    tallies.push(...some);
    console.log(`${title}\n${printTallies(some)}\n`);
  };
  if (Number(values.real) > 0)
    report(
      'real links',
      await measureRealParity(realArchives().map(poolOf), { ...options, links: Number(values.real) }),
    );
  if (options.links > 0) report('random links', await measureParity(options));
  return tallies.some(({ mismatches }) => mismatches.length > 0) ? 1 : 0;
}

function poolOf({ title, archives, base, names }: RealArchives): Pool {
  const pooled = archives.map(({ path, size }) =>
    poolArchive(path, size, names ? new RegExp(names) : undefined),
  );
  return {
    title,
    archives: pooled.filter(({ path }) => path !== base),
    base: pooled.find(({ path }) => path === base) ?? null,
  };
}
