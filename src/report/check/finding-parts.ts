import type { FindingDraft } from '../../check/findings.js';
import { demangle } from '../demangle.js';
import { printable } from '../place.js';
import type { MemberLookup } from '../plan/member-lookup.js';
import type { PlanReport, SharedNames } from '../plan/plan-report.js';
import type { AllowedDuplicates } from './allowed-duplicates.js';

/** Makes the findings of one kind from a plan. */
export type Finder = (
  report: PlanReport,
  about: MemberLookup,
  allowed: AllowedDuplicates | null,
) => FindingDraft[];

/** Crates, symbols and users named in a message. */
export const NAMED = 3;
/** Symbols that a finding has. */
export const SYMBOLS_GIVEN = NAMED + 2;
/** Letters of a name in a message. */
const LONGEST_NAME = 100;

/** The shortest of several names, demangled. */
export function exampleOf(symbols: readonly string[]): string {
  const texts = symbols.map((symbol) => printable(demangle(symbol)));
  const shortest = texts.reduce((best, text) => (text.length < best.length ? text : best));
  return shortest.length > LONGEST_NAME ? `${shortest.slice(0, LONGEST_NAME)}…` : shortest;
}

export const firstSymbols = (shared: readonly SharedNames[]): string[] =>
  shared.flatMap(({ symbols }) => symbols).slice(0, SYMBOLS_GIVEN);

export function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

/** Rows with equal keys together, in order of the first of each. */
export function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => readonly unknown[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row).join(' ');
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(row);
  }
  return [...groups.values()];
}
