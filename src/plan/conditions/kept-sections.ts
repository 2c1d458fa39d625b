import { anyGlobTest } from '../../link/command/glob.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { loadedSectionNames } from '../../symbols/elf/section-names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Twins } from '../twins/twins.js';
import { causeOfAbsence } from './blame.js';
import type { Comparison, Violation } from './comparison.js';

/**
 * C15, too: sections of usual names that a script keeps or sorts (`KEEP(*(.data.boot))`) are walked, too. Files are
 * searched for such sections only if there is such a script.
 */
export function* keptSectionsStay(comparison: Comparison): Generator<Violation> {
  const { graph, line, before, after, twins } = comparison;
  const hasKept = keptTest(graph.inputs, line);
  if (hasKept === null) return;
  const unitsIn = ({ placed }: Resolution) =>
    placed.filter(hasKept).map((member) => unitOf(twins.unedited ?? twins, member));
  const [old, now] = [before, after].map(unitsIn);
  const left = [...new Set(now)];
  const isSame = [...new Set(old)].every((unit, at) => unit === left[at]);
  if (isSame && left.length === new Set(old).size && now.length <= old.length) return;
  const gone = before.loaded.filter((member) => !after.isLoaded[member] && hasKept(member));
  const blame = gone.flatMap((member) => causeOfAbsence(comparison, member));
  yield { code: 'section-order', name: NONE, by: gone[0] ?? NONE, blame };
}

/** Members that are copies of each other are one unit. */
function unitOf({ content, unit }: Twins, member: MemberId): string {
  if (unit[member] !== NONE) return `unit ${unit[member]}`;
  return content[member] === NONE ? `member ${member}` : `content ${content[member]}`;
}

/** Whether a member has a section that a script keeps or sorts; null where none can have. */
export function keptTest(
  { format, members, contents }: Inputs,
  { layout }: LinkLine,
): ((member: MemberId) => boolean) | null {
  if (layout.walked.length === 0 || format !== 'elf') return null;
  const isWalked = anyGlobTest(layout.walked);
  const known = new Map<MemberId, boolean>();
  return (member) => {
    const found =
      known.get(member) ??
      (contents[member].kind === 'object' && loadedSectionNames(members[member].source).some(isWalked));
    known.set(member, found);
    return found;
  };
}
