import type { Inputs } from '../link/inputs/inputs.js';
import { type MemberId, NONE } from '../symbols/table.js';
import type { Cause } from './causes.js';
import type { Diagnostic, PrintedFile } from './log/diagnostic.js';

/** Apple's linker counts the table of contents as 1, so the first object is 2. */
const FIRST_NUMBER = 2;

/** The files of a line by the names that linkers print. */
export interface FileFinder {
  /** All candidates, since members of one archive may share a name. */
  find(file: PrintedFile): readonly MemberId[];
}

const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

export function findFiles(inputs: Inputs): FileFinder {
  const byName = new Map<string, MemberId[]>();
  for (const { id, archive, name } of inputs.members) {
    const file = archive === NONE ? '' : baseName(inputs.archives[archive].path);
    const key = `${file}\0${archive === NONE ? baseName(name) : name}`;
    const known = byName.get(key);
    if (known) known.push(id);
    else byName.set(key, [id]);
  }
  const find = ({ archive, member, number }: PrintedFile): readonly MemberId[] => {
    if (member === null) return [];
    const key = archive === null ? `\0${baseName(member)}` : `${baseName(archive)}\0${member}`;
    const found =
      byName.get(key) ??
      byName.get(`${archive === null ? '' : baseName(archive)}\0${baseName(member)}`) ??
      [];
    if (found.length < 2) return found;
    const whole = archive === null ? found : found.filter((id) => isPath(inputs, id, archive));
    const own = whole.length > 0 ? whole : found;
    const counted = own.filter(
      (id) => number !== null && inputs.members[id].ordinal === number - FIRST_NUMBER,
    );
    return counted.length > 0 ? counted : own;
  };
  return { find };
}

/** Whether the archive is the one of this path, where several have its name. */
function isPath(inputs: Inputs, member: MemberId, path: string): boolean {
  const own = inputs.archives[inputs.members[member].archive].path;
  return own === path || own.endsWith(`/${path}`) || path.endsWith(`/${own}`);
}

/** Which cause each duplicate of a log belongs to. */
export interface LogMatch {
  /** By cause: duplicates that the log tells of. */
  readonly inLog: readonly number[];
  /** In the log, and no duplicates in the simulated link. `unknown`: a file of it is not on the line. */
  readonly unmatched: readonly {
    readonly diagnostic: Diagnostic;
    readonly reason: 'unknown-file' | 'no-duplicate';
  }[];
}

export function matchDuplicates(
  finder: FileFinder,
  causes: readonly Cause[],
  diagnostics: readonly Diagnostic[],
): LogMatch {
  const causeOf = new Map<string, number>();
  causes.forEach(({ pairs }, cause) => {
    for (const { winner, loser } of pairs) {
      causeOf.set(`${winner}:${loser}`, cause);
      causeOf.set(`${loser}:${winner}`, cause);
    }
  });
  const inLog = causes.map(() => 0);
  const unmatched: LogMatch['unmatched'][number][] = [];
  for (const diagnostic of diagnostics) {
    const candidates = diagnostic.files.map(finder.find);
    if (candidates.length < 2 || candidates.some((members) => members.length === 0)) {
      unmatched.push({ diagnostic, reason: 'unknown-file' });
      continue;
    }
    // Of three files in one message, each later one is a duplicate of the first.
    const [first, ...others] = candidates;
    for (const other of others) {
      const cause = first
        .flatMap((one) => other.map((two) => causeOf.get(`${one}:${two}`)))
        .find((found) => found !== undefined);
      if (cause === undefined) unmatched.push({ diagnostic, reason: 'no-duplicate' });
      else inLog[cause]++;
    }
  }
  return { inLog, unmatched };
}
