import { basename } from 'node:path';
import { findingPage, findingUrl } from '../../check/findings.js';
import { printable } from '../place.js';
import type { CheckResult } from './check-result.js';

const COLUMNS = [
  'severity',
  'kind',
  'status',
  'fails',
  'count',
  'message',
  'archives',
  'members',
  'symbols',
  'remedy',
  'fingerprint',
  'page',
];

/** For a spreadsheet: RFC 4180, a row for each finding. */
export function csvReport({ findings }: CheckResult): string {
  const rows = findings.map((finding) => [
    finding.severity,
    finding.kind,
    finding.status,
    finding.fails ? 'yes' : 'no',
    String(finding.count),
    finding.message,
    [...new Set(finding.places.map(({ file }) => basename(file)))].join(' '),
    String(finding.places.length),
    finding.symbols.join(' '),
    finding.remedy ?? '',
    finding.fingerprint,
    findingUrl(finding.kind) ?? findingPage(finding.kind),
  ]);
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Quoted where it must be. A spreadsheet would run what begins like a formula: an apostrophe makes it text. */
function cell(text: string): string {
  const shown = printable(text);
  const safe = /^[=+\-@]/.test(shown) ? `'${shown}` : shown;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
