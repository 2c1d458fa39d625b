import { once } from '../../bytes/once.js';
import { cText } from '../../link/inputs/c-names.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Rows } from '../../link/inputs/member-rows.js';
import { copiesOfState, type StateRows } from '../../link/resolve/report-searches.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { unitKey } from '../../origin/origin.js';
import { isCommon, isLocalState, isWeak } from '../../symbols/flags.js';
import type { NameId, NameTable } from '../../symbols/names.js';
import { selectRows } from '../../symbols/symbol-rows.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { unmarkedName } from '../edits/edit-plan.js';
import type { Twins } from '../twins/twins.js';

/** Row of `StateTable.keys`: one mutable global, whatever its copies are called. */
export type StateKey = number;

/** Mutable globals of a link, and the symbols that are copies of each. */
export interface StateTable {
  readonly keyCount: number;
  /** By SymbolId: the global it is a copy of; NONE for symbols that are not state or cannot have a second copy. */
  readonly key: Int32Array;
  /** Rows of the symbols with a key: few of all symbols. */
  readonly rows: Rows;
}

/** Of LLVM, for a local that another file needs, and of GCC, for a global that it made local. */
const PROMOTION = /\.(?:llvm\.\d+|lto_priv(?:\.\d+)?)$/;
const DISAMBIGUATOR = /\.\d+$/;

/**
 * `X.0.llvm.581…` in an LTO'd copy is `X.0`, or `X`, in the unit it was made from. An isolated global keeps its
 * identity.
 */
export const canonicalStateName = (name: string): string =>
  unmarkedName(name).replace(PROMOTION, '').replace(DISAMBIGUATOR, '');

/** A name of state, as its object spells it and as it is compared. */
interface StateName {
  readonly text: string;
  readonly canonical: string;
}

/** By table of names, which inputs with edits share with those that they were made of. */
const stateNames = new WeakMap<NameTable, Map<NameId, StateName>>();

/** Returns the names of a table, each made once. */
function nameReader(names: NameTable): (name: NameId) => StateName {
  const known = stateNames.get(names) ?? new Map<NameId, StateName>();
  stateNames.set(names, known);
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const text = names.text(name);
    const made = { text, canonical: canonicalStateName(text) };
    known.set(name, made);
    return made;
  };
}

/** Inputs with the names of their state, and the unit of each member. */
interface NamedState {
  readonly inputs: Inputs;
  readonly twins: Twins;
  nameOf(symbol: SymbolId): StateName;
  /** Null for a member that is not a codegen unit. */
  unitOf(member: MemberId): string | null;
}

function namedState(inputs: Inputs, twins: Twins): NamedState {
  const { name, names } = inputs.symbols;
  const read = nameReader(names);
  const units: (string | null | undefined)[] = Array.from({ length: inputs.members.length });
  const unitOf = (member: MemberId): string | null => {
    const origin = twins.origins[member];
    return origin ? unitKey(origin) : null;
  };
  return {
    ...{ inputs, twins },
    nameOf: (symbol) => read(name[symbol]),
    unitOf: (member) => {
      if (units[member] === undefined) units[member] = unitOf(member);
      return units[member] ?? null;
    },
  };
}

/**
 * Groups mutable globals by identity. A mangled Rust name is the same global in every file. A C static called `buffer`
 * is not: it is matched only within copies of one unit, and with the global of that name where a copy of the unit has
 * it as a global: link-time optimisation makes globals private. If the compiler merged the globals of a unit into one,
 * names no longer match: symbols that one copy of the unit has and another lacks then count together as the unit's
 * state.
 */
export function buildStateTable(graph: LinkGraph, twins: Twins): StateTable {
  const { symbols } = graph.inputs;
  const texts = new Map<SymbolId, string>();
  const state = selectRows(symbols, 'state');
  const named = namedState(graph.inputs, twins);
  const isGlobalElsewhere = globalsOfUnits(named, state);
  for (let at = 0; at < state.row.length; at++) {
    const text = stateText(named, state.row[at], isGlobalElsewhere);
    if (text !== null) texts.set(state.row[at], text);
  }
  joinMergedState(named, texts);
  const key = new Int32Array(symbols.length).fill(NONE);
  const keys = new Map<string, StateKey>();
  for (const [symbol, text] of texts) {
    const known = keys.get(text) ?? keys.size;
    keys.set(text, known);
    key[symbol] = known;
  }
  return { keyCount: keys.size, key, rows: rowsWithKey(state, key) };
}

function rowsWithKey({ first, row }: Rows, key: Int32Array): Rows {
  const own = new Int32Array(row.length);
  const firstOwn = new Int32Array(first.length);
  let length = 0;
  for (let member = 0; member + 1 < first.length; member++) {
    for (let at = first[member]; at < first[member + 1]; at++)
      if (key[row[at]] !== NONE) own[length++] = row[at];
    firstOwn[member + 1] = length;
  }
  return { first: firstOwn, row: own.subarray(0, length) };
}

/** Symbols of LLVM's GlobalMerge, and section symbols for globals without a symbol of their own. */
const MERGED = /^_*MergedGlobals|^\.(data|bss|tdata|tbss)(\.|$)/;

function joinMergedState(named: NamedState, texts: Map<SymbolId, string>): void {
  const { member } = named.inputs.symbols;
  const merging = new Set<string>();
  for (const symbol of texts.keys()) {
    const unit = named.unitOf(member[symbol]);
    if (unit !== null && MERGED.test(named.nameOf(symbol).text)) merging.add(unit);
  }
  if (merging.size === 0) return;
  const copies = stateOfUnits(named, merging, texts);
  for (const [symbol, text] of texts) {
    const unit = named.unitOf(member[symbol]);
    const files = unit === null ? undefined : copies.get(unit);
    if (files && [...files.values()].some((own) => !own.has(text))) texts.set(symbol, `${unit}\0`);
  }
}

/** By unit, by file: the texts of its state. */
function stateOfUnits(
  { inputs, unitOf }: NamedState,
  units: ReadonlySet<string>,
  texts: ReadonlyMap<SymbolId, string>,
): Map<string, Map<MemberId, Set<string>>> {
  const { member } = inputs.symbols;
  const copies = new Map<string, Map<MemberId, Set<string>>>();
  for (const [symbol, text] of texts) {
    const unit = unitOf(member[symbol]);
    if (unit === null || !units.has(unit)) continue;
    const files = copies.get(unit) ?? new Map<MemberId, Set<string>>();
    copies.set(unit, files);
    files.set(member[symbol], (files.get(member[symbol]) ?? new Set()).add(text));
  }
  return copies;
}

/** Whether some copy of a unit defines a name as a global. */
type IsGlobalOfUnit = (unit: string, text: string) => boolean;

/** @param state rows of all state */
function globalsOfUnits({ inputs, nameOf, unitOf }: NamedState, { first, row }: Rows): IsGlobalOfUnit {
  const globals = new Map<string, Set<string>>();
  const { flags } = inputs.symbols;
  for (let member = 0; member < inputs.members.length; member++) {
    const unit = first[member] === first[member + 1] ? null : unitOf(member);
    if (unit === null) continue;
    const own = globals.get(unit) ?? new Set<string>();
    globals.set(unit, own);
    for (let at = first[member]; at < first[member + 1]; at++)
      if (!isLocalState(flags[row[at]])) own.add(nameOf(row[at]).canonical);
  }
  return (unit, text) => globals.get(unit)?.has(text) === true;
}

/** Pointers to a symbol that compilers write, and programs do not: of unwinding, and of rustc's weak symbols. */
const POINTERS = /^_*(?:DW\.ref\.|rust_extern_with_linkage_)/;

function stateText(
  { inputs, twins, nameOf, unitOf }: NamedState,
  symbol: SymbolId,
  isGlobalElsewhere: IsGlobalOfUnit,
): string | null {
  const { flags, member } = inputs.symbols;
  const { text, canonical } = nameOf(symbol);
  if (POINTERS.test(text)) return null;
  const bare = cText(inputs, text);
  const isUniqueName = bare.startsWith('_R') || /17h[0-9a-f]{16}E/.test(bare);
  if (!isLocalState(flags[symbol]) || isUniqueName) return canonical;
  const unit = unitOf(member[symbol]);
  if (unit !== null) return isGlobalElsewhere(unit, canonical) ? canonical : `${unit}\0${canonical}`;
  const least = twins.firstAlike(member[symbol]);
  return least === NONE ? null : `${Math.min(least, member[symbol])}\0${text}`;
}

/** Counts of a link that is compared with many others. */
const counted = new WeakMap<Resolution, { readonly state: StateTable; readonly copies: Uint16Array }>();

/** By StateKey: the number of loaded files with a copy that remains after the selection of common and weak symbols. */
export function countCopies(graph: LinkGraph, state: StateTable, resolution: Resolution): Uint16Array {
  const known = counted.get(resolution);
  if (known?.state === state) return known.copies;
  const copies = findCopies(graph, state, resolution);
  counted.set(resolution, { state, copies });
  return copies;
}

function findCopies(graph: LinkGraph, state: StateTable, resolution: Resolution): Uint16Array {
  return copiesOfState(graph, resolution, rowsOfState(state));
}

/** Keys by row, so that they are given to the core once. */
const rowsOfState = once(({ keyCount, key, rows }: StateTable): StateRows => {
  const own = new Int32Array(rows.row.length);
  for (let at = 0; at < own.length; at++) own[at] = key[rows.row[at]];
  return { first: rows.first, symbol: rows.row, key: own, keys: keyCount };
});

/** Whether the linker keeps this copy of a global at all: a losing weak or common one is merged away. */
export function isCopyKept(graph: LinkGraph, resolution: Resolution, symbol: SymbolId): boolean {
  const { flags, group } = graph.inputs.symbols;
  const mayMerge = isWeak(flags[symbol]) || isCommon(flags[symbol]) || group[symbol] !== NONE;
  return isLocalState(flags[symbol]) || !mayMerge || resolution.winners[graph.name[symbol]] === symbol;
}

/** Kept copies of globals, by key: one symbol a file, in load order; keys in order of their first copy. */
export function copiesOf(
  graph: LinkGraph,
  state: StateTable,
  resolution: Resolution,
  isWanted: (key: StateKey) => boolean,
  counts: (copy: SymbolId) => boolean = () => true,
): Map<StateKey, SymbolId[]> {
  const { member: memberOf } = graph.inputs.symbols;
  const { first, row } = state.rows;
  const copies = new Map<StateKey, SymbolId[]>();
  for (const member of resolution.loaded) {
    for (let at = first[member]; at < first[member + 1]; at++) {
      const symbol = row[at];
      const key = state.key[symbol];
      if (!isWanted(key) || !isCopyKept(graph, resolution, symbol)) continue;
      const known = copies.get(key) ?? [];
      copies.set(key, known);
      // The optimiser may have cut one global into several symbols of a file: that is one copy.
      const isOfNextFile = known.length === 0 || memberOf[known[known.length - 1]] !== member;
      if (isOfNextFile && counts(symbol)) known.push(symbol);
    }
  }
  return copies;
}
