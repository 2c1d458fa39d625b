import { type Dice, diceOf } from '../random/dice.js';
import {
  type Choices,
  type OutputKind,
  type Program,
  type ProgramArchive,
  type ProgramMember,
  SAME_IMAGE,
  type Slot,
  type Use,
  type Variant,
} from './program.js';
import { pickShape, type Shaped } from './shapes.js';
import { isLeaf, UNITS, UNITS_PER_CRATE, type Unit, type World } from './unit.js';
import { REGISTRIES } from './unit-features.js';

/** Programs in which one condition decides. */
const SHAPED_SHARE = 0.17;

/** The same program for the same seed and world. */
export function makeProgram(world: World, seed: number, choices: Choices): Program {
  const dice = diceOf(seed * 104_729 + 3);
  const { chance, below, pick, shuffle } = dice;
  const any = pickOutput(choices.outputs, dice);
  const shape = chance(choices.shapes ? 1 : SHAPED_SHARE) ? pickShape(world, dice, choices) : null;
  const fitting = choices.outputs.filter(({ title }) => shape?.outputs?.test(title));
  const output = fitting.length > 0 ? pickOutput(fitting, dice) : any;
  const chosen = closedSet(world, dice);
  const made = shape?.make(dice) ?? makeParts(world, chosen, output, choices, dice);
  const { archives, line } = made;
  const objects =
    shape === null && chance(0.15) ? [{ unit: pick(chosen), variant: 'base' as const, name: 'object' }] : [];
  const start = chance(0.25) ? below(line.length) : -1;
  const willing = choices.linkers.filter((linker) => output.linkers?.test(linker) ?? true);
  const symbols = shape
    ? made.uses.flatMap(({ kind, name }) => (kind === 'call' ? [name] : []))
    : chosen.flatMap((id) => [`u${id}_f`, `u${id}_g`, `u${id}_state`]);
  return {
    seed,
    world,
    archives,
    objects,
    line,
    group: start < 0 ? null : [start, start + below(line.length - start)],
    uses: made.uses.filter(({ kind }) => choices.kinds.includes(kind)),
    output: output.title,
    options: choices.options.flatMap(({ words, share }) => (chance(share) ? words : [])),
    exported: shuffle(symbols).slice(0, 1 + below(4)),
    linker: willing.length > 0 && chance(0.6) ? pick(willing) : null,
    providers: made.providers ?? (chance(0.4) ? [pick(archives).name] : []),
    ...(made.isProved && { isProved: true }),
    ...(made.keepsValues && { keepsValues: true }),
  };
}

function makeParts(
  world: World,
  chosen: readonly number[],
  output: OutputKind,
  { kinds }: Choices,
  dice: Dice,
): Shaped {
  const archives = makeArchives(world, chosen, dice);
  return { archives, line: makeSlots(archives, dice), uses: makeUses(world, chosen, output, kinds, dice) };
}

/** Some units with all that they refer to, or nearly all; often few, so that one condition decides what is kept. */
function closedSet({ units }: World, { shuffle, below, chance }: Dice): number[] {
  if (chance(0.4)) {
    const leaves = shuffle(units.filter(isLeaf)).map(({ id }) => id);
    return closureOf(units, leaves.slice(0, 1 + below(2)), shuffle);
  }
  const open = shuffle(units)
    .slice(0, 1 + below(3))
    .map(({ id }) => id);
  const closed = new Set<number>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (closed.has(id)) continue;
    closed.add(id);
    open.push(...units[id].needs);
  }
  const loose = below(3);
  for (let count = 0; count < loose; count++) closed.add(below(UNITS));
  for (const id of [...closed]) for (const need of units[id].needs) if (!closed.has(need)) closed.add(need);
  return shuffle([...closed]);
}

function closureOf(units: World['units'], open: readonly number[], shuffle: Dice['shuffle']): number[] {
  const closed = new Set<number>(open);
  for (const id of closed) for (const need of units[id].needs) closed.add(need);
  return shuffle([...closed]);
}

/** How the copies of a program's units relate. */
type Kinship = 'equal' | 'rewritten' | 'pieces' | 'debug' | 'mixed';

const KINSHIPS: readonly Kinship[] = [
  ...([
    'equal',
    'equal',
    'equal',
    'rewritten',
    'rewritten',
    'rewritten',
    'pieces',
    'debug',
    'mixed',
  ] as const),
];

const HASH = '0123456789abcdef';

function makeArchives(world: World, chosen: readonly number[], dice: Dice): ProgramArchive[] {
  const { chance, below, pick, shuffle } = dice;
  const kinship = pick(KINSHIPS);
  const isCrate = kinship === 'rewritten' || kinship === 'pieces' || chance(0.2);
  const firstHasAll = kinship === 'pieces' || chance(0.5);
  const count = kinship === 'pieces' ? 3 : 2 + below(2);
  // The first has all units, or most; others have some.
  const sets = Array.from({ length: count }, (_, at) => {
    const all = shuffle(chosen);
    if ((at === 0 && firstHasAll) || kinship === 'pieces') return all;
    return all.slice(0, Math.max(1, Math.ceil(all.length * pick([0.3, 0.5, 0.8, 1]))));
  });
  const missing = chosen.filter((id) => !sets.some((set) => set.includes(id)));
  sets[below(count)].push(...missing);
  const archives = sets.map((set, at) => {
    const isRewritten = kinship === 'pieces' ? at > 0 : kinship === 'rewritten' && (at > 0 || chance(0.3));
    const members = set.flatMap((id): ProgramMember[] => {
      const variant = variantOf(kinship, isRewritten, at, dice);
      const name = nameOf(world.units[id], isCrate, isRewritten, at, dice);
      const helper = { unit: id, variant: 'helper' as const, name: `helper${at}_u${id}.o` };
      const needsHelper = isRewritten && variant !== 'rest' && world.units[id].hasHelper;
      return [{ unit: id, variant, name }, ...(needsHelper ? [helper] : [])];
    });
    if (members.length > 0 && chance(0.05)) members.push(pick(members));
    return { name: `lib${'abc'[at]}.a`, members };
  });
  if (kinship === 'pieces' || !chance(0.08)) return archives;
  // As `ar` and libtool merge libraries: one has the members of the others.
  return [...archives, { name: 'libm.a', members: archives.slice(0, 2).flatMap(({ members }) => members) }];
}

function variantOf(kinship: Kinship, isRewritten: boolean, archive: number, { chance, pick }: Dice): Variant {
  if (kinship === 'pieces') return (['base', 'slim', 'rest'] as const)[archive];
  if (isRewritten)
    return chance(0.12) ? 'resized' : chance(0.12) ? 'grown' : chance(0.35) ? 'slim' : 'rewritten';
  if (kinship === 'rewritten') return chance(0.2) ? 'slim' : 'base';
  if (kinship === 'debug' && archive > 0) return pick(SAME_IMAGE);
  if (kinship === 'mixed' && chance(archive > 0 ? 0.35 : 0.1)) return 'other';
  return 'base';
}

/** As compilers name members: `u3.o`, or rustc's codegen units, whose name says that they are the same unit. */
function nameOf(
  { name, id }: Unit,
  isCrate: boolean,
  isRewritten: boolean,
  archive: number,
  { chance }: Dice,
): string {
  if (!isCrate) return chance(0.85) ? `${name}.o` : `part${archive}_${name}.o`;
  const crate = `crate${Math.floor(id / UNITS_PER_CRATE)}`;
  const unit = `${crate}-${HASH}.${crate}.${HASH.slice(8)}${id}1234567-cgu.${id}.rcgu.o`;
  return isRewritten ? `outer${archive}-${HASH}.${unit}.rcgu.o` : unit;
}

function makeSlots(archives: readonly ProgramArchive[], { chance, shuffle, pick }: Dice): Slot[] {
  const files = chance(0.5) ? shuffle(archives) : [...archives];
  const wholeShare = pick([0, 0, 0.3, 0.7]);
  const slots = files.map(({ name }) => ({ archive: name, isWhole: chance(wholeShare) }));
  if (chance(0.2)) slots.push({ archive: pick(archives).name, isWhole: false });
  return slots;
}

function pickOutput(outputs: readonly OutputKind[], { below }: Dice): OutputKind {
  const total = outputs.reduce((sum, { share }) => sum + share, 0);
  let at = below(total);
  for (const output of outputs) {
    at -= output.share;
    if (at < 0) return output;
  }
  return outputs[0];
}

function makeUses(
  { units }: World,
  chosen: readonly number[],
  { looksUpNames, hasTable }: OutputKind,
  kinds: readonly Use['kind'][],
  { chance, shuffle, below, pick }: Dice,
): Use[] {
  const uses: Use[] = [];
  for (const id of shuffle(chosen).slice(0, 1 + below(chosen.length))) {
    if (chance(0.8)) uses.push({ kind: 'call', name: `u${id}_f` });
    if (chance(0.4)) uses.push({ kind: 'state', name: `u${id}_state` });
    if (chance(0.3)) uses.push({ kind: 'weak', name: `u${id}_${pick(['g', 'weak', 'f'])}` });
    if (chance(0.25)) uses.push({ kind: 'call', name: `u${id}_g` });
    if (units[id].hasData && chance(0.5)) uses.push({ kind: 'state', name: `u${id}_data` });
    for (const name of [...units[id].extras, ...units[id].shared])
      if (chance(0.25)) uses.push({ kind: 'call', name });
    if (looksUpNames && chance(0.5)) uses.push({ kind: 'lookup', name: `u${id}_g` });
  }
  for (const id of chosen) if (units[id].hasLog && chance(0.7)) uses.push({ kind: 'log', name: `u${id}` });
  for (let at = 0; at < REGISTRIES; at++)
    if (chance(0.6)) uses.push({ kind: 'registry', name: `registry${at}` });
  if (hasTable) uses.push({ kind: 'table', name: 'table' });
  const known = new Set<string>();
  return uses.filter(({ kind, name }) => {
    const key = `${kind} ${name}`;
    return kinds.includes(kind) && !known.has(key) && known.add(key);
  });
}
