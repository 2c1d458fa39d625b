import { basename } from 'node:path';
import { explainHint } from '../../check/findings.js';
import type { Colors } from '../colors.js';
import { printable } from '../place.js';
import type { TextOptions } from '../plan/plan-text.js';
import { bytesText, count, digits, shortList } from '../quantities.js';
import { shellCommand } from '../shell-command.js';
import { skippedRows } from '../skipped-rows.js';
import { buildText, causeLines, ONE_WORKSPACE, titleOf } from './explain-cause-text.js';
import type { UseReport } from './explain-files.js';
import type { ExplainReport, SplitReport, UndefinedReport } from './explain-report.js';
import { subjectLines } from './explain-subject-text.js';
import { fileName, nameText } from './explain-words.js';
import { logCauseLines, logNoteLine } from './log-cause-text.js';

/** Causes, groups and names shown before "and 3 more". */
const MOST_CAUSES = 12;
const MOST_GROUPS = 6;
const NAMES_SHOWN = 3;
const USERS_SHOWN = 2;

export interface ExplainTextOptions extends TextOptions {
  /** The caller prints what to change at the sources below: causes refer to it. */
  readonly adviceFollows?: boolean;
}

/** Text report, the best remedy first. Quiet: one line per cause, and the command. */
export function explainText(
  report: ExplainReport,
  { colors, quiet, adviceFollows = false }: ExplainTextOptions,
): string {
  if (quiet && report.subjects.length === 0) return quietText(report, colors);
  const sections = [
    logLines(report, colors),
    headLines(report, colors),
    ...(report.subjects.length > 0
      ? []
      : [
          report.causes
            .slice(0, MOST_CAUSES)
            .flatMap((cause, at) => causeLines(report, cause, at, { colors, adviceFollows })),
          moreLine(report.causes.length - MOST_CAUSES, 'cause'),
        ]),
    report.logCauses.slice(0, MOST_CAUSES).flatMap((cause, at) => logCauseLines(cause, at, colors)),
    moreLine(report.logCauses.length - MOST_CAUSES, 'cause'),
    undefinedLines(report, colors),
    stateLines(report, colors),
    buildLines(report, colors),
    notInLinkLines(report, colors),
    report.subjects.flatMap((subject) => subjectLines(subject, colors)),
    skippedLines(report, colors),
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''));
  return text.join('\n');
}

function quietText(report: ExplainReport, colors: Colors): string {
  const titles = report.causes.map(
    (cause, at) => `${titleOf(cause, at, colors)}: ${digits(cause.duplicates)}`,
  );
  const fromLog = report.logCauses.map((cause, at) => logCauseLines(cause, at, colors)[0]);
  const lines = [...logLines(report, colors), ...headLines(report, colors), ...titles, ...fromLog];
  return [...lines, ...skippedLines(report, colors)].map((line) => `${line}\n`).join('');
}

const moreLine = (more: number, noun: string): string[] =>
  more > 0 ? [`and ${count(more, `more ${noun}`)}`] : [];

/** Description of the log, if the rest of the report does not show it. */
function logLines({ log, link }: ExplainReport, colors: Colors): string[] {
  if (log === null) return [];
  const lines: string[] = [];
  if (log.duplicates + log.undefined === 0)
    lines.push(`${count(log.lines, 'line')} read: no message of a duplicate or undefined symbol`);
  if (log.counted !== null && log.counted > log.duplicates)
    lines.push(
      `${colors.yellow('the log is incomplete')}: the linker counts ${count(log.counted, 'duplicate symbol')}, and the log names ${log.duplicates === 0 ? 'none' : digits(log.duplicates)}; the lines before the count name them`,
    );
  for (const note of log.notes) lines.push(`line ${note.line}: ${logNoteLine(note)}`);
  if (log.isCut)
    lines.push(
      link === null
        ? `${colors.yellow('the log is cut')}: the linker stopped after its limit of errors; --error-limit=0 makes it report all`
        : `${colors.yellow('the log is cut')}: the linker stopped after its limit of errors; what follows covers the whole link`,
    );
  if (log.unread > 0) {
    lines.push(
      `${colors.yellow('not understood')}: ${count(log.unread, 'line')} of the log that ${log.unread === 1 ? 'reports' : 'report'} an error`,
    );
    for (const { line, text } of log.unreadLines.slice(0, NAMES_SHOWN))
      lines.push(colors.dim(`  line ${line}: ${printable(text.slice(0, 160))}`));
  }
  return lines;
}

function headLines(report: ExplainReport, colors: Colors): string[] {
  const { link, causes, trimCommand, log } = report;
  if (link === null) {
    const duplicates = report.logCauses.filter(({ kind }) => kind === 'duplicate');
    if (duplicates.length === 0) return [];
    const total = duplicates.reduce((sum, cause) => sum + cause.count, 0);
    const pairs = duplicates.filter(({ relation }) => relation !== 'second-file-unknown').length;
    const between = pairs === 0 ? '' : `, between ${count(pairs, 'pair of files', 'pairs of files')}`;
    return [
      `${count(total, 'duplicate definition')} in the log${between}`,
      'with the link command, explain also reports what extracted each copy, and what to do: ardedup explain <log> -- <link command>',
    ];
  }
  if (report.subjects.length > 0) return [];
  if (link.duplicates === 0) {
    const head = `no duplicate definitions in this link on ${link.title}`;
    if (trimCommand === null) return [head];
    const what = 'this leaves one copy of each mutable global that has several';
    return [`${head}; ${what}:`, '', `  ${colors.green(colors.command(shellCommand(trimCommand)))}`];
  }
  const told = log === null || log.duplicates === 0 ? '' : `, ${digits(log.duplicates)} in the log`;
  const head = `${colors.bold(count(link.duplicates, 'duplicate definition'))} in this link on ${link.title}${told}: ${count(causes.length, 'cause')}`;
  if (trimCommand === null) return [`${head}; no trim removes any of them`];
  const gone = link.duplicates - link.duplicatesAfterTrim;
  const what =
    gone === link.duplicates
      ? 'all of them'
      : gone === 0
        ? 'none of them, but leaves one copy of each mutable global that has several'
        : `${digits(gone)} of them`;
  return [
    `${head}; this removes ${what}:`,
    '',
    `  ${colors.green(colors.command(shellCommand(trimCommand)))}`,
  ];
}

const REASONS: Readonly<Record<UndefinedReport['reason'], (definers: string, linker: string) => string>> = {
  'not-reached': (definers, linker) =>
    `${definers} defines them, but ${linker} has already scanned it at that point`,
  'other-build': (definers) =>
    `${definers} has a different build of the crate, whose names have a different hash`,
  'not-defined': () => 'nothing on the line defines them',
  defined: () => 'the simulated link defines them: the log is of different files, or of a different line',
};

function undefinedLines({ undefined: causes, link }: ExplainReport, colors: Colors): string[] {
  if (causes.length === 0) return [];
  const total = causes.reduce((sum, { names }) => sum + names, 0);
  const lines = [
    `${colors.bold(count(total, 'undefined name'))}: ${count(causes.length, 'cause')} (${explainHint('undefined-reference')})`,
  ];
  for (const [at, cause] of causes.slice(0, MOST_CAUSES).entries()) {
    const archives = [...new Set(cause.definers.map(({ archive }) => fileName(archive)))];
    const users = cause.users.map(({ label }) => printable(label));
    const why = REASONS[cause.reason](
      shortList(archives, NAMES_SHOWN, 'archive'),
      link?.title ?? 'the linker',
    );
    lines.push(
      `${at + 1}. ${count(cause.names, 'name')}: ${cause.names === 1 ? why.replace(/\bthem\b/, 'it') : why}`,
    );
    lines.push(
      `   ${cause.such.slice(0, NAMES_SHOWN).map(nameText).join(', ')}${users.length > 0 ? `; referred to by ${shortList(users, NAMES_SHOWN, 'file')}` : ''}`,
    );
    if (cause.isMendedByRepeat)
      lines.push(
        `   ${'do'.padEnd(9)}repeat ${archives.join(', ')} at the end of the line: in the simulation, all are then defined`,
      );
    else if (cause.reason === 'other-build') lines.push(`   ${'do'.padEnd(9)}${ONE_WORKSPACE}`);
    else if (cause.reason === 'not-defined')
      lines.push(
        `   ${'do'.padEnd(9)}name the library that defines them, or put back what was dropped by hand`,
      );
  }
  if (causes.length > MOST_CAUSES) lines.push(`and ${count(causes.length - MOST_CAUSES, 'more cause')}`);
  return lines;
}

function stateLines({ splitState, subjects }: ExplainReport, colors: Colors): string[] {
  if (splitState.length === 0 || subjects.length > 0) return [];
  const total = splitState.reduce((sum, { globals }) => sum + globals.length, 0);
  const lines = [
    `${colors.bold('mutable globals in more than one copy')}: ${digits(total)} (${explainHint('split-state')})`,
  ];
  for (const group of splitState.slice(0, MOST_GROUPS)) lines.push(...splitLines(group, colors));
  if (splitState.length > MOST_GROUPS)
    lines.push(`  and ${count(splitState.length - MOST_GROUPS, 'more group')}`);
  return lines;
}

function splitLines(group: SplitReport, colors: Colors): string[] {
  const globals = group.globals.map((global) => `${nameText(global)} (${global.kind}${globalSize(global)})`);
  const threads = group.threadLocals > 0 ? `, ${group.threadLocals} thread-local` : '';
  const sizes = group.bytes > 0 ? `, ${copyBytes(group)}` : '';
  const width = group.copies.reduce((most, { file }) => Math.max(most, file.label.length), 0);
  return [
    `  ${count(group.globals.length, 'global')}${sizes}${threads}: ${shortList(globals, NAMES_SHOWN, 'global')}`,
    ...group.copies.map(({ file, users, such }) => {
      const shown = such.slice(0, USERS_SHOWN).map(useText);
      const more = users - shown.length;
      const who =
        users === 0
          ? 'nothing outside of it refers to it'
          : `referred to by ${shown.join(', ')}${more > 0 ? `, ${count(more, 'more file')}` : ''}`;
      return `    ${printable(file.label).padEnd(width)}  ${colors.dim(who)}`;
    }),
    `    ${consequence(group)}`,
  ];
}

const globalSize = ({ size, sizes }: SplitReport['globals'][number]): string =>
  sizes !== undefined ? `, ${sizes.map(bytesText).join(' and ')}` : size > 0 ? `, ${bytesText(size)}` : '';

const copyBytes = ({ bytes, copies }: SplitReport): string =>
  copies.every((copy) => copy.bytes === bytes)
    ? `${bytesText(bytes)} a copy`
    : `copies of ${copies.map((copy) => bytesText(copy.bytes)).join(' and ')}`;

const useText = ({ file, such }: UseReport): string => `${printable(file.label)} (${nameText(such[0])})`;

/** The consequence of split state for the program, in one sentence. */
export function consequence({ copies, isMended }: SplitReport): string {
  const used = copies.filter(({ users }) => users > 0);
  const mended = isMended ? '; one copy is left after the trim command' : '';
  if (used.length < 2) {
    const side = used[0] ?? copies[0];
    return `references bind to ${printable(side.file.label)}; code that was loaded with a different copy may still use its own${mended}`;
  }
  const parts = used.map(({ file, such: [use] }) => {
    const [name] = use.such;
    const user = printable(use.file.label);
    const reason = use.wanted === null ? '' : `, loaded for \`${nameText(use.wanted)}\``;
    return name.isState
      ? `${user}${reason}, uses \`${nameText(name)}\` of ${printable(file.label)}`
      : `\`${nameText(name)}\`, called from ${user}${reason}, uses the copy in ${printable(file.label)}`;
  });
  return `${parts.join('; ')}: neither sees what the other stores${mended}`;
}

/** Builds of one crate that share no names, so that no linker reports them. */
function buildLines({ otherBuilds, subjects }: ExplainReport, colors: Colors): string[] {
  if (subjects.length > 0) return [];
  return otherBuilds.slice(0, MOST_GROUPS).flatMap(({ crate, builds }) => [
    `${colors.bold(`${count(builds.length, 'build')} of ${printable(crate)}, each with its own state`)} (${explainHint('same-crate-other-build')})`,
    ...builds.map(({ build, files, users }) => {
      const who =
        users.length === 0
          ? ''
          : `, used by ${shortList(
              users.map(({ label }) => printable(label)),
              NAMES_SHOWN,
              'file',
            )}`;
      return `  ${build} in ${printable(files[0].label)}${who}`;
    }),
    `  ${'do'.padEnd(9)}${buildText(
      crate,
      builds.flatMap(({ users }) => users.map((user) => user.crate)),
    )}`,
  ]);
}

const UNMATCHED: Readonly<Record<string, string>> = {
  'unknown-file': 'a file of it is not on the line',
  'no-duplicate': 'the simulated link loads at most one of them',
};

function notInLinkLines({ notInLink, log, causes }: ExplainReport, colors: Colors): string[] {
  if (notInLink.length === 0 || log === null) return [];
  const told = causes.reduce((sum, { inLog }) => sum + (inLog ?? 0), 0);
  const lines = [
    `${colors.yellow('in the log, and not in this link')}: ${count(log.duplicates - told, 'duplicate')}. Is the log of this line and of these files?`,
  ];
  for (const { files, reason, ...name } of notInLink.slice(0, NAMES_SHOWN))
    lines.push(
      `  ${nameText(name)}: ${UNMATCHED[reason]} (${files.map((file) => printable(basename(file))).join(', ')})`,
    );
  return lines;
}

const skippedLines = ({ link }: ExplainReport, colors: Colors): string[] =>
  skippedRows(link?.skipped ?? [], MOST_GROUPS, colors);
