import type { Alternate } from '../../src/link/command/linker-directives.js';
import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import type { LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import { UNREFERENCED } from '../../src/link/resolve/resolution.js';
import type { NameId } from '../../src/symbols/names.js';
import { NONE } from '../../src/symbols/table.js';

/**
 * Alternates of `f` and `__imp_f`, the pointer to an imported `f`: GNU ld's auto-import, or imports of local symbols.
 */
export const importsOf = (graph: LinkGraph, { imports }: LinkerProfile): Alternate<NameId>[] =>
  imports === 'exact'
    ? []
    : Array.from(graph.importedBy, ([pointer, name]) =>
        imports === 'pointer-serves-name' ? { from: name, to: pointer } : { from: pointer, to: name },
      );

/**
 * Binds undefined names to the definitions of their alternates, following chains of alternates.
 */
export function bindAlternates(
  alternates: readonly Alternate<NameId>[],
  winners: Int32Array,
  referenceStrength: Uint8Array,
): void {
  let hasChanged = alternates.length > 0;
  while (hasChanged) {
    hasChanged = false;
    for (const { from, to } of alternates) {
      if (winners[from] !== NONE || referenceStrength[from] === UNREFERENCED) continue;
      hasChanged ||= winners[to] !== NONE || referenceStrength[to] < referenceStrength[from];
      winners[from] = winners[to];
      referenceStrength[to] = Math.max(referenceStrength[to], referenceStrength[from]);
    }
  }
}

/** In the order of their names, as lld-link keeps them. */
export function inNameOrder(
  { inputs }: LinkGraph,
  alternates: readonly Alternate<NameId>[],
): Alternate<NameId>[] {
  const { names } = inputs.symbols;
  return [...alternates].sort((a, b) => Buffer.compare(names.bytes(a.from), names.bytes(b.from)));
}
