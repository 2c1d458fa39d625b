import type { MemberLookup } from '../plan/member-lookup.js';
import { isLinkOfProgram, type MemberRef, type MemberReport, type PlanReport } from '../plan/plan-report.js';
import { reasonText } from '../plan/reason-text.js';
import { remedyText } from '../plan/remedy-text.js';
import { bytesText, count } from '../quantities.js';
import { type Finder, groupBy, SYMBOLS_GIVEN, sum } from './finding-parts.js';
import { trimRemedy } from './trim-remedy.js';

/**
 * Copies that can be dropped. Those of weak and COMDAT definitions alone do not count: linkers merge them by design.
 */
export const droppable: Finder = (report, about, allowed) => {
  const dropped = report.members.filter(isStrongDrop);
  const harmful = harmfulMembers(report, allowed !== null);
  const outcome = ({ length }: readonly MemberReport[]) =>
    isLinkOfProgram(report)
      ? `${length === 1 ? 'it' : 'they'} can be dropped`
      : 'a program that links both archives needs one of the copies';
  const isHarmful = (member: MemberReport) => harmful.has(keyOf(member));
  const groups = groupBy(dropped, (member) => [
    isHarmful(member),
    member.twin?.archive,
    member.evidence === 'declared',
  ]);
  const told = new Set<MemberReport>();
  return groups.map((members) => {
    const [{ twin }] = members;
    const archives = new Set(members.map(({ archive }) => archive));
    const merged = report.members.filter(
      (member) =>
        member.decision === 'drop' &&
        !isStrongDrop(member) &&
        archives.has(member.archive) &&
        member.twin?.archive === twin?.archive &&
        !told.has(member),
    );
    for (const member of merged) told.add(member);
    const bytes = sum(members, ({ size }) => size);
    return {
      kind: 'droppable-copy',
      subject: `copy in ${about.archiveList([twin!])}`,
      severity: isHarmful(members[0]) ? 'warning' : 'note',
      message: `${bundlers(about, members)} ${count(members.length, 'member')} (${about.crateList(members)}; ${bytesText(bytes)}) ${copyText(members, about.archiveList([twin!]))}; ${outcome(members)}${mergedText(merged)}`,
      places: about.places(members),
      symbols: [],
      count: members.length,
      remedy: trimRemedy(report),
    };
  });
};

const isStrongDrop = ({ decision, strongDefinitions }: MemberReport): boolean =>
  decision === 'drop' && strongDefinitions > 0;

/** Drops that the finding does not count, so that its number agrees with that of the archive. */
const mergedText = ({ length }: readonly MemberReport[]): string =>
  length === 0
    ? ''
    : `; ${count(length, 'more copy', 'more copies')} ${length === 1 ? 'defines' : 'define'} nothing that could clash`;

/** @param where the archive or object with the other copy */
const copyText = ([{ evidence }]: readonly MemberReport[], where: string): string =>
  evidence === 'declared' ? `that --owner replaces by ${where}` : `of which ${where} has a copy`;

const keyOf = ({ archive, ordinal }: MemberRef): string => `${archive} ${ordinal}`;

function bundlers(about: MemberLookup, members: readonly MemberReport[]): string {
  const several = about.archives(members).length > 1;
  return `${about.archiveList(members)} ${several ? 'bundle' : 'bundles'}`;
}

/** Members that hold a duplicate definition, or a copy of split state. */
const harmfulMembers = (
  { clashesBefore, splitStateBefore }: PlanReport,
  allowsDuplicates: boolean,
): Set<string> =>
  new Set([
    ...(allowsDuplicates ? [] : clashesBefore).flatMap(({ files }) => files.map(keyOf)),
    ...splitStateBefore.flatMap(({ copies }) => copies.map(keyOf)),
  ]);

/** Copies that cannot be dropped, by archive and reason. */
export const blocked: Finder = (report, about) => {
  const members = report.members.filter(({ decision }) => decision === 'blocked');
  return groupBy(members, ({ archive, reason, evidence }) => [archive, reason, evidence]).map((group) => {
    const [example] = group;
    const reason = example.reason ?? '';
    return {
      kind: 'blocked-copy',
      subject: reason,
      message: `${about.archiveList(group)} keeps ${count(group.length, 'member')} (${about.crateList(group)})${counterpartText(about, group)}: ${reasonText(reason)}`,
      places: about.places(group),
      symbols: [...new Set(group.flatMap(({ symbol }) => symbol ?? []))].slice(0, SYMBOLS_GIVEN),
      count: group.length,
      remedy: report.remedies.length > 0 ? changeOfLine(report) : null,
    };
  });
};

/** Reasons that say that the two are not copies. */
const NO_COPY = new Set(['other-content', 'other-build']);

function counterpartText(about: MemberLookup, members: readonly MemberReport[]): string {
  const where = about.archiveList(members.flatMap(({ twin }) => twin ?? []));
  return NO_COPY.has(members[0].reason ?? '')
    ? `, ${members.length === 1 ? 'which is not a copy of the one' : 'which are not copies of those'} in ${where}`
    : ` ${copyText(members, where)}`;
}

const changeOfLine = ({ remedies: [best] }: PlanReport): string => `on the link line: ${remedyText(best)}`;
