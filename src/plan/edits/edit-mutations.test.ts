import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type EditScenario, planOrCodes, readEditScenario } from '../../../test/edit-scenario.js';
import { readSymbolOrder } from '../../link/command/layout-patterns.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { findProfile } from '../../link/linkers/find-profile.js';
import type { MemberEdit } from './edit-plan.js';
import { NO_EDITS } from './edit-request.js';
import { judge } from './judge-edits.js';
import { planWithEdits } from './plan-with-edits.js';
import { sectionGraphs } from './section-graph.js';

/*
 * Each condition of an edit, switched off: the example that docs/safety.md has for its code must then no longer have
 * that code. A condition that another one makes superfluous, or an example that says nothing of it, fails here.
 */

type Condition = (...args: never[]) => Iterable<unknown>;

const { off, FOUND_BY, VERIFIED_BY, switchable } = vi.hoisted(() => {
  /** Names of conditions that are switched off. */
  const off = new Set<string>();
  /** By code: the condition that finds it. */
  const FOUND_BY = {
    'edit-recompiled': 'membersAreEditable',
    'edit-unresolved': 'bindingsAreAsPlanned',
    'edit-binding': 'bindingsAreAsPlanned',
    'edit-weak-reference': 'bindingsAreAsPlanned',
    'edit-effect': 'effectsStay',
    'edit-new-clash': 'clashesAreNotNew',
    'edit-splits-state': 'stateStaysOne',
    'edit-named-elsewhere': 'namesAreOnlyReferenced',
    'edit-protected-name': 'protectedNamesStay',
    'edit-registry': 'registriesStayWhole',
    'edit-allocator': 'allocatorsAreWhole',
    'edit-size': 'replacementsFit',
  };
  /** Findings in edits that the planner does not make. */
  const VERIFIED_BY = {
    'edit-not-editable': 'membersAreEditable',
    'edit-open-closure': 'isolationIsClosed',
    'edit-owner': 'replacementsFit',
    'edit-half-crate': 'redirectsAreProved',
  };
  /** Conditions of redirects, and those on the order and the number of effects. */
  const OTHERS = ['keptCodeHasNoState', 'orderStays', 'effectsAreNotNew'];
  const conditions = new Set<string>([...Object.values(FOUND_BY), ...Object.values(VERIFIED_BY), ...OTHERS]);
  const wrap =
    (condition: Condition): Condition =>
    (...args) =>
      off.has(condition.name) ? [] : condition(...args);
  /** The exports of a module, with conditions that can be switched off. */
  const switchable = (module: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(module).map(([name, value]) => {
        if (name === 'LINK_CONDITIONS') return [name, (value as Condition[]).map(wrap)];
        return [name, conditions.has(name) ? wrap(value as Condition) : value];
      }),
    );
  return { off, FOUND_BY, VERIFIED_BY, switchable };
});

vi.mock('./member-conditions.js', async (load) => switchable(await load()));
vi.mock('./isolation-conditions.js', async (load) => switchable(await load()));
vi.mock('./redirect-conditions.js', async (load) => switchable(await load()));
vi.mock('./kept-code.js', async (load) => switchable(await load()));
vi.mock('./order-conditions.js', async (load) => switchable(await load()));
vi.mock('./edit-conditions.js', async (load) => switchable(await load()));

afterEach(() => off.clear());

const SAFETY = readFileSync(join(import.meta.dirname, '../../../docs/safety.md'), 'utf8');

/** The example below the heading of a code. */
function exampleOf(code: string): { readonly options: string; readonly scenario: EditScenario } {
  const section = SAFETY.slice(SAFETY.indexOf(`### \`${code}\``));
  const [, options, notation] = /```edit\ntrim: (.*)\n([\s\S]*?)```/.exec(section) ?? [];
  return { options, scenario: readEditScenario(notation) };
}

const codesOf = (scenario: EditScenario, options: string): string[] => {
  const found = planOrCodes(scenario, options);
  return Array.isArray(found) ? found : [];
};

describe('without its condition no example is refused for its code', () => {
  test.each(Object.entries(FOUND_BY))('%s: %s', (code, condition) => {
    const { options, scenario } = exampleOf(code);
    expect(codesOf(scenario, options)).toContain(code);
    off.add(condition);
    expect(codesOf(scenario, options)).not.toContain(code);
  });
});

describe('without its condition no edit of another hand is refused for its code', () => {
  const scenario = readEditScenario(`
link: main.o libw.a libs.a
main.o:
  T main
  U w s
libw.a(w.o): [content=w]
  T w
  U f
libw.a(f.o): [content=wf]
  T f
libs.a(s.o): [content=s]
  T s f
`);
  const fileOf = (name: string) => scenario.inputs.members.findIndex((member) => member.name === name);
  const [main, other] = [fileOf('main.o'), fileOf('s.o')];
  const CHANGES: Record<keyof typeof VERIFIED_BY, (edit: MemberEdit) => MemberEdit> = {
    'edit-not-editable': (edit) => ({ ...edit, member: main }),
    'edit-open-closure': (edit) => ({ ...edit, newName: 's' }),
    'edit-owner': (edit) => ({
      ...edit,
      ...{ action: 'undefine', evidence: { kind: 'yield', pattern: 'f', provider: main } },
    }),
    'edit-half-crate': (edit) => ({
      ...edit,
      ...{ action: 'undefine', evidence: { kind: 'redirect', provider: other, proof: 'module-hash' } },
    }),
  };

  test.each(Object.entries(VERIFIED_BY))('%s: %s', (code, condition) => {
    const plan = planOrCodes(scenario, '--isolate libw.a', findProfile('gnu-ld'));
    if (Array.isArray(plan) || !plan.edits) throw new Error('no plan');
    const { edits, links } = plan.edits;
    const [edit] = edits.filter(({ member }) => member === fileOf('f.o'));
    const changed = CHANGES[code as keyof typeof VERIFIED_BY](edit);
    const images = sectionGraphs(scenario.inputs);
    const codes = () =>
      judge(scenario.prepared, links, { edits: [changed] }, () => false, images).problems.map(
        (one) => one.code,
      );
    expect(codes()).toContain(code);
    off.add(condition);
    expect(codes()).not.toContain(code);
  });
});

describe('redirects', () => {
  const UNIT = 'rt-0123456789abcdef.rt.1-cgu.0.rcgu.o.rcgu.o';
  const [KEPT, GIVEN] = [`libs.a(s-2222222222222222.${UNIT})`, `libw.a(w-1111111111111111.${UNIT})`];

  /**
   * A crate that thin LTO rewrote in both libraries: each copy has what the other lacks, and the hash of its module.
   */
  const crate = (hash: number, state = '') => `
link: main.o libs.a libw.a
main.o:
  T main
  U s w
libs.a(s.o): [content=s]
  T s
  U f low.llvm.77
${KEPT}:
  T f low.llvm.77
libw.a(w.o): [content=w]
  T w
  U f more.llvm.${hash} ${state}
${GIVEN}:
  T f more.llvm.${hash}
  ${state && `D ${state}`}
`;

  /** Symbols that are redirected, and why others are not. */
  function redirected(scenario: EditScenario, providers: string[] = []): string[] {
    const { inputs, line, prepared } = scenario;
    const owners = inputs.archives.filter(({ path }) => providers.includes(path)).map(({ id }) => id);
    const request = { ...NO_EDITS, redirect: true };
    const options = { providers: owners, linker: findProfile('gnu-ld') };
    const { edits } = planWithEdits(inputs, line, options, request, prepared);
    if (edits === null) throw new Error('no plan');
    const codes = edits.skipped.map(({ code }) => code);
    return [...edits.edits.map(({ name }) => inputs.symbols.names.text(name)), ...new Set(codes)];
  }

  test('edit-kept-state: keptCodeHasNoState', () => {
    const scenario = readEditScenario(crate(77, 'state'));
    expect(redirected(scenario)).toEqual(['edit-kept-state']);
    off.add('keptCodeHasNoState');
    expect(redirected(scenario)).toEqual(['f']);
  });

  test('edit-other-content: the proof of a copy', () => {
    expect(redirected(readEditScenario(crate(77)))).toEqual(['f']);
    const scenario = readEditScenario(crate(78));
    expect(redirected(scenario)).toEqual(['edit-other-content']);
    // The question of `crateCopies`, answered as if it were proved.
    const { prepared } = scenario;
    const twins = {
      ...prepared.twins,
      relation: () => ({ kind: 'same-unit', proof: 'module-hash' }) as const,
    };
    expect(redirected({ ...scenario, prepared: { ...prepared, twins } })).toEqual(['f']);
  });

  test('edit-other-content of another hand: redirectsAreProved', () => {
    const [proved, scenario] = [77, 78].map((hash) => readEditScenario(crate(hash)));
    const plan = planOrCodes(proved, '--redirect', findProfile('gnu-ld'));
    if (Array.isArray(plan) || !plan.edits) throw new Error('no plan');
    const { edits, links } = plan.edits;
    // Conditions of one list of edits are checked once.
    const codes = () =>
      judge(
        scenario.prepared,
        links,
        { edits: [...edits] },
        () => false,
        sectionGraphs(scenario.inputs),
      ).problems.map(({ code }) => code);
    expect(codes()).toContain('edit-other-content');
    off.add('redirectsAreProved');
    expect(codes()).not.toContain('edit-other-content');
  });

  /** Redirected, `f` of `libw.a` loads the crate of `libs.a` before `s.o`, and with it k.o. */
  const EARLIER = `
link: main.o libw.a libs.a state.o
main.o:
  T main
  U w s
libw.a(w.o): [content=w]
  T w
  U f more.llvm.77
${GIVEN}:
  T f more.llvm.77
${KEPT}:
  T f low.llvm.77
  U k
libs.a(k.o): [content=k]
  T k [init]
  U state
libs.a(s.o): [content=s]
  T s [init]
  U low.llvm.77 state
state.o:
  D state
`;

  test('edit-effect, of another order: orderStays', () => {
    const scenario = readEditScenario(EARLIER);
    expect(redirected(scenario, ['libs.a'])).toEqual(['edit-effect']);
    off.add('orderStays');
    expect(redirected(scenario, ['libs.a'])).toEqual(['f']);
  });

  test('edit-effect, of a new constructor: effectsAreNotNew', () => {
    // Redirected, `g` loads the second unit of the crate, and with it k.o.
    const scenario = readEditScenario(`
link: main.o --start-group libw.a libs.a --end-group state.o
main.o:
  T main
  U w s
libw.a(w.o): [content=w]
  T w
  U f more.llvm.77 g own.llvm.78
${GIVEN}:
  T f more.llvm.77
${GIVEN.replace('.1-', '.2-')}:
  T g own.llvm.78
${KEPT}:
  T f low.llvm.77
${KEPT.replace('.1-', '.2-')}:
  T g other.llvm.78
  U k
libs.a(k.o): [content=k]
  T k [init]
  U state
libs.a(s.o): [content=s]
  T s
  U low.llvm.77
state.o:
  D state
`);
    expect(redirected(scenario, ['libs.a'])).toEqual(['edit-effect']);
    off.add('effectsAreNotNew');
    expect(redirected(scenario, ['libs.a'])).toEqual(['f', 'g']);
  });
});

describe('a name that a list or script spells out', () => {
  const NOTATION = `
link: main.o libs.a libw.a
main.o:
  T main
  U s w
libs.a(s.o): [content=s]
  T s f
libw.a(w.o): [content=w]
  T w f
`;
  const versions = [{ global: ['f'], local: ['*'] }];
  const LISTS: [string, (line: LinkLine) => LinkLine][] = [
    ['a version script', (line) => ({ ...line, exports: { ...line.exports, versions } })],
    ['a dynamic list', (line) => ({ ...line, exports: { ...line.exports, added: ['f'] } })],
    ['a list of exports', (line) => ({ ...line, exports: { ...line.exports, only: ['f'] } })],
    ['names that are not exported', (line) => ({ ...line, exports: { ...line.exports, without: ['f'] } })],
    ['VERSION of a linker script', (line) => ({ ...line, layout: { ...line.layout, versions } })],
    ['PROVIDE', (line) => ({ ...line, layout: { ...line.layout, provided: ['f'] } })],
    ['an order file', (line) => ({ ...line, layout: { ...line.layout, ordered: ['f'] } })],
  ];

  test.each(LISTS)('%s', (_, withList) => {
    const scenario = readEditScenario(NOTATION);
    const given = { ...scenario, line: withList(scenario.line) };
    expect(codesOf(scenario, '--yield f=libs.a')).toEqual([]);
    expect(codesOf(given, '--yield f=libs.a')).toContain('edit-named-elsewhere');
    off.add('namesAreOnlyReferenced');
    expect(codesOf(given, '--yield f=libs.a')).not.toContain('edit-named-elsewhere');
  });

  test('files that order symbols name them alone, or after an object or member', () => {
    expect(readSymbolOrder('libw.a(w.o):f\nw.o:g # hot\nh\narm64:w.o:_k\n').ordered).toEqual([
      'f',
      'g',
      'h',
      '_k',
    ]);
  });

  test('a pattern does not name an edited symbol: it matches the same names after the edit', () => {
    const scenario = readEditScenario(NOTATION);
    const line = {
      ...scenario.line,
      exports: { ...scenario.line.exports, versions: [{ global: ['f*'], local: ['*'] }] },
    };
    expect(codesOf({ ...scenario, line }, '--yield f=libs.a')).toEqual([]);
  });
});
