import type { Inputs } from '../../link/inputs/inputs.js';
import { sharedDefinitions } from '../../link/resolve/row-searches.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { sizeDifference } from '../../plan/unequal-data.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { type MemberRef, refTo } from './member-ref.js';

/** Names listed of each set of files. */
const SYMBOLS_NAMED = 5;

/** Names that the same files define strongly. */
export interface SharedNames {
  readonly files: readonly MemberRef[];
  readonly names: number;
  /** The first of them. */
  readonly symbols: readonly string[];
  /** Of data with different sizes in these files; absent where there is none. */
  readonly unequal?: UnequalSizes;
}

/**
 * Data that files define with different sizes: code that was compiled for the larger writes past the end of the
 * smaller.
 */
export interface UnequalSizes {
  readonly names: number;
  /** The one that differs most. */
  readonly symbol: string;
  /** Bytes, by file. */
  readonly sizes: readonly number[];
}

/** Names and the files that define each, as rows. */
export interface SharedRows {
  readonly name: ArrayLike<NameId>;
  /** By row, and one row more: where its files begin. */
  readonly start: ArrayLike<number>;
  readonly member: ArrayLike<MemberId>;
  /** By file: its definition, where they clash. */
  readonly definition?: ArrayLike<SymbolId>;
}

/** A row for each set of files, in order of its first name. */
export function groupByFiles(inputs: Inputs, shared: SharedRows): SharedNames[] {
  const { name, start, member } = shared;
  const groups = new Map<number | string, number[]>();
  for (let row = 0; row < name.length; row++) {
    const key = keyOfFiles(inputs, shared, row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()].map((rows) => {
    const [first] = rows;
    const unequal =
      shared.definition === undefined ? null : unequalSizes(inputs, unequalIn(inputs, shared, rows));
    return {
      files: listOf(member, start[first], start[first + 1]).map((file) => refTo(inputs, file)),
      names: rows.length,
      symbols: rows.slice(0, SYMBOLS_NAMED).map((row) => inputs.symbols.names.text(name[row])),
      ...(unequal === null ? {} : { unequal }),
    };
  });
}

/** A number for two files, as most names have them. */
function keyOfFiles({ members }: Inputs, { start, member }: SharedRows, row: number): number | string {
  const first = start[row];
  const end = start[row + 1];
  return end - first === 2
    ? member[first] * members.length + member[first + 1]
    : listOf(member, first, end).join(' ');
}

/** Definitions of the rows of which sizes may differ. */
function unequalIn(
  { symbols: { size } }: Inputs,
  { start, definition = [] }: SharedRows,
  rows: readonly number[],
): SymbolId[][] {
  const found: SymbolId[][] = [];
  for (const row of rows)
    for (let at = start[row] + 1; at < start[row + 1]; at++) {
      if (size[definition[at]] === size[definition[start[row]]]) continue;
      found.push(listOf(definition, start[row], start[row + 1]));
      break;
    }
  return found;
}

function listOf(column: ArrayLike<number>, start: number, end: number): number[] {
  const list: number[] = [];
  for (let at = start; at < end; at++) list.push(column[at]);
  return list;
}

/** Data of which definitions have different sizes; null where there is none. */
export function unequalSizes(inputs: Inputs, clashes: readonly (readonly SymbolId[])[]): UnequalSizes | null {
  const { size, name, names } = inputs.symbols;
  const found = clashes
    .map((definitions) => ({ definitions, difference: sizeDifference(inputs, definitions) }))
    .filter(({ difference }) => difference > 0)
    .sort((one, other) => other.difference - one.difference);
  if (found.length === 0) return null;
  const [{ definitions: worst }] = found;
  return {
    names: found.length,
    symbol: names.text(name[worst[0]]),
    sizes: worst.map((symbol) => size[symbol]),
  };
}

/** Names that files of several archives define strongly, dropped copies left out, and that do not clash as it is. */
export function findOverlaps(plan: TrimPlan): SharedRows {
  const { inputs } = plan.graph;
  const { symbols, members } = inputs;
  const archiveOf = Int32Array.from(members, ({ archive }) => archive);
  const isLeftOut = Uint8Array.from(members, ({ archive }, member) =>
    archive === NONE || plan.verdicts[member].kind === 'drop' ? 1 : 0,
  );
  const isClashing = new Uint8Array(symbols.names.length);
  const { name: clashing } = plan.scenarios[0].before.clashRows;
  for (let at = 0; at < clashing.length; at++) isClashing[clashing[at]] = 1;
  const first = new Int32Array(symbols.names.length).fill(NONE);
  const holders = new Map<NameId, MemberId[]>();
  const shared = sharedDefinitions(plan.graph, isLeftOut);
  for (let at = 0; at < shared.length; at++) {
    const symbol = shared[at];
    const member = symbols.member[symbol];
    const name = symbols.name[symbol];
    if (isClashing[name]) continue;
    if (first[name] === NONE) {
      first[name] = symbol;
      continue;
    }
    const known = holders.get(name);
    if (known === undefined) {
      const holder = symbols.member[first[name]];
      if (archiveOf[holder] !== archiveOf[member]) holders.set(name, [holder, member]);
    } else if (known.every((other) => archiveOf[other] !== archiveOf[member])) known.push(member);
  }
  const found = [...holders].sort(([one], [other]) => first[one] - first[other]);
  const rows = { name: [] as NameId[], start: [0], member: [] as MemberId[] };
  for (const [name, files] of found) {
    rows.name.push(name);
    rows.member.push(...files);
    rows.start.push(rows.member.length);
  }
  return rows;
}
