import type { Inputs } from '../link/inputs.js';
import type { LinkGraph } from '../link/link-graph.js';
import type { Resolution } from '../link/resolution.js';
import { unitKey } from '../origin/origin.js';
import { NameTable } from '../symbols/name-table.js';
import { isCommon, isLocalState, isState, isWeak } from '../symbols/symbol-flags.js';
import { NONE, type SymbolId } from '../symbols/symbol-table.js';
import { cName } from './open-world.js';
import type { Twins } from './twins.js';

/** Row of `StateTable.keys`: one mutable global, whatever its copies are called. */
export type StateKey = number;

/** Mutable globals: which symbols are copies of the same one. */
export interface StateTable {
  readonly keyCount: number;
  /** By SymbolId: the global it is a copy of, or NONE for what is no state, or can have no second copy. */
  readonly key: Int32Array;
}

const PROMOTION = /\.llvm\.\d+$/;
const DISAMBIGUATOR = /\.\d+$/;

/** `X.0.llvm.581…` in an LTO'd copy is `X.0`, or `X`, in the unit it was made from. */
export const canonicalStateName = (name: string): string =>
  name.replace(PROMOTION, '').replace(DISAMBIGUATOR, '');

/**
 * A mangled Rust name is the same global wherever it stands. A C static called `buffer` is not: it is matched within
 * copies of one unit only.
 */
export function buildStateTable(graph: LinkGraph, twins: Twins): StateTable {
  const { symbols } = graph.inputs;
  const key = new Int32Array(symbols.length).fill(NONE);
  const keys = new NameTable();
  for (let symbol = 0; symbol < symbols.length; symbol++) {
    if (!isState(symbols.flags[symbol])) continue;
    const text = stateText(graph.inputs, twins, symbol);
    if (text !== null) key[symbol] = keys.internText(text);
  }
  return { keyCount: keys.length, key };
}

function stateText(inputs: Inputs, twins: Twins, symbol: SymbolId): string | null {
  const { flags, name, member } = inputs.symbols;
  const text = inputs.symbols.names.text(name[symbol]);
  if (text.startsWith('DW.ref.')) return null;
  const bare = cName(inputs, name[symbol]);
  const isUniqueName = bare.startsWith('_R') || /17h[0-9a-f]{16}E/.test(bare);
  if (!isLocalState(flags[symbol]) || isUniqueName) return canonicalStateName(text);
  const origin = twins.origins[member[symbol]];
  if (origin) return `${unitKey(origin)}\0${canonicalStateName(text)}`;
  const alike = twins.alike[member[symbol]];
  return alike.length === 0 ? null : `${Math.min(member[symbol], ...alike)}\0${text}`;
}

/** By StateKey: how many loaded files carry a copy that stays after common and weak selection. */
export function countCopies(graph: LinkGraph, state: StateTable, resolution: Resolution): Uint16Array {
  const { firstSymbol } = graph.inputs.symbols;
  const copies = new Uint16Array(state.keyCount);
  const lastFile = new Int32Array(state.keyCount).fill(NONE);
  for (const member of resolution.loaded) {
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      const key = state.key[symbol];
      if (key === NONE || lastFile[key] === member || !isCopyKept(graph, resolution, symbol)) continue;
      lastFile[key] = member;
      copies[key]++;
    }
  }
  return copies;
}

/** Whether the linker keeps this copy of a global at all: a losing weak or common one is merged away. */
export function isCopyKept(graph: LinkGraph, resolution: Resolution, symbol: SymbolId): boolean {
  const { flags, group } = graph.inputs.symbols;
  const mayMerge = isWeak(flags[symbol]) || isCommon(flags[symbol]) || group[symbol] !== NONE;
  return isLocalState(flags[symbol]) || !mayMerge || resolution.provider[graph.name[symbol]] === symbol;
}

/** Loaded files with a kept copy of the global, in load order. */
export function copiesOf(
  graph: LinkGraph,
  state: StateTable,
  resolution: Resolution,
  wanted: StateKey,
): SymbolId[] {
  const { firstSymbol } = graph.inputs.symbols;
  const copies: SymbolId[] = [];
  for (const member of resolution.loaded)
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (state.key[symbol] === wanted && isCopyKept(graph, resolution, symbol)) copies.push(symbol);
  return copies;
}
