import { findingPage, findingUrl } from '../../check/findings.js';
import { version } from '../../version.js';
import { jsonPieces } from '../json-pieces.js';
import type { CheckResult } from './check-result.js';

/** For programs: schema/check-v1.schema.json. */
export const jsonReport = (result: CheckResult): string => [...jsonReportPieces(result)].join('');

/** The same in pieces: the report of a large link has several megabytes. */
export function* jsonReportPieces({ fails, findings, gone, unused, plans }: CheckResult): Generator<string> {
  const repeats = plans.flatMap((plan) => plan.repeats ?? []);
  const document = {
    format: 'ardedup-check',
    formatVersion: 1,
    tool: { name: 'ardedup', version },
    fails,
    findings: findings.map((finding) => ({
      ...finding,
      page: findingUrl(finding.kind) ?? findingPage(finding.kind),
    })),
    gone,
    unusedSuppressions: unused,
    ...(repeats.length > 0 ? { repeats } : {}),
    plans: plans.map(({ report }) => report),
  };
  yield* jsonPieces(document);
  yield '\n';
}
