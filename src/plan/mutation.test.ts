import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Inputs } from '../link/inputs.js';
import { droppedLabels, type PlanScenario, readPlanScenario } from '../testing/plan-scenario.js';
import { type Prepared, planTrim, prepare } from './plan-trim.js';
import type { BlockCode } from './verdict.js';

/*
 * Each safety condition, switched off: some scenario of fixtures/plans then loses a member that must stay. So each
 * condition is needed, and each has a scenario in which it alone decides.
 */

const switches = vi.hoisted(() => ({
  off: new Set<string>(),
  groups: true,
  openWorld: true,
}));

vi.mock('./safety.js', async (original) => {
  const safety = await original<typeof import('./safety.js')>();
  const findViolations: typeof safety.findViolations = (comparison) =>
    safety.findViolations(comparison).filter(({ code }) => !switches.off.has(code));
  return { ...safety, findViolations };
});
vi.mock('../origin/origin.js', async (original) => {
  const origin = await original<typeof import('../origin/origin.js')>();
  const instanceKey: typeof origin.instanceKey = (of) =>
    switches.groups ? origin.instanceKey(of) : `${origin.unitKey(of)} on its own`;
  return { ...origin, instanceKey };
});
vi.mock('./open-world.js', async (original) => {
  const world = await original<typeof import('./open-world.js')>();
  const isOpenWorld: typeof world.isOpenWorld = (line) => switches.openWorld && world.isOpenWorld(line);
  return { ...world, isOpenWorld };
});
afterEach(() => {
  switches.off.clear();
  switches.groups = true;
  switches.openWorld = true;
});

const FOLDER = join(import.meta.dirname, '../../fixtures/plans');
const scenarios = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.plan'))
  .map((name) => readPlanScenario(readFileSync(join(FOLDER, name), 'utf8')));

/** What is dropped in every scenario, on every linker it asks for. */
function allDrops(change: (inputs: Inputs) => Prepared = prepare): string[] {
  return scenarios.flatMap(({ inputs, line, providers, ownership, linkers }: PlanScenario, at) =>
    linkers.flatMap((linker) =>
      droppedLabels(planTrim(inputs, line, { providers, ownership, linker }, change(inputs))).map(
        (label) => `${at} ${linker?.id} ${label}`,
      ),
    ),
  );
}

function expectMoreDrops(change?: (inputs: Inputs) => Prepared): void {
  const known = new Set(honest);
  const wrong = allDrops(change).filter((drop) => !known.has(drop));
  expect(wrong.length).toBeGreaterThan(0);
}

const honest = allDrops();

describe('a planner without one of its conditions drops what must stay', () => {
  const CODES: readonly BlockCode[] = [
    'unresolved-reference',
    'binding-moves',
    'weak-reference-changes',
    'content-differs',
    'loads-more',
    'new-clash',
    'side-effect-lost',
    'state-split',
  ];
  test.each(CODES)('%s', (code) => {
    switches.off.add(code);
    expectMoreDrops();
  });

  test('crates leave whole or not at all', () => {
    switches.groups = false;
    expectMoreDrops();
  });

  test('objects that are not on the line may refer to whatever C can name', () => {
    switches.openWorld = false;
    expectMoreDrops();
  });

  test('what cannot be read blocks', () => {
    expectMoreDrops((inputs) => {
      const contents = inputs.contents.map((content) =>
        content.kind === 'unreadable' ? ({ kind: 'not-object' } as const) : content,
      );
      const prepared = prepare({ ...inputs, contents });
      return { ...prepared, graph: { ...prepared.graph, inputs: { ...inputs, contents } } };
    });
  });

  test('a refuted copy is no copy', () => {
    expectMoreDrops((inputs) => {
      const prepared = prepare(inputs);
      const relation: typeof prepared.twins.relation = (one, other) => {
        const found = prepared.twins.relation(one, other);
        return found?.kind === 'other-content' ? { kind: 'same-unit', proof: 'names' } : found;
      };
      return { ...prepared, twins: { ...prepared.twins, relation } };
    });
  });

  test('a name on its own is no evidence', () => {
    expectMoreDrops((inputs) => {
      const prepared = prepare(inputs);
      const alike = inputs.members.map(({ id, archive, name }) =>
        inputs.members
          .filter((other) => other.archive !== archive && other.archive >= 0 && archive >= 0)
          .filter((other) => other.name === name || prepared.twins.alike[id].includes(other.id))
          .map((other) => other.id),
      );
      const relation: typeof prepared.twins.relation = (one, other) =>
        prepared.twins.relation(one, other) ??
        (inputs.members[one].name === inputs.members[other].name
          ? { kind: 'same-unit', proof: 'names' }
          : null);
      return { ...prepared, twins: { ...prepared.twins, alike, relation } };
    });
  });
});
