import { finalTargets } from '../../src/link/command/line-definition.js';
import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import type { LinkLine } from '../../src/link/line/link-line.js';
import type { LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import {
  STRONGLY_REFERENCED,
  strengthOf,
  UNREFERENCED,
  WEAKLY_REFERENCED,
} from '../../src/link/resolve/resolution.js';
import type { NameId } from '../../src/symbols/names.js';
import { type MemberId, NONE } from '../../src/symbols/table.js';

/**
 * Applies --wrap as LLD does: after reading, it replaces references also in the file that defines `f`. It replaces none
 * if `f` is unknown: then references to `__real_f` keep that name.
 */
export function bindWrapped(
  { wrapped }: LinkLine,
  { wraps }: LinkerProfile,
  winners: Int32Array,
  referenceStrength: Uint8Array,
): void {
  if (!wraps.startsWith('lld')) return;
  for (const { name, wrap, real } of wrapped) {
    if (winners[name] !== NONE) referenceStrength[wrap] = STRONGLY_REFERENCED;
    else referenceStrength[real] = Math.max(referenceStrength[real], referenceStrength[name]);
  }
}

/** Definitions of the line override all others: aliases of a name, or numbers, which no file defines. */
export function bindDefinitions(
  { items }: LinkLine,
  { lineDefines }: LinkerProfile,
  winners: Int32Array,
  referenceStrength: Uint8Array,
): void {
  const definitions = items.filter((item) => item.kind === 'definition');
  const wanted = lineDefines === 'unsought' ? WEAKLY_REFERENCED : STRONGLY_REFERENCED;
  for (const { references } of definitions)
    for (const name of references) raise(referenceStrength, name, wanted);
  const targets = finalTargets(definitions);
  const found = [...targets].map(
    ([name, target]) => [name, target === null ? NONE : winners[target], target] as const,
  );
  for (const [name, definition, target] of found) {
    if (referenceStrength[name] === UNREFERENCED && winners[name] === NONE) continue;
    if (target === null) referenceStrength[name] = UNREFERENCED;
    winners[name] = definition;
  }
}

/** Takes note of what a file refers to. */
export function addReferencesOf(
  { inputs, name, rows }: LinkGraph,
  member: MemberId,
  referenceStrength: Uint8Array,
): void {
  const { first, row } = rows.references;
  const { flags } = inputs.symbols;
  for (let at = first[member]; at < first[member + 1]; at++)
    raise(referenceStrength, name[row[at]], strengthOf(flags[row[at]]));
}

export function raise(referenceStrength: Uint8Array, name: NameId, wanted: number): void {
  if (referenceStrength[name] < wanted) referenceStrength[name] = wanted;
}
