import { basename } from 'node:path';
import { wildcardTest } from '../plan/twins/wildcard.js';
import { GateFileError, parseJson } from './baseline.js';
import { type Finding, type FindingKind, isFindingKind } from './findings.js';

/** Findings that were accepted, why, and until when: schema/suppressions-v1.schema.json. */
export interface Suppression {
  /** The suppressed findings: one by its fingerprint, all of a kind, or both. */
  readonly fingerprint?: string;
  readonly kind?: FindingKind;
  /** Base name of an archive, `*` for any run of characters: only findings in such. */
  readonly archive?: string;
  readonly reason: string;
  /** The last day, `2027-03-31`. After it the finding is one again. */
  readonly until: string;
}

const FIELDS = new Set(['fingerprint', 'kind', 'archive', 'reason', 'until']);

/** @throws GateFileError */
export function parseSuppressions(text: string): Suppression[] {
  const value = parseJson(text) as {
    format?: unknown;
    formatVersion?: unknown;
    suppressions?: unknown;
  } | null;
  if (value?.format !== 'ardedup-suppressions' || !Array.isArray(value.suppressions))
    throw new GateFileError('not a file of suppressions: {"format": "ardedup-suppressions", …}');
  if (value.formatVersion !== 1)
    throw new GateFileError(`suppressions of version ${value.formatVersion} (expected version 1)`);
  return value.suppressions.map((entry, at) => {
    const problem = problemOf(entry as Partial<Suppression> | null);
    if (problem !== null) throw new GateFileError(`suppressions[${at}]: ${problem}`);
    return entry as Suppression;
  });
}

function problemOf(entry: Partial<Suppression> | null): string | null {
  if (typeof entry !== 'object' || entry === null) return 'not an object';
  const unknown = Object.keys(entry).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) return `unknown field '${unknown}'`;
  for (const field of ['fingerprint', 'archive'] as const)
    if (entry[field] !== undefined && typeof entry[field] !== 'string') return `'${field}' is not a string`;
  if (entry.fingerprint === undefined && entry.kind === undefined) return 'neither kind nor fingerprint';
  if (entry.kind !== undefined && !isFindingKind(entry.kind))
    return `unknown kind of finding '${entry.kind}'`;
  if (typeof entry.reason !== 'string' || entry.reason.trim() === '') return 'no reason';
  if (!isDay(entry.until)) return 'no last day: "until" is a date such as 2027-03-31';
  return null;
}

/** Whether it is a day of the calendar, as `2027-03-31`. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Whether the suppression applies to the finding, expired or not. */
export function speaksOf(suppression: Suppression, finding: Finding): boolean {
  const { fingerprint, kind, archive } = suppression;
  if (fingerprint !== undefined && fingerprint !== finding.fingerprint) return false;
  if (kind !== undefined && kind !== finding.kind) return false;
  if (archive === undefined) return true;
  const fits = wildcardTest(archive);
  return finding.places.some(({ file }) => fits(basename(file)));
}
