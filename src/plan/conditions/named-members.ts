import type { Inputs } from '../../link/inputs/inputs.js';
import { fileNames } from '../../link/inputs/named-files.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { overlooked } from './overlooked.js';

/**
 * A pattern of a linker script or an order file that matches a member and not its copy, or the reverse; null without
 * one.
 */
export type NamedDoubt = (member: MemberId, copy: MemberId) => string | null;

/** C16: a copy is placed where the member was, and an archive that a pattern names by its path stays unchanged. */
export function namedDoubt(inputs: Inputs, { layout }: LinkLine): NamedDoubt {
  const { files } = layout;
  if (files.length === 0 || overlooked.has('named-file')) return () => null;
  const namesOf = fileNames(inputs, files);
  return (member, copy) => {
    const { archive } = inputs.members[member];
    const own = archive === NONE ? undefined : inputs.archives[archive].namedBy;
    if (own !== undefined) return own;
    if (namesOf(member) === namesOf(copy)) return null;
    return files.find((pattern) => differ(inputs, pattern, member, copy)) ?? files[0];
  };
}

function differ(inputs: Inputs, pattern: string, one: MemberId, other: MemberId): boolean {
  const namesOf = fileNames(inputs, [pattern]);
  return namesOf(one) !== namesOf(other);
}
