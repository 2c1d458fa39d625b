import { expect, test } from 'vitest';
import { diceOf } from '../../../test/random/dice.js';
import { randomLink } from '../../../test/random/random-link.js';
import { isDefinition, isWeak } from '../../symbols/flags.js';
import { NONE } from '../../symbols/table.js';
import { buildLinkGraph } from '../inputs/link-graph.js';
import { profilesOf } from '../linkers/find-profile.js';
import { buildInputs } from '../notation/notation.js';
import { boundElsewhere, usersOfEach } from './report-searches.js';
import { UNREFERENCED } from './resolution.js';
import { resolve } from './resolve.js';
import { usersOf } from './why.js';

const SEEDS = Array.from({ length: 120 }, (_, at) => at + 1);

test('searches of a link in the core find what a loop in TypeScript finds', () => {
  const found = { users: 0, bound: 0 };
  for (const seed of SEEDS) {
    const { inputs, line } = buildInputs({ ...randomLink(seed), format: 'elf' });
    const graph = buildLinkGraph(inputs, line);
    void graph.indexed;
    const { members, symbols } = inputs;
    const dice = diceOf(seed);
    const sought = Uint8Array.from(members, () => (dice.chance(0.4) ? 1 : 0));
    const some = members.filter(({ id }) => sought[id] === 1).map(({ id }) => id);
    for (const profile of profilesOf('elf')) {
      const link = resolve(graph, line, profile, new Uint8Array(members.length));
      const users = usersOfEach(graph, link, some);
      const expected = [...usersOf(graph, link, some)].map(
        ([member, uses]) => [member, uses.map(({ user }) => user)] as const,
      );
      expect([...users]).toEqual(expected);
      const { winners, referenceStrength } = link;
      const bound = Array.from({ length: symbols.length }, (_, symbol) => symbol).filter((symbol) => {
        const name = graph.name[symbol];
        const isStrong = isDefinition(symbols.flags[symbol]) && !isWeak(symbols.flags[symbol]);
        const isBound = winners[name] !== NONE && referenceStrength[name] !== UNREFERENCED;
        return isStrong && isBound && sought[symbols.member[symbol]] === 1;
      });
      expect(boundElsewhere(graph, link, sought)).toEqual(bound);
      found.users += expected.flatMap(([, uses]) => uses).length;
      found.bound += bound.length;
    }
  }
  expect(found.users).toBeGreaterThan(SEEDS.length);
  expect(found.bound).toBeGreaterThan(SEEDS.length);
});
