import { once } from '../../bytes/once.js';
import { nameOf } from '../../link/inputs/archive-name.js';
import type { Colors } from '../colors.js';
import { demangle } from '../demangle.js';
import { printable } from '../place.js';
import { bytesText, count, digits, shortList } from '../quantities.js';
import { skippedRows } from '../skipped-rows.js';
import { editLines } from './edit-text.js';
import { linkNotes } from './link-notes.js';
import {
  type ArchiveReport,
  buildLabel,
  type LinkReport,
  type MemberRef,
  type MemberReport,
  type MemberSummary,
  type PlanReport,
  type SplitStateReport,
} from './plan-report.js';
import { CRATES_NAMED, crateOf, distinct, nounOf, refText } from './printed-names.js';
import { reasonText } from './reason-text.js';
import { remedyText } from './remedy-text.js';
import { summaryLine } from './summary-line.js';

/** Globals named for each set of files that hold them. */
const GLOBALS_NAMED = 2;
/** Users named of each build of a crate. */
const USERS_NAMED = 3;
/** Remaining groups of globals and blockers listed in full. */
const MOST_ROWS = 12;

export interface TextOptions {
  readonly colors: Colors;
  /**
   * Prints only a line for each archive that changes or keeps duplicates, and inputs that were not taken into account.
   */
  readonly quiet: boolean;
}

/** Text of the plans of a line, each under its architecture if there are several. */
export function plansText(reports: readonly PlanReport[], options: TextOptions): string {
  if (reports.length === 1) return planText(reports[0], options);
  return reports
    .map((report) => `${options.colors.bold(`for ${report.architecture}`)}\n${planText(report, options)}`)
    .join('\n');
}

/** Text of a plan: a line per archive, then the remaining duplicates and their reasons. */
export function planText(report: PlanReport, options: TextOptions): string {
  const { colors } = options;
  const lines = report.archives.map((_, archive) => summaryLine(report, archive, colors));
  const isShown = ({ fromDriver, dropped, blocked }: ArchiveReport) =>
    fromDriver !== true || dropped + blocked > 0;
  if (options.quiet) {
    const changed = lines.filter((_, at) => report.archives[at].dropped + report.archives[at].blocked > 0);
    return join([...changed, ...editLines(report, colors), ...skippedLines(report, colors)]);
  }
  return join([
    ...lines.filter((_, at) => isShown(report.archives[at])),
    ...editLines(report, colors),
    ...skippedLines(report, colors),
    ...blockedLines(report, colors),
    ...linkLines(report, colors),
    ...stateLines(report, colors),
    ...buildLines(report, colors),
    ...remedyLines(report, colors),
  ]);
}

/** Text of an applied saved plan: a line for each archive and edit. */
export const appliedText = (reports: readonly PlanReport[], colors: Colors): string =>
  join(changeLines(reports, colors));

/** A line for each archive that loses members, then one for each edit. */
export function changeLines(reports: readonly PlanReport[], colors: Colors): string[] {
  const drops = reports.flatMap((report) => dropLines(report, report.members, colors));
  return [...drops, ...reports.flatMap((report) => editLines(report, colors))];
}

/** The same of one plan, whose members are not described as a whole. */
export const changeLinesOf = (
  report: PlanReport,
  members: readonly MemberSummary[],
  colors: Colors,
): string[] => [...dropLines(report, members, colors), ...editLines(report, colors)];

const dropLines = (report: PlanReport, members: readonly MemberSummary[], colors: Colors): string[] =>
  report.archives.flatMap(({ dropped }, archive) =>
    dropped > 0 ? [summaryLine(report, archive, colors, members)] : [],
  );

const join = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

function skippedLines(report: PlanReport, colors: Colors): string[] {
  const lines = skippedRows(report.skipped, MOST_ROWS, colors);
  if (report.program === undefined && report.skipped.some(({ what }) => /^-l./.test(what)))
    lines.push(
      "  put the compiler in front of the line (-- cc …) to search the compiler's own library folders, too",
    );
  const isShared = report.archives.some(({ blocked, dropped }) => blocked > 0 || dropped > 0);
  if (!isShared && report.archives.length > 0 && report.comparedPairs === 0)
    lines.push(`${colors.yellow('warning')}: nothing to deduplicate: no two archives share a member`);
  return lines;
}

/** Blocked drops: a row for each archive, reason and opposing archive, with an example. */
function blockedLines(report: PlanReport, colors: Colors): string[] {
  const groups = new Map<string, MemberReport[]>();
  for (const member of report.members) {
    if (member.decision !== 'blocked') continue;
    const against = member.by ?? member.twin;
    const key = `${member.archive}\0${member.reason}\0${against?.archive}`;
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  if (groups.size === 0) return [];
  const rows = [...groups.values()].sort((a, b) => b.length - a.length);
  const lines = ['', colors.bold('duplicates that could not be dropped')];
  for (const members of rows.slice(0, MOST_ROWS)) {
    const example = members.reduce((largest, member) => (member.size > largest.size ? member : largest));
    const crates = shortList(distinct(members.map(crateOf)), CRATES_NAMED, ...nounOf(members));
    const archive = printable(nameOf(report, example.archive));
    lines.push(
      `  ${archive}: ${count(members.length, 'member')} (${crates}): ${reasonText(example.reason ?? '')}`,
    );
    lines.push(`    ${colors.dim(exampleText(report, example))}`);
  }
  if (rows.length > MOST_ROWS) lines.push(`  and ${count(rows.length - MOST_ROWS, 'more group')}`);
  return lines;
}

function exampleText(report: PlanReport, member: MemberReport): string {
  const parts = [`such as ${refText(report, member)}`];
  if (member.symbol) parts.push(`symbol ${printable(demangle(member.symbol))}`);
  if (member.pattern) parts.push(`named by ${printable(member.pattern)}`);
  if (member.otherLine) parts.push(`needed by ${printable(member.otherLine)}`);
  if (member.library) parts.push(`against ${printable(member.library)}`);
  else if (member.by) parts.push(`against ${refText(report, member.by)}`);
  else if (member.twin) parts.push(`against ${refText(report, member.twin)}`);
  if (member.linker) parts.push(`on ${member.linker}`);
  return parts.join(', ');
}

/**
 * A row for each outcome: linkers that make the same of the line share one. What unknown users may reference is not a
 * link of its own.
 */
function linkLines(report: PlanReport, colors: Colors): string[] {
  if (report.links.length === 0) return [];
  const outcomes = new Map<string, LinkReport[]>();
  for (const link of report.links.filter(({ line }) => line !== 'unknown-users')) {
    const change = (before: number, after: number) => `${digits(before)} → ${digits(after)}`;
    const cells = [
      change(link.loadedBefore, link.loadedAfter),
      change(link.duplicatesBefore, link.duplicatesAfter),
      change(link.undefinedBefore, link.undefinedAfter),
    ].join('\0');
    outcomes.set(cells, [...(outcomes.get(cells) ?? []), link]);
  }
  const rows = [...outcomes].map(([cells, links]) => [linkersText(links), ...cells.split('\0')]);
  return [
    '',
    ...table(
      [['linker', 'files in the link', 'duplicate definitions', 'unresolved in these inputs'], ...rows],
      colors,
    ),
    ...linkNotes(report.links).map((note) => `  ${note}`),
  ];
}

/** `gnu-ld, gold`, and whether it is the line as given, with the providers first, or both. */
function linkersText(links: readonly LinkReport[]): string {
  const linkersOf = (line: LinkReport['line']) =>
    links.filter((link) => link.line === line).map(({ linker }) => linker);
  const given = linkersOf('as-given').join(', ');
  const moved = linkersOf('providers-first').join(', ');
  if (moved === '') return given;
  if (given === '') return `${moved}, providers first`;
  return given === moved ? `${given}; also providers first` : `${given}; providers first: ${moved}`;
}

function table(rows: readonly (readonly string[])[], colors: Colors): string[] {
  const widths = rows[0].map((_, column) =>
    rows.reduce((most, row) => Math.max(most, row[column].length), 0),
  );
  return rows.map((row, at) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    const line = `  ${cells.join('   ')}`;
    return at === 0 ? colors.dim(line) : line;
  });
}

/** Split state by who holds the copies: a row for each set of files, with the largest globals named. */
function stateLines(report: PlanReport, colors: Colors): string[] {
  const before = report.splitStateBefore.length;
  const after = report.splitStateAfter.length;
  if (before === 0 && after === 0) return [];
  const groups = new Map<string, SplitStateReport[]>();
  for (const split of report.splitStateAfter) {
    const key = split.copies.map((copy) => refText(report, copy)).join('\0');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [split]);
    else group.push(split);
  }
  const lines = [
    '',
    `${colors.bold('mutable globals in more than one copy')}: ${before} before, ${after} after`,
  ];
  const rows = [...groups].sort((a, b) => b[1].length - a[1].length);
  for (const [files, globals] of rows.slice(0, MOST_ROWS)) {
    // Names are demangled of those that are listed.
    const largest = [...globals]
      .sort((a, b) => b.size - a.size)
      .map((global, at) => (at > GLOBALS_NAMED ? '' : globalText(global)));
    lines.push(`  ${count(globals.length, 'global')}: ${shortList(largest, GLOBALS_NAMED, 'global')}`);
    for (const file of files.split('\0')) lines.push(`    ${colors.dim(file)}`);
  }
  if (rows.length > MOST_ROWS) lines.push(`  and ${count(rows.length - MOST_ROWS, 'more group')}`);
  return lines;
}

const globalText = ({ symbol, kind, size }: SplitStateReport): string =>
  `${printable(demangle(symbol))} (${kind}${size > 0 ? `, ${bytesText(size)}` : ''})`;

/** `two builds of tokio`, and for each where it is and who uses it. */
function buildLines(report: PlanReport, colors: Colors): string[] {
  return report.otherBuilds.slice(0, MOST_ROWS).flatMap(({ crate, builds }) => {
    const rows = builds.map(({ members, users }, at) => {
      const where = distinct(members.map((member) => printable(nameOf(report, member.archive))));
      const who = distinct(users.map((user) => userText(report, user)));
      const usedBy = who.length === 0 ? '' : `, used by ${shortList(who, USERS_NAMED, 'file')}`;
      return `  ${buildLabel(builds, at)} in ${where.join(', ')}${usedBy}`;
    });
    const number = builds.length === 2 ? 'two' : String(builds.length);
    return ['', colors.bold(`${number} builds of ${printable(crate)}, each with its own state`), ...rows];
  });
}

/** A user by its crate and archive; by its own name where it is not a unit of a crate. */
function userText(report: PlanReport, user: MemberRef): string {
  const origin = user.archive < 0 ? undefined : membersByPlace(report).get(placeKey(user))?.origin;
  return origin ? `${origin.crate} of ${printable(nameOf(report, user.archive))}` : refText(report, user);
}

const placeKey = ({ archive, ordinal }: MemberRef): string => `${archive} ${ordinal}`;

/** Members of archives by archive and ordinal. */
const membersByPlace = once(
  ({ members }: PlanReport): ReadonlyMap<string, MemberReport> =>
    new Map(members.map((member) => [placeKey(member), member])),
);

function remedyLines(report: PlanReport, colors: Colors): string[] {
  if (report.remedies.length === 0) return [];
  const lines = report.remedies.map((remedy) => `  ${remedyText(remedy)}`);
  return ['', colors.bold('a change of the line would free more'), ...lines];
}
