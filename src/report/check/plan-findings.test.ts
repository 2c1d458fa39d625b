import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../check/findings.js';
import { parseNotation } from '../../link/notation/notation.js';
import { planTrim } from '../../plan/plan-trim.js';
import { describePlan, type PlanContext } from '../plan/describe-plan.js';
import { findingsOf } from './plan-findings.js';

const CONTEXT: PlanContext = {
  architecture: null,
  program: null,
  words: ['main.o', 'libw.a', 'libs.a'],
  rewrittenWords: null,
  linker: 'any',
  providers: [],
  ownership: [],
  skipped: [],
  outputs: [],
  remedies: [],
};

function find(notation: string, context: Partial<PlanContext> = {}): Finding[] {
  const { inputs, line } = parseNotation(notation);
  const providers = inputs.archives.filter(({ path }) => path === 'libs.a').map(({ id }) => id);
  const report = describePlan(planTrim(inputs, line, { providers, linker: null }), {
    ...CONTEXT,
    ...context,
  });
  return findingsOf([{ title: null, link: '', report }]);
}
const planFixture = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../../fixtures/plans/${name}.plan`), 'utf8').replace(
    /^provider:.*$/m,
    '',
  );
const told = (findings: readonly Finding[]) => findings.map(({ kind, count }) => `${kind} ${count}`);

describe('findings of a plan', () => {
  test('one name in files that are no copies collides; copies are defined twice', () => {
    const found = find(`
main.o:
  U wrap std_fn
libw.a(entry.o):
  T wrap
  U f g
libw.a(a.o): [content=A]
  T f clash
libw.a(b.o): [content=B]
  T g
  D slot
libs.a(s.o):
  T std_fn
  U h i
libs.a(a2.o): [content=C]
  T h clash
libs.a(b.o): [content=B]
  T g
  D slot
libs.a(c.o):
  T i
  U g
`);
    expect(told(found)).toEqual(['name-collision 1', 'droppable-copy 1']);
    expect(found[0]).toMatchObject({ symbols: ['clash'], remedy: null });
    expect(found[0].message).toBe(
      '1 name is defined by files that are not copies of each other, in libw.a and libs.a, such as clash',
    );
    expect(found[1], 'a command that removes no duplicate is not printed').toMatchObject({
      severity: 'note',
      remedy: null,
    });
  });

  test('names that only weak, common and COMDAT definitions have are not reported', () => {
    const found = find(`
main.o:
  U one two
libw.a(one.o): [content=A]
  T one
  W inline
  T group [group=sig]
  C common
libw.a(copy.o): [content=C]
  W only_weak
libs.a(two.o): [content=B]
  T two
  W inline
  T group [group=sig]
  C common
libs.a(copy.o): [content=C]
  W only_weak
`);
    expect(told(found)).toEqual([]);
  });

  test('without a program, what would collide is latent', () => {
    const archives = `
libw.a(a.o): [content=A]
  T f g
libt.a(b.o): [content=B]
  T f h
libt.a(c.o): [content=C]
  T g
`;
    expect(told(find(archives))).toEqual(['latent-duplicate 2']);
    expect(told(find(`main.o:\n  U f h\n${archives}`))).toEqual(['name-collision 1']);
  });

  test('two builds of a crate with state are told with their users', () => {
    const [found] = find(planFixture('two-builds-of-one-crate-are-two-states'));
    expect(found).toMatchObject({ kind: 'same-crate-other-build', severity: 'warning', count: 2 });
    expect(found.message).toBe(
      '2 builds of tokio, each with its own state: 1111111111111111 in libw.a, used by entry.o; 2222222222222222 in libs.a, used by s.o',
    );
  });

  test('indexes that lie or are not there, members that cannot be read, and what is not simulated', () => {
    expect(told(find(planFixture('an-index-that-lies-hides-the-copy')))).toContain('stale-symbol-index 1');
    const missing = find(planFixture('an-archive-without-index-serves-only-some-linkers'));
    expect(missing.find(({ kind }) => kind === 'missing-symbol-index')).toMatchObject({
      remedy: 'ranlib libs.a',
    });
    const unread = find(planFixture('an-unreadable-neighbour-blocks-its-archive'), {
      skipped: [{ what: '--wrap', reason: 'this option is not simulated' }],
    });
    expect(told(unread)).toEqual(['unreadable-member 1', 'blocked-copy 1', 'not-simulated 1']);
    expect(unread[0]).toMatchObject({ places: [{ file: 'libw.a', member: { ordinal: 1, name: 'lto.o' } }] });
  });

  test('a command names the program, providers, owners and linker that were given, and the line unless it is very long', () => {
    const copies = 'main.o:\n  U f\nlibw.a(a.o): [content=A]\n  T f\nlibs.a(a.o): [content=A]\n  T f\n';
    const [found] = find(copies, {
      program: 'cc',
      providers: ['lib s.a'],
      linker: 'lld',
      ownership: [],
      words: Array<string>(40).fill('main.o'),
    });
    const options = "ardedup trim --out-dir trimmed --provider 'lib s.a' --linker lld";
    expect(found.remedy).toBe(`${options} -- cc${' main.o'.repeat(40)}`);
    const [long] = find(copies, { words: Array<string>(700).fill('main.o') });
    expect(long.remedy).toBe('ardedup trim --out-dir trimmed -- <this link command>');
  });

  test('is the same list for the same plan, worst first, each with a fingerprint of its own', () => {
    const notation = planFixture('a-split-that-the-drop-mends-in-part');
    const found = find(notation);
    expect(find(notation)).toEqual(found);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
    expect(found[0].kind).toBe('split-state');
  });
});
