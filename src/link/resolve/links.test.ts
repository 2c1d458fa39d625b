import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeFileLink } from '../../../test/formats/file-link.js';
import { formatLinkers, testedLinkers, toolsOf } from '../../../test/formats/file-parity.js';
import { machoFormat } from '../../../test/formats/macho-format.js';
import { wasmFormat } from '../../../test/formats/wasm-format.js';
import { differences, simulate } from '../../../test/link-answer.js';
import { answerOfLink } from '../../../test/link-scenario.js';
import {
  askLinker,
  installedLinkers,
  knownLinkers,
  linkFolder,
  writeFiles,
} from '../../../test/oracles/real-linkers.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { programNamed } from '../command/program.js';
import { refusalOf } from '../line/refusals.js';
import { findProfile, profilesOf } from '../linkers/find-profile.js';
import { buildInputs } from '../notation/notation.js';
import { readNotation } from '../notation/notation-text.js';

/** The links of fixtures/links: what each linker makes of them, and whether the linkers themselves agree. */

const folder = new URL('../../../fixtures/links/', import.meta.url).pathname;
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
  const base = mkdtempSync(join(tmpdir(), 'ardedup-links-'));
  afterAll(() => rmSync(base, { recursive: true, force: true }), 60_000);

  for (const { id, title } of profilesOf('elf').filter(({ notRun }) => notRun === null)) {
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

  for (const format of [machoFormat, wasmFormat])
    for (const name of testedLinkers(format))
      needsTool(...toolsOf(name))(
        `${name} does what is expected of it`,
        async () => {
          const linker = formatLinkers(format).find((installed) => installed.name === name);
          const profile = findProfile(programNamed(name).linker ?? '');
          if (!linker || !profile) throw new Error(name);
          const asked = links.filter(({ link }) => link.format === profile.format);
          const wrong: string[] = [];
          for (const { name: title, link: noted } of asked) {
            const own = linkFolder(base, `${name}.${title}`);
            const link = { ...noted, texts: new Map() };
            writeFileLink(format, link, own);
            const { answer, messages } = await format.ask(linker, link, own);
            const problems =
              answer === null
                ? [`refused: ${messages}`]
                : differences(
                    ...format.comparable(linker, link, [simulate(noted, profile).answer, answer]),
                    true,
                  );
            wrong.push(...problems.map((problem) => `${title}: ${problem}`));
          }
          expect(asked.length).toBeGreaterThan(0);
          expect(wrong).toEqual([]);
        },
        120_000,
      );
});
