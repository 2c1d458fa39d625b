import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openLine } from '../line/open-lines.js';
import { checkIndex, listsAllDefinitions } from './archive-index.js';

test('an index that lists all definitions in their order agrees with every member', () => {
  const folder = new URL('../../../fixtures/founding/elf/', import.meta.url).pathname;
  const archives = readdirSync(folder).filter((name) => name.endsWith('.a'));
  const { inputs, close } = openLine(archives.map((name) => `${folder}${name}`));
  const found = inputs.archives.map((archive) => ({
    all: listsAllDefinitions(inputs, archive),
    disagreements: checkIndex(inputs, archive).disagreements.length,
  }));
  close();
  expect(found.filter(({ all }) => all).length).toBeGreaterThan(3);
  for (const { all, disagreements } of found) if (all) expect(disagreements).toBe(0);
  // One was made stale by hand: no glance tells that it agrees.
  const stale = inputs.archives.map((archive) => ({
    ...archive,
    index: archive.index && {
      ...archive.index,
      name: archive.index.name.slice(1),
      member: archive.index.member.slice(1),
    },
  }));
  for (const archive of stale) expect(listsAllDefinitions(inputs, archive)).toBe(false);
});
