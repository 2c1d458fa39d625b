import type { Cause, CopyRelation } from '../explain/causes.js';
import type { Diagnostic, PrintedFile } from '../explain/diagnostic.js';
import type { Explanation } from '../explain/explain.js';
import type { LogCause } from '../explain/log-causes.js';
import type { LogReading } from '../explain/read-log.js';
import type { SplitGroup } from '../explain/state-users.js';
import type { UndefinedCause, UndefinedReason } from '../explain/undefined.js';
import type { Skipped } from '../link/open-line.js';
import { loadChain } from '../link/why.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import type { Remedy } from '../plan/remedies.js';
import { kindName } from '../symbols/symbol-flags.js';
import { type MemberId, NONE } from '../symbols/symbol-table.js';
import { version } from '../version.js';
import {
  type FileReport,
  type FileReports,
  fileReports,
  type StepReport,
  type SymbolText,
  symbolText,
  type UseReport,
} from './explain-files.js';
import type { SubjectReport } from './explain-subject.js';
import { duplicateCount } from './plan-report.js';

/** What was read of a log. */
export interface LogReport {
  readonly lines: number;
  /** Shape of the messages: `gnu-ld`, `lld`, `link`; null when there are none. */
  readonly family: string | null;
  /** As the messages begin: `ld.lld-14`. */
  readonly program: string | null;
  readonly duplicates: number;
  readonly undefined: number;
  /** The linker stopped before it had told of all. */
  readonly isCut: boolean;
  /** Lines that speak of an error and are not understood: how many, and the first of them. */
  readonly unread: number;
  readonly unreadLines: readonly { readonly line: number; readonly text: string }[];
}

/** The link that was simulated. */
export interface LinkSummary {
  readonly linker: string;
  readonly title: string;
  readonly files: number;
  readonly duplicates: number;
  readonly duplicatesAfterTrim: number;
  readonly architecture: string | null;
  /** False when something on the line was not taken into account. */
  readonly complete: boolean;
  readonly skipped: readonly Skipped[];
}

/** What to do about a cause, in the order of what is best. */
export type Advice =
  | 'trim'
  | 'change-line'
  | 'one-build'
  | 'same-sources'
  | 'without-lto'
  | 'one-library'
  | 'leave-one-out'
  | 'name-once';

export interface CauseReport {
  readonly relation: CopyRelation;
  /** The archives; null for objects on the line. */
  readonly winner: string | null;
  readonly loser: string | null;
  readonly duplicates: number;
  readonly inLog: number | null;
  readonly goneAfterTrim: number;
  /** Linkers of the plan on which the winner's definitions are used, and those on which the other's are. */
  readonly wins: readonly string[];
  readonly loses: readonly string[];
  readonly crates: readonly {
    readonly crate: string;
    readonly builds: readonly string[];
    readonly duplicates: number;
  }[];
  readonly pairs: readonly {
    readonly winner: FileReport;
    readonly loser: FileReport;
    readonly duplicates: number;
  }[];
  /** Some of the names, those that C can name leading. */
  readonly such: readonly SymbolText[];
  /** How the first file of each side was loaded. */
  readonly winnerChain: readonly StepReport[];
  readonly loserChain: readonly StepReport[];
  /** Mutable globals of which both sides have a copy. */
  readonly splitGlobals: number;
  /** Why copies stay: a code of docs/safety.md, or `no-twin`. */
  readonly stays: readonly {
    readonly code: string;
    readonly members: number;
    readonly such: FileReport;
    readonly symbol: SymbolText | null;
  }[];
  readonly advice: readonly Advice[];
}

export interface SplitReport {
  readonly globals: readonly (SymbolText & { readonly kind: string; readonly size: number })[];
  readonly bytes: number;
  readonly threadLocals: number;
  readonly isMended: boolean;
  readonly copies: readonly {
    readonly file: FileReport;
    readonly users: number;
    readonly such: readonly UseReport[];
  }[];
}

/** A crate with state of which the link has more than one build: no name need clash. */
export interface BuildsReport {
  readonly crate: string;
  readonly builds: readonly {
    readonly build: string;
    readonly files: readonly FileReport[];
    readonly users: readonly FileReport[];
  }[];
}

export interface UndefinedReport {
  readonly reason: UndefinedReason;
  readonly names: number;
  readonly such: readonly SymbolText[];
  readonly users: readonly FileReport[];
  readonly definers: readonly FileReport[];
  /** Naming the definers' archives once more at the end of the line defines all: simulated. */
  readonly isMendedByRepeat: boolean;
}

/** A group of a log's messages, when the files are not at hand. */
export interface LogCauseReport {
  readonly kind: 'duplicate' | 'undefined';
  readonly relation: CopyRelation | null;
  readonly files: readonly string[];
  readonly count: number;
  readonly crates: readonly string[];
  readonly such: readonly SymbolText[];
}

/** What `explain` says, for people and programs alike: schema/explain-v1.schema.json. */
export interface ExplainReport {
  readonly format: 'ardedup-explain';
  readonly formatVersion: 1;
  readonly tool: { readonly name: 'ardedup'; readonly version: string };
  readonly log: LogReport | null;
  readonly link: LinkSummary | null;
  /** Of the duplicates of the link; the largest first. Empty without a line. */
  readonly causes: readonly CauseReport[];
  readonly undefined: readonly UndefinedReport[];
  readonly splitState: readonly SplitReport[];
  readonly otherBuilds: readonly BuildsReport[];
  /** Duplicates of the log that the simulated link does not have. */
  readonly notInLink: readonly (SymbolText & {
    readonly files: readonly string[];
    readonly reason: string;
  })[];
  /** The log's messages by archives, where no line was given. */
  readonly logCauses: readonly LogCauseReport[];
  /** What was asked for by name. */
  readonly subjects: readonly SubjectReport[];
  /** Changes of the line that let more members go. */
  readonly remedies: readonly Remedy[];
  /** The words of the command that drops what can be dropped; null when nothing can. */
  readonly trimCommand: readonly string[] | null;
}

/** Names given of each cause, users of each copy, and messages that match nothing. */
const NAMES_GIVEN = 5;
const USERS_GIVEN = 5;
const FILES_GIVEN = 3;
const LINES_GIVEN = 10;
const UNMATCHED_GIVEN = 20;

export const emptyReport: ExplainReport = {
  format: 'ardedup-explain',
  formatVersion: 1,
  tool: { name: 'ardedup', version },
  log: null,
  link: null,
  causes: [],
  undefined: [],
  splitState: [],
  otherBuilds: [],
  notInLink: [],
  logCauses: [],
  subjects: [],
  remedies: [],
  trimCommand: null,
};

export function describeLog({ lines, roles, family, program, diagnostics, isCut }: LogReading): LogReport {
  const unread = roles.flatMap((role, at) =>
    role === 'unread' ? [{ line: at + 1, text: lines[at].text }] : [],
  );
  const countOf = (kind: Diagnostic['kind']) => diagnostics.filter((found) => found.kind === kind).length;
  return {
    lines: lines.at(-1)?.text === '' ? lines.length - 1 : lines.length,
    family,
    program,
    duplicates: countOf('duplicate'),
    undefined: countOf('undefined'),
    isCut,
    unread: unread.length,
    unreadLines: unread.slice(0, LINES_GIVEN),
  };
}

export const describeLogCause = ({
  kind,
  relation,
  files,
  count,
  crates,
  symbols,
}: LogCause): LogCauseReport => ({
  kind,
  relation,
  files,
  count,
  crates,
  such: symbols.slice(0, NAMES_GIVEN).map(symbolText),
});

/** What is known beside the explanation. */
export interface ExplainContext {
  readonly architecture: string | null;
  readonly skipped: readonly Skipped[];
  readonly remedies: readonly Remedy[];
  readonly trimCommand: readonly string[];
}

/** The parts of a report that speak of the link. */
export function describeLink(
  { plan, causes, match, undefinedCauses, split }: Explanation,
  context: ExplainContext,
): Pick<
  ExplainReport,
  'link' | 'causes' | 'undefined' | 'splitState' | 'otherBuilds' | 'notInLink' | 'remedies' | 'trimCommand'
> {
  const files = fileReports(plan);
  const [{ profile, before, after }] = plan.scenarios;
  const { inputs } = plan.graph;
  const drops = plan.verdicts.some(({ kind }) => kind === 'drop');
  return {
    link: {
      linker: profile.id,
      title: profile.title,
      files: before.loaded.length,
      duplicates: duplicateCount(before.clashes),
      duplicatesAfterTrim: duplicateCount(after.clashes),
      architecture: context.architecture,
      complete: context.skipped.length === 0 && !inputs.contents.some(({ kind }) => kind === 'unreadable'),
      skipped: context.skipped,
    },
    causes: causes.map((cause, at) =>
      describeCause(plan, files, cause, match?.inLog[at] ?? null, split, context.remedies.length > 0),
    ),
    undefined: undefinedCauses.map((cause) => describeUndefined(files, cause)),
    splitState: split.map((group) => describeSplitGroup(plan, files, group)),
    otherBuilds: plan.otherBuilds.map(({ crate, builds }) => ({
      crate,
      builds: builds.map(({ build, members, users }) => ({
        build,
        files: members.slice(0, FILES_GIVEN).map(files.file),
        users: users.slice(0, USERS_GIVEN).map(files.file),
      })),
    })),
    notInLink: (match?.unmatched ?? []).slice(0, UNMATCHED_GIVEN).map(({ diagnostic, reason }) => ({
      ...symbolText(diagnostic.mangled ?? diagnostic.symbol),
      files: diagnostic.files.map(printedText),
      reason,
    })),
    remedies: context.remedies,
    trimCommand: drops ? context.trimCommand : null,
  };
}

const printedText = ({ archive, member }: PrintedFile): string =>
  archive === null ? (member ?? '') : `${archive}${member === null ? '' : `(${member})`}`;

function describeCause(
  plan: TrimPlan,
  files: FileReports,
  cause: Cause,
  inLog: number | null,
  split: readonly SplitGroup[],
  hasRemedies: boolean,
): CauseReport {
  const { inputs } = plan.graph;
  const { before } = plan.scenarios[0];
  const pathOf = (archive: number) => (archive === NONE ? null : inputs.archives[archive].path);
  const names = cause.pairs.flatMap((pair) => pair.names);
  const texts = [...new Set(names)].map((name) => inputs.symbols.names.text(name));
  const isMangled = (text: string) => (/^_{0,3}[RZ]|^\?/.test(text) ? 1 : 0);
  const such = texts.sort((a, b) => isMangled(a) - isMangled(b)).slice(0, NAMES_GIVEN);
  return {
    relation: cause.relation,
    winner: pathOf(cause.winnerArchive),
    loser: pathOf(cause.loserArchive),
    duplicates: cause.duplicates,
    inLog,
    goneAfterTrim: cause.goneAfterTrim,
    ...whoWins(plan, cause),
    crates: cratesOf(plan, cause),
    pairs: cause.pairs.map(({ winner, loser, names: own }) => ({
      winner: files.file(winner),
      loser: files.file(loser),
      duplicates: own.length,
    })),
    such: such.map(symbolText),
    winnerChain: files.chain(loadChain(before, cause.winnerEntry)),
    loserChain: files.chain(loadChain(before, cause.loserEntry)),
    splitGlobals: splitGlobalsOf(cause, split),
    stays: cause.stays.map(({ code, members }) => {
      const verdict = plan.verdicts[members[0]];
      const name = verdict.kind === 'blocked' ? verdict.blocker.name : NONE;
      return {
        code,
        members: members.length,
        such: files.file(members[0]),
        symbol: name === NONE ? null : files.name(name),
      };
    }),
    advice: adviceFor(cause, hasRemedies),
  };
}

/** On which linkers the winner's side is used: asked of the name that the largest pair clashes over first. */
function whoWins({ graph, scenarios }: TrimPlan, { pairs }: Cause): Pick<CauseReport, 'wins' | 'loses'> {
  const [{ winner, loser, names }] = pairs;
  const wins = new Set<string>();
  const loses = new Set<string>();
  for (const { profile, isGivenLine, before } of scenarios) {
    const symbol = before.provider[names[0]];
    if (!isGivenLine || symbol === NONE) continue;
    const member = graph.inputs.symbols.member[symbol];
    if (member === winner) wins.add(profile.id);
    else if (member === loser) loses.add(profile.id);
  }
  return { wins: [...wins], loses: [...loses] };
}

function cratesOf({ twins }: TrimPlan, { pairs }: Cause): CauseReport['crates'] {
  const crates = new Map<string, { builds: Set<string>; duplicates: number }>();
  for (const { winner, loser, names } of pairs) {
    for (const [at, member] of [winner, loser].entries()) {
      const origin = twins.origins[member];
      if (!origin) continue;
      const known = crates.get(origin.crate) ?? { builds: new Set(), duplicates: 0 };
      crates.set(origin.crate, known);
      known.builds.add(origin.build);
      // A pair of one crate counts once.
      if (at === 0 || twins.origins[winner]?.crate !== origin.crate) known.duplicates += names.length;
    }
  }
  return [...crates]
    .map(([crate, { builds, duplicates }]) => ({ crate, builds: [...builds], duplicates }))
    .sort((a, b) => b.duplicates - a.duplicates);
}

function splitGlobalsOf({ pairs }: Cause, split: readonly SplitGroup[]): number {
  const winners = new Set(pairs.map(({ winner }) => winner));
  const losers = new Set(pairs.map(({ loser }) => loser));
  const isOf = (side: ReadonlySet<MemberId>, { holders }: SplitGroup) =>
    holders.some((member) => side.has(member));
  return split
    .filter((group) => isOf(winners, group) && isOf(losers, group))
    .reduce((sum, { globals }) => sum + globals.length, 0);
}

function adviceFor({ relation, duplicates, goneAfterTrim, stays }: Cause, hasRemedies: boolean): Advice[] {
  if (relation === 'same-file') return ['name-once'];
  const advice: Advice[] = goneAfterTrim > 0 ? ['trim'] : [];
  if (goneAfterTrim === duplicates) return advice;
  if (hasRemedies && stays.some(({ code }) => code !== 'no-twin')) advice.push('change-line');
  if (relation === 'other-build') advice.push('one-build', 'one-library');
  else if (relation === 'other-content') advice.push('same-sources');
  else if (relation === 'same-name' || relation === 'other-library') advice.push('leave-one-out');
  else if (relation === 'identical-bytes') advice.push('one-library');
  else advice.push('without-lto', 'one-library');
  return advice;
}

function describeSplitGroup(plan: TrimPlan, files: FileReports, group: SplitGroup): SplitReport {
  const { name, flags, size, names } = plan.graph.inputs.symbols;
  return {
    globals: group.globals.map(({ copies: [symbol] }) => ({
      ...symbolText(names.text(name[symbol])),
      kind: kindName(flags[symbol]),
      size: size[symbol],
    })),
    bytes: group.bytes,
    threadLocals: group.threadLocals,
    isMended: group.isMended,
    copies: group.holders.map((holder, at) => ({
      file: files.file(holder),
      users: group.users[at].length,
      such: group.users[at].slice(0, USERS_GIVEN).map(files.use),
    })),
  };
}

const describeUndefined = (files: FileReports, cause: UndefinedCause): UndefinedReport => ({
  reason: cause.reason,
  names: cause.symbols.length,
  such: cause.symbols.slice(0, NAMES_GIVEN).map(symbolText),
  users: cause.users.slice(0, USERS_GIVEN).map(files.file),
  definers: cause.definers.slice(0, USERS_GIVEN).map(files.file),
  isMendedByRepeat: cause.isMendedByRepeat,
});
