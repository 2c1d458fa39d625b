import { nameOf } from '../../link/inputs/archive-name.js';
import type { Colors } from '../colors.js';
import { printable } from '../place.js';
import { count, digits, shortList } from '../quantities.js';
import type { MemberSummary, PlanReport } from './plan-report.js';
import { CRATES_NAMED, crateOf, distinct, nounOf } from './printed-names.js';
import { reasonText } from './reason-text.js';

/**
 * `libext.a: dropped 319 of 321 members (runtime, std, core, 3 more crates); 235 of 235 duplicate definitions gone;
 * kept 2: …`
 */
export function summaryLine(
  report: PlanReport,
  archive: number,
  colors: Colors,
  all: readonly MemberSummary[] = report.members,
): string {
  const { members, dropped, duplicatesBefore, duplicatesAfter } = report.archives[archive];
  const own = all.filter((member) => member.archive === archive);
  const name = colors.bold(printable(nameOf(report, archive)));
  if (members === 0) return `${name}: has no members`;
  if (dropped === 0) return `${name}: kept ${allOf(members)}: ${keptReasons(own, all.length)}`;
  const crates = distinct(own.filter(({ decision }) => decision === 'drop').map(crateOf));
  const parts = [
    `${colors.green(report.rewrittenLine ? 'dropped' : 'can drop')} ${digits(dropped)} of ${count(members, 'member')} (${shortList(crates, CRATES_NAMED, ...nounOf(own))})`,
  ];
  if (duplicatesBefore > 0) {
    const gone = digits(duplicatesBefore - duplicatesAfter);
    parts.push(`${gone} of ${count(duplicatesBefore, 'duplicate definition')} gone`);
  }
  const kept = own.filter(({ decision }) => decision !== 'drop');
  if (kept.length > 0) parts.push(`kept ${digits(kept.length)}: ${keptReasons(kept, all.length)}`);
  return `${name}: ${parts.join('; ')}`;
}

const allOf = (members: number): string =>
  members === 1 ? 'its 1 member' : `all ${count(members, 'member')}`;

/** @param all how many members the report has */
function keptReasons(members: readonly MemberSummary[], all: number): string {
  const byReason = new Map<string, MemberSummary[]>();
  for (const member of members) {
    const reason = member.reason ?? '';
    const some = byReason.get(reason);
    if (some === undefined) byReason.set(reason, [member]);
    else some.push(member);
  }
  const parts = [...byReason].sort((a, b) => b[1].length - a[1].length);
  return parts
    .map(([reason, some]) => {
      const who = shortList(distinct(some.map(crateOf)), 2, ...nounOf(some));
      return parts.length === 1 && some.length === all
        ? reasonText(reason)
        : `${who} (${reasonText(reason)})`;
    })
    .join(', ');
}
