import { explainHint } from '../../check/findings.js';
import type { JudgedFinding } from '../../check/gate.js';
import type { Colors } from '../colors.js';
import { printable } from '../place.js';
import { planText } from '../plan/plan-text.js';
import { digits } from '../quantities.js';
import { type CheckResult, newFindings, type ReportOptions, statusText, summaryOf } from './check-result.js';
import { groupBy } from './finding-parts.js';

/** Text report: a summary of each plan, then the findings. */
export function textReport(result: CheckResult, options: ReportOptions): string {
  const { colors } = options;
  const plans = result.plans.map(({ title, report, repeats = [] }) => {
    const heading = title === null ? '' : `${colors.bold(`for ${title}`)}\n`;
    const repeated = options.quiet ? [] : repeats;
    const notes = repeated.map(
      ({ path, sameAs }) => `${printable(path)}: same content as ${printable(sameAs)}, checked once\n`,
    );
    return `${heading}${planText(report, options)}${notes.length === 0 ? '' : `\n${notes.join('')}`}`;
  });
  return [...plans, findingsText(result, options)]
    .filter((part) => part !== '')
    .join(options.quiet ? '' : '\n');
}

function findingsText(result: CheckResult, { colors, quiet }: ReportOptions): string {
  const shown = quiet ? result.findings.filter(({ fails }) => fails) : result.findings;
  const lines = [
    ...(quiet ? shown.flatMap((finding) => findingLines(finding, colors)) : groupLines(shown, colors)),
    ...(quiet ? [] : afterwards(result, colors)),
  ];
  if (lines.length === 0) return '';
  const heading = quiet ? [] : [`${colors.bold('findings')}: ${summaryOf(result)}`];
  return [...heading, ...lines].map((line) => `${line}\n`).join('');
}

/** Findings of one kind and severity that are shown: builds of a hundred crates are one cause. */
const MOST_OF_A_KIND = 5;

function groupLines(findings: readonly JudgedFinding[], colors: Colors): string[] {
  const groups = groupBy(findings, ({ kind, severity }) => [severity, kind]);
  return groups.flatMap((group) => {
    const more = group.length - MOST_OF_A_KIND;
    // One line more is as long as the line that leaves it out.
    if (more <= 1) return group.flatMap((finding) => findingLines(finding, colors));
    const lines = group.slice(0, MOST_OF_A_KIND).flatMap((finding) => findingLines(finding, colors));
    return [
      ...lines,
      colors.dim(`           ${digits(more)} more of ${group[0].kind} (--format json has all)`),
    ];
  });
}

function findingLines(finding: JudgedFinding, colors: Colors): string[] {
  const { kind, severity, message } = finding;
  const paint = { error: colors.red, warning: colors.yellow, note: colors.cyan }[severity];
  const said = statusText(finding);
  const text = `  ${paint(severity.padEnd(7))}  ${kind}: ${printable(message)}`;
  return [text, ...(said === null ? [] : [`           ${colors.dim(printable(said))}`])];
}

/** The remedies, and the changes since the baseline and suppressions were written. */
function afterwards(result: CheckResult, colors: Colors): string[] {
  const remedies = [...new Set(newFindings(result).flatMap(({ remedy }) => remedy ?? []))];
  const pages = [...new Set(newFindings(result).map(({ kind }) => colors.command(explainHint(kind))))];
  return [
    ...remedies.map((remedy) => `  what to do: ${colors.command(printable(remedy))}`),
    ...(pages.length > 0 ? [`  see ${pages.join(', ')}`] : []),
    ...result.gone.map(({ kind, message }) => `  gone since the baseline: ${kind}: ${printable(message)}`),
    ...result.unused.map(
      ({ kind, fingerprint, reason }) => `  suppresses nothing: ${kind ?? fingerprint}: ${printable(reason)}`,
    ),
  ];
}
