import { expect } from 'vitest';
import { fileFormats } from '../formats/file-formats.js';
import { measureFileParity, testedLinkers, toolsOf } from '../formats/file-parity.js';
import { measureParity, printMismatch } from './parity.js';
import { knownLinkers } from './real-linkers.js';
import { needsTool } from './tools.js';

/** A sample of what `npm run parity` asks at length. */
const LINKS = 25;

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

for (const format of fileFormats)
  for (const name of testedLinkers(format)) {
    needsTool(...toolsOf(name))(
      `${name} links random files as simulated`,
      async () => {
        const options = { from: 1, to: LINKS, linkers: [name], enough: 1, atOnce: 2 };
        const [tally] = await measureFileParity(format, options);
        expect(tally.mismatches.map((mismatch) => printMismatch(name, mismatch))).toEqual([]);
        expect(tally.links).toBe(LINKS);
        expect(tally.refused).toBeLessThan(LINKS / 2);
      },
      120_000,
    );
  }
