import { describe, expect, test } from 'vitest';
import { runMain } from '../run-main.js';
import { benchFor, FAULT_CASES } from './fault-run.js';
import type { Fault } from './fs-faults.js';
import { LINK_CASES } from './link-case.js';

const CODES = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE', 'EINTR', 'short'] as const satisfies readonly Fault[];

/** Operations that are tried in a long case: the first ones, and every second of the others. */
const FIRST = 12;

/** `npm run faults` tries each fault on each operation; here an operation has one of them. */
describe('whatever operation fails: one clear line, inputs untouched, outputs old or new', () => {
  test.each([...FAULT_CASES, ...LINK_CASES].map((one) => [one.name, one] as const))(
    '%s',
    async (_, one) => {
      const bench = await benchFor(one, runMain);
      try {
        expect(bench.operations.length).toBeGreaterThan(5);
        for (let at = 0, tried = 0; at < bench.operations.length; at += at < FIRST ? 1 : 2, tried++) {
          const fault = CODES[tried % CODES.length];
          const { problems } = await bench.run(at, fault);
          expect(problems, `${fault} at ${at}, ${bench.operations[at]}`).toEqual([]);
        }
        expect((await bench.run(-1, 'short')).problems, 'every read and write stops half way').toEqual([]);
      } finally {
        bench.remove();
      }
    },
    180_000,
  );
});
