import { cName } from '../../src/link/inputs/c-names.js';
import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import { isCompilerPrivate } from '../../src/origin/origin.js';
import { isHidden } from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import type { SymbolId } from '../../src/symbols/table.js';

/** The same as `nameableElsewhere`, in TypeScript. */
export function nameableReference(graph: LinkGraph, ofObjects: boolean): NameId[] {
  const names = new Set<NameId>();
  for (const symbol of graph.rows.definitions.row) {
    const name = graph.name[symbol];
    if ((!ofObjects || graph.isDefinedHere(name)) && isNameable(graph, symbol, name)) names.add(name);
  }
  return [...names];
}

function isNameable({ inputs }: LinkGraph, symbol: SymbolId, name: NameId): boolean {
  const spelling = cName(inputs, name);
  if (isCompilerPrivate(spelling)) return false;
  return !isHidden(inputs.symbols.flags[symbol]) || !spelling.includes('.');
}
