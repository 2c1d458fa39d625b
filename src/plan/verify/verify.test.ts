import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { labelsOf } from '../../../test/oracles/real-linkers.js';
import { droppedLabels, notationOf, readPlanScenario } from '../../../test/plan-scenario.js';
import { withArchivesFirst } from '../../link/line/link-line.js';
import { buildInputs, memberLabels } from '../../link/notation/notation.js';
import { fileOf, type NotedLink, readNotation } from '../../link/notation/notation-text.js';
import { withUnknownUsers } from '../conditions/open-world.js';
import { planTrim, type TrimPlan } from '../plan-trim.js';
import type { BlockCode } from '../verdict.js';
import { type VerifyProblem, verifyEmitted } from './verify.js';

/** verify, put beside the planner: what the planner decided is proved, and what it refused to do is refused again. */

/** The emitted link: the noted one without some members. */
function emit(link: NotedLink, gone: ReadonlySet<string>): NotedLink {
  const labels = labelsOf(link);
  const members = link.members.filter((_, at) => !gone.has(labels[at]));
  const indexes = new Map(link.indexes);
  for (const [at, member] of link.members.entries()) {
    if (member.archive === null || !gone.has(labels[at])) continue;
    indexes.delete(member.archive);
    if (!members.some((other) => fileOf(other) === member.archive)) indexes.set(member.archive, []);
  }
  return { ...link, members, indexes };
}

/** The problems that verify reports if exactly these members are dropped, on the links of the plan. */
function verified(text: string, plan: TrimPlan, gone: ReadonlySet<string>): VerifyProblem[] {
  const link = readNotation(notationOf(text));
  const before = buildInputs(link);
  const after = buildInputs(emit(link, gone));
  const labels = memberLabels(before.inputs);
  const dropped = before.inputs.archives.map(
    ({ id }) =>
      new Set(
        before.inputs.members
          .filter(({ id: member, archive }) => archive === id && gone.has(labels[member]))
          .map(({ ordinal }) => ordinal),
      ),
  );
  const declared = new Map(
    plan.verdicts.flatMap((verdict) =>
      verdict.kind === 'drop' && verdict.evidence.kind === 'declared'
        ? [[verdict.member, before.inputs.members[verdict.twin].archive]]
        : [],
    ),
  );
  return verifyEmitted(
    {
      before,
      after,
      dropped,
      isDeclared: (member, instead) => declared.get(member) === before.inputs.members[instead].archive,
    },
    plan.scenarios.map(({ profile, variant }) => ({
      profile,
      prepareLine: (graph, line) => {
        const opened = plan.isOpenWorld ? withUnknownUsers(graph, line) : line;
        return variant === 'as-given' ? opened : withArchivesFirst(opened, plan.firstOwners);
      },
    })),
  );
}

const FOLDER = join(import.meta.dirname, '../../../fixtures/plans');
const scenarios = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.plan'))
  .map((name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    const { inputs, line, providers, ownership, linkers } = readPlanScenario(text);
    const plans = linkers.map((linker) => planTrim(inputs, line, { providers, ownership, linker }));
    return { name, text, inputs, plans };
  });

describe('every plan of fixtures/plans is proved', () => {
  test.each(scenarios.map(({ name, text, plans }) => [name, text, plans] as const))(
    '%s',
    (_, text, plans) => {
      for (const plan of plans) expect(verified(text, plan, new Set(droppedLabels(plan)))).toEqual([]);
    },
  );
});

/**
 * Conditions that verify asks itself. The others are about what the planner may take for a copy, or moves as a whole.
 */
const ASKED: readonly BlockCode[] = [
  'unresolved-reference',
  'binding-moves',
  'weak-reference-changes',
  'content-differs',
  'new-clash',
  'side-effect-lost',
  'state-split',
  'other-content',
];

/** Members that stay for one violation, by what it was. */
function blockedTogether({ verdicts }: TrimPlan, labels: readonly string[]): [BlockCode, string[]][] {
  const groups = new Map<string, [BlockCode, string[]]>();
  for (const verdict of verdicts) {
    if (verdict.kind !== 'blocked') continue;
    const { code, name, by } = verdict.blocker;
    const key = `${code} ${name} ${by}`;
    const group = groups.get(key) ?? [code, []];
    groups.set(key, group);
    group[1].push(labels[verdict.member]);
  }
  return [...groups.values()];
}

describe('members that the planner refused to drop are not proved when dropped anyway', () => {
  const forced = scenarios.flatMap(({ name, text, inputs, plans }) =>
    plans.flatMap((plan) =>
      blockedTogether(plan, memberLabels(inputs)).map(([code, members]) => ({
        name,
        text,
        plan,
        code,
        members,
      })),
    ),
  );

  test.each(ASKED)('%s', (code) => {
    const own = forced.filter((one) => one.code === code);
    expect(own.length).toBeGreaterThan(0);
    const missed = own.filter(({ text, plan, members }) => {
      const gone = new Set([...droppedLabels(plan), ...members]);
      return verified(text, plan, gone).length === 0;
    });
    expect(missed.map(({ name, members }) => `${name}: ${members.join(' ')}`)).toEqual([]);
  });
});

describe('a definition that is less than the one it replaces is not proved', () => {
  const unit = (archive: string, outer: string, row: string) =>
    `${archive}(${outer}rt-1111111111111111.rt.0.rcgu.o${outer === '' ? '' : '.rcgu.o'}):\n  ${row}\n`;

  test.each([
    ['weak', '', 'T f', 'W f', 'weak, and was strong'],
    ['in a COMDAT group', '', 'T f', 'T f [group=f]', 'in a COMDAT group, and was in none'],
    ['out of its COMDAT group', '', 'T f [group=f]', 'T f', 'in no COMDAT group, and was in one'],
    ['common', '', 'D f', 'C f', 'common, and was defined'],
    ['a thread-local of another size', '', 'D f [tls]', 'D f [tls] [size=16]', 'of size 16, and was of 8'],
    ['another kind', '', 'T f', 'i f', 'of a different kind'],
    ['hidden, in a shared library', '-shared', 'T f', 'T f [hidden]', 'hidden, and was exported'],
    ['hidden, in a program', '', 'T f', 'T f [hidden]', null],
    ['strong where it was weak', '', 'W f', 'T f', null],
  ])('%s', (_, flags, gone, instead, problem) => {
    const objects = 'main.o:\n  U f\n';
    const copies = unit('libw.a', '', gone) + unit('libs.a', 's-aaaaaaaaaaaaaaaa.', instead);
    const text = `provider: libs.a\nlink: ${flags} main.o libw.a libs.a\n${objects}${copies}`;
    const { inputs, line, providers, ownership } = readPlanScenario(text);
    const plan = planTrim(inputs, line, { providers, ownership, linker: null });
    const problems = verified(text, plan, new Set(['libw.a(rt-1111111111111111.rt.0.rcgu.o)']));
    if (problem === null) expect(problems).toEqual([]);
    else expect(problems.map((one) => one.problem)).toContainEqual(expect.stringContaining(problem));
  });

  test('nor is a member that stays with other bytes', () => {
    const rows = 'main.o:\n  U f\nlibw.a(w.o):\n  T f\n';
    const [before, after] = [rows, rows.replace('w.o):', 'w.o): [content=other]')].map((text) =>
      buildInputs(readNotation(text)),
    );
    const problems = verifyEmitted({ before, after, dropped: [new Set()] }, []);
    expect(problems).toEqual([{ where: 'libw.a(w.o)', problem: 'differs from the original' }]);
  });
});

test('verify imports nothing of the planner', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => /^verify(-\w+)*\.ts$/.test(name));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    const own = [...text.matchAll(/from '\.\/([\w-]+)\.js'/g)].map(([, name]) => name);
    expect(
      own.filter((name) => !name.startsWith('verify')),
      file,
    ).toEqual([]);
  }
});
