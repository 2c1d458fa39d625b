import type { Inputs } from '../../link/inputs/inputs.js';
import { fileNames } from '../../link/inputs/named-files.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { isImportMember } from '../conditions/import-members.js';

interface Side {
  readonly inputs: Inputs;
  readonly line: LinkLine;
}

/**
 * Checks that scripts and ordering files place the remaining members of each archive as before, under their new paths.
 * @param original by MemberId of the link after: the corresponding member before
 */
export function compareNames(
  before: Side,
  after: Side,
  original: Int32Array,
  report: (where: string, problem: string) => void,
): void {
  const { files } = before.line.layout;
  if (files.join('\0') !== after.line.layout.files.join('\0'))
    report('line', 'the emitted line places different files than the original line');
  const [old, now] = [before, after].map(({ inputs }) => fileNames(inputs, files));
  for (const { id, source } of after.inputs.members) {
    const from = original[id];
    if (from !== NONE && old(from) !== now(id))
      report(source.label, 'a script or an order file no longer matches it by name');
  }
}

/** Checks that no member of an import table is dropped. */
export function requireImports(
  { inputs }: Side,
  dropped: readonly ReadonlySet<number>[],
  report: (where: string, problem: string) => void,
): void {
  for (const { id, archive, ordinal, source } of inputs.members)
    if (archive !== NONE && dropped[archive].has(ordinal) && isImportMember(inputs, id))
      report(source.label, 'is a part of an import table, and dropped');
}

/** Returns a test of whether scripts and ordering files place two members in the same way. */
export function placedAlike({ inputs, line }: Side): (one: MemberId, other: MemberId) => boolean {
  const namesOf = fileNames(inputs, line.layout.files);
  return (one, other) => namesOf(one) === namesOf(other);
}
