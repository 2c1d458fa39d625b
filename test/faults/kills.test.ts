import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killOften } from './kills.js';

const ROOT = join(import.meta.dirname, '../..');

test('killed at random instants, trim leaves inputs, and outputs old or new', async (context) => {
  if (!existsSync(join(ROOT, 'dist/cli.cjs'))) context.skip('not built: npm run build');
  const { problems, kills } = await killOften(join(ROOT, 'bin/ardedup.js'), 12, 1);
  expect(problems).toEqual([]);
  expect(kills).toBe(12);
}, 60_000);
