import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { isDefinition, isFunction, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import { ownArchive } from './foreign-definitions.js';

/** An inline function of which two archives of a link, or an archive and an object, hold bodies of different sizes. */
export interface ComdatSizes {
  readonly name: NameId;
  /** The one that the linker keeps. */
  readonly bound: SymbolId;
  readonly other: SymbolId;
}

/**
 * Functions that linkers merge by name (COMDAT groups and weak definitions) although their sizes differ: compiled with
 * other options, or from other sources. Files of one archive are built together, and not compared. Formats without
 * symbol sizes have none.
 */
export function comdatSizes(graph: LinkGraph, { loaded, winners }: Resolution): ComdatSizes[] {
  const { first, row } = graph.rows.definitions;
  const found = new Map<NameId, ComdatSizes>();
  for (const user of loaded)
    for (let at = first[user]; at < first[user + 1]; at++) {
      const other = row[at];
      const name = graph.name[other];
      const bound = winners[name];
      if (bound === NONE || bound === other || found.has(name)) continue;
      if (areMerged(graph, bound, other)) found.set(name, { name, bound, other });
    }
  return [...found.values()];
}

/** Whether a linker merges two functions of different sizes, from files that are not built together. */
function areMerged(graph: LinkGraph, bound: SymbolId, other: SymbolId): boolean {
  const { flags, group, member, size } = graph.inputs.symbols;
  if (size[bound] === 0 || size[other] === 0 || size[bound] === size[other]) return false;
  if (ownArchive(graph, member[bound]) === ownArchive(graph, member[other])) return false;
  return [bound, other].every(
    (symbol) =>
      isDefinition(flags[symbol]) &&
      isFunction(flags[symbol]) &&
      (isWeak(flags[symbol]) || group[symbol] !== NONE),
  );
}
