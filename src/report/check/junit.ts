import { explainHint, findingCodes, findingKinds } from '../../check/findings.js';
import type { JudgedFinding } from '../../check/gate.js';
import { printable } from '../place.js';
import { type CheckResult, scopeOf, statusText } from './check-result.js';

/** For CI servers that show tests: a case for each finding, and one that passes for each kind without any. */
export function junitReport(result: CheckResult): string {
  const { findings } = result;
  const clean = findingCodes.filter((code) => findings.every(({ kind }) => kind !== code));
  const cases = [
    ...findings.map(caseOf),
    ...clean.map(
      (code) => `<testcase classname="ardedup.${code}" name="${escapeXml(findingKinds[code].title)}: none"/>`,
    ),
  ];
  const failures = findings.filter(({ fails }) => fails).length;
  const skipped = findings.filter(({ status }) => status !== 'new').length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="ardedup" ${counts}>`,
    ` <testsuite name="ardedup check" ${counts}>`,
    ...cases.map((line) => `  ${line}`),
    `  <system-out>${escapeXml(scopeOf(result))}</system-out>`,
    ' </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseOf(finding: JudgedFinding): string {
  const { kind, message, remedy, fails, status, fingerprint } = finding;
  const open = `<testcase classname="ardedup.${kind}" name="${escapeXml(message)} (${fingerprint})"`;
  const said = statusText(finding);
  const details = [said, remedy === null ? null : `What to do: ${remedy}`, `See ${explainHint(kind)}`];
  const text = escapeXml(details.filter((line) => line !== null).join('\n'));
  if (fails)
    return `${open}><failure type="${kind}" message="${escapeXml(message)}">${text}</failure></testcase>`;
  if (status !== 'new') return `${open}><skipped message="${escapeXml(said ?? status)}"/></testcase>`;
  return `${open}><system-out>${text}</system-out></testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 has no way to write control characters: they are spelled out. */
const escapeXml = (text: string): string =>
  text
    .split('\n')
    .map(printable)
    .join('\n')
    .replace(/[&<>"]/g, (character) => ENTITIES[character]);
