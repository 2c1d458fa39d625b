import {
  byGravity,
  type Finding,
  type FindingDraft,
  makeFinding,
  type Place,
  withDistinctFingerprints,
} from '../../check/findings.js';
import { demangle } from '../demangle.js';
import { printable } from '../place.js';
import { MemberLookup } from '../plan/member-lookup.js';
import { buildLabel, type PlanReport, type SharedNames, type SplitStateReport } from '../plan/plan-report.js';
import { reasonText } from '../plan/plan-text.js';
import { bytesText, count, shortList } from '../quantities.js';
import { fileArgument, shellCommand } from '../shell-command.js';
import type { CheckedPlan } from './check-result.js';

/** Crates, symbols and users named in a message. */
const NAMED = 3;
/** Letters of a name in a message. */
const LONGEST_NAME = 100;
/** Words of a line that a command still shows. */
const MOST_WORDS = 24;

/** All that plans found, worst first; where there are several links, each message says for which. */
export function findingsOf(plans: readonly CheckedPlan[]): Finding[] {
  const drafts = plans.flatMap(({ title, link, report }) => {
    const about = new MemberLookup(report);
    return FINDERS.flatMap((find) => find(report, about)).map((draft) => ({
      ...draft,
      ...(link === '' ? {} : { subject: `${link} ${draft.subject}` }),
      ...(title === null ? {} : { message: `${title}: ${draft.message}` }),
    }));
  });
  return withDistinctFingerprints(drafts.map(makeFinding).sort(byGravity));
}

type Finder = (report: PlanReport, about: MemberLookup) => FindingDraft[];

/** Mutable globals with more than one copy, by the crates and archives that hold them. */
const splitState: Finder = (report, about) => {
  const remaining = new Set(report.splitStateAfter.map(keyOfSplit));
  const groups = groupBy(report.splitStateBefore, (split) => [
    ...about.crates(split.copies),
    '\0',
    ...about.archives(split.copies),
    remaining.has(keyOfSplit(split)),
  ]);
  return groups.map((splits) => {
    const files = splits.flatMap(({ copies }) => copies);
    const largest = splits.toSorted((a, b) => b.size - a.size)[0];
    const isMended = !remaining.has(keyOfSplit(splits[0]));
    const where = about.archiveList(files);
    return {
      kind: 'split-state',
      subject: about.crates(files).join(' '),
      message: `${count(splits.length, 'mutable global')}${about.ofCrates(files)} ${splits.length === 1 ? 'has' : 'have'} a copy each in ${where}, such as ${exampleOf([largest.symbol])}`,
      places: about.places(files),
      symbols: splits.slice(0, NAMED + 2).map(({ symbol }) => symbol),
      count: splits.length,
      remedy: isMended ? trimCommand(report) : null,
    };
  });
};

const keyOfSplit = ({ symbol, copies }: SplitStateReport): string =>
  `${symbol}\0${copies[0].archive} ${copies[0].ordinal}`;

/** Names defined strongly more than once: by copies, or by files that are none. */
const clashes: Finder = (report, about) => {
  // In an open world nobody says that a program takes both.
  const clashing = report.openWorld
    ? report.clashesBefore.filter(({ files }) => about.areCopies(files))
    : report.clashesBefore;
  const groups = groupBy(clashing, ({ files }) => [
    about.areCopies(files),
    ...about.crates(files),
    '\0',
    ...about.archives(files),
  ]);
  const remaining = new Set(report.remainingDuplicates.map(({ symbol }) => symbol));
  return groups.map((group) => {
    const files = group.flatMap((clash) => clash.files);
    const areCopies = about.areCopies(group[0].files);
    const names = sum(group, (clash) => clash.names);
    const symbols = firstSymbols(group);
    const who = areCopies ? 'copies in' : 'files that are no copies, in';
    return {
      kind: areCopies ? 'duplicate-definition' : 'name-collision',
      subject: about.crates(files).join(' '),
      message: `${count(names, 'name')}${about.ofCrates(files)} ${names === 1 ? 'is' : 'are'} defined by ${who} ${about.archiveList(files)}, such as ${exampleOf(symbols)}`,
      places: about.places(files),
      symbols,
      count: sum(group, (clash) => clash.names * (clash.files.length - 1)),
      remedy: symbols.some((symbol) => !remaining.has(symbol)) ? trimCommand(report) : null,
    };
  });
};

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
      message: `${count(names, 'name')} ${names === 1 ? 'is' : 'are'} defined in ${about.archiveList(files)}, by files that are no copies, such as ${exampleOf(symbols)}`,
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
      message: `${count(builds.length, 'build')} of ${printable(crate)}, each with state of its own: ${rows.join('; ')}`,
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
      message: `${count(symbols.length, 'name')} ${symbols.length === 1 ? 'is' : 'are'} bound to ${from}, though ${to} provides another definition that is not in the link, such as ${printable(demangle(symbols[0]))}`,
      places: about.places(files),
      symbols: symbols.slice(0, NAMED + 2),
      count: symbols.length,
      remedy: null,
    };
  });

/** Only copies that matter: of weak and COMDAT definitions linkers keep one in peace. */
const droppable: Finder = (report, about) => {
  const dropped = report.members.filter(
    ({ decision, strongDefinitions }) => decision === 'drop' && strongDefinitions > 0,
  );
  const groups = groupBy(dropped, ({ archive, twin }) => [archive, twin?.archive]);
  return groups.map((members) => {
    const [{ twin }] = members;
    const bytes = sum(members, ({ size }) => size);
    return {
      kind: 'droppable-copy',
      subject: `copy in ${about.archiveList([twin!])}`,
      message: `${about.archiveList(members)} bundles ${count(members.length, 'member')} (${about.crateList(members)}; ${bytesText(bytes)}) of which ${about.archiveList([twin!])} has a copy, and can go without`,
      places: about.places(members),
      symbols: [],
      count: members.length,
      remedy: trimCommand(report),
    };
  });
};

const blocked: Finder = (report, about) => {
  const members = report.members.filter(({ decision }) => decision === 'blocked');
  return groupBy(members, ({ archive, reason }) => [archive, reason]).map((group) => {
    const [example] = group;
    return {
      kind: 'blocked-copy',
      subject: example.reason ?? '',
      message: `${about.archiveList(group)} keeps ${count(group.length, 'member')} (${about.crateList(group)}) of which a copy is elsewhere: ${reasonText(example.reason ?? '')}`,
      places: about.places(group),
      symbols: [...new Set(group.flatMap(({ symbol }) => symbol ?? []))].slice(0, NAMED + 2),
      count: group.length,
      remedy: report.remedies.length > 0 ? changeOfLine(report) : null,
    };
  });
};

const changeOfLine = ({ remedies: [best] }: PlanReport): string =>
  `a change of the line would free ${count(best.moreDrops, 'more member')}: ${best.change}`;

const indexes: Finder = (report, about) =>
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
    const message = `the symbol index of ${name} is stale: ${members} other names than it says`;
    return [{ ...common, kind: 'stale-symbol-index', count: indexDisagreements, message, remedy }];
  });

const unreadable: Finder = (report, about) =>
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

const notSimulated: Finder = (report) =>
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

/** One line per kind of finding that plans have. */
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

/** The command that drops what can go. */
function trimCommand({ line, program, providers, ownership, linker }: PlanReport): string {
  const options = providers.flatMap((path) => ['--provider', path]);
  for (const { pattern, archive } of ownership) options.push('--owner', `${pattern}=${archive}`);
  if (linker !== 'any') options.push('--linker', linker);
  const command = ['ardedup', 'trim', '--out-dir', 'trimmed', ...options];
  if (program !== undefined) command.push('--', program);
  return line.length > MOST_WORDS ? `${shellCommand(command)} …` : shellCommand([...command, ...line]);
}

/** The shortest of some names, as its source has it. */
function exampleOf(symbols: readonly string[]): string {
  const texts = symbols.map((symbol) => printable(demangle(symbol)));
  const shortest = texts.reduce((best, text) => (text.length < best.length ? text : best));
  return shortest.length > LONGEST_NAME ? `${shortest.slice(0, LONGEST_NAME)}…` : shortest;
}

const firstSymbols = (shared: readonly SharedNames[]): string[] =>
  shared.flatMap(({ symbols }) => symbols).slice(0, NAMED + 2);

function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

/** Rows with equal keys together, in order of the first of each. */
function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => readonly unknown[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row).join(' ');
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(row);
  }
  return [...groups.values()];
}
