import type { Colors } from '../colors.js';
import { printable } from '../place.js';
import { count, digits } from '../quantities.js';
import type { MemberReport, PlanReport } from './plan-report.js';
import { refText } from './printed-names.js';
import { reasonText } from './reason-text.js';
import { summaryLine } from './summary-line.js';

/** Members that are named of an archive and a line that needs them. */
const MEMBERS_NAMED = 3;

/** Reports of a line that was planned together with others. */
export interface LineReports {
  readonly name: string;
  /** One for each architecture. */
  readonly reports: readonly PlanReport[];
}

/** Text for several link lines: a row for each changed archive, then the result of each link. */
export function linesText(lines: readonly LineReports[], colors: Colors, isQuiet: boolean): string {
  const changes = archiveLines(lines, colors);
  const texts = isQuiet ? changes : [...changes, ...neededLines(lines, colors), ...duplicateLines(lines)];
  return texts.map((text) => `${text}\n`).join('');
}

/** Each archive once: as the first line that has it. Those that stay as they are only where they have copies. */
function archiveLines(lines: readonly LineReports[], colors: Colors): string[] {
  const seen = new Set<string>();
  return lines.flatMap(({ reports }) =>
    reports.flatMap((report) =>
      report.archives.flatMap(({ path, fromDriver, dropped, blocked }, archive) => {
        const key = `${path}\0${report.architecture ?? ''}`;
        if (seen.has(key) || fromDriver || dropped + blocked === 0) return [];
        seen.add(key);
        const of = report.architecture === undefined ? '' : `${report.architecture}: `;
        return [`${of}${summaryLine(report, archive, colors)}`];
      }),
    ),
  );
}

/** The line that needs members which other lines could drop, and the reason. */
function neededLines(lines: readonly LineReports[], colors: Colors): string[] {
  const groups = new Map<string, { readonly report: PlanReport; readonly members: MemberReport[] }>();
  for (const report of lines.flatMap(({ reports }) => reports))
    for (const member of report.members) {
      if (member.otherLine === undefined) continue;
      const key = `${report.archives[member.archive].path}\0${member.otherLine}`;
      const members = groups.get(key)?.members ?? [];
      if (!members.some(({ ordinal }) => ordinal === member.ordinal)) members.push(member);
      groups.set(key, { report: groups.get(key)?.report ?? report, members });
    }
  if (groups.size === 0) return [];
  const texts = [...groups.values()].map(({ report, members }) => neededText(lines, report, members));
  return ['', colors.bold('members that stay because a line needs them'), ...texts];
}

function neededText(
  lines: readonly LineReports[],
  report: PlanReport,
  members: readonly MemberReport[],
): string {
  const [{ otherLine = '' }] = members;
  const named = members.slice(0, MEMBERS_NAMED).map((member) => refText(report, member));
  const more = members.length - named.length;
  const who = `${named.join(', ')}${more > 0 ? `, ${digits(more)} more` : ''}`;
  const reasons = new Set(members.map((member) => reasonOn(lines, otherLine, report, member)));
  const why = [...reasons].filter((reason) => reason !== '').join('; ');
  const command = commandOf(lines, otherLine);
  return `  ${who}: needed by ${printable(otherLine)}${command}${why === '' ? '' : `: ${why}`}`;
}

/** The output of the line, ` (-o app)`, which is easier to recognize than a number. */
function commandOf(lines: readonly LineReports[], name: string): string {
  const words = lines.find((line) => line.name === name)?.reports[0]?.line ?? [];
  const output = words[words.indexOf('-o') + 1];
  return words.includes('-o') && output !== undefined ? ` (-o ${printable(output)})` : '';
}

/** Why a line does not drop a member, in words. */
function reasonOn(
  lines: readonly LineReports[],
  name: string,
  { archives, architecture }: PlanReport,
  { archive, ordinal }: MemberReport,
): string {
  const other = lines
    .find((line) => line.name === name)
    ?.reports.find((report) => report.architecture === architecture);
  const row = other?.archives.findIndex(({ path }) => path === archives[archive].path) ?? -1;
  const own = other?.members.find((member) => member.archive === row && member.ordinal === ordinal);
  return own?.reason === undefined ? '' : reasonText(own.reason);
}

/** The remaining duplicates of every link that had any. */
function duplicateLines(lines: readonly LineReports[]): string[] {
  const changes = lines.flatMap(({ name, reports }) =>
    reports.flatMap(({ links, architecture }) => {
      const [link] = links;
      if (link === undefined || link.duplicatesBefore === 0) return [];
      const of = architecture === undefined ? '' : ` (${architecture})`;
      return [
        `  ${printable(name)}${of}: ${digits(link.duplicatesBefore)} → ${count(link.duplicatesAfter, 'duplicate definition')}`,
      ];
    }),
  );
  return changes.length === 0 ? [] : ['', ...changes];
}
