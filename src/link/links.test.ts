import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { differences, simulate } from '../testing/link-answer.js';
import { answerOfLink } from '../testing/link-scenario.js';
import { askMachoLld, writeMachoFiles } from '../testing/macho-linkers.js';
import {
  askLinker,
  installedLinkers,
  knownLinkers,
  linkFolder,
  writeFiles,
} from '../testing/real-linkers.js';
import { needsTool, tool } from '../testing/tools.js';
import { findProfile, profilesOf } from './linker-profile.js';
import { buildInputs } from './notation.js';
import { readNotation } from './notation-text.js';
import { programNamed } from './program.js';
import { refusalOf } from './refusals.js';

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
  const links = cases.map((name) => ({ name, link: readNotation(textOf(name)) }));
  const elf = links.filter(({ link }) => link.format === 'elf');
  const macho = links.filter(({ link }) => link.format === 'macho');
  const base = mkdtempSync(join(tmpdir(), 'ardedup-links-'));
  afterAll(() => rmSync(base, { recursive: true, force: true }), 60_000);

  for (const { id, title } of profilesOf('elf')) {
    const names = knownLinkers.filter(({ profile }) => profile === id).map(({ name }) => name);
    needsTool(names.join('|'))(
      `${title} does what is expected of it`,
      async () => {
        const profile = findProfile(id);
        if (!profile) throw new Error(id);
        const wrong: string[] = [];
        for (const linker of installedLinkers().filter((installed) => installed.profile === id)) {
          await Promise.all(
            elf.map(async ({ name, link }) => {
              const own = linkFolder(base, `${linker.name}.${name}`);
              writeFiles(link, own);
              const { answer, messages } = await askLinker(linker, link, own);
              const refusal = refusalOf(profile, buildInputs(link).line);
              const problems =
                answer === null
                  ? refusal === null
                    ? [`refused: ${messages}`]
                    : []
                  : refusal === null
                    ? differences(simulate(link, profile).answer, answer, true)
                    : [`linked, though ${refusal}`];
              wrong.push(...problems.map((problem) => `${linker.name}: ${name}: ${problem}`));
            }),
          );
        }
        expect(wrong).toEqual([]);
      },
      120_000,
    );
  }

  const lldVersions = ['22', '19', '16', '15', '14'].map((version) => `ld64.lld-${version}`);
  needsTool([...lldVersions, 'ld64.lld'].join('|'), 'clang|clang-19|clang-16|clang-14')(
    'LLD for Mach-O does what is expected of it',
    ([newest, clang]) => {
      const installed = lldVersions.map((name) => tool(name)).filter((path) => path !== null);
      const wrong: string[] = [];
      for (const { name, link } of macho) {
        const own = linkFolder(base, name);
        writeMachoFiles(link, own, clang);
        for (const linker of installed.length > 0 ? installed : [newest]) {
          const profile = findProfile(programNamed(linker).linker ?? 'ld64.lld');
          if (!profile) throw new Error('no profile');
          const found = askMachoLld(linker, link, own);
          const { answer } = simulate(link, profile);
          // Where there are duplicates it writes nothing, so nobody is seen to win.
          const expected = found.clashes.length > 0 ? { ...answer, winners: new Map() } : answer;
          wrong.push(
            // It names a file when it has read it, which is after the members that it extracted on the way.
            ...differences(expected, found).map((problem) => `${linker}: ${name}: ${problem}`),
          );
        }
      }
      expect(wrong).toEqual([]);
    },
    120_000,
  );
});
