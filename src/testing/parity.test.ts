import { expect } from 'vitest';
import { measureParity, printMismatch } from './parity.js';
import { knownLinkers } from './real-linkers.js';
import { needsTool } from './tools.js';

/** A sample of what `npm run parity` asks at length. */
const LINKS = 40;

for (const { name } of knownLinkers) {
  needsTool(name)(
    `${name} links ${LINKS} random lines as simulated`,
    async () => {
      const [tally] = await measureParity({ from: 1, to: LINKS, linkers: [name], enough: 1, atOnce: 2 });
      expect(tally.mismatches.map((mismatch) => printMismatch(name, mismatch))).toEqual([]);
      // Less what an older version does otherwise.
      expect(tally.links).toBeGreaterThan(LINKS * 0.9);
      expect(tally.refused).toBeLessThan(LINKS / 10);
    },
    120_000,
  );
}
