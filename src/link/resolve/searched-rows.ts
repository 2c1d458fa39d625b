import { isCommon, isDefined, isReference, isWeak } from '../../symbols/flags.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkGraph, Offers } from '../inputs/link-graph.js';
import { type MemberRows, type Rows, rowsOf } from '../inputs/member-rows.js';
import type { LinkLine, Root } from '../line/link-line.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';

/**
 * Symbols, and entries of archives, that can decide which files a link loads. What defines a name that nothing refers
 * to decides nothing: of large libraries that is most of all.
 */
export interface SearchedRows extends Pick<MemberRows, 'definitions' | 'references' | 'inOrder'> {
  /** By ArchiveId, as in `LinkGraph`. */
  readonly scanned: readonly Offers[];
  readonly scannedWithLocals: readonly Offers[];
  readonly indexed: readonly Offers[];
}

/** Of one graph, by the roots of a line. */
const known = new WeakMap<LinkGraph, WeakMap<readonly Root[], SearchedRows>>();

export function searchedRows(graph: LinkGraph, line: LinkLine, profile: LinkerProfile): SearchedRows {
  if (mayNameOthers(graph, line) || profile.readsInOrder) return allRows(graph);
  const ofGraph = known.get(graph) ?? new WeakMap<readonly Root[], SearchedRows>();
  known.set(graph, ofGraph);
  const found = ofGraph.get(line.roots) ?? findSearched(graph, line.roots);
  ofGraph.set(line.roots, found);
  return found;
}

/** Whether more than roots and references can name what is searched for. */
const mayNameOthers = ({ inputs }: LinkGraph, { items, wrapped, requests, ownRequests }: LinkLine): boolean =>
  // COFF: weak definitions count as references, and `__imp_f` leads to `f`.
  inputs.format === 'coff' ||
  wrapped.length > 0 ||
  requests.size > 0 ||
  ownRequests.length > 0 ||
  items.some(({ kind }) => kind === 'definition');

const allRows = (graph: LinkGraph): SearchedRows => ({
  definitions: graph.rows.definitions,
  references: graph.rows.references,
  get inOrder() {
    return graph.rows.inOrder;
  },
  scanned: graph.scanned,
  get scannedWithLocals() {
    return graph.scannedWithLocals;
  },
  get indexed() {
    return graph.indexed;
  },
});

function findSearched(graph: LinkGraph, roots: readonly Root[]): SearchedRows {
  const { symbols } = graph.inputs;
  const { flags } = symbols;
  const isNamed = namedBy(graph, roots);
  const isSearched = (symbol: SymbolId) => isDefined(flags[symbol]) && isNamed[graph.name[symbol]] === 1;
  let inOrder: Rows | undefined;
  let indexed: readonly Offers[] | undefined;
  let local: readonly Offers[] | undefined;
  return {
    definitions: rowsOf(symbols, isSearched),
    references: graph.rows.references,
    get inOrder() {
      inOrder ??= rowsOf(symbols, (symbol) => isReference(flags[symbol]) || isSearched(symbol));
      return inOrder;
    },
    scanned: graph.scanned.map((offers) => offersFor(offers, isNamed)),
    get scannedWithLocals() {
      local ??= graph.scannedWithLocals.map((offers) => offersFor(offers, isNamed));
      return local;
    },
    get indexed() {
      indexed ??= graph.indexed.map((offers) => offersFor(offers, isNamed));
      return indexed;
    },
  };
}

/**
 * By NameId: 1 for roots, referenced names, and definitions that may become references: those in COMDAT groups, and
 * COMMON.
 */
function namedBy({ inputs, name, rows }: LinkGraph, roots: readonly Root[]): Uint8Array {
  const { flags, group, names } = inputs.symbols;
  const isNamed = new Uint8Array(names.length);
  for (const symbol of rows.references.row) isNamed[name[symbol]] = 1;
  for (const symbol of rows.definitions.row)
    if (group[symbol] !== NONE || isCommon(flags[symbol])) isNamed[name[symbol]] = 1;
  for (const root of roots) isNamed[root.name] = 1;
  return isNamed;
}

function offersFor({ name, member }: Offers, isNamed: Uint8Array): Offers {
  const entries: number[] = [];
  for (let entry = 0; entry < name.length; entry++) if (isNamed[name[entry]] === 1) entries.push(entry);
  return {
    name: Int32Array.from(entries, (entry) => name[entry]),
    member: Int32Array.from(entries, (entry) => member[entry]),
  };
}

const groupedStrong = new WeakMap<LinkGraph, boolean>();

/** Whether some definition that is neither weak nor COMMON is in a COMDAT group. */
export function hasStrongInGroups(graph: LinkGraph): boolean {
  const { flags, group } = graph.inputs.symbols;
  const found =
    groupedStrong.get(graph) ??
    graph.rows.definitions.row.some(
      (symbol) => group[symbol] !== NONE && !isWeak(flags[symbol]) && !isCommon(flags[symbol]),
    );
  groupedStrong.set(graph, found);
  return found;
}

/** Definitions of names that several symbols define. */
const contested = new WeakMap<LinkGraph, Rows>();

export function contestedDefinitions(graph: LinkGraph): Rows {
  const found = contested.get(graph) ?? findContested(graph);
  contested.set(graph, found);
  return found;
}

function findContested({ inputs, name, rows }: LinkGraph): Rows {
  const { flags, names } = inputs.symbols;
  const count = new Uint8Array(names.length);
  for (const symbol of rows.definitions.row) if (count[name[symbol]] < 2) count[name[symbol]]++;
  return rowsOf(inputs.symbols, (symbol) => isDefined(flags[symbol]) && count[name[symbol]] === 2);
}
