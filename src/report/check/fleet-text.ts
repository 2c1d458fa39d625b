import type { Colors } from '../colors.js';
import { printable } from '../place.js';
import { bytesText, count, digits } from '../quantities.js';

/** The result of a check of many archives, each alone. */
export interface FleetReport {
  readonly format: 'ardedup-fleet-report';
  readonly formatVersion: 1;
  readonly archives: number;
  /** Archives whose result was taken from the state file. */
  readonly reused: number;
  readonly members: number;
  /** A row for each kind of finding, worst first. */
  readonly findings: readonly {
    readonly kind: string;
    readonly severity: string;
    readonly archives: number;
    readonly examples: readonly string[];
  }[];
  /** Archives that cannot be read. */
  readonly problems: readonly string[];
  /** Sets of archives that have equal members, by the bytes beyond the first copy. */
  readonly shared: readonly {
    readonly archives: readonly string[];
    readonly members: number;
    readonly bytes: number;
  }[];
  readonly fails: boolean;
}

/** Rows of each list; the JSON has all. */
const MOST_ROWS = 12;
const ARCHIVES_NAMED = 3;

/** The summary of a fleet: its length does not depend on the number of archives. */
export function fleetText(report: FleetReport, colors: Colors): string {
  const { archives, reused, members, findings, problems, shared } = report;
  const known = reused === 0 ? '' : ` (${digits(reused)} unchanged since the last run)`;
  const lines = [`${count(archives, 'archive')}${known}, ${count(members, 'member')}`];
  for (const { kind, severity, archives: number, examples } of findings)
    lines.push(
      `  ${severity.padEnd(7)}  ${kind}: ${count(number, 'archive')}, such as ${printable(examples[0] ?? '')}`,
    );
  lines.push(
    ...cut(
      problems.map((problem) => `  ${'error'.padEnd(7)}  ${printable(problem)}`),
      'archive',
    ),
  );
  if (shared.length > 0) lines.push('', colors.bold('equal members in several archives'));
  lines.push(
    ...cut(
      shared.map(
        ({ archives: some, members: number, bytes }) =>
          `  ${count(number, 'member')}, ${bytesText(bytes)} beyond the first copy: ${namesOf(some)}`,
      ),
      'set',
    ),
  );
  return `${lines.join('\n')}\n`;
}

const cut = (lines: readonly string[], noun: string): string[] =>
  lines.length <= MOST_ROWS
    ? [...lines]
    : [...lines.slice(0, MOST_ROWS), `  and ${count(lines.length - MOST_ROWS, `more ${noun}`)}`];

function namesOf(archives: readonly string[]): string {
  const named = archives.slice(0, ARCHIVES_NAMED).map(printable);
  const more = archives.length - named.length;
  return more === 0 ? named.join(', ') : `${named.join(', ')}, ${count(more, 'more archive')}`;
}
