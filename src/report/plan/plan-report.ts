import { basename } from 'node:path';
import type { RecordedInput } from '../../emit/input-records.js';
import type { Skipped } from '../../link/command/skipped.js';
import type { HandedLine } from '../../link/line/line-opening.js';
import type { Remedy } from '../../plan/remedies.js';
import type { LineVariant } from '../../plan/scenario.js';
import type { MemberRef } from './member-ref.js';
import type { SharedNames } from './shared-names.js';

export type { MemberRef } from './member-ref.js';
export type { SharedNames } from './shared-names.js';

/** A member of the plan as printed and saved: its verdict, with the reason. */
export interface MemberReport extends MemberRef {
  readonly size: number;
  /** Linkage definitions. */
  readonly definitions: number;
  /** Those that clash with another of their name: not weak, not common, in no COMDAT group. */
  readonly strongDefinitions: number;
  readonly decision: 'drop' | 'keep' | 'blocked';
  /** `identical-bytes`, `same-image`, `same-unit`, `declared`, `unused`; of a blocked member only `declared`. */
  readonly evidence?: string;
  /** The evidence if the bytes differ: `module-hash`, `names`. */
  readonly proof?: string;
  /** Why it is kept, or what blocks the drop: a code of docs/safety.md. */
  readonly reason?: string;
  readonly twin?: MemberRef;
  readonly symbol?: string;
  readonly by?: MemberRef;
  readonly linker?: string;
  /** The library that was not found, and is in the way. */
  readonly library?: string;
  /** The pattern of a linker script or an order file that tells it from its copy. */
  readonly pattern?: string;
  /** The line, by its `lineName`, that needs the member of an archive that both use. */
  readonly otherLine?: string;
  /** Crate (or its like) and build. */
  readonly origin?: { readonly crate: string; readonly build: string };
}

/** Fields of a member that the summary of its archive uses. */
export type MemberSummary = Pick<MemberReport, 'archive' | 'name' | 'origin' | 'decision' | 'reason'>;

export interface ArchiveReport {
  readonly path: string;
  /** A compiler driver put it on the line: it is never rewritten. */
  readonly fromDriver?: true;
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
  /** For a linker that was never run: the only source of its simulation. */
  readonly notRun?: string;
  /** If it is unknown which of two definitions this linker uses: the outcome that this link assumes. */
  readonly outcome?: string;
  /** Of another outcome: the linker that it is one of. */
  readonly outcomeOf?: string;
  readonly line: LineVariant;
  readonly loadedBefore: number;
  readonly loadedAfter: number;
  /** Definitions beyond the first of each name: what a linker counts. */
  readonly duplicatesBefore: number;
  readonly duplicatesAfter: number;
  readonly undefinedBefore: number;
  readonly undefinedAfter: number;
}

/** The edit of one name in one member, which applies to all symbols of the member with that name. */
export interface EditReport extends MemberRef {
  readonly symbol: string;
  readonly action: 'hide-and-rename' | 'undefine' | 'weaken';
  /**
   * Of a renamed symbol; otherwise what the old definition is called where the format needs a new symbol for the name.
   */
  readonly newName: string;
  readonly kind: 'redirect' | 'yield' | 'isolate' | 'first-wins';
  /** Of `redirect`: `module-hash`, `identical-bytes`. Of `yield`: the pattern. */
  readonly evidence?: string;
  /** The file whose definition replaces it. */
  readonly provider?: MemberRef;
  /** That definition has other content, or cannot be compared. */
  readonly differs?: true;
}

/** A file that uses an isolated archive, but binds one of its isolated names to a definition elsewhere. */
export interface MixedUseReport {
  readonly user: MemberRef;
  /** An archive that was isolated. */
  readonly archive: number;
  readonly symbol: string;
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

/** Names that bind to one file's definitions instead of those of another, intended file. */
export interface ShadowedReport {
  readonly bound: MemberRef;
  readonly meant: MemberRef;
  readonly symbols: readonly string[];
}

/** A label for a build that differs from those of its crate's other builds, even if their hashes are equal. */
export function buildLabel(builds: OtherBuildsReport['builds'], at: number): string {
  const { build } = builds[at];
  const isEdited = builds.slice(0, at).some((other) => other.build === build);
  return isEdited ? `${build} with other content` : build;
}

/** Report of a plan, printed as text or as JSON: schema/plan-v1.schema.json. */
export interface PlanReport {
  readonly format: 'ardedup-plan';
  readonly formatVersion: 1;
  readonly tool: { readonly name: 'ardedup'; readonly version: string };
  /** The one that this is the plan for; not there for a line without universal files. */
  readonly architecture?: string;
  /** Name of the line; only if several lines were planned together. */
  readonly lineName?: string;
  /** The compiler or linker whose arguments `line` is; not there when none was named. */
  readonly program?: string;
  /** Arguments in front of the program that run it, such as `env LC_ALL=C ccache`; absent without any. */
  readonly launcher?: readonly string[];
  /** Library folders that the driver or linker reported; absent if only those of the line were searched. */
  readonly libraryFolders?: readonly string[];
  /** The line that a compiler driver passes to its linker, if the plan is for that line. */
  readonly handed?: HandedLine;
  /** The requested linker; `any`: the plan holds on each of `links`. */
  readonly linker: string;
  readonly openWorld: boolean;
  readonly line: readonly string[];
  readonly rewrittenLine: readonly string[] | null;
  /** Every file that was read for the line; only in a plan that was saved. */
  readonly inputs?: readonly RecordedInput[];
  /** Archives that were named as providers, as they were named. */
  readonly providers: readonly string[];
  /** Rules of --owner: the path of the archive whose copy of a crate or symbol is kept. */
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
  /** In the order of their application; absent if none was requested. */
  readonly edits?: readonly EditReport[];
  /** Globals with two copies after an edit that the user accepted. */
  readonly acceptedSplits?: readonly string[];
  /** Files whose constructors or walked entries come in another order after a yield or an isolation. */
  readonly reordered?: readonly string[];
  /** Files with constructors or registry entries that are new in a link after a yield or an isolation. */
  readonly addedEffects?: readonly string[];
  /** Files that use two definitions of one interface, of different archives, by names that edits isolate. */
  readonly mixedUses?: readonly MixedUseReport[];
  readonly links: readonly LinkReport[];
  /** Duplicate symbols of the first link before the plan, by the files that define them. */
  readonly clashesBefore: readonly SharedNames[];
  readonly remainingDuplicates: readonly DuplicateReport[];
  /**
   * In an open world: names that remaining files of several archives define strongly, but that do not clash in the
   * first link, because it does not load all of these files.
   */
  readonly overlaps: readonly SharedNames[];
  readonly splitStateBefore: readonly SplitStateReport[];
  readonly splitStateAfter: readonly SplitStateReport[];
  readonly otherBuilds: readonly OtherBuildsReport[];
  /** Definitions of providers and owners that the link does not use, in favour of others. */
  readonly shadowed: readonly ShadowedReport[];
  readonly remedies: readonly Remedy[];
}

/** The plans of a line for several architectures, or of several lines: schema/plans-v1.schema.json. */
export interface PlansReport {
  readonly format: 'ardedup-plans';
  readonly formatVersion: 1;
  readonly plans: readonly PlanReport[];
}

/** A single plan is printed as it is, several as one object. */
export function joinPlans(plans: readonly PlanReport[]): PlanReport | PlansReport {
  return plans.length === 1 ? plans[0] : { format: 'ardedup-plans', formatVersion: 1, plans };
}

/** Plans as JSON text, as they are saved and printed. */
export const planJson = (plans: readonly PlanReport[]): string =>
  `${JSON.stringify(joinPlans(plans), null, 1)}\n`;

/** Whether a program is linked: archives alone are a link only as the arguments of a command. */
export const isLinkOfProgram = ({ openWorld, program }: Pick<PlanReport, 'openWorld' | 'program'>): boolean =>
  !openWorld || program !== undefined;

/** An archive as reports name it, by its row. */
export const archiveName = (report: PlanReport, archive: number): string =>
  basename(report.archives[archive].path);
