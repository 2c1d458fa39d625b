import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileFormats } from '../../../test/formats/file-formats.js';
import { wordsIn, writeFileLink } from '../../../test/formats/file-link.js';
import { notationOf } from '../../../test/plan-scenario.js';
import { differencesOfResolvers } from '../../../test/random/compare-resolvers.js';
import { diceOf } from '../../../test/random/dice.js';
import { randomLink } from '../../../test/random/random-link.js';
import { buildLinkGraph } from '../inputs/link-graph.js';
import { openLines } from '../line/open-lines.js';
import { profilesOf } from '../linkers/find-profile.js';
import { buildInputs, parseNotation } from '../notation/notation.js';

/*
 * The resolver in the core gives the same as the reference in TypeScript, column by column. ARDEDUP_RESOLVER_LINKS is
 * the number of random links of each kind, ARDEDUP_RESOLVER_FIRST the first seed.
 */

const LINKS = Number(process.env.ARDEDUP_RESOLVER_LINKS ?? 200);
const FIRST = Number(process.env.ARDEDUP_RESOLVER_FIRST ?? 1);

test.each(['elf', 'macho', 'wasm'] as const)('random links in the notation, as %s', (format) => {
  for (let seed = FIRST; seed < FIRST + LINKS; seed++) {
    const { inputs, line } = buildInputs({ ...randomLink(seed), format });
    const graph = buildLinkGraph(inputs, line);
    expect(differencesOfResolvers({ graph, line }, profilesOf(format), diceOf(seed)), `seed ${seed}`).toEqual(
      [],
    );
  }
});

test.each(fileFormats)('random links of files: $linkers.0', (format) => {
  const base = mkdtempSync(join(tmpdir(), 'ardedup-resolvers-'));
  try {
    for (let seed = FIRST; seed < FIRST + LINKS; seed++) {
      const folder = join(base, String(seed));
      const link = format.randomLink(seed);
      writeFileLink(format, link, folder);
      expect(differencesOfFiles(wordsIn(link, folder), format.linkers[0], seed), `seed ${seed}`).toEqual([]);
      rmSync(folder, { recursive: true });
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
});

function differencesOfFiles(words: readonly string[], program: string, seed: number): string[] {
  const { lines, close } = openLines(words, { program });
  try {
    return lines.flatMap(({ inputs, line }) => {
      const profiles = inputs.format === null ? [] : profilesOf(inputs.format);
      return differencesOfResolvers({ graph: buildLinkGraph(inputs, line), line }, profiles, diceOf(seed));
    });
  } finally {
    close();
  }
}

const FIXTURES = new URL('../../../fixtures/', import.meta.url).pathname;
const NOTED = ['links', 'plans'].flatMap((folder) =>
  readdirSync(join(FIXTURES, folder))
    .filter((file) => /\.(link|plan)$/.test(file))
    .map((file) => join(folder, file)),
);

test.each(NOTED)('%s', (file) => {
  const { inputs, line } = parseNotation(notationOf(readFileSync(join(FIXTURES, file), 'utf8')));
  const profiles = inputs.format === null ? [] : profilesOf(inputs.format);
  const graph = buildLinkGraph(inputs, line);
  expect(differencesOfResolvers({ graph, line }, profiles, diceOf(1))).toEqual([]);
});
