import { basename } from 'node:path';
import type { RecordedInput } from '../driver/input-records.js';
import { checkIndex } from '../link/archive-index.js';
import type { Archive, Inputs } from '../link/inputs.js';
import type { Skipped } from '../link/open-line.js';
import type { Clash, Resolution } from '../link/resolution.js';
import { STRONG_DEMAND } from '../link/resolution.js';
import type { OtherBuilds } from '../plan/other-builds.js';
import type { Ownership } from '../plan/ownership.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import type { Remedy } from '../plan/remedies.js';
import type { Shadowed } from '../plan/shadowed.js';
import type { SplitState } from '../plan/split-state.js';
import { isDefined, kindName } from '../symbols/symbol-flags.js';
import { type MemberId, NONE, type SymbolId } from '../symbols/symbol-table.js';
import { version } from '../version.js';
import { lazily } from './lazily.js';
import { type MemberRef, refTo } from './member-ref.js';
import { findOverlaps, groupByFiles, isStrong, type SharedNames } from './shared-names.js';

export interface MemberReport extends MemberRef {
  readonly size: number;
  /** Linkage definitions. */
  readonly definitions: number;
  /** Those that clash with another of their name: not weak, not common, in no COMDAT group. */
  readonly strongDefinitions: number;
  readonly decision: 'drop' | 'keep' | 'blocked';
  /** `identical-bytes`, `same-unit`, `declared`. */
  readonly evidence?: string;
  /** What stood in for equal bytes: `module-hash`, `names`. */
  readonly proof?: string;
  /** Why it is kept, or what stands against the drop: a code of docs/safety.md. */
  readonly reason?: string;
  readonly twin?: MemberRef;
  readonly symbol?: string;
  readonly by?: MemberRef;
  readonly linker?: string;
  /** Crate (or its like) and build. */
  readonly origin?: { readonly crate: string; readonly build: string };
}

export interface ArchiveReport {
  readonly path: string;
  readonly kind: string;
  readonly members: number;
  readonly dropped: number;
  readonly blocked: number;
  readonly droppedBytes: number;
  /** Names with more than one strong definition in the link of which this archive holds one. */
  readonly duplicatesBefore: number;
  readonly duplicatesAfter: number;
  /** Of its symbol index; null when it has none. */
  readonly indexEntries: number | null;
  /** Members with which the index does not agree. */
  readonly indexDisagreements: number;
  readonly output: string | null;
}

export interface LinkReport {
  readonly linker: string;
  /** Where nobody ran this linker: on what alone its simulation rests. */
  readonly notRun?: string;
  readonly line: 'as-given' | 'providers-first';
  readonly loadedBefore: number;
  readonly loadedAfter: number;
  /** Definitions beyond the first of each name: what a linker counts. */
  readonly duplicatesBefore: number;
  readonly duplicatesAfter: number;
  readonly undefinedBefore: number;
  readonly undefinedAfter: number;
}

export interface DuplicateReport {
  readonly symbol: string;
  readonly definitions: readonly MemberRef[];
}

/** Something that was not taken into account; with `member`, one that cannot be read. */
export interface SkippedReport extends Skipped {
  readonly member?: MemberRef;
}

export interface SplitStateReport {
  readonly symbol: string;
  readonly kind: string;
  readonly size: number;
  readonly copies: readonly (MemberRef & { readonly symbol: string })[];
}

/** A crate with state of which the link has more than one build. */
export interface OtherBuildsReport {
  readonly crate: string;
  readonly builds: readonly {
    readonly build: string;
    readonly members: readonly MemberRef[];
    /** One file of each archive and crate that refers to this build. */
    readonly users: readonly MemberRef[];
  }[];
}

/** What the program gets from one file, and was to get from another. */
export interface ShadowedReport {
  readonly bound: MemberRef;
  readonly meant: MemberRef;
  readonly symbols: readonly string[];
}

/** What a build is called beside the others of its crate: one hash in names may stand for two contents. */
export function buildLabel(builds: OtherBuildsReport['builds'], at: number): string {
  const { build } = builds[at];
  const isEdited = builds.slice(0, at).some((other) => other.build === build);
  return isEdited ? `${build} with other content` : build;
}

/** What a plan says, for people and programs alike: schema/plan-v1.schema.json. */
export interface PlanReport {
  readonly format: 'ardedup-plan';
  readonly formatVersion: 1;
  readonly tool: { readonly name: 'ardedup'; readonly version: string };
  /** The one that this is the plan for; not there for a line without universal files. */
  readonly architecture?: string;
  /** The compiler or linker whose arguments `line` is; not there when none was named. */
  readonly program?: string;
  /** The linker asked for; `any`: the plan holds on each of `links`. */
  readonly linker: string;
  readonly openWorld: boolean;
  readonly line: readonly string[];
  readonly rewrittenLine: readonly string[] | null;
  /** Every file that was read for the line; only in a plan that was saved. */
  readonly inputs?: readonly RecordedInput[];
  /** Archives that were named as providers, as they were named. */
  readonly providers: readonly string[];
  /** What --owner said: the archive, by its path, whose copy of a crate or symbol stays. */
  readonly ownership: readonly { readonly pattern: string; readonly archive: string }[];
  /** Paths of the archives whose copies come first where an unknown line may have them first. */
  readonly owners: readonly string[];
  /** False when something on the line was not taken into account. */
  readonly complete: boolean;
  readonly skipped: readonly SkippedReport[];
  /** Pairs of members that might be copies, and were compared. */
  readonly comparedPairs: number;
  readonly archives: readonly ArchiveReport[];
  readonly members: readonly MemberReport[];
  readonly links: readonly LinkReport[];
  /** What clashes in the first link before, by the files that define it. */
  readonly clashesBefore: readonly SharedNames[];
  readonly remainingDuplicates: readonly DuplicateReport[];
  /** In an open world: what files of several archives define strongly that stay, and that does not clash in the first
   * link, for not all of them are in it. */
  readonly overlaps: readonly SharedNames[];
  readonly splitStateBefore: readonly SplitStateReport[];
  readonly splitStateAfter: readonly SplitStateReport[];
  readonly otherBuilds: readonly OtherBuildsReport[];
  /** Definitions of providers and owners that the link passes over for others. */
  readonly shadowed: readonly ShadowedReport[];
  readonly remedies: readonly Remedy[];
}

/** The plans of a line for several architectures: schema/plans-v1.schema.json. */
export interface PlansReport {
  readonly format: 'ardedup-plans';
  readonly formatVersion: 1;
  readonly plans: readonly PlanReport[];
}

/** One plan is itself, several are one object with all of them. */
export function joinPlans(plans: readonly PlanReport[]): PlanReport | PlansReport {
  return plans.length === 1 ? plans[0] : { format: 'ardedup-plans', formatVersion: 1, plans };
}

/** An archive, by its row, and where its trimmed form was written. */
export interface WrittenArchive {
  readonly archive: number;
  readonly path: string;
}

/** What is known beside the plan itself. */
export interface PlanContext {
  /** Null for a line without universal files. */
  readonly architecture: string | null;
  /** Null when none was named. */
  readonly program: string | null;
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

export type { MemberRef } from './member-ref.js';
export type { SharedNames } from './shared-names.js';

export function describePlan(plan: TrimPlan, context: PlanContext): PlanReport {
  const { inputs } = plan.graph;
  const [reported] = plan.scenarios;
  const clashing = [reported.before, reported.after].map((resolution) =>
    duplicatesByArchive(inputs, resolution),
  );
  const outputOf = new Map(context.outputs.map(({ archive, path }) => [archive, path]));
  return lazily({
    format: 'ardedup-plan' as const,
    formatVersion: 1 as const,
    tool: { name: 'ardedup' as const, version },
    ...(context.architecture === null ? {} : { architecture: context.architecture }),
    ...(context.program === null ? {} : { program: context.program }),
    linker: context.linker,
    openWorld: plan.isOpenWorld,
    line: context.words,
    rewrittenLine: context.rewrittenWords,
    ...(context.inputRecords === undefined ? {} : { inputs: context.inputRecords }),
    providers: context.providers,
    ownership: context.ownership.map(({ pattern, archive }) => ({
      pattern,
      archive: inputs.archives[archive].path,
    })),
    owners: plan.firstOwners.map((archive) => inputs.archives[archive].path),
    complete: context.skipped.length === 0 && !inputs.contents.some(({ kind }) => kind === 'unreadable'),
    skipped: [...context.skipped, ...unreadableMembers(inputs)],
    comparedPairs: plan.comparedPairs,
    archives: inputs.archives.map((archive) =>
      describeArchive(
        plan,
        archive,
        clashing[0][archive.id],
        clashing[1][archive.id],
        outputOf.get(archive.id) ?? null,
      ),
    ),
    members: () =>
      inputs.members.filter(({ archive }) => archive !== NONE).map(({ id }) => describeMember(plan, id)),
    links: plan.scenarios.map(({ profile, isGivenLine, before, after }) => ({
      linker: profile.id,
      ...(profile.notRun === null ? {} : { notRun: profile.notRun }),
      line: isGivenLine ? ('as-given' as const) : ('providers-first' as const),
      loadedBefore: before.loaded.length,
      loadedAfter: after.loaded.length,
      duplicatesBefore: duplicateCount(before.clashes),
      duplicatesAfter: duplicateCount(after.clashes),
      undefinedBefore: undefinedCount(before),
      undefinedAfter: undefinedCount(after),
    })),
    clashesBefore: () =>
      groupByFiles(
        inputs,
        reported.before.clashes.map(({ name, definitions }) => ({
          name,
          members: definitions.map((symbol) => inputs.symbols.member[symbol]),
        })),
      ),
    overlaps: () => (plan.isOpenWorld ? groupByFiles(inputs, findOverlaps(plan)) : []),
    remainingDuplicates: () =>
      reported.after.clashes.map(({ name, definitions }) => ({
        symbol: inputs.symbols.names.text(name),
        definitions: definitions.map((symbol) => refTo(inputs, inputs.symbols.member[symbol])),
      })),
    splitStateBefore: plan.splitBefore.map((split) => describeSplit(inputs, split)),
    splitStateAfter: plan.splitAfter.map((split) => describeSplit(inputs, split)),
    otherBuilds: plan.otherBuilds.map((found) => describeBuilds(inputs, found)),
    shadowed: describeShadowed(inputs, plan.shadowed),
    remedies: context.remedies,
  });
}

export const duplicateCount = (clashes: readonly Clash[]): number =>
  clashes.reduce((sum, { definitions }) => sum + definitions.length - 1, 0);

export function undefinedCount(resolution: Resolution): number {
  let undefinedNames = 0;
  for (let name = 0; name < resolution.demand.length; name++)
    if (resolution.demand[name] === STRONG_DEMAND && resolution.provider[name] === NONE) undefinedNames++;
  return undefinedNames;
}

function unreadableMembers(inputs: Inputs): SkippedReport[] {
  return inputs.members.flatMap(({ id, source }) => {
    const content = inputs.contents[id];
    if (content.kind !== 'unreadable') return [];
    return [{ what: source.label, reason: content.problem, member: refTo(inputs, id) }];
  });
}

function duplicatesByArchive(inputs: Inputs, { clashes }: Resolution): number[] {
  const counts = inputs.archives.map(() => 0);
  for (const { definitions } of clashes) {
    const archives = new Set(
      definitions.map((symbol) => inputs.members[inputs.symbols.member[symbol]].archive),
    );
    for (const archive of archives) if (archive !== NONE) counts[archive]++;
  }
  return counts;
}

function describeArchive(
  plan: TrimPlan,
  archive: Archive,
  duplicatesBefore: number,
  duplicatesAfter: number,
  output: string | null,
): ArchiveReport {
  const members = archive.stored.members.map(({ ordinal }) => archive.firstMember + ordinal);
  const dropped = members.filter((member) => plan.verdicts[member].kind === 'drop');
  return lazily({
    path: archive.path,
    kind: archive.stored.isThin ? `${archive.kind} thin` : archive.kind,
    members: members.length,
    dropped: dropped.length,
    blocked: members.filter((member) => plan.verdicts[member].kind === 'blocked').length,
    droppedBytes: dropped.reduce((sum, member) => sum + plan.graph.inputs.members[member].size, 0),
    duplicatesBefore,
    duplicatesAfter,
    indexEntries: archive.stored.index?.length ?? null,
    indexDisagreements: () => checkIndex(plan.graph.inputs, archive).disagreements.length,
    output,
  });
}

function describeMember(plan: TrimPlan, member: MemberId): MemberReport {
  const { inputs } = plan.graph;
  const verdict = plan.verdicts[member];
  const origin = plan.twins.origins[member];
  const common = {
    ...refTo(inputs, member),
    size: inputs.members[member].size,
    ...countDefinitions(inputs, member),
    decision: verdict.kind as MemberReport['decision'],
    ...(origin ? { origin: { crate: origin.crate, build: origin.build } } : {}),
  };
  if (verdict.kind === 'keep') return { ...common, reason: verdict.reason };
  const twin = refTo(inputs, verdict.twin);
  if (verdict.kind === 'drop')
    return {
      ...common,
      evidence: verdict.evidence.kind,
      ...(verdict.evidence.kind === 'same-unit' ? { proof: verdict.evidence.proof } : {}),
      twin,
    };
  const { code, name, by, linker } = verdict.blocker;
  return {
    ...common,
    reason: code,
    twin,
    ...(name === NONE ? {} : { symbol: inputs.symbols.names.text(name) }),
    ...(by === NONE ? {} : { by: refTo(inputs, by) }),
    ...(linker === null ? {} : { linker }),
  };
}

function countDefinitions(inputs: Inputs, member: MemberId) {
  const { firstSymbol, flags } = inputs.symbols;
  let definitions = 0;
  let strongDefinitions = 0;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    if (isDefined(flags[symbol])) definitions++;
    if (isStrong(inputs, symbol)) strongDefinitions++;
  }
  return { definitions, strongDefinitions };
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

/** An archive as reports name it, by its row. */
export const archiveName = (report: PlanReport, archive: number): string =>
  basename(report.archives[archive].path);
