import { expect, test } from 'vitest';
import { diceOf } from '../../../test/random/dice.js';
import { randomLink } from '../../../test/random/random-link.js';
import { answerOf } from '../../../test/resolution-answer.js';
import { buildLinkGraph } from '../inputs/link-graph.js';
import { archivesOf, type LinkLine, withArchivesRepeated, withOneGroup } from '../line/link-line.js';
import { refusalOf } from '../line/refusals.js';
import { profilesOf } from '../linkers/find-profile.js';
import { buildInputs } from '../notation/notation.js';
import { furtherSearches, haveNothingToFind } from './further-searches.js';
import { resolve } from './resolve.js';

/** Seeds of random links. */
const RUNS = Number(process.env.ARDEDUP_PROPERTY_RUNS ?? 1_600);

/** A random link, without COMMON and --wrap for odd numbers, and with its objects first for most. */
function linkOf(seed: number) {
  const link = randomLink(seed);
  const isPlain = ({ letter }: { readonly letter: string }) => letter !== 'C';
  const members =
    seed % 2 === 0
      ? link.members
      : link.members.map((member) => ({ ...member, symbols: member.symbols.filter(isPlain) }));
  const { inputs, line } = buildInputs({ ...link, members });
  const graph = buildLinkGraph(inputs, line);
  void graph.indexed;
  const isObject = ({ kind }: LinkLine['items'][number]) => kind === 'object';
  const sorted = [...line.items.filter(isObject), ...line.items.filter((item) => !isObject(item))];
  return { graph, line: seed % 5 === 0 ? line : { ...line, items: sorted } };
}

test('a link that leaves nothing to find is the same with more searches of its archives', () => {
  const same = new Set<string>();
  let others = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const { graph, line } = linkOf(seed);
    const dice = diceOf(seed);
    const changes = {
      group: withOneGroup(line),
      again: withArchivesRepeated(line, archivesOf(line).slice(0, 2)),
    };
    for (const [change, changed] of Object.entries(changes))
      for (const profile of profilesOf('elf')) {
        const further = furtherSearches(graph, line, changed, profile);
        if (further === null || refusalOf(profile, changed) !== null) continue;
        const dropped = Uint8Array.from(graph.inputs.members, () => (dice.chance(0.2) ? 1 : 0));
        const without = resolve(graph, line, profile, dropped);
        const { undefinedNames } = without;
        const isDropped = (member: number) => dropped[member] === 1;
        const isSame = haveNothingToFind(graph, [{ undefinedNames, isDropped, further }]);
        const answers = [without, resolve(graph, changed, profile, dropped)].map((one) =>
          JSON.stringify(answerOf(one)),
        );
        if (isSame) expect(answers[1], `seed ${seed}: ${profile.id}, ${change}`).toBe(answers[0]);
        if (isSame) same.add(`${profile.id} ${change}`);
        else if (answers[1] !== answers[0]) others++;
      }
  }
  expect([...same].sort()).toEqual([
    ...['gnu-ld again', 'gnu-ld group', 'gold again', 'gold group'],
    ...['lld again', 'lld group', 'lld-14 again', 'lld-14 group'],
  ]);
  expect(others).toBeGreaterThan(RUNS / 100);
});
