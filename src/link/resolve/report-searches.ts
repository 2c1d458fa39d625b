import { Given } from '../../core/link/parts.js';
import { unsigned } from '../../engine/core.js';
import { columnsIn, foundIn, type GivenColumns, UNSOUND } from '../../symbols/given-columns.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import { giveRows } from './graph-columns.js';
import type { Resolution } from './resolution.js';

/*
 * Searches through the rows of a link for reports about it, by the core: src/core/link/report-searches.ts.
 */

/** By member of some: the files of a link that use what it defines, by the definitions that names bind to. */
export function usersOfEach(
  graph: LinkGraph,
  link: Resolution,
  members: readonly MemberId[],
): Map<MemberId, MemberId[]> {
  const users = new Map<MemberId, MemberId[]>(members.map((member) => [member, []]));
  const sought = new Uint8Array(graph.inputs.members.length);
  for (const member of members) sought[member] = 1;
  const given = columnsOf(graph, link, sought);
  given.giveAnew(Given.LOADED_FILES, Int32Array.from(link.loaded));
  if (given.core.exports.findUsers() === 0) throw new RangeError(UNSOUND);
  const pairs = foundIn(given.core);
  for (let at = 0; at < pairs.length; at += 2) users.get(pairs[at])?.push(pairs[at + 1]);
  return users;
}

/**
 * Strong definitions of names that a link references, and binds to some definition, in ascending order.
 * @param sought by MemberId: 1 for members whose definitions are searched
 */
export function boundElsewhere(graph: LinkGraph, link: Resolution, sought: Uint8Array): readonly SymbolId[] {
  if (!sought.includes(1)) return [];
  const given = columnsOf(graph, link, sought);
  given.giveAnew(Given.STRENGTH_AFTER, withRows(link.referenceStrength, graph));
  if (given.core.exports.findBoundElsewhere() === 0) throw new RangeError(UNSOUND);
  return [...foundIn(given.core)];
}

/** Mutable globals, as rows. */
export interface StateRows {
  /** By MemberId, and one row more: its first row. */
  readonly first: Int32Array;
  readonly symbol: Int32Array;
  /** By row: the global, as a number below `keys`. */
  readonly key: Int32Array;
  readonly keys: number;
}

/** By key: the number of loaded files with a copy that remains after the selection of common and weak symbols. */
export function copiesOfState(graph: LinkGraph, link: Resolution, state: StateRows): Uint16Array {
  const given = bound(graph, link);
  given.giveAnew(Given.LOADED_FILES, Int32Array.from(link.loaded));
  given.give(Given.FIRST_STATE, state.first);
  given.give(Given.STATE_SYMBOL, state.symbol);
  given.give(Given.STATE_KEY, state.key);
  const { core } = given;
  if (core.exports.countStateCopies(state.keys) === 0) throw new RangeError(UNSOUND);
  const bytes = core.bytes(unsigned(core.exports.stateCopies()), 2 * state.keys).slice();
  return new Uint16Array(bytes.buffer);
}

function columnsOf(graph: LinkGraph, link: Resolution, sought: Uint8Array): GivenColumns {
  const given = bound(graph, link);
  given.giveAnew(Given.SOUGHT_MEMBER, sought);
  return given;
}

function bound(graph: LinkGraph, link: Resolution): GivenColumns {
  const given = columnsIn(graph.inputs.symbols.names);
  giveRows(given, graph);
  given.giveAnew(Given.WINNERS_AFTER, withRows(link.winners, graph));
  return given;
}

/** A column by name with rows for names that joined the table after the link was simulated. */
function withRows<Column extends Int32Array | Uint8Array>(column: Column, { inputs }: LinkGraph): Column {
  const { length } = inputs.symbols.names;
  if (column.length === length) return column;
  const grown = column instanceof Int32Array ? new Int32Array(length).fill(NONE) : new Uint8Array(length);
  grown.set(column.subarray(0, length));
  return grown as Column;
}
