import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import { isDefined } from '../../symbols/flags.js';
import { selectRows } from '../../symbols/symbol-rows.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { coverage } from './covers.js';
import { isAlikeByClass, type Twins } from './twins.js';

/** Members of one unit that define the same names, so that they can replace the same members. */
interface Shape {
  readonly member: MemberId;
  readonly inArchive: Map<ArchiveId, number>;
}

/** Most shapes of one unit that are compared with each other; copies of a unit have few. */
const MOST_SHAPES = 64;

/**
 * By archive: how many members of other archives its own members could replace. Counted by classes, since thousands of
 * equal members make millions of pairs.
 */
export function membersServed(inputs: Inputs, twins: Twins): Map<ArchiveId, number> {
  const served = new Map<ArchiveId, number>();
  const add = (archive: ArchiveId, count: number) => served.set(archive, (served.get(archive) ?? 0) + count);
  const wanted = wantedNames(inputs);
  const inClass = (column: Int32Array) =>
    inputs.members.filter(({ id }) => column[id] !== NONE).map(({ id }) => id);
  for (const equal of classesBy(inClass(twins.content), (member) => twins.content[member]))
    forEachElsewhere(archivesOf(inputs, equal), archivesOf(inputs, equal), add);
  const covers = coverage(inputs, wanted);
  const keyOf = shapeKeys(inputs);
  for (const unit of classesBy(inClass(twins.unit), (member) => twins.unit[member])) {
    if (archivesOf(inputs, unit).size < 2) continue;
    serveWithin(inputs, twins, unit, { covers, keyOf }, add);
  }
  for (const [provider, others] of byProvider(twins.declared))
    for (const member of others)
      if (!isAlikeByClass(twins, member, provider) && covers(provider, member))
        add(inputs.members[provider].archive, 1);
  return served;
}

function byProvider(declared: Twins['declared']): Map<MemberId, MemberId[]> {
  const found = new Map<MemberId, MemberId[]>();
  for (const [member, others] of declared)
    for (const provider of others) {
      const known = found.get(provider);
      if (known) known.push(member);
      else found.set(provider, [member]);
    }
  return found;
}

type Add = (archive: ArchiveId, count: number) => void;

interface Comparing {
  readonly covers: ReturnType<typeof coverage>;
  readonly keyOf: (member: MemberId) => string;
}

/** Counts pairs of members of one unit whose bytes or images differ; equal ones are counted already. */
function serveWithin(
  inputs: Inputs,
  { content }: Twins,
  unit: readonly MemberId[],
  { covers, keyOf }: Comparing,
  add: Add,
): void {
  const shapes = classesBy(unit, keyOf)
    .slice(0, MOST_SHAPES)
    .map((members): Shape => ({ member: members[0], inArchive: archivesOf(inputs, members) }));
  for (const to of shapes)
    for (const from of shapes)
      if (from === to || covers(to.member, from.member)) forEachElsewhere(from.inArchive, to.inArchive, add);
  const equals = classesBy(
    unit.filter((member) => content[member] !== NONE),
    (member) => content[member],
  );
  for (const equal of equals) {
    const archives = archivesOf(inputs, equal);
    forEachElsewhere(archives, archives, (archive, count) => add(archive, -count));
  }
}

/** Adds to each archive of `by` its members times the members of `served` in other archives. */
function forEachElsewhere(
  served: ReadonlyMap<ArchiveId, number>,
  by: ReadonlyMap<ArchiveId, number>,
  add: Add,
): void {
  let all = 0;
  for (const count of served.values()) all += count;
  for (const [archive, count] of by) add(archive, count * (all - (served.get(archive) ?? 0)));
}

function archivesOf(inputs: Inputs, members: readonly MemberId[]): Map<ArchiveId, number> {
  const counts = new Map<ArchiveId, number>();
  for (const member of members) {
    const { archive } = inputs.members[member];
    counts.set(archive, (counts.get(archive) ?? 0) + 1);
  }
  return counts;
}

function classesBy<Key>(members: readonly MemberId[], keyOf: (member: MemberId) => Key): MemberId[][] {
  const classes = new Map<Key, MemberId[]>();
  for (const member of members) {
    const key = keyOf(member);
    const known = classes.get(key);
    if (known) known.push(member);
    else classes.set(key, [member]);
  }
  return [...classes.values()];
}

/**
 * Keys of the set of names that a member defines, independent of their order. They are used only for ranking, so that a
 * collision does no harm.
 */
function shapeKeys({ symbols }: Inputs): (member: MemberId) => string {
  const { firstSymbol, flags, name, names } = symbols;
  /** By NameId: the last member that was found to define it, as the number of its turn. */
  const seen = new Int32Array(names.length);
  let turn = 0;
  return (member) => {
    turn++;
    let [count, sum, mixed] = [0, 0, 0];
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      const defined = name[symbol];
      if (!isDefined(flags[symbol]) || seen[defined] === turn) continue;
      seen[defined] = turn;
      count++;
      sum = (sum + defined) | 0;
      mixed = (mixed + Math.imul(defined ^ (defined >>> 15), 0x2c1b3c6d)) | 0;
    }
    return `${count} ${sum} ${mixed}`;
  };
}

/** By NameId: 1 for names with a reference in some member. (A file has no reference row for a name that it defines.) */
function wantedNames(inputs: Inputs): Uint8Array {
  const { name, names } = inputs.symbols;
  const wanted = new Uint8Array(names.length);
  const { row } = selectRows(inputs.symbols, 'reference');
  for (let at = 0; at < row.length; at++) wanted[name[row[at]]] = 1;
  return wanted;
}
