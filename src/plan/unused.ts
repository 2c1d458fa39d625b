import type { Inputs } from '../link/inputs/inputs.js';
import type { LinkLine } from '../link/line/link-line.js';
import type { MemberId } from '../symbols/table.js';
import { isImportMember } from './conditions/import-members.js';
import { isOpenWorld } from './conditions/open-world.js';
import type { Scenario } from './scenario.js';

/**
 * Whether no link of a line loads a member, and nothing that was not read could. Without objects on the line, with a
 * library that was not found, a member that cannot be read, or a file that LTO recompiles, no member is sure to stay
 * unloaded.
 */
export function isNeverLoaded(
  inputs: Inputs,
  line: LinkLine,
  scenarios: readonly Omit<Scenario, 'after'>[],
): (member: MemberId) => boolean {
  const isUncertain =
    isOpenWorld(line) ||
    line.missingLibraries.length > 0 ||
    inputs.contents.some(
      (content) => content.kind === 'unreadable' || (content.kind === 'object' && content.info.isRecompiled),
    );
  if (isUncertain) return () => false;
  const loaded = new Set(scenarios.flatMap(({ before }) => [...before.loaded]));
  return (member) =>
    !loaded.has(member) && inputs.contents[member].kind === 'object' && !isImportMember(inputs, member);
}
