import { type Dice, diceOf } from '../random/dice.js';
import { ltoUnits } from './lto-units.js';
import { probesOf } from './probes.js';
import { rustUnit } from './rust-units.js';
import { isLeaf, UNITS, UNITS_PER_CRATE, type Unit, type World } from './unit.js';
import { type Feature, features, type Piece, type UnitSketch } from './unit-features.js';
import { HEADER } from './unit-header.js';

/** Formats whose linkers refuse two strong definitions of a name whatever the options. */
const REFUSE_DUPLICATES = ['wasm', 'macho'];
/** How often a unit is in Rust, where the format has such units. */
const RUST_SHARE = 0.12;
const hasLog = (id: number): boolean => id % 3 === 0;

/**
 * The same units for the same seed.
 * @param without features whose titles match are left out
 */
export function makeWorld(format: string, seed: number, without?: RegExp): World {
  const dice = diceOf(seed * 7919 + 17);
  const available = features.filter(
    ({ title, formats }) => (formats?.includes(format) ?? true) && !without?.test(title),
  );
  const hasState = [0, 1, 2].map(() => dice.chance(0.4));
  const units = Array.from({ length: UNITS }, (_, id) => {
    const crate = Math.floor(id / UNITS_PER_CRATE);
    const owner = hasState[crate] ? crate * UNITS_PER_CRATE + 1 : null;
    // The unit that owns the state of its crate has a name that only C sources spell.
    const isRust = format === 'elf' && owner !== id && dice.chance(RUST_SHARE) && !without?.test('Rust');
    return makeUnit(available, id, owner, REFUSE_DUPLICATES.includes(format), isRust, dice);
  });
  const probes = probesOf(format, UNITS);
  const crates = format === 'elf' ? ltoUnits(seed, UNITS + probes.length) : [];
  return { seed, format, units: [...units, ...probes, ...crates] };
}

function makeUnit(
  available: readonly Feature[],
  id: number,
  crateOwner: number | null,
  isWeakOnly: boolean,
  isRust: boolean,
  dice: Dice,
): Unit {
  const { chance, below, pick } = dice;
  const name = `u${id}`;
  const isCxx = chance(0.3) && !isRust;
  const needs = new Set<number>();
  const another = (fits: (id: number) => boolean): string => {
    const all = Array.from({ length: UNITS }, (_, other) => other).filter(
      (other) => other !== id && fits(other) && (!isLeaf({ id }) || isLeaf({ id: other })),
    );
    if (all.length === 0) return name;
    // Near ones more often, so that programs of few units are closed.
    const chosen = chance(0.6) ? all[Math.min(all.length - 1, below(3) + (id % all.length))] : pick(all);
    needs.add(chosen);
    return `u${chosen}`;
  };
  const sketch: UnitSketch = {
    name,
    id,
    isCxx,
    isWeakOnly,
    crateOwner,
    need: (other) => needs.add(other),
    other: () => another(() => true),
    logger: () => another(hasLog),
    priority: () => (chance(0.35) ? `(${pick([150, 150, 200, 40_000])})` : ''),
  };
  const calls = Array.from({ length: below(3) }, () => sketch.other());
  const written = isRust
    ? rustUnit(sketch, calls, hasLog(id), dice)
    : cUnit(sketch, available, calls, needs, dice);
  const { source, titles } = written;
  const others = [...needs].filter((other) => other !== id);
  return {
    id,
    name,
    language: isRust ? 'rust' : isCxx ? 'c++' : 'c',
    source,
    needs: others,
    hasLog: hasLog(id),
    hasTable: source.includes('section(TABLE)'),
    titles,
    extras: ['_weak', '_count', '_indirect', '_hidden']
      .map((end) => name + end)
      .filter((one) => source.includes(`int ${one}(`) || source.includes(`fn ${one}(`)),
    hasData: source.includes(`int ${name}_data[`) || source.includes(`static mut ${name}_data:`),
    shared: [...new Set([...source.matchAll(/\bint (shared\d)\(int depth\)/g)].map(([, one]) => one))],
    hasHelper: source.includes(`${name}_helper`),
  };
}

function cUnit(
  sketch: UnitSketch,
  available: readonly Feature[],
  calls: readonly string[],
  needs: ReadonlySet<number>,
  dice: Dice,
): Pick<Unit, 'source' | 'titles'> {
  const { id, isCxx } = sketch;
  const chosen = available.filter(
    ({ share, onlyCxx, onlyC }) => dice.chance(share) && !(onlyCxx && !isCxx) && !(onlyC && isCxx),
  );
  const pieces = chosen.map((feature) => feature.write(sketch, dice));
  const others = [...needs].filter((other) => other !== id);
  return { source: sourceOf(sketch, pieces, calls, others), titles: chosen.map(({ title }) => title) };
}

/**
 * `<name>_f` calls other units and counts, `<name>_plain` only reads, so that a constructor may call it twice;
 * `<name>_g` is left out of slim copies, as link-time optimisation leaves out functions.
 */
function sourceOf(
  { name, id, isCxx }: UnitSketch,
  pieces: readonly Piece[],
  calls: readonly string[],
  others: readonly number[],
): string {
  const terms = [
    ...pieces.flatMap((piece) => piece.terms ?? []),
    ...new Set(calls.map((call) => `3 * ${call}_f(depth - 1)`)),
  ];
  const log = hasLog(id) ? `int ${name}_log[64];\nint ${name}_length;\n` : '';
  const declarations = others
    .map(
      (other) =>
        `int u${other}_f(int);\nint u${other}_plain(int);\n${hasLog(other) ? `extern int u${other}_log[64], u${other}_length;\n` : ''}`,
    )
    .join('');
  return [
    isCxx ? 'extern "C" {\n' : '',
    HEADER,
    `int ${name}_f(int depth);\nint ${name}_plain(int depth);\n`,
    `#if defined REST || defined HELPER\nextern int ${name}_state;\n#else\nint ${name}_state = ${id} * 7 + VALUE;\n${log}#endif\n`,
    declarations,
    '#if !defined REST && !defined HELPER\n',
    ...pieces.map(({ text }) => text),
    `int ${name}_f(int depth) {\n  if (depth <= 0) return ${id} + VALUE;\n  return ${id} + VALUE + ${name}_state${terms.map((term) => ` +\n    ${term}`).join('')};\n}\n`,
    `int ${name}_plain(int depth) { return depth + ${name}_state + ${id * 1000}; }\n`,
    '#endif\n#ifdef REST\n',
    ...pieces.map(({ rest }) => rest ?? ''),
    '#endif\n#ifdef HELPER\n',
    ...pieces.map(({ helper }) => helper ?? ''),
    '#endif\n',
    `#if !defined SLIM && !defined HELPER\nint ${name}_g(int depth) { return depth + ${name}_state + ${id * 100} + VALUE; }\n#endif\n`,
    isCxx ? '}\n' : '',
  ].join('');
}
