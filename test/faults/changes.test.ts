import { appendFileSync, copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runMain } from '../run-main.js';
import { benchFor, FAULT_CASES } from './fault-run.js';

/** Changes that another process makes to an input while it is read. */
const CHANGES: Readonly<Record<string, (path: string) => void>> = {
  'is written over': (path) => writeFileSync(path, readFileSync(path).fill(0x20, 100)),
  'gets shorter': (path) => truncateSync(path, 1000),
  'gets longer': (path) => appendFileSync(path, 'more'),
};

describe('an archive that changes between plan and output', () => {
  test.each(Object.entries(CHANGES))(
    '%s: refused, or as if it came after',
    async (_, change) => {
      const [trim] = FAULT_CASES;
      const bench = await benchFor(trim, runMain);
      let refusals = 0;
      try {
        for (let at = 0; at < bench.operations.length; at++) {
          const { problems, exitCode, error, operations } = await bench.run(at, {
            meanwhile: (path) => {
              const archive = path.replace(/\/out\/.*|\/in\/.*|\/out$/, '/in/libext_http.a');
              if (basename(archive) !== 'libext_http.a') return;
              if (!existsSync(`${archive}.sound`)) copyFileSync(archive, `${archive}.sound`);
              copyFileSync(`${archive}.sound`, archive);
              change(archive);
            },
          });
          if (exitCode === 2) refusals++;
          expect({ problems, at, error, operation: operations[at] }).toMatchObject({ problems: [] });
          bench.restore();
        }
      } finally {
        bench.remove();
      }
      expect(refusals).toBeGreaterThan(5);
    },
    180_000,
  );
});
