import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { writeFileLink } from '../../test/formats/file-link.js';
import { formatLinkers } from '../../test/formats/file-parity.js';
import { machoFormat } from '../../test/formats/macho-format.js';
import { differences, type LinkAnswer, simulate } from '../../test/link-answer.js';
import {
  askLinker,
  installedLinkers,
  knownLinkers,
  labelsOf,
  linkFolder,
  writeFiles,
} from '../../test/oracles/real-linkers.js';
import { needsTool } from '../../test/oracles/tools.js';
import { droppedLabels, notationOf, readPlanScenario } from '../../test/plan-scenario.js';
import { refusalOf } from '../link/line/refusals.js';
import { findProfile, profilesOf } from '../link/linkers/find-profile.js';
import { fileOf, type NotedLink, readNotation } from '../link/notation/notation-text.js';
import { planTrim } from './plan-trim.js';

/**
 * The scenarios of fixtures/plans put to linkers, as they are and without what the plan drops: each link is as
 * simulated, and the second has no clash and no undefined name that the first has not.
 */

const FOLDER = join(import.meta.dirname, '../../fixtures/plans');
const scenarios = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.plan'))
  .map((name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    return { name, scenario: readPlanScenario(text), link: readNotation(notationOf(text)) };
  })
  // A linker reads what is unreadable here, finds what was not found, and wants an object on its line.
  .filter(({ scenario }) => scenario.line.missingLibraries.length === 0)
  .filter(({ link }) => !link.members.some(({ marks }) => marks.has('unreadable')))
  .filter(({ link }) => link.members.some(({ archive }) => archive === null))
  // Bounds of sections are no definitions of a file, and -r reports no undefined name: linker-defined-exports.test.ts
  // asks for these.
  .filter(({ link }) => !link.words.includes('-r'))
  .filter(
    ({ link }) =>
      !link.members.some(({ symbols }) => symbols.some(({ name }) => /^__(start|stop)_/.test(name))),
  )
  // A library that requires a version is made with another one that has it: library-versions-linkers.test.ts.
  .filter(
    ({ link }) =>
      !link.members.some(({ symbols }) =>
        symbols.some(({ letter, name }) => letter === 'U' && name.includes('@')),
      ),
  );

/** The link without some members, each archive with a fresh index where it lost any. */
function withoutMembers(link: NotedLink, dropped: ReadonlySet<string>): NotedLink {
  const labels = labelsOf(link);
  const indexes = new Map(link.indexes);
  for (const [at, member] of link.members.entries()) {
    if (member.archive === null || !dropped.has(labels[at])) continue;
    const isEmpty = link.members.every(
      (other, place) => fileOf(other) !== member.archive || dropped.has(labels[place]),
    );
    if (isEmpty) indexes.set(member.archive, []);
    else indexes.delete(member.archive);
  }
  return { ...link, indexes, members: link.members.filter((_, at) => !dropped.has(labels[at])) };
}

/**
 * Reduces an answer to what can be compared: without an output no winner is known, a definition without bytes has no
 * marker, and a versioned definition has its whole name in the output.
 */
function comparable(link: NotedLink, answer: LinkAnswer, isWritten: boolean): LinkAnswer {
  const unmarked = new Set(
    link.members.flatMap(({ symbols }) =>
      symbols.filter(({ letter }) => letter === 'B').map(({ name }) => name),
    ),
  );
  const winners = [...answer.winners].filter(([name]) => isWritten && !unmarked.has(name));
  return {
    ...answer,
    winners: new Map(winners.map(([name, winner]) => [name.replace(/@@.*$/, ''), winner])),
  };
}

/** Losses of the link after the plan: names that are newly undefined or newly duplicate. */
function losses(before: LinkAnswer, after: LinkAnswer): string[] {
  const added = (what: 'undefined' | 'clashes') =>
    after[what].filter((name) => !before[what].includes(name)).map((name) => `${what}: ${name}`);
  return [...added('undefined'), ...added('clashes')];
}

type Ask = (link: NotedLink, folder: string) => Promise<LinkAnswer | string>;

/** Every scenario of the format on one linker, before and after. @returns what is wrong, a sentence each */
async function askAll(base: string, format: NotedLink['format'], id: string, ask: Ask): Promise<string[]> {
  const profile = findProfile(id);
  if (!profile) throw new Error(id);
  const wrong: string[] = [];
  const asked = scenarios.filter(({ link, scenario }) => {
    const isPlanned = scenario.linkers.includes(null) || scenario.linkers.includes(profile);
    return link.format === format && isPlanned && refusalOf(profile, scenario.line) === null;
  });
  for (const { name, scenario, link } of asked) {
    const { inputs, line, providers, ownership } = scenario;
    const dropped = new Set(droppedLabels(planTrim(inputs, line, { providers, ownership, linker: profile })));
    const answers: LinkAnswer[] = [];
    for (const side of dropped.size > 0 ? [link, withoutMembers(link, dropped)] : [link]) {
      const answer = await ask(side, linkFolder(base, `${id}.${name}.${answers.length}`));
      if (typeof answer === 'string') {
        // GNU ld and gold stop at an archive without an index.
        if (profile.trustsIndex && [...link.indexes.values()].includes(null)) continue;
        wrong.push(`${name}: refused: ${answer}`);
        continue;
      }
      answers.push(answer);
      const isWritten = answer.winners.size > 0;
      const [ours, theirs] = [simulate(side, profile).answer, answer].map((side_) =>
        comparable(side, side_, isWritten),
      );
      wrong.push(...differences(ours, theirs).map((problem) => `${name}: ${problem}`));
    }
    const [before, after] = answers;
    if (after) wrong.push(...losses(before, after).map((problem) => `${name}: after: ${problem}`));
  }
  expect(asked.length).toBeGreaterThan(0);
  return wrong;
}

describe('plans as linkers see them', () => {
  const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'ardedup-plans-'));
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  for (const { id, title } of profilesOf('elf').filter(({ notRun }) => notRun === null)) {
    const names = knownLinkers.filter(({ profile }) => profile === id).map(({ name }) => name);
    needsTool(names.join('|'))(
      `${title} finds all that it found, and no new duplicate`,
      async () => {
        const linker = installedLinkers().findLast(({ profile }) => profile === id);
        if (!linker) throw new Error(id);
        const ask: Ask = async (link, folder) => {
          writeFiles(link, folder);
          const { answer, messages } = await askLinker(linker, link, folder);
          return answer ?? messages;
        };
        expect(await askAll(base, 'elf', id, ask)).toEqual([]);
      },
      120_000,
    );
  }

  const newest = machoFormat.linkers.filter((name) => name.startsWith('ld64.lld')).toReversed();
  needsTool(newest.join('|'))(
    'LLD for Mach-O finds all that it found, and no new duplicate',
    async () => {
      const linker = formatLinkers(machoFormat).findLast(({ name }) => newest.includes(name));
      if (!linker) throw new Error('no linker');
      const ask: Ask = async (link, folder) => {
        const files = { ...link, texts: new Map<string, string>() };
        writeFileLink(machoFormat, files, folder);
        const { answer, messages } = await machoFormat.ask(linker, files, folder);
        return answer ?? messages;
      };
      expect(await askAll(base, 'macho', 'ld64.lld', ask)).toEqual([]);
    },
    120_000,
  );
});
