import { nameOf } from '../../link/inputs/archive-name.js';
import type { Colors } from '../colors.js';
import { printable } from '../place.js';
import { count, digits } from '../quantities.js';
import { isLinkOfProgram, type LinkReport, type PlanReport } from './plan-report.js';

/** Warnings about using the trimmed archives, one line each; empty without any. */
export function outcomeLines(
  reports: readonly PlanReport[],
  allowsDuplicates: boolean,
  colors: Colors,
): string[] {
  return reports.flatMap((report) => {
    const lines = isLinkOfProgram(report) ? failingLines(report, allowsDuplicates) : aloneLines(report);
    const who = reports.length > 1 ? `${report.architecture}: ` : '';
    return lines.map((line) => `${colors.yellow('warning')}: ${who}${line}`);
  });
}

/** Linkers that search an archive at its place on the line, for what is undefined there. */
const READS_ARCHIVES_ONCE: ReadonlySet<string> = new Set(['gnu-ld', 'gold', 'mingw-ld']);

/** Archives that were given without a program: other programs may link one of them without the others. */
function aloneLines(report: PlanReport): string[] {
  return report.archives.flatMap(({ dropped, output }, archive) => {
    if (dropped === 0) return [];
    const twins = report.members.flatMap((member) =>
      member.archive === archive && member.decision === 'drop' ? (member.twin?.archive ?? []) : [],
    );
    const others = [...new Set(twins)].filter((twin) => twin !== archive && twin >= 0);
    if (others.length === 0) return [];
    const where = others.map((other) => printable(nameOf(report, other))).join(' and ');
    const isOrdered = report.links.some(({ linker }) => READS_ARCHIVES_ONCE.has(linker));
    const order = isOrdered ? ', after it for GNU ld and gold' : '';
    return output === null
      ? `without ${count(dropped, 'member')}, ${printable(nameOf(report, archive))} would no longer link alone: a program would need ${where} as well${order}`
      : `${printable(output)} no longer links without ${where}: a program needs both${isOrdered ? `, and for GNU ld and gold ${where} after it` : ''}`;
  });
}

/** Duplicates that are left, on the linkers that the plan is for. */
function failingLines({ links }: PlanReport, allowsDuplicates: boolean): string[] {
  if (allowsDuplicates) return [];
  const own = links.filter(({ line }) => line === 'as-given');
  const failing = own.filter(({ duplicatesAfter }) => duplicatesAfter > 0);
  if (failing.length === 0) return [];
  const on = failing.length === own.length ? '' : ` on ${failing.map(({ linker }) => linker).join(', ')}`;
  return [`this link will still fail${on}: ${rangeText(failing)}`];
}

function rangeText(failing: readonly LinkReport[]): string {
  const counts = failing.map(({ duplicatesAfter }) => duplicatesAfter);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most
    ? count(most, 'duplicate definition')
    : `${digits(least)} to ${digits(most)} duplicate definitions`;
}
