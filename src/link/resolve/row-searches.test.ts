import { expect, test } from 'vitest';
import { diceOf } from '../../../test/random/dice.js';
import { randomLink } from '../../../test/random/random-link.js';
import { isDefined, isDefinition, isReference, isWeak } from '../../symbols/flags.js';
import { NONE } from '../../symbols/table.js';
import { buildLinkGraph, type LinkGraph } from '../inputs/link-graph.js';
import { profilesOf } from '../linkers/find-profile.js';
import { buildInputs } from '../notation/notation.js';
import { changedNames, mayHaveNewClash } from './differences.js';
import { grownClashes, type Resolution } from './resolution.js';
import { resolve } from './resolve.js';
import {
  areIndexesExact,
  definitionsOf,
  firstUsers,
  flagsPresent,
  isWeakReferenceOffered,
  ROLE_PRESENT,
  sharedDefinitions,
  strongDefinitions,
  strongReferencesTo,
} from './row-searches.js';

/*
 * The core's searches through all rows find what a loop in TypeScript finds, on random links.
 */

const SEEDS = Array.from({ length: 120 }, (_, at) => at + 1);

const linkOf = (seed: number) => {
  const { inputs, line } = buildInputs({ ...randomLink(seed), format: 'elf' });
  return { graph: buildLinkGraph(inputs, line), line };
};

test('flags, strong definitions and names that several files define', () => {
  for (const seed of SEEDS) {
    const { graph } = linkOf(seed);
    const { flags, name, member, group, length } = graph.inputs.symbols;
    const rows = Array.from({ length }, (_, symbol) => symbol);
    expect(flagsPresent(graph)).toBe(
      rows.reduce((all, symbol) => all | flags[symbol] | (ROLE_PRESENT << (flags[symbol] & 3)), 0),
    );
    const strong = rows.filter(
      (symbol) => isDefinition(flags[symbol]) && !isWeak(flags[symbol]) && group[symbol] === NONE,
    );
    const counts = graph.inputs.members.map(
      ({ id }) => strong.filter((symbol) => member[symbol] === id).length,
    );
    expect([...strongDefinitions(graph)]).toEqual(counts);
    const dice = diceOf(seed);
    const leftOut = Uint8Array.from(graph.inputs.members, () => (dice.chance(0.2) ? 1 : 0));
    const kept = strong.filter((symbol) => leftOut[member[symbol]] === 0);
    const shared = kept.filter((one) => kept.some((other) => other !== one && name[other] === name[one]));
    expect([...sharedDefinitions(graph, leftOut)], `seed ${seed}`).toEqual(shared);
  }
});

test('definitions of names, and strong references to them', () => {
  for (const seed of SEEDS) {
    const { graph } = linkOf(seed);
    const { flags, length } = graph.inputs.symbols;
    const sought = Int32Array.from(graph.name.filter((_, symbol) => (symbol + seed) % 3 === 0));
    const rows = Array.from({ length }, (_, symbol) => symbol).filter((symbol) =>
      sought.includes(graph.name[symbol]),
    );
    expect([...definitionsOf(graph, sought)]).toEqual(rows.filter((symbol) => isDefined(flags[symbol])));
    expect([...strongReferencesTo(graph, sought)]).toEqual(
      rows.filter((symbol) => isReference(flags[symbol]) && !isWeak(flags[symbol])),
    );
  }
});

test('indexes, and weak references to what they offer', () => {
  const found = new Set<string>();
  for (const seed of SEEDS) {
    const { graph } = linkOf(seed);
    const isExact = graph.inputs.archives.every(({ id, index }) => index === null || isSameOffer(graph, id));
    expect(areIndexesExact(graph), `seed ${seed}`).toBe(isExact);
    expect(isWeakReferenceOffered(graph), `seed ${seed}`).toBe(offersWeakReference(graph));
    found.add(`exact ${isExact}`).add(`weak ${offersWeakReference(graph)}`);
  }
  expect(found.size).toBe(4);
});

const isSameOffer = ({ indexed, scanned }: LinkGraph, archive: number): boolean =>
  JSON.stringify(indexed[archive]) === JSON.stringify(scanned[archive]);

function offersWeakReference({ inputs, name, rows, indexed, scanned }: LinkGraph): boolean {
  const { flags } = inputs.symbols;
  const weak = new Set([...rows.references.row].filter((row) => isWeak(flags[row])).map((row) => name[row]));
  const offered = [...indexed, ...scanned].flatMap((offers) => [...offers.name]);
  const defined = [...rows.definitions.row].map((row) => name[row]);
  return [...defined, ...offered].some((one) => weak.has(one));
}

test('differences of two links, and first users', () => {
  for (const seed of SEEDS) {
    const { graph, line } = linkOf(seed);
    void graph.indexed;
    const dice = diceOf(seed);
    const nothing = new Uint8Array(graph.inputs.members.length);
    const some = nothing.map(() => (dice.chance(0.3) ? 1 : 0));
    for (const profile of profilesOf('elf')) {
      const links = {
        graph,
        before: resolve(graph, line, profile, nothing),
        after: resolve(graph, line, profile, some),
      };
      expect([...changedNames(links)]).toEqual(changedIn(links.before, links.after));
      const isMore = hasMore(links.before.strongCount, links.after.strongCount);
      expect(mayHaveNewClash(links)).toBe(isMore);
      expect([...firstUsers(graph, links.after)]).toEqual(firstUsersIn(graph, links.after));
    }
  }
});

const changedIn = (before: Resolution, after: Resolution): number[] =>
  [...after.winners.keys()].filter(
    (name) =>
      before.winners[name] !== after.winners[name] ||
      before.referenceStrength[name] !== after.referenceStrength[name],
  );

const hasMore = (before: Uint16Array | null, after: Uint16Array | null): boolean =>
  before === null || after === null || after.some((count, name) => count >= 2 && count > before[name]);

function firstUsersIn({ inputs, name }: LinkGraph, { loaded, winners }: Resolution): number[] {
  const { firstSymbol, flags } = inputs.symbols;
  const users = new Array<number>(winners.length).fill(NONE);
  for (const member of loaded)
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (isReference(flags[symbol]) && users[name[symbol]] === NONE) users[name[symbol]] = member;
  return users;
}

test('duplicates that have more definitions', () => {
  const winners = new Int32Array(5);
  const linkWith = (name: number[], start: number[]) => ({
    winners,
    clashRows: {
      name: Int32Array.from(name),
      start: Int32Array.from(start),
      definition: Int32Array.from({ length: start[start.length - 1] }, (_, at) => 10 + at),
    },
  });
  // Names 0 to 4 have 2, 2, 0, 1 and no definitions before, and 2, 3, 1, 1 and 2 after.
  const before = linkWith([0, 1, 2, 3], [0, 2, 4, 4, 5]);
  const after = linkWith([4, 3, 2, 1, 0], [0, 2, 3, 4, 7, 9]);
  expect(grownClashes(before, after)).toEqual([
    { name: 4, definitions: [10, 11] },
    { name: 2, definitions: [13] },
    { name: 1, definitions: [14, 15, 16] },
  ]);
});
