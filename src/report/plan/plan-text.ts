import { basename } from 'node:path';
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
import { remedyText } from './remedy-text.js';

/** Crates named in a summary line before "3 more crates". */
const CRATES_NAMED = 3;
/** Globals named for each set of files that hold them. */
const GLOBALS_NAMED = 2;
/** Users named of each build of a crate. */
const USERS_NAMED = 3;
/** Remaining groups of globals and blockers listed in full. */
const MOST_ROWS = 12;

export interface TextOptions {
  readonly colors: Colors;
  /** Only a line per archive that changes, or keeps what it has twice; and what was not taken into account. */
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
  if (dropped === 0)
    return `${name}: kept ${allOf(members)}${members === 0 ? '' : `: ${keptReasons(own, all.length)}`}`;
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

/** The crate of a member, or its file name without the hash that build scripts put before it. */
const crateOf = ({ origin, name }: MemberSummary): string =>
  origin?.crate ?? printable(name.replace(/^[0-9a-f]{16}-/, ''));

/** The noun for members, by their names: crates, object files, or both. */
function nounOf(members: readonly MemberSummary[]): readonly [one: string, many: string] {
  const crates = members.filter(({ origin }) => origin !== undefined).length;
  if (crates === 0) return ['object', 'objects'];
  return crates === members.length ? ['crate', 'crates'] : ['crate or object', 'crates and objects'];
}

const distinct = (items: readonly string[]): string[] => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([item]) => item);
};

const REASONS: Readonly<Record<string, string>> = {
  'no-twin': 'no copy found',
  owner: 'the copy that stays',
  'not-an-object': 'not an object',
  unreadable: 'cannot be read',
  'unresolved-reference': 'without it a reference has no definition',
  'binding-moves': 'without it a name binds to other content',
  'weak-reference-changes': 'without it a weak reference changes',
  'loads-more': 'without it other members are loaded',
  'new-clash': 'without it definitions clash',
  'side-effect-lost': 'a constructor or registry entry would be lost',
  'content-differs': 'the copy differs in kind or size',
  'crate-split': 'another unit of its crate stays',
  'state-split': 'dropping it would duplicate a mutable global',
  'side-effect-added': 'its copy would add a constructor, registry entry or linker option',
  'section-order': 'a section that the program walks would have other entries',
  'named-file': 'a script or an order file names it or its copy',
  'import-library': 'a part of an import table',
  'export-changes': 'the output would export other names',
  'constructor-order': 'without it constructors that may depend on each other would run in another order',
  'other-content': 'a member of the same name has different content',
  'other-build': 'another build of the crate',
  'unreadable-neighbour': 'a member of the archive cannot be read',
  'lto-call': 'LTO may call a function that the copy does not define',
  'other-line': 'another link line needs it',
  'unread-library': 'a library that could not be found may define or reference the same symbols',
};

/** Codes of reasons that are printed as text. */
export const reasonCodes = Object.keys(REASONS);

export const reasonText = (code: string): string => REASONS[code] ?? code;

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

function skippedLines(report: PlanReport, colors: Colors): string[] {
  const lines = skippedRows(report.skipped, MOST_ROWS, colors);
  if (report.program === undefined && report.skipped.some(({ what }) => /^-l./.test(what)))
    lines.push('  with the compiler in front of the line (-- cc …), its own library folders are searched');
  const isBlocked = report.archives.some(({ blocked }) => blocked > 0);
  if (report.comparedPairs === 0 && !isBlocked && report.archives.length > 0)
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

/** An archive's base name, as linkers write it; its path where another has the same name. */
export function nameOf({ archives }: PlanReport, archive: number): string {
  const name = basename(archives[archive].path);
  const isAmbiguous = archives.some(({ path }, other) => other !== archive && basename(path) === name);
  return isAmbiguous ? archives[archive].path : name;
}

/** `libfoo.a(bar.o)`. */
export function refText(report: PlanReport, { archive, name }: MemberRef): string {
  return archive < 0 ? printable(name) : `${printable(nameOf(report, archive))}(${printable(name)})`;
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
    groups.set(key, [...(groups.get(key) ?? []), split]);
  }
  const lines = [
    '',
    `${colors.bold('mutable globals in more than one copy')}: ${before} before, ${after} after`,
  ];
  const rows = [...groups].sort((a, b) => b[1].length - a[1].length);
  for (const [files, globals] of rows.slice(0, MOST_ROWS)) {
    const largest = [...globals].sort((a, b) => b.size - a.size).map(globalText);
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
  const origin = report.members.find(
    ({ archive, ordinal }) => archive === user.archive && ordinal === user.ordinal,
  )?.origin;
  return origin ? `${origin.crate} of ${printable(nameOf(report, user.archive))}` : refText(report, user);
}

function remedyLines(report: PlanReport, colors: Colors): string[] {
  if (report.remedies.length === 0) return [];
  const lines = report.remedies.map((remedy) => `  ${remedyText(remedy)}`);
  return ['', colors.bold('a change of the line would free more'), ...lines];
}
