import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { differences, simulate } from '../testing/link-answer.js';
import { answerOfLink } from '../testing/link-scenario.js';
import {
  askLinker,
  installedLinkers,
  knownLinkers,
  linkFolder,
  writeFiles,
} from '../testing/real-linkers.js';
import { needsTool } from '../testing/tools.js';
import { findProfile, profilesOf } from './linker-profile.js';
import { readNotation } from './notation-text.js';

/** The links of fixtures/links: what each linker makes of them, and whether the linkers themselves agree. */

const folder = new URL('../../fixtures/links/', import.meta.url).pathname;
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.link'))
  .map((file) => file.replace(/\.link$/, ''));
const textOf = (name: string) => readFileSync(join(folder, `${name}.link`), 'utf8');

describe('links as the simulation sees them', () => {
  test.each(cases)('%s', async (name) => {
    await expect(answerOfLink(textOf(name))).toMatchFileSnapshot(join(folder, `${name}.expected`));
  });
});

describe('links as linkers see them', () => {
  const elf = cases.map((name) => ({ name, link: readNotation(textOf(name)) })).filter(isElf);
  const base = mkdtempSync(join(tmpdir(), 'ardedup-links-'));
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  for (const { id, title } of profilesOf('elf')) {
    const names = knownLinkers.filter(({ profile }) => profile === id).map(({ name }) => name);
    needsTool(names.join('|'))(
      `${title} does what is expected of it`,
      async () => {
        const profile = findProfile(id);
        if (!profile) throw new Error(id);
        const wrong: string[] = [];
        for (const linker of installedLinkers().filter((installed) => installed.profile === id)) {
          for (const { name, link } of elf) {
            const own = linkFolder(base, `${linker.name}.${name}`);
            writeFiles(link, own);
            const { answer, messages } = await askLinker(linker, link, own);
            const problems = answer
              ? differences(simulate(link, profile).answer, answer, true)
              : [`refused: ${messages}`];
            wrong.push(...problems.map((problem) => `${linker.name}: ${name}: ${problem}`));
          }
        }
        expect(wrong).toEqual([]);
      },
      120_000,
    );
  }
});

const isElf = ({ link }: { link: { format: string } }): boolean => link.format === 'elf';
