import { isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { finalTargets } from '../command/line-definition.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import { NO_DEMAND, STRONG_DEMAND, WEAK_DEMAND } from './resolution.js';

/**
 * Applies --wrap as LLD does: after reading, it replaces references also in the file that defines `f`. It replaces none
 * if `f` is unknown: then references to `__real_f` keep that name.
 */
export function bindWrapped(
  { wrapped }: LinkLine,
  { wraps }: LinkerProfile,
  provider: Int32Array,
  demand: Uint8Array,
): void {
  if (!wraps.startsWith('lld')) return;
  for (const { name, wrap, real } of wrapped) {
    if (provider[name] !== NONE) demand[wrap] = STRONG_DEMAND;
    else demand[real] = Math.max(demand[real], demand[name]);
  }
}

/** Definitions of the line override all others: aliases of a name, or numbers, which no file defines. */
export function bindDefinitions(
  { items }: LinkLine,
  { lineDefines }: LinkerProfile,
  provider: Int32Array,
  demand: Uint8Array,
): void {
  const definitions = items.filter((item) => item.kind === 'definition');
  const wanted = lineDefines === 'unsought' ? WEAK_DEMAND : STRONG_DEMAND;
  for (const { references } of definitions) for (const name of references) raise(demand, name, wanted);
  const targets = finalTargets(definitions);
  const found = [...targets].map(
    ([name, target]) => [name, target === null ? NONE : provider[target], target] as const,
  );
  for (const [name, definition, target] of found) {
    if (demand[name] === NO_DEMAND && provider[name] === NONE) continue;
    if (target === null) demand[name] = NO_DEMAND;
    provider[name] = definition;
  }
}

export const demandOf = (flags: number): number => (isWeak(flags) ? WEAK_DEMAND : STRONG_DEMAND);

/** Takes note of what a file refers to. */
export function askForReferences(
  { inputs, name, rows }: LinkGraph,
  member: MemberId,
  demand: Uint8Array,
): void {
  const { first, row } = rows.references;
  const { flags } = inputs.symbols;
  for (let at = first[member]; at < first[member + 1]; at++)
    raise(demand, name[row[at]], demandOf(flags[row[at]]));
}

export function raise(demand: Uint8Array, name: NameId, wanted: number): void {
  if (demand[name] < wanted) demand[name] = wanted;
}
