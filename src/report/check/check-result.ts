import type { JudgedFinding, Judgement } from '../../check/gate.js';
import type { RepeatedArchive } from '../../link/inputs/find-archives.js';
import type { Colors } from '../colors.js';
import type { Extraction } from '../extraction.js';
import type { PlanReport } from '../plan/plan-report.js';
import { count } from '../quantities.js';
import type { AllowedDuplicates } from './allowed-duplicates.js';
import type { CollisionReport } from './describe-collisions.js';
import type { UndefinedReport } from './undefined-findings.js';

/** Result of `check`: the input of the reporters. */
export interface CheckResult extends Judgement {
  /** A plan for each link that was looked at, in order. */
  readonly plans: readonly CheckedPlan[];
}

export interface CheckedPlan {
  /** Target of this link if there are several: an architecture or platform; null for the only one. */
  readonly title: string | null;
  /** The same for the same link, whatever others there are: part of the fingerprints of its findings. */
  readonly link: string;
  readonly report: PlanReport;
  /** Archives of folders that have the content of another one, and are checked once. */
  readonly repeats?: readonly RepeatedArchive[];
  /** Where the line allows duplicates. */
  readonly allowed?: AllowedDuplicates | null;
  /** Of a program's link. */
  readonly collisions?: readonly CollisionReport[];
  /** Names by which the link fails for certain. */
  readonly undefined?: readonly UndefinedReport[];
  /** Extractions, for report forms that draw them. */
  readonly extraction?: Extraction;
}

export interface ReportOptions {
  readonly colors: Colors;
  readonly quiet: boolean;
}

/** Findings that are neither known, nor suppressed, nor allowed. */
export const newFindings = ({ findings }: CheckResult): JudgedFinding[] =>
  findings.filter(({ status }) => status === 'new');

/** `2 errors, 1 warning`, and the numbers of known, suppressed and allowed findings. */
export function summaryOf(result: CheckResult): string {
  const fresh = newFindings(result);
  const severities = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const number = fresh.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : count(number, severity);
  });
  const others = (['known', 'suppressed', 'allowed'] as const).flatMap((status) => {
    const number = result.findings.filter((finding) => finding.status === status).length;
    return number === 0 ? [] : `${number} ${status}`;
  });
  const none = others.length > 0 ? 'nothing new' : 'no findings';
  return [...(severities.length > 0 ? severities : [none]), ...others].join(', ');
}

/**
 * The scope: `2 archives, 4 members, 1 pair compared`. Without compared pairs, a result without findings proves
 * nothing.
 */
export function scopeOf({ plans }: CheckResult): string {
  const sum = (of: (report: PlanReport) => number) =>
    plans.reduce((total, { report }) => total + of(report), 0);
  return [
    count(
      sum(({ archives }) => archives.length),
      'archive',
    ),
    count(
      sum(({ members }) => members.length),
      'member',
    ),
    `${count(
      sum(({ comparedPairs }) => comparedPairs),
      'pair',
    )} compared`,
  ].join(', ');
}

/** Why a finding does not count, or counts again; null for a plain one. */
export function statusText({ status, countBefore, suppression }: JudgedFinding): string | null {
  if (status === 'suppressed') return `suppressed until ${suppression!.until}: ${suppression!.reason}`;
  if (suppression?.isExpired) return `its suppression ended on ${suppression.until}: ${suppression.reason}`;
  if (status === 'known') return 'known: it is in the baseline';
  if (status === 'allowed') return 'within the threshold of its kind';
  return countBefore === undefined ? null : `the baseline has ${countBefore} of it`;
}
