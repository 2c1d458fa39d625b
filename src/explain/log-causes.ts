import { instanceKey, originOf, unitKey } from '../origin/origin.js';
import type { Origin } from '../origin/runtime.js';
import type { CopyRelation } from './causes.js';
import type { Diagnostic, PrintedFile } from './log/diagnostic.js';

/** Complaints of a log that have the same two files' archives in them: what can be said without the files. */
export interface LogCause {
  readonly kind: Diagnostic['kind'];
  /** By names alone; null for undefined names. */
  readonly relation: CopyRelation | null;
  /** Archives, or objects on their own: those that define the names twice, or those that refer to them. */
  readonly files: readonly string[];
  readonly count: number;
  /** Crates of the members, those with most complaints first. */
  readonly crates: readonly string[];
  /** As printed. */
  readonly symbols: readonly string[];
}

/** Groups a log's complaints by archives and by what the names of members say; the largest groups first. */
export function causesInLog(diagnostics: readonly Diagnostic[]): LogCause[] {
  const groups = new Map<string, { first: Diagnostic; relation: CopyRelation | null; all: Diagnostic[] }>();
  for (const diagnostic of diagnostics) {
    const { kind, files } = diagnostic;
    const relation = kind === 'duplicate' && files.length > 1 ? relationByName(files[0], files[1]) : null;
    const key = [kind, relation, ...files.map(fileText)].join('\0');
    const group = groups.get(key) ?? { first: diagnostic, relation, all: [] };
    groups.set(key, group);
    group.all.push(diagnostic);
  }
  return [...groups.values()]
    .map(({ first, relation, all }) => ({
      kind: first.kind,
      relation,
      files: first.files.map(fileText),
      count: all.length,
      crates: cratesOf(all),
      symbols: [...new Set(all.map(({ mangled, symbol }) => mangled ?? symbol))],
    }))
    .sort((a, b) => b.count - a.count);
}

const fileText = ({ archive, member }: PrintedFile): string => archive ?? member ?? '';

/** Thousands of messages name a few members: each name is read once. */
const origins = new Map<string, Origin | null>();
function originOfFile({ member }: PrintedFile): Origin | null {
  if (member === null) return null;
  const known = origins.get(member);
  if (known !== undefined) return known;
  const origin = originOf(member);
  origins.set(member, origin);
  return origin;
}

function relationByName(one: PrintedFile, other: PrintedFile): CopyRelation {
  if (one.archive === other.archive && one.member === other.member) return 'same-file';
  const [a, b] = [originOfFile(one), originOfFile(other)];
  if (a && b) {
    if (unitKey(a) === unitKey(b)) return 'same-unit';
    if (instanceKey(a) === instanceKey(b)) return 'same-build';
    if (a.crate === b.crate) return 'other-build';
  }
  return one.member !== null && one.member === other.member ? 'same-name' : 'other-library';
}

function cratesOf(diagnostics: readonly Diagnostic[]): string[] {
  const counts = new Map<string, number>();
  for (const { files } of diagnostics) {
    for (const crate of new Set(files.map((file) => originOfFile(file)?.crate)))
      if (crate !== undefined) counts.set(crate, (counts.get(crate) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([crate]) => crate);
}
