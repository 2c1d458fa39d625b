import { explainHint, findingKinds } from '../../check/findings.js';
import type { JudgedFinding } from '../../check/gate.js';
import { printable } from '../place.js';
import { count } from '../quantities.js';
import { type CheckResult, newFindings, scopeOf, statusText, summaryOf } from './check-result.js';

/** GitHub shows as many annotations of a level for one step. */
const MOST_ANNOTATIONS = 10;

const LEVELS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** Workflow commands that annotate a run of GitHub Actions, then a line for its log. */
export function githubReport(result: CheckResult): string {
  const findings = newFindings(result);
  const lines = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const own = findings.filter((finding) => finding.severity === severity);
    const rest = own.length - MOST_ANNOTATIONS;
    return [
      ...own.slice(0, MOST_ANNOTATIONS).map(annotation),
      ...(rest > 0 ? [`and ${count(rest, `more ${severity}`)}: see the job's summary`] : []),
    ];
  });
  return [...lines, `ardedup: ${summaryOf(result)} (${scopeOf(result)})`].map((line) => `${line}\n`).join('');
}

function annotation(finding: JudgedFinding): string {
  const { kind, severity, message, places, remedy } = finding;
  const properties = [
    ...(places.length > 0 ? [`file=${escapeProperty(printable(places[0].file))}`] : []),
    `title=${escapeProperty(`${findingKinds[kind].title} (${kind})`)}`,
  ];
  const said = statusText(finding);
  const text = [
    printable(said === null ? message : `${message} (${said})`),
    ...(remedy === null ? [] : [`What to do: ${printable(remedy)}`]),
    `See ${explainHint(kind)}`,
  ].join('\n');
  return `::${LEVELS[severity]} ${properties.join(',')}::${escapeData(text)}`;
}

/** Escapes characters that would end the line or a property, as @actions/core does. */
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
