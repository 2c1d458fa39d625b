import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diceOf } from '../../test/random/dice.js';
import { describeWorld, world } from '../../test/random/random-world.js';
import { withArchivesFirst } from '../link/line/link-line.js';
import { profilesOf } from '../link/linkers/find-profile.js';
import { parseNotation } from '../link/notation/notation.js';
import { NONE } from '../symbols/table.js';
import { isOpenWorld, withUnknownUsers } from './conditions/open-world.js';
import { lastingClash } from './lasting-clashes.js';
import { planTrim, prepare } from './plan-trim.js';
import { SimulatedLinks } from './simulated-links.js';

const RUNS = Number(process.env.ARDEDUP_PROPERTY_RUNS ?? 400);
/** Sets of dropped members for each line. */
const DROPS = 6;
const NO_CLASHES = {
  clashRows: { name: new Int32Array(0), start: new Int32Array(1), definition: new Int32Array(0) },
};

test('a duplicate that lasts is in each link that violates no condition', () => {
  let lasting = 0;
  fc.assert(
    fc.property(world, fc.nat(), (one, seed) => {
      const { text } = describeWorld(one, (archive) => `lib${archive}.a`);
      const { inputs, line: given } = parseNotation(text);
      const { graph, twins, state } = prepare(inputs, given);
      const line = isOpenWorld(given) ? withUnknownUsers(graph, given) : given;
      const links = new SimulatedLinks(graph, twins, state);
      const dice = diceOf(seed);
      for (const profile of profilesOf('elf')) {
        const link = { profile, line };
        const name = lastingClash({ graph, twins, line, before: links.before(link) }, NO_CLASHES);
        if (name === NONE) continue;
        for (let at = 0; at < DROPS; at++) {
          const dropped = Uint8Array.from(inputs.members, ({ archive }) =>
            archive !== NONE && dice.chance(at / DROPS) ? 1 : 0,
          );
          if (!links.isSafe(link, dropped)) continue;
          if (dropped.includes(1)) lasting++;
          expect([...links.after(link, dropped).clashRows.name], profile.id).toContain(name);
        }
      }
    }),
    { numRuns: RUNS },
  );
  expect(lasting).toBeGreaterThan(RUNS / 20);
});

/**
 * Two units of the name `u` with different content, of which the link loads both if libb.a comes first: `x` of one,
 * then `y` of the other one, and each defines `both`.
 */
const UNEQUAL_UNITS = `
link: main.o liba.a libb.a
main.o:
  U x
liba.a(x.o): [content=XA]
  T x
  T both
  T y
libb.a(x.o): [content=XB]
  T x
  T both
  U y
`;

test('a duplicate that another order of the archives makes lasts', () => {
  const { inputs, line } = parseNotation(UNEQUAL_UNITS);
  const plan = planTrim(inputs, line, { providers: [], linker: profilesOf('elf')[0] });
  const { graph, twins, links } = plan;
  const [{ before: given, profile }] = plan.scenarios;
  const changed = withArchivesFirst(line, [1]);
  const before = links.before({ profile, line: changed });
  const name = lastingClash({ graph, twins, line: changed, before }, given);
  expect(inputs.symbols.names.text(name)).toBe('x');
  expect(lastingClash({ graph, twins, line, before: given }, given)).toBe(NONE);
});
