import { type Finding, type FindingKind, isFindingKind } from './findings.js';

/** A finding that was there when the baseline was written. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly kind: FindingKind;
  readonly count: number;
  /** For the reader of the file; not compared. */
  readonly message: string;
}

/** Findings that are known and pass: schema/baseline-v1.schema.json. */
export interface Baseline {
  readonly format: 'ardedup-baseline';
  readonly formatVersion: 1;
  readonly findings: readonly BaselineEntry[];
}

/** A file that `check` was given does not say what it should. The message does not name it. */
export class GateFileError extends Error {
  override readonly name = 'GateFileError';
}

/** The baseline that lets exactly these findings pass, in the order of their fingerprints. */
export function baselineOf(findings: readonly Finding[]): Baseline {
  const entries = findings.map(({ fingerprint, kind, count, message }) => ({
    fingerprint,
    kind,
    count,
    message,
  }));
  entries.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  return { format: 'ardedup-baseline', formatVersion: 1, findings: entries };
}

/** @throws GateFileError */
export function parseBaseline(text: string): Baseline {
  const value = parseJson(text) as Partial<Baseline> | null;
  if (value?.format !== 'ardedup-baseline' || !Array.isArray(value.findings))
    throw new GateFileError('not a baseline: --update-baseline writes one');
  if (value.formatVersion !== 1)
    throw new GateFileError(`a baseline of version ${value.formatVersion} (expected version 1)`);
  for (const [at, entry] of value.findings.entries()) {
    const problem = problemOf(entry as Partial<BaselineEntry> | null);
    if (problem !== null) throw new GateFileError(`findings[${at}] ${problem}`);
  }
  return value as Baseline;
}

function problemOf(entry: Partial<BaselineEntry> | null): string | null {
  if (typeof entry?.fingerprint !== 'string' || !Number.isInteger(entry.count))
    return 'has no fingerprint and count';
  if (typeof entry.kind !== 'string' || !isFindingKind(entry.kind)) return 'has an unknown kind';
  return typeof entry.message === 'string' ? null : 'has no message';
}

/** @throws GateFileError */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new GateFileError(`not JSON: ${(error as Error).message}`);
  }
}
