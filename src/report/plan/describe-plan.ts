import { areEqual } from '../../bytes/equal-numbers.js';
import { extended, lazily } from '../../bytes/lazily.js';
import { once } from '../../bytes/once.js';
import type { RecordedInput } from '../../emit/input-records.js';
import type { LayoutPatterns } from '../../link/command/layout-patterns.js';
import type { Skipped } from '../../link/command/skipped.js';
import { disagreementsOf } from '../../link/inputs/archive-index.js';
import type { Archive, Inputs } from '../../link/inputs/inputs.js';
import type { HandedLine } from '../../link/line/line-opening.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { isLeftUndefined } from '../../link/resolve/linker-defined-names.js';
import type { Clash, ClashRows, Resolution } from '../../link/resolve/resolution.js';
import { areIndexesExact, strongDefinitions } from '../../link/resolve/row-searches.js';
import type { EditedPlan } from '../../plan/edits/plan-with-edits.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import type { Remedy } from '../../plan/remedies.js';
import { reportedClashes, reportedDuplicates, reportedRows } from '../../plan/reported-clashes.js';
import type { Scenario } from '../../plan/scenario.js';
import type { Shadowed } from '../../plan/state/shadowed.js';
import type { SplitState } from '../../plan/state/split-state.js';
import type { OtherBuilds } from '../../plan/twins/other-builds.js';
import { type Ownership, ownerPath } from '../../plan/twins/ownership.js';
import type { Verdict } from '../../plan/verdict.js';
import { kindName } from '../../symbols/flags.js';
import type { NameId, NameTable } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId, type SymbolTable } from '../../symbols/table.js';
import { version } from '../../version.js';
import { describeEdits, withoutEdits } from './describe-edits.js';
import { type MemberRef, refTo } from './member-ref.js';
import type {
  ArchiveReport,
  DuplicateReport,
  MemberReport,
  MemberSummary,
  OtherBuildsReport,
  PlanReport,
  ShadowedReport,
  SharedNames,
  SkippedReport,
  SplitStateReport,
} from './plan-report.js';
import { findOverlaps, groupByFiles } from './shared-names.js';

/** An archive, by its row, and where its trimmed form was written. */
export interface WrittenArchive {
  readonly archive: number;
  readonly path: string;
}

/** Context of a plan. */
export interface PlanContext {
  /** Null for a line without universal files. */
  readonly architecture: string | null;
  /** Name of the line, if several are planned together. */
  readonly lineName?: string | undefined;
  /** Null when none was named. */
  readonly program: string | null;
  /** Arguments that run the program. */
  readonly launcher?: readonly string[];
  /** Those that the driver or linker was asked for. */
  readonly libraryFolders?: readonly string[] | null;
  /** The line that the driver passes to its linker. */
  readonly handed?: HandedLine | null;
  readonly words: readonly string[];
  readonly rewrittenWords: readonly string[] | null;
  /** For a plan that is saved: what its inputs were. */
  readonly inputRecords?: readonly RecordedInput[] | undefined;
  readonly linker: string;
  readonly providers: readonly string[];
  readonly ownership: readonly Ownership[];
  readonly skipped: readonly Skipped[];
  readonly outputs: readonly WrittenArchive[];
  readonly remedies: readonly Remedy[];
}

export function describePlan(
  given: TrimPlan & Partial<Pick<EditedPlan, 'edits'>>,
  context: PlanContext,
): PlanReport {
  const edits = given.edits ?? null;
  const plan = edits === null ? given : extended(given, { scenarios: withoutEdits(given, edits) });
  const { inputs } = plan.graph;
  const [{ line, before, after }] = plan.scenarios;
  const reported = [before, after].map((link) => reportedRows(plan.graph, line, link));
  const clashing = reported.map((found) => duplicatesByArchive(inputs, found));
  const outputOf = new Map(context.outputs.map(({ archive, path }) => [archive, path]));
  return lazily({
    format: 'ardedup-plan' as const,
    formatVersion: 1 as const,
    tool: { name: 'ardedup' as const, version },
    ...(context.architecture === null ? {} : { architecture: context.architecture }),
    ...(context.lineName === undefined ? {} : { lineName: context.lineName }),
    ...(context.program === null ? {} : { program: context.program }),
    ...(context.launcher?.length ? { launcher: context.launcher } : {}),
    ...(context.libraryFolders ? { libraryFolders: context.libraryFolders } : {}),
    ...(context.handed ? { handed: context.handed } : {}),
    linker: context.linker,
    openWorld: plan.isOpenWorld,
    line: context.words,
    rewrittenLine: context.rewrittenWords,
    ...(context.inputRecords === undefined ? {} : { inputs: context.inputRecords }),
    providers: context.providers,
    ownership: context.ownership.map((rule) => ({ pattern: rule.pattern, archive: ownerPath(inputs, rule) })),
    owners: plan.firstOwners.map((archive) => inputs.archives[archive].path),
    complete: context.skipped.length === 0 && !inputs.contents.some(({ kind }) => kind === 'unreadable'),
    skipped: [...context.skipped, ...unreadableMembers(inputs)],
    comparedPairs: () => plan.comparedPairs,
    archives: inputs.archives.map((archive) =>
      describeArchive(
        plan,
        archive,
        clashing[0][archive.id],
        clashing[1][archive.id],
        outputOf.get(archive.id) ?? null,
        context.handed != null && archive.isFixed,
      ),
    ),
    members: () =>
      inputs.members.filter(({ archive }) => archive !== NONE).map(({ id }) => describeMember(plan, id)),
    ...(edits === null ? {} : describeEdits(edits)),
    links: () => plan.scenarios.map((scenario) => describeLink(plan, scenario)),
    clashesBefore: () => describeClashes(inputs, reported[0]),
    overlaps: () => (plan.isOpenWorld ? groupByFiles(inputs, findOverlaps(plan)) : []),
    remainingDuplicates: () => describeDuplicates(inputs, reported[1]),
    splitStateBefore: () => plan.splitBefore.map((split) => describeSplit(inputs, split)),
    splitStateAfter: () => plan.splitAfter.map((split) => describeSplit(inputs, split)),
    otherBuilds: () => plan.otherBuilds.map((found) => describeBuilds(inputs, found)),
    shadowed: () => describeShadowed(inputs, plan.shadowed),
    remedies: context.remedies,
  });
}

const describeClashes = (inputs: Inputs, rows: ClashRows): SharedNames[] =>
  groupByFiles(inputs, { ...rows, member: membersDefining(inputs.symbols, rows) });

function membersDefining({ member }: SymbolTable, { definition }: ClashRows): Int32Array {
  const members = new Int32Array(definition.length);
  for (let at = 0; at < members.length; at++) members[at] = member[definition[at]];
  return members;
}

function describeDuplicates(inputs: Inputs, { name, start, definition }: ClashRows): DuplicateReport[] {
  const { member, names } = inputs.symbols;
  const found = new Array<DuplicateReport>(name.length);
  for (let row = 0; row < found.length; row++) {
    const definitions: MemberRef[] = [];
    for (let at = start[row]; at < start[row + 1]; at++)
      definitions.push(refTo(inputs, member[definition[at]]));
    found[row] = { symbol: names.text(name[row]), definitions };
  }
  return found;
}

function describeLink(
  { graph }: Pick<TrimPlan, 'graph'>,
  { profile, variant, line, before, after }: Scenario,
): PlanReport['links'][number] {
  return {
    linker: profile.id,
    ...(profile.notRun === null ? {} : { notRun: profile.notRun }),
    ...(profile.outcome === null ? {} : { outcome: profile.outcome }),
    ...(profile.outcomeOf === null ? {} : { outcomeOf: profile.outcomeOf }),
    line: variant,
    loadedBefore: before.loaded.length,
    loadedAfter: after.loaded.length,
    duplicatesBefore: reportedDuplicates(graph, line, before),
    duplicatesAfter: reportedDuplicates(graph, line, after),
    undefinedBefore: undefinedCount(graph.inputs, line, before),
    undefinedAfter: undefinedCount(graph.inputs, line, after),
  };
}

/** The clashes of one link that its linker reports. */
export const reportedOf = (
  { graph }: Pick<TrimPlan, 'graph'>,
  { line, before, after }: Scenario,
): { readonly before: readonly Clash[]; readonly after: readonly Clash[] } => ({
  before: reportedClashes(graph, line, before),
  after: reportedClashes(graph, line, after),
});

/** Names that files need, and that neither a file nor the linker defines. */
export function undefinedCount(
  { symbols: { names } }: Inputs,
  { layout }: LinkLine,
  { undefinedNames }: Resolution,
): number {
  const ofNames = undefinedCounts(names);
  const known: UndefinedCounts = ofNames.get(layout) ?? { isLeft: new Map(), counts: [] };
  ofNames.set(layout, known);
  const counted = known.counts.find(({ list }) => areEqual(list, undefinedNames));
  if (counted !== undefined) return counted.count;
  let count = 0;
  for (let at = 0; at < undefinedNames.length; at++) {
    const name = undefinedNames[at];
    const isLeft = known.isLeft.get(name) ?? isLeftUndefined(names.text(name), layout);
    known.isLeft.set(name, isLeft);
    if (isLeft) count++;
  }
  known.counts.push({ list: undefinedNames, count });
  return count;
}

/** Counts of undefined names, by the patterns of a line: links of a plan have much the same names, or just the same. */
interface UndefinedCounts {
  /** Whether linkers leave a name undefined. */
  readonly isLeft: Map<NameId, boolean>;
  readonly counts: { readonly list: Int32Array; readonly count: number }[];
}

const undefinedCounts = once((_: NameTable) => new Map<LayoutPatterns, UndefinedCounts>());

function unreadableMembers(inputs: Inputs): SkippedReport[] {
  return inputs.members.flatMap(({ id, source }) => {
    const content = inputs.contents[id];
    if (content.kind !== 'unreadable') return [];
    return [{ what: source.label, reason: content.problem, member: refTo(inputs, id) }];
  });
}

function duplicatesByArchive(inputs: Inputs, { name, start, definition }: ClashRows): number[] {
  const { member } = inputs.symbols;
  const counts = inputs.archives.map(() => 0);
  /** By ArchiveId: the clash that was counted last. */
  const last = inputs.archives.map(() => NONE);
  for (let clash = 0; clash < name.length; clash++)
    for (let at = start[clash]; at < start[clash + 1]; at++) {
      const { archive } = inputs.members[member[definition[at]]];
      if (archive === NONE || last[archive] === clash) continue;
      last[archive] = clash;
      counts[archive]++;
    }
  return counts;
}

function describeArchive(
  plan: TrimPlan,
  archive: Archive,
  duplicatesBefore: number,
  duplicatesAfter: number,
  output: string | null,
  isFromDriver: boolean,
): ArchiveReport {
  const { inputs } = plan.graph;
  const members = archive.stored.members.map(({ ordinal }) => archive.firstMember + ordinal);
  const dropped = members.filter((member) => plan.verdicts[member].kind === 'drop');
  return lazily({
    path: archive.path,
    ...(isFromDriver ? { fromDriver: true as const } : {}),
    kind: archive.stored.isThin ? `${archive.kind} thin` : archive.kind,
    members: members.length,
    dropped: dropped.length,
    blocked: members.filter((member) => plan.verdicts[member].kind === 'blocked').length,
    droppedBytes: dropped.reduce((sum, member) => sum + plan.graph.inputs.members[member].size, 0),
    duplicatesBefore,
    duplicatesAfter,
    indexEntries: archive.stored.index?.length ?? null,
    indexDisagreements: () => (agreesAtAGlance(plan, archive) ? 0 : disagreementsOf(inputs, archive).length),
    output,
  });
}

/** Whether the index lists what the members define, in their order, by the names that linkers compare. */
const agreesAtAGlance = ({ graph }: TrimPlan, { stored }: Archive): boolean =>
  graph.inputs.format === 'elf' &&
  stored.index !== null &&
  graph.name === graph.inputs.symbols.name &&
  areIndexesExact(graph);

/** Members of archives, as the summaries of these name them. */
export function summariesOfMembers({ graph, verdicts, twins }: TrimPlan): MemberSummary[] {
  const { members } = graph.inputs;
  return verdicts.flatMap((verdict, member) => {
    const { archive, name } = members[member];
    if (archive === NONE) return [];
    const reason =
      verdict.kind === 'keep' ? verdict.reason : verdict.kind === 'drop' ? null : verdict.blocker.code;
    const origin = twins.origins[member];
    return [{ archive, name, decision: verdict.kind, ...(reason && { reason }), ...(origin && { origin }) }];
  });
}

/** `T` while it is made. */
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Written without spreads, which took most of the time for thousands of members. */
function describeMember(plan: TrimPlan, member: MemberId): MemberReport {
  const { inputs, rows } = plan.graph;
  const { first } = rows.definitions;
  const { archive, ordinal, name, size } = inputs.members[member];
  const verdict = plan.verdicts[member];
  const origin = plan.twins.origins[member];
  const report: Writable<MemberReport> = {
    archive,
    ordinal,
    name,
    size,
    definitions: first[member + 1] - first[member],
    strongDefinitions: strongDefinitions(plan.graph)[member],
    decision: verdict.kind,
  };
  if (origin) report.origin = { crate: origin.crate, build: origin.build };
  if (verdict.kind === 'keep') report.reason = verdict.reason;
  else if (verdict.kind === 'blocked') describeBlocker(plan, verdict, report);
  else {
    const { evidence, twin } = verdict;
    report.evidence = evidence.kind;
    if (evidence.kind === 'same-unit') report.proof = evidence.proof;
    if (twin !== NONE) report.twin = refTo(inputs, twin);
  }
  return report;
}

function describeBlocker(
  { graph: { inputs }, twins }: TrimPlan,
  { member, twin, blocker }: Extract<Verdict, { readonly kind: 'blocked' }>,
  report: Writable<MemberReport>,
): void {
  const { code, name, by, linker, library, pattern, otherLine } = blocker;
  report.reason = code;
  // For a blocked copy, the report must show if only the user declared it a copy.
  if (twins.relation(member, twin)?.kind === 'declared') report.evidence = 'declared';
  if (twin !== NONE) report.twin = refTo(inputs, twin);
  if (name !== NONE) report.symbol = inputs.symbols.names.text(name);
  if (by !== NONE) report.by = refTo(inputs, by);
  if (linker !== null) report.linker = linker;
  if (library !== undefined) report.library = library;
  if (pattern !== undefined) report.pattern = pattern;
  if (otherLine !== undefined) report.otherLine = otherLine;
}

function describeSplit(inputs: Inputs, { copies }: SplitState): SplitStateReport {
  const { name, flags, size, names, member } = inputs.symbols;
  const textOf = (symbol: SymbolId) => names.text(name[symbol]);
  return {
    symbol: copies.map(textOf).reduce((shortest, text) => (text.length < shortest.length ? text : shortest)),
    kind: kindName(flags[copies[0]]),
    size: size[copies[0]],
    copies: copies.map((symbol) => ({ ...refTo(inputs, member[symbol]), symbol: textOf(symbol) })),
  };
}

/** A row for each pair of files, in order of its first name. */
function describeShadowed(inputs: Inputs, shadowed: readonly Shadowed[]): ShadowedReport[] {
  const pairs = new Map<string, Shadowed[]>();
  for (const one of shadowed) {
    const key = `${one.bound} ${one.meant}`;
    const pair = pairs.get(key) ?? [];
    pairs.set(key, pair);
    pair.push(one);
  }
  return [...pairs.values()].map((pair) => ({
    bound: refTo(inputs, pair[0].bound),
    meant: refTo(inputs, pair[0].meant),
    symbols: pair.map(({ name }) => inputs.symbols.names.text(name)),
  }));
}

function describeBuilds(inputs: Inputs, { crate, builds }: OtherBuilds): OtherBuildsReport {
  const refs = (members: readonly MemberId[]) => members.map((member) => refTo(inputs, member));
  return {
    crate,
    builds: builds.map(({ build, members, users }) => ({
      build,
      members: refs(members),
      users: refs(users),
    })),
  };
}
