import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type EditScenario, planOrCodes, readEditScenario } from '../../../test/edit-scenario.js';
import { readSymbolOrder } from '../../link/command/layout-patterns.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { findProfile } from '../../link/linkers/find-profile.js';
import type { MemberEdit } from './edit-plan.js';
import { judge } from './plan-edits.js';
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
  const conditions = new Set<string>([...Object.values(FOUND_BY), ...Object.values(VERIFIED_BY)]);
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
