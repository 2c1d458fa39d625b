import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeWorld, world } from '../../test/random/random-world.js';
import { findProfile } from '../link/linkers/find-profile.js';
import { parseNotation } from '../link/notation/notation.js';
import { type PlanOptions, planTrim } from './plan-trim.js';
import { remediesExcept } from './remedies.js';
import { UselessLines } from './useless-lines.js';

const RUNS = Number(process.env.ARDEDUP_PROPERTY_RUNS ?? 400);

test('no line that helps is called useless', () => {
  let useless = 0;
  fc.assert(
    fc.property(world, (one) => {
      const { text } = describeWorld(one, (archive) => `lib${archive}.a`);
      const { inputs, line } = parseNotation(text);
      const linker = one.linker === 'any' ? null : findProfile(one.linker);
      const providers =
        one.provider < 0 ? [] : [inputs.archives.findIndex(({ path }) => path === `lib${one.provider}.a`)];
      const options: PlanOptions = { providers, linker };
      const plan = planTrim(inputs, line, options);
      const lines = new UselessLines(plan, options);
      const counted: Pick<UselessLines, 'has'> = {
        has: (changed) => {
          const isUseless = lines.has(changed);
          if (isUseless) useless++;
          return isUseless;
        },
      };
      const found = remediesExcept(counted, inputs, plan, line, options);
      expect(found).toEqual(remediesExcept({ has: () => false }, inputs, plan, line, options));
    }),
    { numRuns: RUNS },
  );
  expect(useless).toBeGreaterThan(RUNS / 20);
});
