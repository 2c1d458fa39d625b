import { basename } from 'node:path';
import type { FindingDraft, Place } from '../../check/findings.js';
import type { UnreadArchive } from '../../link/inputs/find-archives.js';
import { printable } from '../place.js';
import { count } from '../quantities.js';
import { fileArgument, shellCommand } from '../shell-command.js';
import { type Finder, groupBy } from './finding-parts.js';

/** Archives whose symbol index is missing or stale. */
export const indexes: Finder = (report, about) =>
  report.archives.flatMap(({ indexEntries, indexDisagreements }, archive): FindingDraft[] => {
    const place: Place = { file: report.archives[archive].path, member: null };
    const common = { subject: '', places: [place], symbols: [] };
    const name = about.archiveName(archive);
    const remedy = shellCommand(['ranlib', fileArgument(report.archives[archive].path)]);
    const hasDefinitions = report.members.some(
      (member) => member.archive === archive && member.definitions > 0,
    );
    if (indexEntries === null && hasDefinitions)
      return [
        {
          ...common,
          kind: 'missing-symbol-index',
          count: 1,
          message: `${name} has no symbol index`,
          remedy,
        },
      ];
    if (indexDisagreements === 0) return [];
    const members = count(indexDisagreements, 'member defines', 'members define');
    const message = `the symbol index of ${name} is stale: ${members} other names than it lists`;
    return [{ ...common, kind: 'stale-symbol-index', count: indexDisagreements, message, remedy }];
  });

/** Members that cannot be read, by archive and reason. */
export const unreadable: Finder = (report, about) =>
  groupBy(
    report.skipped.filter(({ member }) => member !== undefined),
    ({ member, reason }) => [member!.archive, reason],
  ).map((rows) => {
    const files = rows.map(({ member }) => member!);
    return {
      kind: 'unreadable-member',
      subject: rows[0].reason,
      message: `${count(rows.length, 'member')} of ${about.archiveList(files)} cannot be read: ${printable(rows[0].reason)}`,
      places: about.places(files),
      symbols: [],
      count: rows.length,
      remedy: null,
    };
  });

/** Archives of a folder that cannot be read, and are not checked. */
export const unreadArchives = (unread: readonly UnreadArchive[]): FindingDraft[] =>
  unread.map(({ path, problem }) => ({
    kind: 'unreadable-member',
    severity: 'error',
    subject: 'archive',
    message: `not checked: ${printable(problem.startsWith(path) ? basename(path) + problem.slice(path.length) : problem)}`,
    places: [{ file: path, member: null }],
    symbols: [],
    count: 1,
    remedy: null,
  }));

/** Parts of the line that are not simulated. */
export const notSimulated: Finder = (report) =>
  report.skipped
    .filter(({ member }) => member === undefined)
    .map(({ what, reason }) => ({
      kind: 'not-simulated',
      subject: `${what} ${reason}`,
      message: `${printable(what)}: ${printable(reason)}`,
      places: [],
      symbols: [],
      count: 1,
      remedy: null,
    }));
