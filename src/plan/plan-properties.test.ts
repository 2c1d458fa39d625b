import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findProfile, profilesOf } from '../link/linker-profile.js';
import { buildInputs, memberLabels } from '../link/notation.js';
import { type NotedLink, type NotedMember, readNotation } from '../link/notation-text.js';
import type { Resolution } from '../link/resolution.js';
import { NO_DEMAND, STRONG_DEMAND } from '../link/resolution.js';
import { resolve } from '../link/resolve.js';
import { NONE } from '../symbols/symbol-table.js';
import { withUnknownUsers } from './open-world.js';
import { planTrim, prepare, type TrimPlan } from './plan-trim.js';
import { verifyEmitted } from './verify.js';

/*
 * Random links of libraries that bundle units from one pool: as they are, rewritten by LTO, or stale. The generator knows
 * what each member really is; the planner has only the files. What it drops is taken out of the notation, and the rest
 * linked again from the start.
 */

/** What somebody compiled once. */
interface Unit {
  readonly defines: readonly string[];
  readonly refersTo: readonly string[];
  readonly weakly: readonly string[];
  readonly hasState: boolean;
  readonly hasConstructor: boolean;
  readonly kind: 'T' | 'W' | 'D' | 'C';
  readonly isRust: boolean;
}
/** A copy of it in some archive. */
interface Bundled {
  readonly unit: number;
  readonly form: 'plain' | 'lto' | 'stale';
  /** Which of its definitions and references LTO left, as bits. */
  readonly keeps: number;
  readonly losesConstructor: boolean;
}
interface World {
  readonly units: readonly Unit[];
  readonly archives: readonly (readonly Bundled[])[];
  /** For each archive, what its own unit refers to. */
  readonly own: readonly (readonly string[])[];
  readonly main: {
    readonly refersTo: readonly string[];
    readonly weakly: readonly string[];
    readonly defines: readonly string[];
  };
  readonly order: readonly number[];
  readonly grouped: boolean;
  readonly whole: number;
  readonly hasObject: boolean;
  readonly provider: number;
  readonly linker: string;
}

const UNITS = 4;
const ARCHIVES = 3;
const unitNames = Array.from({ length: UNITS }, (_, unit) => [`u${unit}a`, `u${unit}b`]);
const anyName = fc.constantFrom(...unitNames.flat(), 'shared');
const names = (maxLength: number) => fc.uniqueArray(anyName, { maxLength });
const rarely = fc.integer({ min: 0, max: 9 }).map((number) => number === 0);

const unit = (at: number): fc.Arbitrary<Unit> =>
  fc.record({
    defines: fc.constantFrom(unitNames[at], unitNames[at], [...unitNames[at], 'shared']),
    refersTo: names(3),
    weakly: names(1),
    hasState: fc.boolean(),
    hasConstructor: rarely,
    kind: fc.constantFrom('T', 'T', 'T', 'W', 'D', 'C'),
    isRust: fc.constantFrom(true, true, false),
  });
const bundled: fc.Arbitrary<Bundled> = fc.record({
  unit: fc.nat(UNITS - 1),
  form: fc.constantFrom('plain', 'plain', 'lto', 'lto', 'stale'),
  keeps: fc.constantFrom(255, 255, 0b10101, 0b01101, 0b11010),
  losesConstructor: rarely,
});
const world: fc.Arbitrary<World> = fc.record({
  units: fc.tuple(...Array.from({ length: UNITS }, (_, at) => unit(at))),
  archives: fc.array(fc.uniqueArray(bundled, { selector: (one) => one.unit, maxLength: UNITS }), {
    minLength: ARCHIVES,
    maxLength: ARCHIVES,
  }),
  own: fc.array(names(3), { minLength: ARCHIVES, maxLength: ARCHIVES }),
  main: fc.record({ refersTo: names(2), weakly: names(2), defines: names(1) }),
  order: fc.array(fc.nat(ARCHIVES - 1), { maxLength: 2 }),
  grouped: rarely,
  whole: fc.integer({ min: 0, max: 11 }),
  hasObject: fc.constantFrom(true, true, true, false),
  provider: fc.integer({ min: -1, max: ARCHIVES - 1 }),
  linker: fc.constantFrom('any', 'gnu-ld', 'gold', 'lld-14', 'lld', 'mold'),
});

const HASH = (unitNumber: number, isStale: boolean) => `${isStale ? 9 : 1}00${unitNumber}`;
const build = (unitNumber: number) => `${unitNumber}`.repeat(16);

/** The link in the notation, and what each member really is: the same text for copies of one content. */
function describeWorld(one: World, nameOf: (archive: number) => string): { text: string; truth: string[] } {
  const rows: string[] = [];
  const truth: string[] = [];
  const first = [...new Set([...one.order, ...one.archives.keys()])];
  const line = [...first, ...one.order].map(nameOf);
  const spelled = line.map((path, at) =>
    at === one.whole ? `--whole-archive ${path} --no-whole-archive` : path,
  );
  const archives = one.grouped ? `--start-group ${spelled.join(' ')} --end-group` : spelled.join(' ');
  rows.push(`link: ${one.hasObject ? 'main.o ' : ''}${archives}`);
  if (one.hasObject) {
    rows.push('main.o:', '  U lib0 lib1 lib2', ...list('U', one.main.refersTo));
    const weakly = one.main.weakly.filter((name) => !one.main.refersTo.includes(name));
    rows.push(...list('w', weakly));
    const used = new Set([...one.main.refersTo, ...one.main.weakly]);
    rows.push(
      ...list(
        'T',
        one.main.defines.filter((name) => !used.has(name)),
      ),
    );
    truth.push('main');
  }
  // Members in the order of the line, as inputs are numbered.
  for (const archive of first) {
    rows.push(`${nameOf(archive)}(own.o):`, `  T lib${archive}`, ...list('U', one.own[archive]));
    truth.push(`own ${archive}`);
    for (const copy of one.archives[archive]) {
      rows.push(...describeCopy(one.units[copy.unit], copy, archive, nameOf(archive)));
      truth.push(`unit ${copy.unit} ${copy.form === 'stale' ? 'stale' : ''}`);
    }
  }
  return { text: rows.join('\n'), truth };
}

const list = (letter: string, all: readonly string[]) =>
  all.length > 0 ? [`  ${letter} ${all.join(' ')}`] : [];

function describeCopy(of: Unit, copy: Bundled, archive: number, path: string): string[] {
  const isLto = of.isRust && copy.form === 'lto';
  const isStale = copy.form === 'stale';
  const left = (all: readonly string[], shift: number) =>
    isLto ? all.filter((_, at) => (copy.keeps >> (at + shift)) & 1) : all;
  const defines = left(of.defines, 0);
  const refersTo = left(of.refersTo, 2).filter((name) => !of.defines.includes(name));
  const weakly = left(of.weakly, 3).filter(
    (name) => !of.defines.includes(name) && !of.refersTo.includes(name),
  );
  const stem = `c${copy.unit}-${build(copy.unit)}.0.rcgu.o`;
  const name = !of.isRust ? `c${copy.unit}.o` : isLto ? `l${archive}-${build(7)}.${stem}.rcgu.o` : stem;
  const mark = isStale ? ' [content=stale]' : '';
  const bitcode = of.isRust && !isLto ? ` [bitcode=${HASH(copy.unit, isStale)}]` : '';
  const state = `_RNvCs1_2c${copy.unit}5STATE`;
  const promoted = `_RNvCs1_2c${copy.unit}4KEPT${archive}.llvm.${HASH(copy.unit, isStale)}`;
  const hasConstructor = of.hasConstructor && !(isLto && copy.losesConstructor);
  return [
    `${path}(${name}):${mark}${bitcode}`,
    ...list(of.kind, defines),
    ...list('U', refersTo),
    ...list('w', weakly),
    ...(of.hasState ? [`  b ${of.isRust ? state : 'state'}`] : []),
    ...(isLto ? [`  T ${promoted} [hidden]`] : []),
    ...(hasConstructor ? [`  t start${copy.unit} [init]`] : []),
  ];
}

interface Planned {
  readonly noted: NotedLink;
  readonly truth: readonly string[];
  readonly plan: TrimPlan;
  readonly dropped: ReadonlySet<number>;
}

function planWorld(one: World, nameOf = (archive: number) => `lib${archive}.a`): Planned {
  const { text, truth } = describeWorld(one, nameOf);
  const noted = readNotation(text);
  const { inputs, line } = buildInputs(noted);
  const linker = one.linker === 'any' ? null : findProfile(one.linker);
  const providers =
    one.provider < 0 ? [] : [inputs.archives.findIndex(({ path }) => path === nameOf(one.provider))];
  const plan = planTrim(inputs, line, { providers, linker });
  expect(truth.length).toBe(inputs.members.length);
  const dropped = new Set(plan.verdicts.filter(({ kind }) => kind === 'drop').map(({ member }) => member));
  return { noted, truth, plan, dropped };
}

/** The link without the dropped members, from its notation on. */
function withoutDropped({ noted, dropped }: Planned): {
  link: ReturnType<typeof buildInputs>;
  kept: number[];
} {
  const { inputs } = buildInputs(noted);
  const all = memberLabels(inputs);
  const labelled = new Map<NotedMember, number>();
  const files = new Map<string, number>();
  for (const member of noted.members) {
    const key = `${member.archive}(${member.name})`;
    const nth = files.get(key) ?? 0;
    files.set(key, nth + 1);
    const label =
      member.archive === null ? member.name : nth > 0 ? `${member.archive}(${member.name}#${nth})` : key;
    labelled.set(member, all.indexOf(label));
  }
  const members = noted.members.filter((member) => !dropped.has(labelled.get(member) ?? NONE));
  const kept = inputs.members.map(({ id }) => id).filter((id) => !dropped.has(id));
  // An archive that lost all its members is still an archive.
  const indexes = new Map(noted.indexes);
  for (const { path } of inputs.archives)
    if (!members.some(({ archive }) => archive === path)) indexes.set(path, []);
  return { link: buildInputs({ ...noted, members, indexes }), kept };
}

/** By name: who provides it (member of the original link), and how it is wanted. */
function bindings(
  link: ReturnType<typeof buildInputs>,
  resolution: Resolution,
  original: (member: number) => number,
): Map<string, { by: number; demand: number }> {
  const { symbols } = link.inputs;
  const found = new Map<string, { by: number; demand: number }>();
  for (let name = 0; name < resolution.provider.length; name++) {
    const provider = resolution.provider[name];
    const by = provider === NONE ? NONE : original(symbols.member[provider]);
    found.set(symbols.names.text(name), { by, demand: resolution.demand[name] });
  }
  return found;
}

function checkPlan(planned: Planned): void {
  const { plan, truth, dropped, noted } = planned;
  const before = buildInputs(noted);
  const { link: after, kept } = withoutDropped(planned);
  const graphs = { before: prepare(before.inputs).graph, after: prepare(after.inputs).graph };
  const unknown = plan.isOpenWorld ? withUnknownUsers(graphs.before, before.line).roots : before.line.roots;
  const rootTexts = unknown.map(({ name, reason }) => ({
    text: before.inputs.symbols.names.text(name),
    reason,
  }));
  const profiles = plan.scenarios.filter(({ isGivenLine }) => isGivenLine).map(({ profile }) => profile);
  for (const profile of profiles) {
    const rootsOf = (link: typeof before) =>
      rootTexts.map(({ text, reason }) => ({ name: link.inputs.symbols.names.internText(text), reason }));
    const run = (link: typeof before, graph: typeof graphs.before) =>
      resolve(
        graph,
        { ...link.line, roots: rootsOf(link) },
        profile,
        new Uint8Array(link.inputs.members.length),
      );
    const one = run(before, graphs.before);
    const two = run(after, graphs.after);
    const was = bindings(before, one, (member) => member);
    const is = bindings(after, two, (member) => kept[member]);
    for (const [name, { by, demand }] of is) {
      const old = was.get(name) ?? { by: NONE, demand: NO_DEMAND };
      if (by === NONE && demand !== NO_DEMAND)
        expect(
          old.by === NONE && (demand !== STRONG_DEMAND || old.demand === STRONG_DEMAND),
          `${name} is lost`,
        ).toBe(true);
      if (by !== NONE && old.by !== NONE) expect(truth[by], `${name} has moved`).toBe(truth[old.by]);
    }
    const copies = (loaded: readonly number[], original: (member: number) => number) => {
      const counts = new Map<string, number>();
      for (const member of loaded) {
        const what = truth[original(member)];
        counts.set(what, (counts.get(what) ?? 0) + 1);
      }
      return counts;
    };
    const had = copies(one.loaded, (member) => member);
    for (const [what, count] of copies(two.loaded, (member) => kept[member]))
      expect(count, `copies of ${what}`).toBeLessThanOrEqual(Math.max(1, had.get(what) ?? 0));
    const started = (link: typeof before, { loaded }: Resolution) =>
      new Set(
        loaded.flatMap((member) => {
          const content = link.inputs.contents[member];
          return content.kind === 'object' ? content.info.sideEffects.flatMap(({ entries }) => entries) : [];
        }),
      );
    expect([...started(after, two)]).toEqual(expect.arrayContaining([...started(before, one)]));
    expect(two.clashes.length).toBeLessThanOrEqual(one.clashes.length);
  }
  for (const { id, archive } of before.inputs.members) {
    const verdict = plan.verdicts[id];
    if (verdict.kind !== 'drop') continue;
    expect(truth[verdict.twin]).toBe(truth[id]);
    expect(dropped.has(verdict.twin), 'the copy that it goes for stays').toBe(false);
    expect(before.inputs.members[verdict.twin].archive).not.toBe(archive);
  }
  expect(
    verifyEmitted(
      {
        before,
        after,
        dropped: before.inputs.archives.map(
          ({ firstMember, stored }) =>
            new Set(
              stored.members.map(({ ordinal }) => ordinal).filter((at) => dropped.has(firstMember + at)),
            ),
        ),
      },
      profilesOf('elf')
        .filter((profile) => profiles.includes(profile))
        .map((profile) => ({
          profile,
          prepareLine: (graph, line) => (plan.isOpenWorld ? withUnknownUsers(graph, line) : line),
        })),
    ),
  ).toEqual([]);
}

const kinds = ({ plan }: Planned) => plan.verdicts.map(({ kind }) => kind);

describe('plans of random links', () => {
  let drops = 0;
  let blocked = 0;

  test('lose no definition, move no name to other content, start what started, split no more state', () => {
    fc.assert(
      fc.property(world, (one) => {
        const planned = planWorld(one);
        drops += planned.dropped.size;
        blocked += planned.plan.verdicts.filter(({ kind }) => kind === 'blocked').length;
        checkPlan(planned);
      }),
      { numRuns: 1500, seed: 5920 },
    );
    // Otherwise the above says nothing.
    expect(drops).toBeGreaterThan(600);
    expect(blocked).toBeGreaterThan(300);
  }, 120_000);

  test('do not depend on what archives are called, and are the same twice', () => {
    fc.assert(
      fc.property(world, (one) => {
        const planned = kinds(planWorld(one));
        expect(kinds(planWorld(one))).toEqual(planned);
        expect(kinds(planWorld(one, (archive) => `${['zz/x', 'a', 'm/n/o'][archive]}.lib`))).toEqual(planned);
      }),
      { numRuns: 300, seed: 8455 },
    );
  }, 120_000);
});
