import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { removeFoundings } from './command-run.js';
import { fixturesFolder } from './fixtures.js';
import { LONGEST_RUN } from './fuzz.js';
import { keptInputs } from './kept.js';
import { targets } from './targets.js';

afterAll(removeFoundings);

/** Inputs that the fuzzer found: `npm run fuzz -- --keep` regenerates them; the input of a bug is added by hand. */
describe('inputs that were found by fuzzing are read or refused', () => {
  test.each(targets.map((target) => [target.name, target] as const))('%s', async (_, target) => {
    const inputs = [...target.seeds(), ...keptInputs(target.name)];
    expect(inputs.length).toBeGreaterThan(0);
    for (const bytes of inputs) {
      const started = process.cpuUsage();
      await target.run(bytes);
      const { user, system } = process.cpuUsage(started);
      expect((user + system) / 1000).toBeLessThan(2 * LONGEST_RUN);
    }
  });

  test('every folder of inputs is that of a target', () => {
    const names = targets.map(({ name }) => name);
    const folders = readdirSync(join(fixturesFolder(), 'fuzz'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.filter((name) => !names.includes(name))).toEqual([]);
    expect(folders.length).toBeGreaterThan(10);
  });
});
