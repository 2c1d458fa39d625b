import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findFurtherDrop } from '../../test/random/further-drop.js';
import { describeWorld, type World, world } from '../../test/random/random-world.js';
import { findProfile, profilesOf } from '../link/linkers/find-profile.js';
import { buildInputs, memberLabels } from '../link/notation/notation.js';
import { type NotedLink, type NotedMember, readNotation } from '../link/notation/notation-text.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { STRONGLY_REFERENCED, UNREFERENCED } from '../link/resolve/resolution.js';
import { resolve } from '../link/resolve/resolve.js';
import { NONE } from '../symbols/table.js';
import { withUnknownUsers } from './conditions/open-world.js';
import { planTrim, prepare, type TrimPlan } from './plan-trim.js';
import { verifyEmitted } from './verify/verify.js';

/** Plans of random links, each checked against the link that is made of what is left, from the start. */

const RUNS = Number(process.env.ARDEDUP_PROPERTY_RUNS ?? 800);

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
  for (let name = 0; name < resolution.winners.length; name++) {
    const provider = resolution.winners[name];
    const by = provider === NONE ? NONE : original(symbols.member[provider]);
    found.set(symbols.names.text(name), { by, demand: resolution.referenceStrength[name] });
  }
  return found;
}

/**
 * Checks the links with and without the dropped members, by the true content of each member.
 * @param uncounted units that may be loaded more often than before: copies that the planner could not see
 */
function checkLinks(planned: Planned, uncounted: ReadonlySet<string> = new Set()): void {
  const { plan, truth, noted } = planned;
  const before = buildInputs(noted);
  const { link: after, kept } = withoutDropped(planned);
  const graphs = {
    before: prepare(before.inputs, before.line).graph,
    after: prepare(after.inputs, after.line).graph,
  };
  const unknown = plan.isOpenWorld ? withUnknownUsers(graphs.before, before.line).roots : before.line.roots;
  const rootTexts = unknown.map(({ name, reason }) => ({
    text: before.inputs.symbols.names.text(name),
    reason,
  }));
  const profiles = plan.scenarios
    .filter(({ variant }) => variant === 'as-given')
    .map(({ profile }) => profile);
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
      const old = was.get(name) ?? { by: NONE, demand: UNREFERENCED };
      if (by === NONE && demand !== UNREFERENCED)
        expect(
          old.by === NONE && (demand !== STRONGLY_REFERENCED || old.demand === STRONGLY_REFERENCED),
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
      if (!uncounted.has(what))
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
}

function checkPlan(planned: Planned): void {
  checkLinks(planned);
  const { plan, truth, dropped, noted } = planned;
  const before = buildInputs(noted);
  const { link: after } = withoutDropped(planned);
  const profiles = plan.scenarios
    .filter(({ variant }) => variant === 'as-given')
    .map(({ profile }) => profile);
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

/** The link as it is for who does not find one of its archives: `-l0` for lib0.a. */
function withoutLibrary({ words, members, ...rest }: NotedLink, archive: number): NotedLink {
  const path = `lib${archive}.a`;
  return {
    ...rest,
    words: words.map((word) => (word === path ? `-l${archive}` : word)),
    members: members.filter((member) => member.archive !== path),
  };
}

/** The plan for a link of which an archive was not found, and the whole link with what it drops. */
function planBlindly(one: World, hidden: number): Planned {
  const { text, truth } = describeWorld(one, (archive) => `lib${archive}.a`);
  const noted = readNotation(text);
  const seen = buildInputs(withoutLibrary(noted, hidden));
  const provider = seen.inputs.archives.findIndex(({ path }) => path === `lib${one.provider}.a`);
  const plan = planTrim(seen.inputs, seen.line, {
    providers: provider < 0 ? [] : [provider],
    linker: one.linker === 'any' ? null : findProfile(one.linker),
  });
  const labels = memberLabels(seen.inputs);
  const all = memberLabels(buildInputs(noted).inputs);
  const gone = plan.verdicts.filter(({ kind }) => kind === 'drop').map(({ member }) => labels[member]);
  return { noted, truth, plan, dropped: new Set(gone.map((label) => all.indexOf(label))) };
}

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
      { numRuns: RUNS, seed: 5920 },
    );
    // Otherwise the above says nothing.
    expect(drops).toBeGreaterThan(RUNS * 0.4);
    expect(blocked).toBeGreaterThan(RUNS * 0.2);
  }, 3_600_000);

  test('of which a library was not found are right whatever that library is', () => {
    let blindDrops = 0;
    fc.assert(
      fc.property(world, fc.nat(2), (one, hidden) => {
        const planned = planBlindly(one, hidden);
        blindDrops += planned.dropped.size;
        const { inputs } = buildInputs(planned.noted);
        const own = inputs.members.filter(
          ({ archive }) => archive !== NONE && inputs.archives[archive].path === `lib${hidden}.a`,
        );
        checkLinks(planned, new Set(own.map(({ id }) => planned.truth[id])));
      }),
      { numRuns: RUNS, seed: 1618 },
    );
    expect(blindDrops).toBeGreaterThan(RUNS * 0.08);
  }, 3_600_000);

  test('are the greatest: whatever else could go alone may not', () => {
    fc.assert(
      fc.property(world, (one) => {
        expect(findFurtherDrop(planWorld(one).plan)).toBeNull();
      }),
      { numRuns: RUNS, seed: 2718 },
    );
  }, 3_600_000);

  test('do not depend on what archives are called, and are the same twice', () => {
    fc.assert(
      fc.property(world, (one) => {
        const planned = kinds(planWorld(one));
        expect(kinds(planWorld(one))).toEqual(planned);
        expect(kinds(planWorld(one, (archive) => `${['zz/x', 'a', 'm/n/o'][archive]}.lib`))).toEqual(planned);
      }),
      { numRuns: RUNS / 5, seed: 8455 },
    );
  }, 3_600_000);
});
