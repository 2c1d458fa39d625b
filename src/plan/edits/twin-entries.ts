import { entriesOf, type IndexEntries, nameAt } from '../../archive/index-entries.js';
import type { Archive, Inputs } from '../../link/inputs/inputs.js';
import { type EditsByMember, hasTwins } from './edited-inputs.js';

/** Edits as a writer of archives needs them. */
export interface EmittedEdits {
  /** The inputs as they were read. */
  readonly inputs: Inputs;
  readonly byMember: EditsByMember;
}

/**
 * Index entries with those of renamed definitions that a twin replaced: they are defined still, and tools list them.
 * They follow the other entries of their member.
 */
export function withTwins(
  entries: IndexEntries,
  { inputs: { format }, byMember }: EmittedEdits,
  { firstMember, stored }: Archive,
): IndexEntries {
  if (!hasTwins(format)) return entries;
  const last = new Map<number, number>();
  for (let row = 0; row < entries.length; row++) last.set(entries.ordinal[row], row);
  const twinsOf = (ordinal: number): Uint8Array[] =>
    [...(byMember.get(firstMember + ordinal)?.values() ?? [])]
      .filter(({ action }) => action !== 'hide-and-rename')
      .map(({ newName }) => Buffer.from(newName, 'latin1'));
  const ordinals: number[] = [];
  const names: Uint8Array[] = [];
  const add = (ordinal: number, name: Uint8Array) => {
    ordinals.push(ordinal);
    names.push(name);
  };
  for (let row = 0; row < entries.length; row++) {
    add(entries.ordinal[row], nameAt(entries, row));
    if (last.get(entries.ordinal[row]) !== row) continue;
    for (const name of twinsOf(entries.ordinal[row])) add(entries.ordinal[row], name);
  }
  for (const { ordinal } of stored.members) {
    if (!last.has(ordinal)) for (const name of twinsOf(ordinal)) add(ordinal, name);
  }
  return { ...entries, ...entriesOf(names, ordinals) };
}
