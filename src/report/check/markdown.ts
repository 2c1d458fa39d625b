import { explainHint } from '../../check/findings.js';
import type { JudgedFinding } from '../../check/gate.js';
import { printable } from '../place.js';
import { linkNotes } from '../plan/link-notes.js';
import {
  type CheckedPlan,
  type CheckResult,
  newFindings,
  scopeOf,
  statusText,
  summaryOf,
} from './check-result.js';

/** For a pull request, or the summary of a job. */
export function markdownReport(result: CheckResult): string {
  const remedies = [...new Set(newFindings(result).flatMap(({ remedy }) => remedy ?? []))];
  const parts = [
    `## ardedup: ${summaryOf(result)}`,
    `${scopeOf(result)}.`,
    ...(result.findings.length > 0 ? [findingTable(result.findings)] : []),
    ...(remedies.length > 0 ? [`### What to do\n\n${remedies.map(codeBlock).join('\n\n')}`] : []),
    ...(result.gone.length > 0
      ? [
          `### Gone since the baseline\n\n${result.gone.map(({ message }) => `- ${asText(message)}`).join('\n')}`,
        ]
      : []),
    ...result.plans.map(linkTable),
  ];
  return `${parts.join('\n\n')}\n`;
}

function findingTable(findings: readonly JudgedFinding[]): string {
  const rows = findings.map((finding) => {
    const said = statusText(finding);
    const text = asText(finding.message) + (said === null ? '' : `<br>*${asText(said)}*`);
    return `| ${finding.severity} | \`${finding.kind}\` | ${text} | \`${explainHint(finding.kind)}\` |`;
  });
  return ['| | kind | finding | page |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function linkTable({ title, report }: CheckedPlan): string {
  const rows = report.links.map((link) => {
    const line = link.line === 'as-given' ? '' : ', providers first';
    const change = (before: number, after: number) => `${before} → ${after}`;
    return `| ${link.linker}${line} | ${change(link.loadedBefore, link.loadedAfter)} | ${change(link.duplicatesBefore, link.duplicatesAfter)} | ${change(link.undefinedBefore, link.undefinedAfter)} |`;
  });
  return [
    `### ${title === null ? 'After trimming' : `After trimming, ${asText(title)}`}`,
    '',
    '| linker | files in the link | duplicate definitions | unresolved in these inputs |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
    ...linkNotes(report.links).flatMap((note) => ['', asText(note)]),
  ].join('\n');
}

/** Between fences that are longer than any row of backticks in the text: what quotes a name must stay as it is. */
function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([row]) => row.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${printable(text)}\n${fence}`;
}

/** Text as text: nothing in a name becomes markup. */
const asText = (text: string): string =>
  printable(text)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
