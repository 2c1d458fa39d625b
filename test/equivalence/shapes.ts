import type { Dice } from '../random/dice.js';
import { LTO_CRATES, ltoProbes } from './lto-units.js';
import { BOUND, IMPORTED, SHORTLY_IMPORTED, TAKEN, VERSIONED } from './probes.js';
import type { Choices, Program, ProgramMember, Slot, Use, Variant } from './program.js';
import type { Unit, World } from './unit.js';

/** The parts of a program that a shape decides. */
export type Shaped = Pick<Program, 'archives' | 'line' | 'uses' | 'isProved' | 'keepsValues'> & {
  readonly providers?: readonly string[];
};

/** A small program of probes in which one condition decides; outputs, options and linkers are chosen as for all. */
interface Shape {
  readonly title: string;
  /** How often it is chosen, relative to others. */
  readonly share: number;
  readonly probes: readonly string[];
  /** Titles of the outputs that show it; all if left out. */
  readonly outputs?: RegExp;
  /** Whether only edits of symbols show anything of it. */
  readonly isForEdits?: boolean;
  make(units: ReadonlyMap<string, Unit>, dice: Dice): Shaped;
}

const HASH = '0123456789abcdef';

/** A codegen unit of rustc, whose name alone says which unit it is a copy of; most are of a crate of their own. */
function crateMember({ id }: Unit, variant: Variant, archive: number, crateOf = id): ProgramMember {
  const crate = `probe${crateOf}`;
  const unit = `${crate}-${HASH}.${crate}.${HASH.slice(8)}${id}1234567-cgu.0.rcgu.o`;
  return { unit: id, variant, name: archive === 0 ? unit : `outer${archive}-${HASH}.${unit}.rcgu.o` };
}

const member = (unit: Unit, variant: Variant = 'base'): ProgramMember => ({
  unit: unit.id,
  variant,
  name: `${unit.name}.o`,
});

const call = (name: string): Use => ({ kind: 'call', name });

/** Archives by their members, on the line in this order; sometimes in another one, or loaded whole. */
function inOrder(
  { chance, shuffle }: Dice,
  archives: readonly (readonly ProgramMember[])[],
): Pick<Program, 'archives' | 'line'> {
  const made = archives.map((members, at) => ({ name: `lib${'abc'[at]}.a`, members }));
  const slots = made.map(({ name }): Slot => ({ archive: name, isWhole: chance(0.05) }));
  return { archives: made, line: chance(0.2) ? shuffle(slots) : slots };
}

/** Members of an import library as dlltool names them, which linkers sort. */
function importMembers(units: ReadonlyMap<string, Unit>, functions: readonly string[]): ProgramMember[] {
  const keys = ['import head', ...functions.map((name) => `import ${name}`), 'import tail'];
  return keys.map((key, at) => ({ unit: units.get(key)!.id, variant: 'base', name: `d00000${at}.o` }));
}

const IMPORT_PROBES = ['import user', 'import head', 'import tail'];

export const shapes: readonly Shape[] = [
  {
    title: 'a unit of which two archives have a piece each, with its constructor',
    share: 2,
    probes: ['pieces', 'adder'],
    make: (units, dice) => {
      const unit = units.get('pieces')!;
      // A unit that only one archive has keeps the crate there.
      const only = crateMember(units.get('adder')!, 'base', 2, unit.id);
      return {
        ...inOrder(dice, [
          [crateMember(unit, 'base', 0)],
          [crateMember(unit, 'slim', 1)],
          [crateMember(unit, 'rest', 2), only],
        ]),
        uses: [call(`${unit.name}_f`), call(`${unit.name}_g`)],
        providers: ['libb.a', 'libc.a'],
      };
    },
  },
  {
    title: 'a copy that defines the name of another unit',
    share: 2,
    probes: ['taker', 'giver'],
    make: (units, dice) => {
      const [taker, giver] = [units.get('taker')!, units.get('giver')!];
      return {
        ...inOrder(dice, [[crateMember(giver, 'base', 0), member(taker)], [crateMember(giver, 'grown', 1)]]),
        uses: [call(TAKEN), call(`${giver.name}_f`)],
      };
    },
  },
  {
    title: 'another definition between two copies',
    share: 2,
    probes: ['copied', 'between'],
    make: (units, dice) => {
      const [copied, between] = [units.get('copied')!, units.get('between')!];
      return {
        ...inOrder(dice, [[member(copied)], [member(between)], [member(copied)]]),
        uses: [call(BOUND)],
        providers: ['libc.a'],
      };
    },
  },
  {
    title: 'a copy without a constructor',
    share: 2,
    probes: ['starter'],
    make: (units, dice) => {
      const unit = units.get('starter')!;
      return {
        ...inOrder(dice, [[crateMember(unit, 'base', 0)], [crateMember(unit, 'slim', 1)]]),
        uses: [call(`${unit.name}_f`)],
        providers: ['libb.a'],
      };
    },
  },
  {
    title: 'a crate whose units share state, and a copy of one of them',
    share: 2,
    probes: ['crate owner', 'crate user'],
    make: (units, dice) => {
      const [owner, user] = [units.get('crate owner')!, units.get('crate user')!];
      const whole = [crateMember(owner, 'base', 0), crateMember(user, 'base', 0, owner.id)];
      return {
        ...inOrder(dice, [whole, [crateMember(owner, 'rewritten', 1)]]),
        uses: [call(`${user.name}_f`), call(`${owner.name}_f`)],
        providers: ['libb.a'],
      };
    },
  },
  {
    title: 'state that optimisation copied into a file of its own',
    share: 3,
    probes: ['divided'],
    make: (units, dice) => {
      const unit = units.get('divided')!;
      const helper: ProgramMember = { unit: unit.id, variant: 'helper', name: `helper_${unit.name}.o` };
      return {
        ...inOrder(dice, [[crateMember(unit, 'base', 0)], [crateMember(unit, 'rewritten', 1), helper]]),
        uses: [call(`${unit.name}_f`)],
        providers: ['libb.a'],
      };
    },
  },
  {
    title: 'a copy with one more entry of a registry',
    share: 3,
    probes: ['adder'],
    make: (units, dice) => {
      const unit = units.get('adder')!;
      return {
        ...inOrder(dice, [[crateMember(unit, 'base', 0)], [crateMember(unit, 'grown', 1)]]),
        uses: [call(`${unit.name}_f`), { kind: 'registry', name: 'registry0' }],
      };
    },
  },
  {
    title: 'a copy with data of another size and value',
    share: 2,
    probes: ['data'],
    make: (units, dice) => {
      const unit = units.get('data')!;
      return {
        ...inOrder(dice, [[crateMember(unit, 'base', 0)], [crateMember(unit, 'resized', 1)]]),
        uses: [call(`${unit.name}_f`), { kind: 'state', name: `${unit.name}_data` }],
        providers: ['libb.a'],
      };
    },
  },
  {
    title: 'a copy without a function that is only referenced weakly',
    share: 2,
    probes: ['optional'],
    make: (units, dice) => {
      const unit = units.get('optional')!;
      return {
        ...inOrder(dice, [[crateMember(unit, 'base', 0)], [crateMember(unit, 'slim', 1)]]),
        uses: [call(`${unit.name}_f`), { kind: 'weak', name: `${unit.name}_weak` }],
        providers: ['libb.a'],
      };
    },
  },
  {
    title: 'a copy without an old version of a function',
    share: 3,
    probes: ['versioned'],
    outputs: /with versions/,
    make: (units, dice) => {
      const unit = units.get('versioned')!;
      const copy = dice.chance(0.5) ? 'slim' : 'rewritten';
      return {
        ...inOrder(dice, [[crateMember(unit, 'base', 0)], [crateMember(unit, copy, 1)]]),
        uses: [call(`${unit.name}_f`), ...(dice.chance(0.5) ? [call(VERSIONED)] : [])],
        providers: ['libb.a'],
      };
    },
  },
  {
    title: 'a script that places a member before others',
    share: 3,
    probes: ['row', 'other row'],
    outputs: /script that names a member/,
    make: (units) => {
      const [row, other] = [units.get('row')!, units.get('other row')!];
      // The script names the member of liba.a, which is not loaded.
      const slots = ['libc.a', 'libb.a', 'liba.a'];
      return {
        archives: [
          { name: 'liba.a', members: [member(row)] },
          { name: 'libb.a', members: [member(row)] },
          { name: 'libc.a', members: [member(other)] },
        ],
        line: slots.map((archive) => ({ archive, isWhole: false })),
        uses: [call(`${other.name}_f`), call(`${row.name}_f`), { kind: 'table', name: 'table' }],
        providers: ['liba.a'],
      };
    },
  },
  {
    title: 'two import libraries of one DLL',
    share: 4,
    probes: IMPORT_PROBES,
    make: (units, dice) => {
      const user = units.get('import user')!;
      const [few, all] = [IMPORTED.slice(0, 1), IMPORTED].map((names) => importMembers(units, names));
      const isAllFirst = dice.chance(0.7);
      return {
        ...inOrder(dice, [[member(user)], ...(isAllFirst ? [all, few] : [few, all])]),
        uses: [call(`${user.name}_f`), required(`${user.name}_first`)],
        providers: dice.chance(0.5) ? ['libc.a'] : [],
      };
    },
  },
  {
    title: 'two short import libraries of one DLL',
    share: 1,
    probes: ['short import user'],
    make: (units, dice) => {
      const user = units.get('short import user')!;
      const library = SHORTLY_IMPORTED.map((name) => shortMember(units, name));
      return {
        ...inOrder(dice, [[member(user)], library, dice.shuffle(library)]),
        uses: [call(`${user.name}_f`), required(`${user.name}_first`)],
      };
    },
  },
  {
    title: 'a crate of which thin LTO rewrote one copy, and a file pins the other',
    share: 30,
    probes: Object.values(ltoProbes(0)),
    isForEdits: true,
    make: pinnedCrate,
  },
  {
    title: 'a counter and a function that two libraries define, each in its own build',
    share: 8,
    probes: ['counter', 'pure', 'first counter user', 'second counter user'],
    isForEdits: true,
    make: twoBuilds,
  },
  {
    title: 'a copy that does not refer to a DLL',
    share: 1,
    probes: ['last import user'],
    make: (units, dice) => lastUser(units, dice, 'last import user', importMembers(units, IMPORTED)),
  },
  {
    title: 'a copy that does not refer to a DLL with a short import library',
    share: 1,
    probes: ['last short import user'],
    make: (units, dice) =>
      lastUser(
        units,
        dice,
        'last short import user',
        SHORTLY_IMPORTED.map((name) => shortMember(units, name)),
      ),
  },
];

/** Two libraries that use one counter; one may have the counter only, or the function. */
function twoBuilds(units: ReadonlyMap<string, Unit>, dice: Dice): Shaped {
  const { chance, pick } = dice;
  const [counter, pure, first, second] = ['counter', 'pure', 'first counter user', 'second counter user'].map(
    (key) => units.get(key)!,
  );
  const has = pick(['both', 'both', 'counter', 'pure']);
  const own = [
    ...(has === 'pure' ? [] : [member(counter, 'grown')]),
    ...(has === 'counter' ? [] : [member(pure, 'grown')]),
  ];
  const libraries = [
    [member(first), member(counter), member(pure)],
    [member(second), ...dice.shuffle(own)],
  ];
  return {
    ...inOrder(dice, chance(0.5) ? libraries : libraries.toReversed()),
    uses: dice.shuffle([call(`${first.name}_f`), call(`${second.name}_f`)]),
    keepsValues: true,
  };
}

/**
 * A library with a crate as it was compiled and a file that needs all of it, and a library of which LTO removed what it
 * does not use. Sometimes the crate is of another source, or only a part of it is in one of them.
 */
function pinnedCrate(units: ReadonlyMap<string, Unit>, dice: Dice): Shaped {
  const { chance, below, pick } = dice;
  const keys = ltoProbes(below(LTO_CRATES));
  const [first, second, pinned, user] = [keys.first, keys.second, keys.pinned, keys.user].map(
    (key) => units.get(key)!,
  );
  const plain: Variant = chance(0.1) ? 'other' : pick(['base', 'base', 'debug', 'elsewhere']);
  const isHalf = chance(0.08);
  const given = [crateMember(first, plain, 0), crateMember(second, plain, 0, first.id), member(pinned)];
  const copies = [
    crateMember(first, 'slim', 1),
    ...(isHalf ? [] : [crateMember(second, pick(['slim', 'rewritten']), 1, first.id)]),
    member(user),
  ];
  const isOurs = chance(0.5);
  const made = inOrder(dice, isOurs ? [copies, given] : [given, copies]);
  const names = [pinned, user, first, second].map(({ name }) => name);
  return {
    ...made,
    uses: [
      ...dice.shuffle(names).map((name) => call(`${name}_f`)),
      ...(chance(0.5) ? [call(`${first.name}_g`)] : []),
      ...(chance(0.5) ? [{ kind: 'state', name: `${first.name}_state` } as const] : []),
    ],
    providers: chance(0.85) ? [isOurs ? 'liba.a' : 'libb.a'] : [],
    isProved: plain !== 'other',
  };
}

/** Is in the output, and is not called: its DLL does not exist. */
const required = (name: string): Use => ({ kind: 'require', name });

const shortMember = (units: ReadonlyMap<string, Unit>, name: string): ProgramMember => ({
  unit: units.get(`import ${name}`)!.id,
  variant: 'base',
  name: 'y.dll',
});

function lastUser(
  units: ReadonlyMap<string, Unit>,
  dice: Dice,
  key: string,
  library: readonly ProgramMember[],
): Shaped {
  const user = units.get(key)!;
  return {
    ...inOrder(dice, [[crateMember(user, 'base', 0)], [crateMember(user, 'slim', 1)], library]),
    uses: [call(`${user.name}_f`)],
    providers: ['libb.a'],
  };
}

/** @returns null where the format has no such shape */
export function pickShape(
  { units }: World,
  { below }: Dice,
  { shapes: titles, edits = false }: Pick<Choices, 'shapes' | 'edits'>,
): (Pick<Shape, 'outputs'> & { readonly make: (dice: Dice) => Shaped }) | null {
  const probes = new Map(units.flatMap((unit) => (unit.probe === undefined ? [] : [[unit.probe, unit]])));
  const available = shapes.filter(
    ({ title, probes: needed, isForEdits = false }) =>
      (titles?.test(title) ?? (edits || !isForEdits)) && needed.every((key) => probes.has(key)),
  );
  let at = below(available.reduce((sum, { share }) => sum + share, 0));
  for (const shape of available) {
    at -= shape.share;
    if (at < 0)
      return { ...(shape.outputs && { outputs: shape.outputs }), make: (dice) => shape.make(probes, dice) };
  }
  return null;
}
