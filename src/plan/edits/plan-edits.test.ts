import { describe, expect, test } from 'vitest';
import { LARGER_COPY, planOrCodes, REORDERED_COPIES, readEditScenario } from '../../../test/edit-scenario.js';
import { findProfile } from '../../link/linkers/find-profile.js';
import type { MemberEdit } from './edit-plan.js';
import { judge } from './judge-edits.js';
import { firstWinsEdits } from './kinds/first-wins.js';
import type { EditedPlan } from './plan-with-edits.js';
import { sectionGraphs } from './section-graph.js';

const GNU_LD = findProfile('gnu-ld');

/** `libw.a(w.o) f hide-and-rename`, without the digits of new names. */
function edited(plan: EditedPlan | string[]): string[] {
  if (Array.isArray(plan)) return plan;
  const { inputs, edits } = plan.edits ?? { inputs: plan.graph.inputs, edits: [] };
  return edits.map(
    ({ member, name, action }) =>
      `${inputs.members[member].source.label} ${inputs.symbols.names.text(name)} ${action}`,
  );
}

const duplicates = (plan: EditedPlan | string[]): number =>
  Array.isArray(plan) ? -1 : plan.scenarios.reduce((sum, { after }) => sum + after.clashes.length, 0);

const TWO_LIBRARIES = `
link: main.o libw.a libs.a
main.o:
  T main
  U w s
libw.a(w.o): [content=w]
  T w
  U f g
libw.a(f.o): [content=wf]
  T f g
libs.a(s.o): [content=s]
  T s f
`;

test('an edit does not change which weak definition files use that define it themselves', () => {
  // The first definition is used: that of libw.a(a.o), which the edited link does not load.
  const notation = `
link: main.o libw.a libs.a
main.o:
  T main
  U a b
libw.a(a.o): [content=a]
  T a
  W x
libw.a(b.o): [content=b]
  T b
  W x
libs.a(s.o): [content=s]
  T a
  W x
`;
  const scenario = readEditScenario(notation);
  expect(planOrCodes(scenario, '--yield a=libs.a')).toEqual(['edit-binding']);
  const alone = notation.replaceAll('  W x\n', '');
  expect(edited(planOrCodes(readEditScenario(alone), '--yield a=libs.a'))).toEqual([
    'libw.a(a.o) a undefine',
  ]);
});

test('a library that only the yielding file keeps in the output is still needed', () => {
  const notation = `
link: main.o libw.a libs.a --as-needed libz.so
main.o:
  T main
  U f
libw.a(f.o): [content=w]
  T f
  U z
libs.a(f.o): [content=s]
  T f
libz.so: [shared]
  T z
`;
  expect(planOrCodes(readEditScenario(notation), '--yield f=libs.a')).toEqual(['edit-effect']);
  const other = notation.replace('  U f\n', '  U f z\n');
  expect(edited(planOrCodes(readEditScenario(other), '--yield f=libs.a'))).toEqual([
    'libw.a(f.o) f undefine',
  ]);
});

test('a relocatable output still offers hidden symbols to the next link', () => {
  const notation = `
link: -r main.o libw.a libs.a
main.o:
  T main
  U f
libw.a(f.o): [content=w]
  T f
  T g [hidden]
libs.a(f.o): [content=s]
  T f
`;
  const plan = (text: string) => edited(planOrCodes(readEditScenario(text), '--yield f=libs.a', GNU_LD));
  expect(plan(notation)).toEqual(['edit-binding']);
  expect(plan(notation.replace('-r', '-shared'))).toEqual(['libw.a(f.o) f undefine']);
});

describe('isolate', () => {
  test('renames all that the archive defines and uses itself, but its API', () => {
    const plan = planOrCodes(readEditScenario(TWO_LIBRARIES), '--isolate libw.a', GNU_LD);
    expect(edited(plan)).toEqual([
      'libw.a(w.o) f hide-and-rename',
      'libw.a(w.o) g hide-and-rename',
      'libw.a(f.o) f hide-and-rename',
      'libw.a(f.o) g hide-and-rename',
    ]);
    expect(duplicates(plan)).toBe(0);
  });

  test('keeps the name of a definition that overrides a weak default of another file', () => {
    const notation = `
link: main.o libs.a libw.a
main.o:
  T main
  U s w
libs.a(s.o): [content=s]
  T s f
  W hook
libw.a(w.o): [content=w]
  T w f hook
libw.a(x.o): [content=x]
  T x
  U f hook
`;
    const names = (text: string) =>
      edited(planOrCodes(readEditScenario(text), '--isolate libw.a', GNU_LD)).map(
        (edit) => edit.split(' ')[1],
      );
    expect(new Set(names(notation))).toEqual(new Set(['f']));
    expect(new Set(names(notation.replace('W hook', 'T hook')))).toEqual(new Set(['f', 'hook']));
  });

  test('shares what is a proved copy and refers to nothing isolated', () => {
    const notation = `
link: main.o libs.a libw.a
main.o:
  T main
  U w s
libs.a(s.o): [content=s]
  T s f
  U shared
libs.a(shared.o): [content=shared]
  T shared
libw.a(w.o): [content=w]
  T w f
  U shared
libw.a(user.o): [content=u]
  U f
libw.a(shared.o): [content=shared]
  T shared
`;
    const plan = planOrCodes(readEditScenario(notation), '--isolate libw.a', GNU_LD);
    expect(edited(plan)).toEqual(['libw.a(w.o) f hide-and-rename', 'libw.a(user.o) f hide-and-rename']);
  });

  test('isolates a copy that refers to an isolated name', () => {
    const notation = `
link: main.o libs.a libw.a
main.o:
  T main
  U w s
libs.a(s.o): [content=s]
  T s handler
  U core
libs.a(core.o): [content=core]
  T core
  U handler
libw.a(w.o): [content=w]
  T w handler
  U core
libw.a(core.o): [content=core]
  T core
  U handler
`;
    const plan = planOrCodes(readEditScenario(notation), '--isolate libw.a', GNU_LD);
    expect(edited(plan)).toContain('libw.a(core.o) core hide-and-rename');
    expect(edited(plan)).toContain('libw.a(w.o) core hide-and-rename');
  });

  test('a split is accepted by name, and by that name alone', () => {
    const notation = `
link: main.o libs.a libw.a
main.o:
  T main
  U w s
libs.a(s.o): [content=s]
  T s
  U counter
libs.a(c.o): [content=sc]
  D counter
libw.a(w.o): [content=w]
  T w
  U counter
libw.a(c.o): [content=wc]
  D counter
`;
    const scenario = readEditScenario(notation);
    expect(planOrCodes(scenario, '--isolate libw.a', GNU_LD)).toEqual(['edit-splits-state']);
    expect(planOrCodes(scenario, '--isolate libw.a --accept-split count', GNU_LD)).toEqual([
      'edit-splits-state',
    ]);
    expect(Array.isArray(planOrCodes(scenario, '--isolate libw.a --accept-split count*', GNU_LD))).toBe(
      false,
    );
  });

  const APART = (use: string) => `
link: main.o libs.a libw.a
main.o:
  T main
  U w s
libs.a(s.o): [content=s]
  T s f
  U counter
libs.a(c.o): [content=sc]
  D counter
libw.a(w.o): [content=w]
  T w
  U f next
libw.a(f.o): [content=wf]
  T f
libw.a(next.o): [content=next]
  T next
  U ${use}
libw.a(dead.o): [content=dead]
  T dead extra
  U counter
libw.a(c.o): [content=wc]
  D counter
`;

  test('a global that code of the archive reaches through other files is split', () => {
    expect(planOrCodes(readEditScenario(APART('dead')), '--isolate libw.a', GNU_LD)).toEqual([
      'edit-splits-state',
    ]);
  });

  test('a global that only unreached code uses is not', () => {
    // dead.o is loaded, and nothing refers to its names.
    const notation = APART('extra2')
      .replace('T next', 'T next extra2')
      .replace('libs.a libw.a', 'libs.a --whole-archive libw.a');
    const plan = planOrCodes(readEditScenario(notation), '--isolate libw.a', GNU_LD);
    expect(edited(plan)).toContain('libw.a(c.o) counter hide-and-rename');
  });

  test('a missing name, and a new name that was there, are found', () => {
    const scenario = readEditScenario(TWO_LIBRARIES);
    const plan = planOrCodes(scenario, '--isolate libw.a', GNU_LD);
    if (Array.isArray(plan) || !plan.edits) throw new Error('no plan');
    const { links, edits } = plan.edits;
    const ask = (given: typeof edits) =>
      judge(
        scenario.prepared,
        links,
        { edits: given },
        () => false,
        sectionGraphs(scenario.inputs),
      ).problems.map(({ code }) => code);
    expect(ask(edits)).toEqual([]);
    expect(ask(edits.slice(1))).toContain('edit-open-closure');
    expect(ask(edits.map((edit) => ({ ...edit, newName: 's' })))).toContain('edit-open-closure');
    // Objects of the line are not written again.
    const object = scenario.inputs.members.findIndex(({ name }) => name === 'main.o');
    expect(ask([{ ...edits[0], member: object }])).toContain('edit-not-editable');
  });
});

describe('yield', () => {
  const notation = `
link: main.o libs.a libw.a
main.o:
  T main
  U w s
libs.a(s.o): [content=s]
  T s js_new _ZN1f
libw.a(w.o): [content=w]
  T w js_new _ZN1f
`;

  test('C names by a pattern, mangled ones by their name', () => {
    const scenario = readEditScenario(notation);
    expect(edited(planOrCodes(scenario, '--yield js_*=libs.a --first-wins', GNU_LD))).toEqual([
      'libw.a(w.o) js_new undefine',
      'libw.a(w.o) _ZN1f weaken',
    ]);
    expect(edited(planOrCodes(scenario, '--yield *=libs.a', GNU_LD))).toEqual([
      'libw.a(w.o) js_new undefine',
    ]);
    const named = planOrCodes(scenario, '--yield js_new=libs.a --yield _ZN1f=libs.a', GNU_LD);
    expect(duplicates(named)).toBe(0);
  });

  test('and names that compilers made, since C cannot spell a dot', () => {
    const scenario = readEditScenario(notation.replaceAll('_ZN1f', 'anon.5f3.0.llvm.813'));
    expect(edited(planOrCodes(scenario, '--yield *=libs.a', GNU_LD))).toEqual([
      'libw.a(w.o) js_new undefine',
    ]);
    const named = planOrCodes(scenario, '--yield anon.5f3.0.llvm.813=libs.a', GNU_LD);
    expect(edited(named)).toEqual(['libw.a(w.o) anon.5f3.0.llvm.813 undefine']);
  });

  test('of a name that the line requires', () => {
    const required = readEditScenario(notation.replace('libs.a libw.a', 'libs.a libw.a -u js_new'));
    const plan = planOrCodes(required, '--yield js_*=libs.a', GNU_LD);
    expect(edited(plan)).toEqual(['libw.a(w.o) js_new undefine']);
    // A weak definition, or one of another name, is not what the line requires.
    expect(planOrCodes(required, '--first-wins', GNU_LD)).toContain('edit-named-elsewhere');
    const wrapped = readEditScenario(notation.replace('libs.a libw.a', 'libs.a libw.a --wrap js_new'));
    expect(planOrCodes(wrapped, '--yield js_*=libs.a', GNU_LD)).toContain('edit-named-elsewhere');
  });

  test('a proved copy is dropped, not edited', () => {
    const copies = notation
      .replace('link: main.o libs.a libw.a', 'link: main.o libw.a libs.a')
      .replace(
        'libw.a(w.o): [content=w]',
        'libw.a(s.o): [content=s]\n  T s js_new _ZN1f\nlibw.a(w.o): [content=w]',
      )
      .replace('  T w js_new _ZN1f', '  T w js_other\n  U js_new')
      .concat('libs.a(o.o): [content=o]\n  T js_other\n')
      .replace('  U w s\n', '  U w s js_other\n');
    const plan = planOrCodes(readEditScenario(copies), '--yield js_*=libs.a', GNU_LD);
    expect(edited(plan)).toEqual(['libw.a(w.o) js_other undefine']);
    expect(Array.isArray(plan) ? [] : plan.verdicts.filter(({ kind }) => kind === 'drop')).toHaveLength(1);
    expect(duplicates(plan)).toBe(0);
  });

  test('only to a strong definition', () => {
    const weak = notation.replace('T s js_new _ZN1f', 'T s _ZN1f\n  W js_new');
    expect(planOrCodes(readEditScenario(weak), '--yield js_new=libs.a', GNU_LD)).toEqual(['edit-no-effect']);
    const scenario = readEditScenario(notation);
    const plan = planOrCodes(scenario, '--yield js_new=libs.a', GNU_LD);
    if (Array.isArray(plan) || !plan.edits) throw new Error('no plan');
    const [edit] = plan.edits.edits;
    // A file that does not define the name cannot serve.
    const provider = scenario.inputs.members.findIndex(({ name }) => name === 'main.o');
    const asked = judge(
      scenario.prepared,
      plan.edits.links,
      { edits: [{ ...edit, evidence: { kind: 'yield', pattern: 'js_new', provider } }] },
      () => false,
      sectionGraphs(scenario.inputs),
    );
    expect(asked.problems.map(({ code }) => code)).toContain('edit-owner');
  });
});

describe('a name that no file defines', () => {
  /** The owner's copy refers to a name that the loaded one does not. */
  const codes = (old: string, now: string) =>
    edited(
      planOrCodes(
        readEditScenario(`
link: main.o libw.a libs.a
main.o:
  T main
  U f g ${old}
libw.a(f.o): [content=w]
  T f g
libs.a(f.o): [content=s]
  T f
  U ${now}
`),
        '--yield f=libs.a',
        GNU_LD,
      ),
    );
  const YIELDED = ['libw.a(f.o) f undefine'];

  test('is newly unresolved, unless the link already lacks names', () => {
    expect(codes('', 'lost')).toEqual(['edit-unresolved']);
    expect(codes('puts', 'lost')).toEqual(YIELDED);
  });

  test('the linker defines some names itself', () => {
    expect(codes('', '_GLOBAL_OFFSET_TABLE_')).toEqual(YIELDED);
    expect(codes('_GLOBAL_OFFSET_TABLE_', 'lost')).toEqual(['edit-unresolved']);
  });
});

describe('first-wins', () => {
  test('weakens the losers, and nothing else', () => {
    const plan = planOrCodes(readEditScenario(TWO_LIBRARIES), '--first-wins', GNU_LD);
    expect(edited(plan)).toEqual(['libs.a(s.o) f weaken']);
    expect(duplicates(plan)).toBe(0);
  });

  test('linkers that disagree on the winner are told apart', () => {
    const { prepared, line } = readEditScenario(TWO_LIBRARIES);
    const plan = planOrCodes({ inputs: prepared.graph.inputs, line, prepared }, '--first-wins', GNU_LD);
    if (Array.isArray(plan) || !plan.edits) throw new Error('no plan');
    const [{ before }] = plan.edits.links;
    const [clash] = before.clashes;
    const other = { ...before, winners: before.winners.slice() };
    const loser = clash.definitions.find((symbol) => symbol !== before.winners[clash.name]);
    other.winners[clash.name] = loser ?? -1;
    const { problems } = firstWinsEdits(prepared, [before, other], '01234567');
    expect(problems.map(({ code }) => code)).toEqual(['edit-linkers-differ']);
  });

  test('a loser on one linker is the only definition on another', () => {
    const scenario = readEditScenario(`
link: libw.a main.o libs.a
main.o:
  T main
  U f s
libw.a(f.o): [content=w]
  T f
libs.a(s.o): [content=s]
  T s f
`);
    expect(planOrCodes(scenario, '--first-wins')).toEqual(['edit-linkers-differ']);
    const plan = planOrCodes(scenario, '--first-wins', findProfile('lld'));
    expect(edited(plan)).toEqual(['libs.a(s.o) f weaken']);
  });
});

describe('an edit of the definition that serves instead', () => {
  /** The copies of `f` in libw.a and libx.a are equal: a plan without edits drops one of them. */
  const scenario = readEditScenario(`
link: main.o --whole-archive libw.a libs.a libx.a
main.o:
  T main
  U f
libw.a(f.o): [content=w]
  T f
libs.a(f.o): [content=s]
  T f
libs.a(h.o): [content=sh]
  T h
libx.a(f.o): [content=w]
  T f
libx.a(h.o): [content=xh]
  T h
`);

  test('first-wins does not weaken the owner of a name that yields', () => {
    const plan = planOrCodes(scenario, '--yield f=libs.a --first-wins', GNU_LD);
    expect(edited(plan)).toEqual([
      'libw.a(f.o) f undefine',
      'libx.a(f.o) f undefine',
      'libx.a(h.o) h weaken',
    ]);
  });

  test('is refused in edits of another hand', () => {
    const plan = planOrCodes(scenario, '--yield f=libs.a', GNU_LD);
    if (Array.isArray(plan) || !plan.edits) throw new Error(`${plan}`);
    const { edits, links } = plan.edits;
    const [{ member, name, evidence }] = edits;
    if (evidence.kind !== 'yield') throw new Error('no yield');
    const codes = (given: typeof edits) =>
      judge(
        scenario.prepared,
        links,
        { edits: given },
        () => false,
        sectionGraphs(scenario.inputs),
      ).problems.map(({ code }) => code);
    expect(codes(edits)).not.toContain('edit-owner');
    const weakened: MemberEdit = {
      ...edits[0],
      ...{ member: evidence.provider, name, action: 'weaken' },
      evidence: { kind: 'first-wins', provider: member },
    };
    expect(codes([...edits, weakened])).toContain('edit-owner');
  });
});

describe('order', () => {
  /** Codes of what changes its order after an edit that the user decided. */
  const reordered = (notation: string, options: string) => {
    const plan = planOrCodes(readEditScenario(notation), options, GNU_LD);
    return Array.isArray(plan) ? plan : [...new Set(plan.edits?.reordered.map(({ code }) => code))];
  };

  test('an undefined name loads the copies in another order of constructors', () => {
    expect(reordered(REORDERED_COPIES, '--yield f=libs.a')).toEqual(['edit-effect']);
    // Without a constructor in one of them nothing changes places.
    const plain = REORDERED_COPIES.replace('T g [init]', 'T g');
    expect(reordered(plain, '--yield f=libs.a')).toEqual([]);
  });

  test('and the entries of a registry in another order', () => {
    const notation = `
link: main.o libw.a libs.a
main.o:
  T main
  U f g __start_plugins
libw.a(f.o): [content=f]
  T f
  D e [registry=plugins]
libw.a(g.o): [content=g]
  T g
  D d [registry=plugins]
libs.a(f.o): [content=f]
  T f
  D e [registry=plugins]
`;
    expect(reordered(notation, '--yield f=libs.a')).toEqual(['edit-effect']);
    const unwalked = notation.replace(' __start_plugins', '');
    expect(reordered(unwalked, '--yield f=libs.a')).toEqual([]);
  });

  /** Files with effects that are new after an edit that the user decided. */
  const added = (notation: string, options: string) => {
    const plan = planOrCodes(readEditScenario(notation), options, GNU_LD);
    if (Array.isArray(plan) || !plan.edits) throw new Error(`${plan}`);
    const { edits } = plan;
    return edits.added.map(({ member }) => edits.inputs.members[member].source.label);
  };

  test('a larger copy that a yield loads adds an entry, a constructor, or nothing', () => {
    expect(added(LARGER_COPY, '--yield f=libs.a')).toEqual(['libs.a(f.o)']);
    expect(added(LARGER_COPY.replace('  T f\n  D e', '  T f [init]\n  R e'), '--yield f=libs.a')).toEqual([
      'libs.a(f.o)',
    ]);
    expect(added(LARGER_COPY.replace('  D e [registry=plugins]\n', ''), '--yield f=libs.a')).toEqual([]);
  });

  test('an entry of a copy that was in the link, and one that a dropped copy had, are not new', () => {
    const loaded = LARGER_COPY.replace('libw.a libs.a', 'libw.a --whole-archive libs.a');
    expect(added(loaded, '--yield f=libs.a')).toEqual([]);
    const shared = `
link: main.o libw.a libs.a
main.o:
  T main
  U f g
libw.a(f.o): [content=f]
  T f
  D e [registry=plugins]
libw.a(g.o): [content=g]
  T g h
libs.a(f.o): [content=f]
  T f
  U h
  D e [registry=plugins]
libs.a(h.o): [content=h]
  T h
`;
    expect(added(shared, '--yield h=libs.a')).toEqual([]);
  });

  test('and a copy that a linker script places elsewhere', () => {
    const scenario = readEditScenario(`
link: main.o libw.a libs.a
main.o:
  T main
  U f
libw.a(f.o): [content=f]
  T f
libs.a(f.o): [content=f]
  T f
`);
    const withFiles = (...files: string[]) => ({
      ...scenario,
      line: { ...scenario.line, layout: { ...scenario.line.layout, files } },
    });
    const moved = (file: string) => {
      const plan = planOrCodes(withFiles(file), '--yield f=libs.a', GNU_LD);
      return Array.isArray(plan) ? plan : plan.edits?.reordered.map(({ code }) => code);
    };
    expect(moved('*libs.a:f.o')).toEqual(['edit-effect']);
    expect(moved('*libx.a:f.o')).toEqual([]);
  });

  test('drops around edits keep the order in which an edited copy runs again', () => {
    const notation = `
link: main.o --whole-archive libs.a libw.a
main.o:
  T main
libs.a(u.o): [content=u]
  T u [init]
  U state
libs.a(v.o): [content=v]
  T v [init]
  U state
libs.a(state.o):
  D state
  T shared
libw.a(u.o): [content=u]
  T u [init]
  U state
libw.a(v.o): [content=v]
  T v [init]
  U state
libw.a(x.o):
  T x
  T shared
`;
    // Without u.o's second run, v.o's could be dropped: it would then run before the last of u.o, not after it.
    const plan = planOrCodes(readEditScenario(notation), '--yield u=libs.a', GNU_LD);
    if (Array.isArray(plan)) throw new Error(plan.join());
    expect(plan.verdicts.filter(({ kind }) => kind === 'drop')).toEqual([]);
  });
});
