import type { JudgedFinding } from '../check/gate.js';
import { type CheckOptions, checkLine as check } from '../cli/check.js';
import { explainLine, explainLog as explainWords } from '../cli/explain-line.js';
import { givenCommand } from '../cli/options/given-line.js';
import type { LineOptions } from '../cli/options/options.js';
import { UsageError } from '../cli/options/usage-error.js';
import { withPlannedLine } from '../cli/planned-line.js';
import { writePlans } from '../cli/write-plans.js';
import { linkerOfLog } from '../explain/explain.js';
import { decodeLog } from '../explain/log/clean-log.js';
import { readLog } from '../explain/log/read-log.js';
import { type FixReport, runFix } from '../fix/fix-line.js';
import type { ExplainReport } from '../report/explain/explain-report.js';
import type { PlanReport } from '../report/plan/plan-report.js';
import { refText } from '../report/plan/printed-names.js';
import { undefinedInLog } from '../report/undefined-in-log.js';
import type {
  CheckLineOptions,
  DroppedMember,
  ExplainLogOptions,
  FixLineOptions,
  LinkOptions,
  TrimLineOptions,
  TrimLineResult,
} from './options.js';

/** Result of `checkLine`. */
export interface CheckLineResult {
  readonly findings: readonly JudgedFinding[];
  /** Whether a finding makes the check fail. */
  readonly fails: boolean;
}

/** Functions that run in the worker, by name. */
export const operations = { trimLine, checkLine, explainLog, fixLine };

async function trimLine(options: TrimLineOptions): Promise<TrimLineResult> {
  const { given, words, line } = planned(options);
  return withPlannedLine(words, line, given, async (links) => {
    const { outDir, planPath } = options;
    const destination = outDir === undefined ? null : ({ kind: 'folder', path: outDir } as const);
    const { reports, rewrittenWords } = await writePlans(links, {
      destination,
      planPath: destination === null ? undefined : planPath,
      hasRemedies: true,
    });
    const front = given.program === null ? [] : [given.program];
    return { ...summary(reports), line: [...front, ...(rewrittenWords ?? links[0].opened.parsed.args)] };
  });
}

function summary(reports: readonly PlanReport[]): Omit<TrimLineResult, 'line'> {
  const sum = (most: (report: PlanReport) => number): number =>
    reports.reduce((total, report) => total + most(report), 0);
  const warnings = reports.flatMap(({ skipped }) => skipped.map(({ what, reason }) => `${what}: ${reason}`));
  return {
    dropped: reports.flatMap(droppedIn),
    written: reports.flatMap(({ archives }) =>
      archives.flatMap(({ path, output }) => (output === null ? [] : [{ archive: path, path: output }])),
    ),
    warnings: [...new Set(warnings)],
    duplicatesBefore: sum(({ links }) => Math.max(0, ...links.map((link) => link.duplicatesBefore))),
    duplicatesLeft: sum(({ links }) => Math.max(0, ...links.map((link) => link.duplicatesAfter))),
    splitStateBefore: sum(({ splitStateBefore }) => splitStateBefore.length),
    splitStateLeft: sum(({ splitStateAfter }) => splitStateAfter.length),
  };
}

const droppedIn = (report: PlanReport): DroppedMember[] =>
  report.members
    .filter(({ decision }) => decision === 'drop')
    .map(({ archive, name, size, twin }) => ({
      archive: report.archives[archive].path,
      member: name,
      size,
      copy: twin === undefined ? null : refText(report, twin),
      ...(report.architecture === undefined ? {} : { architecture: report.architecture }),
    }));

async function checkLine(options: CheckLineOptions): Promise<CheckLineResult> {
  const { given, words, line } = planned(options);
  const own: CheckOptions = {
    ...line,
    format: 'json',
    report: [],
    failOn: options.failOn ?? ['warning'],
    max: [],
  };
  const { findings, fails } = await check(words, own, [], given);
  return { findings, fails };
}

async function explainLog(options: ExplainLogOptions): Promise<ExplainReport> {
  const subject = { log: readLog(decodeLog(bytesOf(options.log))), text: null };
  if (options.line === undefined) return explainWords(subject);
  const { given, words, line } = planned({ ...options, line: options.line });
  return explainLine(subject, words, line, given);
}

async function fixLine(options: FixLineOptions): Promise<FixReport> {
  const { line, log, ...rest } = options;
  if (line.length === 0) throw new UsageError('fixLine: expected a linker or compiler command');
  const read = log === undefined ? null : readLog(decodeLog(bytesOf(log)));
  const { report } = await runFix(line, {
    ...rest,
    linkerOfLog: read === null ? null : (linkerOfLog(read, null)?.id ?? null),
    ...(read === null ? {} : { undefinedInLog: undefinedInLog(read) }),
  });
  return report;
}

const bytesOf = (log: string | Uint8Array): Uint8Array => (typeof log === 'string' ? Buffer.from(log) : log);

/** A link as the commands have it. */
function planned(options: LinkOptions) {
  const given = givenCommand(options.line);
  const line: LineOptions = {
    provider: options.providers ?? [],
    owner: options.owners ?? [],
    arch: options.architectures ?? [],
    linker: options.linker ?? 'auto',
    format: 'json',
  };
  return { given, words: given.behind, line };
}
