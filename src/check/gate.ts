import type { Baseline, BaselineEntry } from './baseline.js';
import { type Finding, type FindingKind, SEVERITIES, type Severity } from './findings.js';
import { type Suppression, speaksOf } from './suppressions.js';

/** Rules that decide whether findings make a check fail. */
export interface Gate {
  /** Severities (and what is worse), and kinds; none: nothing fails. */
  readonly failOn: readonly (Severity | FindingKind)[];
  /** The most of what a kind counts that passes. */
  readonly most: ReadonlyMap<FindingKind, number>;
  readonly baseline: Baseline | null;
  readonly suppressions: readonly Suppression[];
  /** The date for expiring suppressions, `2026-11-21`; null without one. */
  readonly today: string | null;
}

/**
 * `new`: the finding counts. `known`: the baseline has at least as many. `suppressed`: a suppression with a reason
 * applies. `allowed`: within the threshold of its kind.
 */
export type Status = 'new' | 'known' | 'suppressed' | 'allowed';

export interface JudgedFinding extends Finding {
  readonly status: Status;
  /** Whether it is among what makes the check fail. */
  readonly fails: boolean;
  /** How many the baseline had of it. */
  readonly countBefore?: number;
  /** The suppression that applies to it. */
  readonly suppression?: { readonly reason: string; readonly until: string; readonly isExpired: boolean };
}

export interface Judgement {
  readonly findings: readonly JudgedFinding[];
  /** Findings of the baseline that are there no more. */
  readonly gone: readonly BaselineEntry[];
  /** Suppressions that apply to no finding. */
  readonly unused: readonly Suppression[];
  readonly fails: boolean;
}

/** Weighs findings, in their order. */
export function judge(findings: readonly Finding[], gate: Gate): Judgement {
  const known = new Map(gate.baseline?.findings.map((entry) => [entry.fingerprint, entry]));
  const weighed = findings.map((finding) => weigh(finding, gate, known));
  const total = new Map<FindingKind, number>();
  for (const { kind, status, count } of weighed)
    if (status === 'new') total.set(kind, (total.get(kind) ?? 0) + count);
  const judged = weighed.map((finding): JudgedFinding => {
    if (finding.status !== 'new') return { ...finding, fails: false };
    const most = gate.most.get(finding.kind);
    if (most !== undefined && total.get(finding.kind)! <= most)
      return { ...finding, status: 'allowed', fails: false };
    return { ...finding, fails: most !== undefined || isFailing(finding, gate) };
  });
  const fingerprints = new Set(findings.map(({ fingerprint }) => fingerprint));
  return {
    findings: judged,
    gone: [...known.values()].filter(({ fingerprint }) => !fingerprints.has(fingerprint)),
    unused: gate.suppressions.filter((one) => !findings.some((finding) => speaksOf(one, finding))),
    fails: judged.some(({ fails }) => fails),
  };
}

function weigh(
  finding: Finding,
  gate: Gate,
  known: ReadonlyMap<string, BaselineEntry>,
): Omit<JudgedFinding, 'fails'> {
  const speaking = gate.suppressions.filter((one) => speaksOf(one, finding));
  const isExpired = ({ until }: Suppression) => gate.today !== null && gate.today > until;
  const suppression = speaking.find((one) => !isExpired(one)) ?? speaking[0];
  const suppressionFields = suppression && {
    suppression: { reason: suppression.reason, until: suppression.until, isExpired: isExpired(suppression) },
  };
  if (suppression && !isExpired(suppression))
    return { ...finding, ...suppressionFields, status: 'suppressed' };
  const before = known.get(finding.fingerprint);
  if (!before) return { ...finding, ...suppressionFields, status: 'new' };
  const status = finding.count > before.count ? 'new' : 'known';
  return { ...finding, ...suppressionFields, status, countBefore: before.count };
}

function isFailing({ kind, severity }: Finding, { failOn }: Gate): boolean {
  return failOn.some(
    (named) => named === kind || SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(named as Severity),
  );
}
