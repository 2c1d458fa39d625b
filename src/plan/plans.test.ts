import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answerOf, readPlanScenario } from '../../test/plan-scenario.js';

/** One scenario per file, next to its expected answer: `npx vitest run src/plan -u` rewrites the answers. */
const FOLDER = join(import.meta.dirname, '../../fixtures/plans');

describe('fixtures/plans', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.plan'));
  test.each(files.map((file) => [file.slice(0, -'.plan'.length), file]))('%s', async (title, file) => {
    const answer = answerOf(readPlanScenario(readFileSync(join(FOLDER, file), 'utf8')));
    await expect(answer).toMatchFileSnapshot(join(FOLDER, `${title}.expected`));
  });
});
