import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import type { LinkLine } from '../../src/link/line/link-line.js';
import { DEFAULT_VISIBILITY, isCommon, isUnique, isWeak, visibilityOf } from '../../src/symbols/flags.js';
import { type MemberId, NONE, type SymbolId } from '../../src/symbols/table.js';
import type { Loading, LoadState } from './loading.js';
import { filesInOrder, ReachedFiles } from './reached-files.js';

/**
 * wild: a strong reference loads the file with the first definition of its name on the line, extracted or not,
 * strong, weak or common. Order plays no part but in that, and files count in line order, each once.
 *
 * Source: wild libwild/src/resolution.rs `resolve_symbol`, `load_prelude`; symbol_db.rs `SymbolBucket`,
 * `select_symbol`; grouping.rs `is_optional`; input_data.rs `load_inputs`.
 */
export function extractByFirstDefinition(state: LoadState, line: LinkLine): Loading {
  const onLine = filesInOrder(state, line);
  const first = firstDefinitions(state, onLine.files);
  const reached = new ReachedFiles(state);
  reached.addLine(onLine, line, first.any);
  for (const file of reached) addDefinitionsFor(state, first, file, reached);
  reached.load(onLine.files, (member) => isLibrary(state, member));
  // A weak reference binds to the first definition, too: if that is not in the link, others are ignored.
  const { member: memberOf } = state.graph.inputs.symbols;
  for (let name = 0; name < first.any.length; name++)
    if (first.any[name] !== NONE && !reached.has(memberOf[first.any[name]])) state.unboundWeak.push(name);
  return state;
}

/** Adds the files that define what a file references strongly. */
function addDefinitionsFor(
  state: LoadState,
  first: FirstDefinitions,
  file: MemberId,
  reached: ReachedFiles,
): void {
  const { graph } = state;
  const { member: memberOf, flags } = graph.inputs.symbols;
  const { first: firstReference, row } = state.graph.rows.references;
  for (let at = firstReference[file]; at < firstReference[file + 1]; at++) {
    const symbol = row[at];
    if (isWeak(flags[symbol])) continue;
    const winner = definitionFor(state, first, symbol);
    if (winner === NONE) continue;
    // A shared library does not load another one.
    if (isLibrary(state, file) && isLibrary(state, memberOf[winner])) continue;
    reached.add(memberOf[winner], graph.name[symbol], file);
  }
}

/** By NameId. */
interface FirstDefinitions {
  readonly any: Int32Array;
  /** By NameId: the best definition in files, for references that must not bind to a shared library. */
  readonly within: Int32Array;
}

function firstDefinitions(state: LoadState, files: readonly MemberId[]): FirstDefinitions {
  const { names } = state.graph.inputs.symbols;
  const { first: firstDefinition, row } = state.graph.rows.definitions;
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

/** The definition for a reference. One that must be resolved within the output skips libraries: the best in files. */
function definitionFor(state: LoadState, { any, within }: FirstDefinitions, reference: SymbolId): SymbolId {
  const { flags, member } = state.graph.inputs.symbols;
  const name = state.graph.name[reference];
  if (any[name] === NONE || visibilityOf(flags[reference]) === DEFAULT_VISIBILITY) return any[name];
  return isLibrary(state, member[any[name]]) ? within[name] : any[name];
}

const isLibrary = ({ graph }: LoadState, member: MemberId): boolean =>
  graph.inputs.contents[member].kind === 'shared-library';
