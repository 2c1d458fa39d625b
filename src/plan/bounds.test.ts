import { afterEach, expect, test, vi } from 'vitest';
import { readPlanScenario } from '../../test/plan-scenario.js';
import { findProfile } from '../link/linkers/find-profile.js';
import { buildInputs } from '../link/notation/notation.js';
import type { NotedMember, NotedSymbol } from '../link/notation/notation-text.js';
import { planTrim, prepare } from './plan-trim.js';
import type { Twins } from './twins/twins.js';

/*
 * Work grows with the input, not with its square: what is done is counted, since time depends on the machine.
 */

const work = vi.hoisted(() => ({ links: 0 }));
vi.mock('../link/resolve/resolve.js', async (original) => {
  const resolver = await original<typeof import('../link/resolve/resolve.js')>();
  const resolve: typeof resolver.resolve = (...link) => {
    work.links++;
    return resolver.resolve(...link);
  };
  return { ...resolver, resolve };
});
afterEach(() => {
  work.links = 0;
});

const LLD = findProfile('lld');
const unit = (crate: string) => `${crate}-1111111111111111.${crate}.0.rcgu.o`;
const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join('');

/** How often two members are compared in a plan, and how many are dropped. */
function planOf(text: string): { compared: number; drops: number; links: number } {
  const { inputs, line, providers } = readPlanScenario(text);
  const prepared = prepare(inputs, line);
  let compared = 0;
  const relation: Twins['relation'] = (one, other) => {
    compared++;
    return prepared.twins.relation(one, other);
  };
  const twins = { ...prepared.twins, relation };
  const { verdicts } = planTrim(inputs, line, { providers, linker: LLD }, { ...prepared, twins });
  return { compared, drops: verdicts.filter(({ kind }) => kind === 'drop').length, links: work.links };
}

const equalMembers = (archives: number, members: number) =>
  `main.o:\n  U f\n${times(archives, (archive) => times(members, (at) => `l${archive}.a(m${at}.o): [content=A]\n  W f\n`))}`;

test.each([
  [2, 2000],
  [20, 200],
])('%d archives of %d equal members each are compared member by class', (archives, members) => {
  const { compared, drops } = planOf(equalMembers(archives, members));
  expect(drops).toBe((archives - 1) * members);
  // As many copies of each as are looked at, whatever their number.
  expect(compared).toBeLessThan(70 * archives * members);
});

const unitsOfOneName = (archives: number, members: number) =>
  `provider: l0.a\nmain.o:\n  U f0\n${times(archives, (archive) =>
    times(
      members,
      (at) =>
        `l${archive}.a(s-aaaaaaaaaaaaaaaa.${unit('c')}.rcgu.o): [content=${archive}_${at}]\n  T f${at}\n`,
    ),
  )}`;

test('units that all have one name and other content are compared unit by variant', () => {
  const [few, many] = [100, 400].map((members) => planOf(unitsOfOneName(4, members)).compared);
  expect(many).toBeLessThan(5 * few);
});

/** Members that each extract the next: some times as many as a call stack holds. */
const CHAIN = 20_000;

test(`a chain of ${CHAIN} extractions that a drop would take out of the link is followed to its cause`, () => {
  const symbols = (rows: string): NotedSymbol[] =>
    rows.split(' ').map((row) => ({ letter: row[0], name: row.slice(1), marks: new Map() }));
  const file = (archive: string | null, name: string, rows: string): NotedMember => ({
    archive,
    name,
    marks: new Map(),
    symbols: symbols(rows),
  });
  const { inputs, line } = buildInputs({
    format: 'elf',
    words: ['main.o', 'libw.a', 'libs.a'],
    members: [
      file(null, 'main.o', `Uf wk${CHAIN - 1}`),
      file('libw.a', unit('rt'), 'Tf Uk0'),
      ...Array.from({ length: CHAIN }, (_, at) => file('libw.a', `k${at}.o`, `Tk${at} Uk${at + 1}`)),
      file('libs.a', `s-aaaaaaaaaaaaaaaa.${unit('rt')}.rcgu.o`, 'Tf'),
    ],
    indexes: new Map(),
  });
  const { verdicts } = planTrim(inputs, line, { providers: [1], linker: LLD });
  expect(verdicts[1]).toMatchObject({ kind: 'blocked', blocker: { code: 'weak-reference-changes' } });
});

const chainOfCrates = (crates: number) =>
  [
    'provider: libs.a',
    `main.o:\n  U w\n${times(crates, (at) => `  U f${at}\n`)}`,
    times(
      crates,
      (at) =>
        `libw.a(${unit(`c${at}`)}):\n  T f${at}\n  T g${at}\n${at + 1 < crates ? `  U g${at + 1}\n` : ''}`,
    ),
    'libw.a(w.o):\n  T w\n  U g0',
    times(crates, (at) => `libs.a(s-aaaaaaaaaaaaaaaa.${unit(`c${at}`)}.rcgu.o):\n  T f${at}\n`),
  ].join('\n');

test('a chain of crates of which each needs the next comes back in a number of links that does not grow with it', () => {
  const { drops, links } = planOf(chainOfCrates(3000));
  expect(drops).toBe(0);
  // Each link that tries once more to drop what came back is counted, too.
  expect(links).toBeLessThan(60);
});
