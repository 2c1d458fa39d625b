import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readPlanScenario } from '../../test/plan-scenario.js';
import { runMain } from '../../test/run-main.js';
import { memberLabels } from '../link/notation/notation.js';
import { NONE } from '../symbols/table.js';
import { planTrim, prepare } from './plan-trim.js';
import { listsOfAlike } from './twins/twins.js';
import type { BlockCode, KeepReason } from './verdict.js';

/*
 * Each safety condition, switched off: some scenario of fixtures/plans then loses a member that must stay, and it is
 * that condition which the honest plan names. So each is needed, and each has a scenario in which it alone decides.
 */

const switches = vi.hoisted(() => ({
  off: new Set<string>(),
  groups: true,
  objects: true,
  openWorld: true,
  unread: true,
  written: 'right' as 'right' | 'without-index' | 'one-too-few' | 'out-of-order',
}));

vi.mock('./conditions/safety.js', async (original) => {
  const safety = await original<typeof import('./conditions/safety.js')>();
  const findViolations: typeof safety.findViolations = (comparison) =>
    safety.findViolations(comparison).filter(({ code, by }) => {
      const isOfObject = by !== NONE && comparison.graph.inputs.members[by].archive === NONE;
      return !switches.off.has(code) && (switches.objects || !isOfObject);
    });
  const isSafe: typeof safety.isSafe = (comparison) => findViolations(comparison).length === 0;
  return { ...safety, findViolations, isSafe };
});
vi.mock('../origin/origin.js', async (original) => {
  const origin = await original<typeof import('../origin/origin.js')>();
  const instanceKey: typeof origin.instanceKey = (of) =>
    switches.groups ? origin.instanceKey(of) : `${origin.unitKey(of)} on its own`;
  return { ...origin, instanceKey };
});
vi.mock('./conditions/open-world.js', async (original) => {
  const world = await original<typeof import('./conditions/open-world.js')>();
  const isOpenWorld: typeof world.isOpenWorld = (line) => switches.openWorld && world.isOpenWorld(line);
  return { ...world, isOpenWorld };
});
vi.mock('./conditions/missing-libraries.js', async (original) => {
  const unread = await original<typeof import('./conditions/missing-libraries.js')>();
  const missingLibraryDoubt: typeof unread.missingLibraryDoubt = (graph, links) =>
    switches.unread ? unread.missingLibraryDoubt(graph, links) : () => null;
  return { ...unread, missingLibraryDoubt };
});
vi.mock('../archive/write-archive.js', async (original) => {
  const writer = await original<typeof import('../archive/write-archive.js')>();
  const layOutArchive: typeof writer.layOutArchive = (archive, kept, entries, rename) => {
    switch (switches.written) {
      case 'right':
        return writer.layOutArchive(archive, kept, entries, rename);
      case 'without-index':
        return writer.layOutArchive(archive, kept, entries && { ...entries, length: 0 }, rename);
      case 'one-too-few':
        return writer.layOutArchive(archive, kept.slice(1), entries, rename);
      case 'out-of-order': {
        const members = archive.members.map((_, at, all) => all[(at + 1) % all.length]);
        return writer.layOutArchive({ ...archive, members }, kept, entries, rename);
      }
    }
  };
  return { ...writer, layOutArchive };
});
afterEach(() => {
  switches.off.clear();
  switches.groups = true;
  switches.objects = true;
  switches.written = 'right';
  switches.openWorld = true;
  switches.unread = true;
});

const FOLDER = join(import.meta.dirname, '../../fixtures/plans');
const scenarios = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.plan'))
  .map((name) => ({ name, ...readPlanScenario(readFileSync(join(FOLDER, name), 'utf8')) }));

/** Decisions about every member of every scenario, on each of its linkers: `drop`, or the reason for keeping it. */
function allDecisions(change: typeof prepare = prepare): Map<string, string> {
  const decisions = new Map<string, string>();
  for (const { name, inputs, line, providers, ownership, linkers } of scenarios) {
    const labels = memberLabels(inputs);
    for (const linker of linkers) {
      const { verdicts } = planTrim(inputs, line, { providers, ownership, linker }, change(inputs, line));
      for (const verdict of verdicts) {
        const decision =
          verdict.kind === 'drop' ? 'drop' : verdict.kind === 'keep' ? verdict.reason : verdict.blocker.code;
        decisions.set(`${name} on ${linker?.id ?? 'any'}: ${labels[verdict.member]}`, decision);
      }
    }
  }
  return decisions;
}

/** Some member that stays for this reason is dropped, without what is switched off. */
function expectWrongDrop(reason: BlockCode | KeepReason, change?: typeof prepare): void {
  const wrong = [...allDecisions(change)]
    .filter(([member, decision]) => decision === 'drop' && honest.get(member) !== 'drop')
    .map(([member]) => honest.get(member));
  expect(wrong).toContain(reason);
}

const honest = allDecisions();

describe('a planner without one of its conditions drops what must stay', () => {
  test.each([
    ['C1', 'unresolved-reference'],
    ['C2', 'binding-moves'],
    ['C3', 'weak-reference-changes'],
    ['C4', 'loads-more'],
    ['C5', 'new-clash'],
    ['C6', 'side-effect-lost'],
    ['C7', 'content-differs'],
    ['C10', 'state-split'],
    ['C13', 'constructor-order'],
  ] as const)('%s, %s', (_, code) => {
    switches.off.add(code);
    expectWrongDrop(code);
  });

  test('C9, crates leave whole or not at all', () => {
    switches.groups = false;
    expectWrongDrop('crate-split');
  });

  test('C8, objects that are not on the line may refer to whatever C can name', () => {
    switches.openWorld = false;
    expectWrongDrop('unresolved-reference');
  });

  test('C8, what objects of the line use must be in the copy', () => {
    switches.objects = false;
    expectWrongDrop('unresolved-reference');
  });

  test('what was not found blocks', () => {
    switches.unread = false;
    expectWrongDrop('unread-library');
  });

  test('what cannot be read blocks', () => {
    expectWrongDrop('unreadable-neighbour', (inputs, line) => {
      const contents = inputs.contents.map((content) =>
        content.kind === 'unreadable' ? ({ kind: 'not-object' } as const) : content,
      );
      const prepared = prepare({ ...inputs, contents }, line);
      return { ...prepared, graph: { ...prepared.graph, inputs: { ...inputs, contents } } };
    });
  });

  test('a refuted copy is not a copy', () => {
    expectWrongDrop('other-content', (inputs, line) => {
      const prepared = prepare(inputs, line);
      const relation: typeof prepared.twins.relation = (one, other) => {
        const found = prepared.twins.relation(one, other);
        return found?.kind === 'other-content' ? { kind: 'same-unit', proof: 'names' } : found;
      };
      const { unit } = prepared.twins;
      const variants = {
        variantOf: (member: number) => unit[member],
        copiesOfVariant: (variant: number) => [variant],
      };
      return { ...prepared, twins: { ...prepared.twins, ...variants, relation } };
    });
  });

  test('a name alone is not evidence', () => {
    expectWrongDrop('no-twin', (inputs, line) => {
      const prepared = prepare(inputs, line);
      const isElsewhere = (one: number, other: number) => one !== other && one >= 0 && other >= 0;
      const declared = new Map(
        inputs.members.map(({ id, archive, name }) => [
          id,
          inputs.members
            .filter((other) => isElsewhere(archive, other.archive) && other.name === name)
            .map((other) => other.id),
        ]),
      );
      const relation: typeof prepared.twins.relation = (one, other) =>
        prepared.twins.relation(one, other) ??
        (inputs.members[one].name === inputs.members[other].name ? { kind: 'declared' } : null);
      const twins = { ...prepared.twins, declared };
      return { ...prepared, twins: { ...twins, ...listsOfAlike(inputs, twins), relation } };
    });
  });
});

describe('C11: an archive that is written wrong is not proved', () => {
  const founding = (name: string) => join(FOLDER, '../founding/elf', name);
  const line = ['main.o', 'libext_http.a', 'libstdlib.a'].map(founding);
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-mutation-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Trims with the writer that is switched on, and asks verify with the real one. */
  async function verified(): Promise<{ exitCode: number; out: string; error: string }> {
    const plan = join(folder, 'plan.json');
    const options = ['--provider', founding('libstdlib.a'), '--out-dir', join(folder, 'out'), '--plan', plan];
    expect(await runMain(['trim', '--quiet', ...options, ...line])).toMatchObject({ exitCode: 0 });
    return runMain(['verify', plan]);
  }

  test('written right it is', async () => {
    expect(await verified()).toMatchObject({ exitCode: 0, error: '' });
  });

  test.each([
    ['without-index', "the archive's index lacks"],
    ['one-too-few', 'has 0 members, but the plan keeps 1'],
    ['out-of-order', 'member 0 is'],
  ] as const)('%s', async (written, problem) => {
    switches.written = written;
    const { exitCode, out } = await verified();
    expect(exitCode).toBe(1);
    expect(out).toContain(problem);
  });
});
