import { bySeverity, type Finding, makeFinding, withDistinctFingerprints } from '../../check/findings.js';
import type { UnreadArchive } from '../../link/inputs/find-archives.js';
import { demangle } from '../demangle.js';
import { printable } from '../place.js';
import { MemberLookup } from '../plan/member-lookup.js';
import { buildLabel, type SharedNames, type SplitStateReport } from '../plan/plan-report.js';
import type { UnequalSizes } from '../plan/shared-names.js';
import { bytesText, count, shortList } from '../quantities.js';
import { isOverride } from './allowed-duplicates.js';
import type { CheckedPlan } from './check-result.js';
import { collisions as collisionFindings } from './collision-findings.js';
import { blocked, droppable } from './copy-findings.js';
import { exampleOf, type Finder, firstSymbols, groupBy, NAMED, SYMBOLS_GIVEN, sum } from './finding-parts.js';
import { indexes, notSimulated, unreadArchives, unreadable } from './input-findings.js';
import { trimRemedy } from './trim-remedy.js';
import { undefinedNames } from './undefined-findings.js';

/**
 * All findings of the plans, by severity; with several links, each message names its link.
 * @param unread archives that are in no plan, since they cannot be read
 */
export function findingsOf(plans: readonly CheckedPlan[], unread: readonly UnreadArchive[] = []): Finding[] {
  const drafts = plans.flatMap((plan) => {
    const { title, link, report, allowed = null, collisions = [] } = plan;
    const about = new MemberLookup(report);
    const found = FINDERS.flatMap((find) => find(report, about, allowed));
    const missing = undefinedNames(plan.undefined ?? [], report, about);
    return [...found, ...missing, ...collisionFindings(collisions, report, about)].map((draft) => ({
      ...draft,
      ...(link === '' ? {} : { subject: `${link} ${draft.subject}` }),
      ...(title === null ? {} : { message: `${title}: ${draft.message}` }),
    }));
  });
  return withDistinctFingerprints([...drafts, ...unreadArchives(unread)].map(makeFinding).sort(bySeverity));
}

/** Mutable globals with more than one copy, by the archives that hold them: one cause a group. */
const splitState: Finder = (report, about) => {
  const remaining = new Set(report.splitStateAfter.map(keyOfSplit));
  const isMended = (split: SplitStateReport) => !remaining.has(keyOfSplit(split));
  const groups = groupBy(report.splitStateBefore, (split) => [
    isMended(split),
    ...about.archives(split.copies),
  ]);
  return groups.map((splits) => {
    const files = splits.flatMap(({ copies }) => copies);
    const largest = splits.toSorted((a, b) => b.size - a.size)[0];
    return {
      kind: 'split-state',
      subject: isMended(splits[0]) ? '' : 'stays',
      message: `${count(splits.length, 'mutable global')}${about.ofCrates(files)} ${splits.length === 1 ? 'exists' : 'exist'} in more than one copy: in ${about.archiveList(files)}, such as ${exampleOf([largest.symbol])}`,
      places: about.places(files),
      symbols: splits.slice(0, SYMBOLS_GIVEN).map(({ symbol }) => symbol),
      count: splits.length,
      remedy: isMended(splits[0]) ? trimRemedy(report) : null,
    };
  });
};

const keyOfSplit = ({ symbol, copies }: SplitStateReport): string =>
  `${symbol}\0${copies[0].archive} ${copies[0].ordinal}`;

/** Names defined strongly more than once, by the archives that define them: copies, or files that are not. */
const clashes: Finder = (report, about, allowed) => {
  // A program that was not given need not load both.
  const clashing = report.openWorld
    ? report.clashesBefore.filter(({ files }) => about.areCopies(files))
    : report.clashesBefore;
  const severityOf = (clash: SharedNames) => {
    if (allowed === null || isOverrun(clash)) return 'error';
    return about.areCopies(clash.files) || isOverride(allowed, clash) ? 'note' : 'warning';
  };
  const groups = groupBy(clashing, (clash) => [
    severityOf(clash),
    about.areCopies(clash.files),
    ...about.archives(clash.files),
  ]);
  const command = trimRemedy(report);
  // Not asked for without a command: there may be thousands.
  const remaining = command === null ? null : new Set(report.remainingDuplicates.map(({ symbol }) => symbol));
  return groups.map((group) => {
    const files = group.flatMap((clash) => clash.files);
    const areCopies = about.areCopies(group[0].files);
    const names = sum(group, (clash) => clash.names);
    const symbols = firstSymbols(group);
    const who = areCopies ? 'copies in' : 'files that are not copies of each other, in';
    return {
      kind: areCopies ? 'duplicate-definition' : 'name-collision',
      severity: severityOf(group[0]),
      subject: '',
      message: `${count(names, 'name')}${about.ofCrates(files)} ${names === 1 ? 'is' : 'are'} defined by ${who} ${about.archiveList(files)}, such as ${exampleOf(symbols)}${allowed === null ? '' : '; the link line allows it, and the first is used'}${unequalText(group, about)}`,
      places: about.places(files),
      symbols,
      count: sum(group, (clash) => clash.names * (clash.files.length - 1)),
      remedy: remaining && symbols.some((symbol) => !remaining.has(symbol)) ? command : null,
    };
  });
};

/** Which data of these clashes has different sizes; empty if none has. */
function unequalText(group: readonly SharedNames[], about: MemberLookup): string {
  const found = group.flatMap(({ files, unequal }) => (unequal === undefined ? [] : [{ files, unequal }]));
  if (found.length === 0) return '';
  const [{ files, unequal }] = found.toSorted((a, b) => rangeOf(b.unequal) - rangeOf(a.unequal));
  const sizes = unequal.sizes.map((size, at) => `${bytesText(size)} in ${about.fileName(files[at])}`);
  const all = sum(found, (one) => one.unequal.names);
  return `; data of different sizes: ${exampleOf([unequal.symbol])} has ${sizes.join(' and ')}${all > 1 ? `, and ${count(all - 1, 'more global')}` : ''}: where the smaller is used, code for the larger may write past its end`;
}

/** Whether the definition that the linker reads first is not the largest. */
const isOverrun = ({ unequal }: SharedNames): boolean =>
  unequal !== undefined && unequal.sizes[0] < Math.max(...unequal.sizes);

const rangeOf = ({ sizes }: UnequalSizes): number => Math.max(...sizes) - Math.min(...sizes);

const overlaps: Finder = (report, about) => {
  const clashing = report.clashesBefore.filter(({ files }) => report.openWorld && !about.areCopies(files));
  const groups = groupBy([...report.overlaps, ...clashing], ({ files }) => about.archives(files));
  return groups.map((shared) => {
    const files = shared.flatMap((overlap) => overlap.files);
    const names = sum(shared, (overlap) => overlap.names);
    const symbols = firstSymbols(shared);
    return {
      kind: 'latent-duplicate',
      subject: '',
      message: `${count(names, 'name')} ${names === 1 ? 'is' : 'are'} defined in ${about.archiveList(files)}, by files that are not copies of each other, such as ${exampleOf(symbols)}`,
      places: about.places(files),
      symbols,
      count: names,
      remedy: null,
    };
  });
};

const otherBuilds: Finder = (report, about) =>
  report.otherBuilds.map(({ crate, builds }) => {
    const files = builds.flatMap(({ members }) => members);
    const rows = builds.map(({ members, users }, at) => {
      const who = [...new Set(users.map((user) => about.label(user)))];
      const usedBy = who.length === 0 ? '' : `, used by ${shortList(who, NAMED, 'file')}`;
      return `${buildLabel(builds, at)} in ${about.archiveList(members)}${usedBy}`;
    });
    return {
      kind: 'same-crate-other-build',
      subject: crate,
      message: `${count(builds.length, 'build')} of ${printable(crate)}, each with its own state: ${rows.join('; ')}`,
      places: about.places(files),
      symbols: [],
      count: files.length,
      remedy: null,
    };
  });

const shadowed: Finder = (report, about) =>
  groupBy(report.shadowed, ({ bound, meant }) => [bound.archive, meant.archive]).map((pairs) => {
    const files = pairs.flatMap(({ bound, meant }) => [bound, meant]);
    const symbols = pairs.flatMap((pair) => pair.symbols);
    const [from, to] = [about.archiveList([pairs[0].bound]), about.archiveList([pairs[0].meant])];
    return {
      kind: 'shadowed-definition',
      subject: '',
      message: `${count(symbols.length, 'name')} ${symbols.length === 1 ? 'binds' : 'bind'} to ${from}, and the different definition in ${to}, which was named as the provider, is not in the link, such as ${printable(demangle(symbols[0]))}`,
      places: about.places(files),
      symbols: symbols.slice(0, SYMBOLS_GIVEN),
      count: symbols.length,
      remedy: null,
    };
  });

/** Makers of findings; the findings are sorted afterwards. */
const FINDERS: readonly Finder[] = [
  splitState,
  clashes,
  overlaps,
  otherBuilds,
  shadowed,
  droppable,
  blocked,
  indexes,
  unreadable,
  notSimulated,
];
