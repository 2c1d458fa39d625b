import { DEFAULT_VISIBILITY, isCommon, isUnique, isWeak, visibilityOf } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import { filesInOrder } from './extract-reachability.js';
import type { Loading, LoadState } from './loading.js';

/**
 * wild: a strong reference loads the file with the first definition of its name on the line, extracted or not,
 * strong, weak or common. Order plays no part but in that, and files count in line order, each once.
 *
 * Source: wild libwild/src/resolution.rs `resolve_symbol`, `load_prelude`; symbol_db.rs `SymbolBucket`,
 * `select_symbol`; grouping.rs `is_optional`; input_data.rs `load_inputs`.
 */
export function extractByFirstDefinition(state: LoadState, line: LinkLine): Loading {
  const { files, isAlive } = filesInOrder(state, line);
  const { graph } = state;
  const { member: memberOf, flags } = graph.inputs.symbols;
  const { first: firstReference, row } = state.rows.references;
  const first = firstDefinitions(state, files);
  const alive = new Uint8Array(isAlive.length);
  const found: MemberId[] = [];
  const keep = (member: MemberId, wantedName: NameId, by: MemberId) => {
    if (alive[member]) return;
    alive[member] = 1;
    found.push(member);
    state.extractedFor[member] = wantedName;
    state.extractedBy[member] = by;
  };
  for (const member of files) if (isAlive[member]) keep(member, NONE, NONE);
  for (const { name } of line.roots)
    if (first.any[name] !== NONE) keep(memberOf[first.any[name]], name, NONE);
  for (let next = 0; next < found.length; next++) {
    const file = found[next];
    for (let at = firstReference[file]; at < firstReference[file + 1]; at++) {
      const symbol = row[at];
      if (isWeak(flags[symbol])) continue;
      const winner = definitionFor(state, first, symbol);
      if (winner === NONE) continue;
      // A shared library does not load another one.
      if (isLibrary(state, file) && isLibrary(state, memberOf[winner])) continue;
      keep(memberOf[winner], graph.name[symbol], file);
    }
  }
  for (const member of files) {
    if (!alive[member]) continue;
    if (isLibrary(state, member)) {
      state.libraries.push(member);
      continue;
    }
    state.isLoaded[member] = 1;
    state.loaded.push(member);
  }
  // A weak reference binds to the first definition, too: if that is not in the link, others are ignored.
  for (let name = 0; name < first.any.length; name++)
    if (first.any[name] !== NONE && !alive[memberOf[first.any[name]]]) state.unboundWeak.push(name);
  return state;
}

/** By NameId. */
interface FirstDefinitions {
  readonly any: Int32Array;
  /** By NameId: the best definition in files, for references that must not bind to a shared library. */
  readonly within: Int32Array;
}

function firstDefinitions(state: LoadState, files: readonly MemberId[]): FirstDefinitions {
  const { names } = state.graph.inputs.symbols;
  const { first: firstDefinition, row } = state.rows.definitions;
  const first = {
    any: new Int32Array(names.length).fill(NONE),
    within: new Int32Array(names.length).fill(NONE),
  };
  for (const member of files) {
    const isWithin = !isLibrary(state, member);
    for (let at = firstDefinition[member]; at < firstDefinition[member + 1]; at++) {
      const symbol = row[at];
      const name = state.graph.name[symbol];
      if (first.any[name] === NONE) first.any[name] = symbol;
      if (isWithin && isBetter(state.graph, symbol, first.within[name])) first.within[name] = symbol;
    }
  }
  return first;
}

/** Strong, then the largest common, then weak or unique: the first of each (`SymbolPrioritySelector`). */
function isBetter({ inputs: { symbols } }: LinkGraph, symbol: SymbolId, present: SymbolId): boolean {
  if (present === NONE) return true;
  const rank = (flags: number) => (isCommon(flags) ? 1 : isWeak(flags) || isUnique(flags) ? 0 : 2);
  const gain = rank(symbols.flags[symbol]) - rank(symbols.flags[present]);
  if (gain !== 0) return gain > 0;
  return isCommon(symbols.flags[symbol]) && symbols.size[symbol] > symbols.size[present];
}

/** A reference that must be met within the output passes a library over, and takes the best of the files. */
function definitionFor(state: LoadState, { any, within }: FirstDefinitions, reference: SymbolId): SymbolId {
  const { flags, member } = state.graph.inputs.symbols;
  const name = state.graph.name[reference];
  if (any[name] === NONE || visibilityOf(flags[reference]) === DEFAULT_VISIBILITY) return any[name];
  return isLibrary(state, member[any[name]]) ? within[name] : any[name];
}

const isLibrary = ({ graph }: LoadState, member: MemberId): boolean =>
  graph.inputs.contents[member].kind === 'shared-library';
