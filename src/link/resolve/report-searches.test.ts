import { expect, test } from 'vitest';
import { diceOf } from '../../../test/random/dice.js';
import { randomLink } from '../../../test/random/random-link.js';
import { isCommon, isDefined, isDefinition, isLocalState, isWeak } from '../../symbols/flags.js';
import { NONE } from '../../symbols/table.js';
import { buildLinkGraph, type LinkGraph } from '../inputs/link-graph.js';
import { profilesOf } from '../linkers/find-profile.js';
import { buildInputs } from '../notation/notation.js';
import { boundElsewhere, copiesOfState, type StateRows, usersOfEach } from './report-searches.js';
import { type Resolution, UNREFERENCED } from './resolution.js';
import { resolve } from './resolve.js';
import { hasStrongInGroups } from './strong-in-groups.js';
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

const KEYS = 4;

/** Definitions as if they were globals, of which some are one. */
function stateOf({ inputs, name }: LinkGraph, seed: number): StateRows {
  const { symbols, members } = inputs;
  const rows = Array.from({ length: symbols.length }, (_, symbol) => symbol).filter(
    (symbol) => isDefined(symbols.flags[symbol]) && (symbol + seed) % 3 > 0,
  );
  const first = Array.from({ length: members.length + 1 }, (_, member) =>
    rows.findIndex((symbol) => symbols.member[symbol] >= member),
  ).map((at) => (at < 0 ? rows.length : at));
  return {
    first: Int32Array.from(first),
    symbol: Int32Array.from(rows),
    key: Int32Array.from(rows, (symbol) => name[symbol] % KEYS),
    keys: KEYS,
  };
}

function copiesIn({ inputs, name }: LinkGraph, link: Resolution, { symbol, key }: StateRows): number[] {
  const { flags, group, member } = inputs.symbols;
  const files = Array.from({ length: KEYS }, () => new Set<number>());
  for (const [row, one] of symbol.entries()) {
    const isMerged = isWeak(flags[one]) || isCommon(flags[one]) || group[one] !== NONE;
    const isKept = isLocalState(flags[one]) || !isMerged || link.winners[name[one]] === one;
    if (link.isLoaded[member[one]] && isKept) files[key[row]].add(member[one]);
  }
  return files.map(({ size }) => size);
}

test('copies of globals, and strong definitions in groups', () => {
  const found = { copies: 0, strong: 0 };
  for (const seed of SEEDS) {
    const { inputs, line } = buildInputs({ ...randomLink(seed), format: 'elf' });
    const graph = buildLinkGraph(inputs, line);
    void graph.indexed;
    const state = stateOf(graph, seed);
    for (const profile of profilesOf('elf')) {
      const link = resolve(graph, line, profile, new Uint8Array(inputs.members.length));
      const copies = copiesIn(graph, link, state);
      expect([...copiesOfState(graph, link, state)], `seed ${seed}`).toEqual(copies);
      if (copies.some((files) => files > 1)) found.copies++;
    }
    const { flags, group } = inputs.symbols;
    const isStrong = graph.rows.definitions.row.some(
      (symbol) => group[symbol] !== NONE && !isWeak(flags[symbol]) && !isCommon(flags[symbol]),
    );
    expect(hasStrongInGroups(graph)).toBe(isStrong);
    if (isStrong) found.strong++;
  }
  expect(found.copies).toBeGreaterThan(SEEDS.length);
  expect(found.strong).toBeGreaterThan(0);
});
