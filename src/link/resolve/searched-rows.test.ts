import { expect, test, vi } from 'vitest';
import { diceOf } from '../../../test/random/dice.js';
import { randomLink } from '../../../test/random/random-link.js';
import { answerOf } from '../../../test/resolution-answer.js';
import { withUnknownUsers } from '../../plan/conditions/open-world.js';
import { buildLinkGraph } from '../inputs/link-graph.js';
import { refusalOf } from '../line/refusals.js';
import { profilesOf } from '../linkers/find-profile.js';
import { buildInputs } from '../notation/notation.js';
import { resolve } from './resolve.js';

const switches = vi.hoisted(() => ({ readsAll: false, left: 0 }));

vi.mock('./searched-rows.js', async (original) => {
  const module = await original<typeof import('./searched-rows.js')>();
  const searchedRows: typeof module.searchedRows = (graph, line, profile) => {
    const found = module.searchedRows(graph, line, profile);
    switches.left += graph.rows.definitions.row.length - found.definitions.row.length;
    const { definitions, references } = graph.rows;
    return switches.readsAll
      ? {
          definitions,
          references,
          inOrder: graph.rows.inOrder,
          scanned: graph.scanned,
          scannedWithLocals: graph.scannedWithLocals,
          indexed: graph.indexed,
        }
      : found;
  };
  const contestedDefinitions: typeof module.contestedDefinitions = (graph) =>
    switches.readsAll ? graph.rows.definitions : module.contestedDefinitions(graph);
  return { ...module, searchedRows, contestedDefinitions };
});

const RUNS = Number(process.env.ARDEDUP_PROPERTY_RUNS ?? 600);
const FORMATS = ['elf', 'macho'] as const;

test.each(FORMATS)('%s: rows of names that nothing refers to decide nothing', (format) => {
  switches.left = 0;
  for (let seed = 1; seed <= RUNS / FORMATS.length; seed++) {
    const { inputs, line } = buildInputs({ ...randomLink(seed), format });
    const graph = buildLinkGraph(inputs, line);
    void graph.indexed;
    const dice = diceOf(seed);
    const dropped = Uint8Array.from(inputs.members, () => (dice.chance(0.2) ? 1 : 0));
    for (const varied of [line, withUnknownUsers(graph, line)])
      for (const profile of profilesOf(format)) {
        if (refusalOf(profile, varied) !== null) continue;
        const [all, searched] = [true, false].map((readsAll) => {
          switches.readsAll = readsAll;
          return answerOf(resolve(graph, varied, profile, dropped));
        });
        expect(searched, `seed ${seed}, ${profile.id}`).toEqual(all);
      }
  }
  expect(switches.left).toBeGreaterThan(1000);
});
