import { parseArgs } from 'node:util';
import { measureParity, printTallies } from './parity.js';

/**
 * `parity --links 1000 --seed 1 --linker mold,ld.bfd`: see scripts/parity.js.
 * @returns the exit code: 1 when anything differs
 */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      links: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      linker: { type: 'string', default: '' },
      enough: { type: 'string', default: '5' },
      'at-once': { type: 'string', default: '2' },
      'show-refusals': { type: 'boolean', default: false },
    },
  });
  const tallies = await measureParity({
    links: Number(values.links),
    seed: Number(values.seed),
    linkers: values.linker.split(',').filter(Boolean),
    enough: Number(values.enough),
    atOnce: Number(values['at-once']),
    showRefusals: values['show-refusals'],
    log: (text) => console.error(text),
  });
  console.log(printTallies(tallies));
  return tallies.some(({ mismatches }) => mismatches.length > 0) ? 1 : 0;
}
