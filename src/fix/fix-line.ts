import { LineError } from '../link/command/line-error.js';
import type { Skipped } from '../link/command/skipped.js';
import type { LinkerId, LinkerProfile } from '../link/linkers/linker-profile.js';
import { adviceOfCure } from './advice/changed-command.js';
import type { Advice } from './advice/found-advice.js';
import { lateArchiveAdvice } from './advice/late-archives.js';
import { type AppliedCure, applyCure, commandOf } from './apply/apply-cure.js';
import { writesArchives } from './apply/verify-cure.js';
import { type AskedCommand, askCommand } from './command/ask-command.js';
import { openSubject } from './command/open-subject.js';
import type { Cure, Diagnosis } from './cure.js';
import { type CureChange, changesOfCure, idOfCure, kindOfCure } from './describe/describe-cure.js';
import { summaryOf } from './describe/summary.js';
import { UnknownCureError } from './fix-errors.js';
import { allowedDuplicates } from './problems/duplicates.js';
import { type OpenNames, openNames, type UndefinedInLog } from './problems/open-names.js';
import { isHealthy } from './problems/problems.js';
import { diagnose } from './search-cures.js';

/** How a command is to be cured. */
export interface FixOptions {
  /** Where changed archives go. Without it none is written, and only a cure that changes the words is applied. */
  readonly outDir?: string | undefined;
  /** Ids of cures that are accepted. One that no cure has is an error. */
  readonly accept?: readonly string[];
  /** Decisions that hold for many commands: ids that no cure of this one has are reported. */
  readonly decisions?: readonly string[];
  /** `auto`: the one that the command runs; `any`: a cure must hold on each of the format; or a linker's name. */
  readonly linker?: string;
  readonly linkerOfLog?: LinkerId | null;
  readonly architectures?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** Undefined names of the linker's log. */
  readonly undefinedInLog?: UndefinedInLog;
}

/** Called with the applied cure while the files of the command are open, to save a plan. */
export type UseCure = (applied: AppliedCure, asked: AskedCommand) => void;

export interface FixedCure {
  /** A hash of what the cure does, to which archives, and of the symbols that it moves. */
  readonly id: string;
  /** Kinds, joined with `+`. */
  readonly kind: string;
  readonly requiresAcceptance: boolean;
  readonly summary: string;
  readonly changes: readonly CureChange[];
  readonly after: { readonly duplicates: number; readonly splitState: number; readonly unresolved: number };
  /** Of a cure that yields and isolates: globals in two copies if the archive were isolated alone. */
  readonly isolatedAlone?: number;
  /** Null where it names archives that were not written. */
  readonly command: readonly string[] | null;
}

export interface FixReport {
  readonly before: {
    readonly duplicates: number;
    readonly splitState: number;
    /** Names that a file references strongly and no input defines; no cure supplies them. */
    readonly unresolved: number;
  };
  /** Those that need no acceptance first, then in the order of kinds. */
  readonly cures: readonly FixedCure[];
  readonly applied: string | null;
  /** The command with the applied cure; unchanged if nothing has to change; null if it is not cured. */
  readonly command: readonly string[] | null;
  readonly advice: readonly Advice[];
}

/** Result of `fix`, for callers that need more than the report. */
export interface FixResult {
  readonly report: FixReport;
  /** The linker that counts are of. */
  readonly profile: LinkerProfile;
  /** Its title. */
  readonly linker: string;
  readonly isHealthy: boolean;
  /** Names with duplicates that the command allows. */
  readonly allowed: readonly string[];
  readonly open: OpenNames;
  /** The command as it was given. */
  readonly given: readonly string[];
  /** Names bind to other content than their users were compiled against. */
  readonly hasCollisions: boolean;
  /** Id of the cure that would be applied if its archives had a destination; otherwise null. */
  readonly waiting: string | null;
  /** Ids of cures that write archives, if these have no destination. */
  readonly withoutFolder: readonly string[];
  /** Files that the applied cure wrote, and the archives that they replace. */
  readonly replaced: readonly (readonly [written: string, original: string])[];
  /** Decisions that fit no cure of the command. */
  readonly idle: readonly string[];
  readonly skipped: readonly Skipped[];
  /** Files in which the linker lists what it read. */
  readonly dependencyFiles: readonly string[];
}

/**
 * Finds the smallest change that makes a link command right, and applies it if it needs no acceptance or is accepted.
 * @param command the linker or compiler driver with its arguments
 * @throws UnknownCureError for an accepted id that no cure has; UnverifiedError; and whatever reading and writing throw
 */
export const fixLine = (command: readonly string[], options: FixOptions = {}): Promise<FixResult> =>
  runFix(command, options);

/** The same, for those who save the plan. @throws the same */
export async function runFix(
  whole: readonly string[],
  options: FixOptions,
  use?: UseCure,
): Promise<FixResult> {
  const { linker = 'auto', linkerOfLog = null, architectures = [], environment = process.env } = options;
  const asked = askCommand(whole, { linker, linkerOfLog, architectures, environment });
  const { launcher, command } = asked;
  const { subject, close } = openSubject(asked.words, {
    ...asked.opening,
    isDriver: asked.kind === 'driver',
    mayWrite: options.outDir !== undefined,
  });
  try {
    if (subject.links.every(({ opened }) => opened.inputs.members.length === 0))
      throw new LineError(`${command[0]}: the command has no object and no archive`);
    const refusal = asked.refusalFor(subject.links[0].opened);
    if (refusal !== null) throw new LineError(`${refusal.what}: ${refusal.reason}`);
    const diagnosis = diagnose(subject);
    const ids = diagnosis.cures.map(idOfCure);
    for (const id of options.accept ?? []) if (!ids.includes(id)) throw unknownCure(id, diagnosis.cures, ids);
    const chosen = chosenCure(diagnosis.cures, ids, options);
    const applied =
      chosen === null || needsFolder(diagnosis.cures[chosen], options)
        ? null
        : await applyCure(command, asked, diagnosis.before, diagnosis.cures[chosen], options.outDir);
    if (applied !== null) use?.(applied, asked);
    const result = describe(command, diagnosis, ids, applied, options);
    const waiting = chosen !== null && applied === null ? ids[chosen] : null;
    return launchedWith(launcher, { ...result, waiting });
  } finally {
    close();
  }
}

/** The same result, with the arguments in front of each command that run it. */
function launchedWith(launcher: readonly string[], result: FixResult): FixResult {
  if (launcher.length === 0) return result;
  const launched = (command: readonly string[] | null) => command && [...launcher, ...command];
  const { report, given } = result;
  const cures = report.cures.map((cure) => ({ ...cure, command: launched(cure.command) }));
  return {
    ...result,
    given: [...launcher, ...given],
    report: { ...report, cures, command: launched(report.command) },
  };
}

function unknownCure(id: string, cures: readonly Cure[], ids: readonly string[]): UnknownCureError {
  const known = new Map(cures.map((cure, row) => [ids[row], kindOfCure(cure)]));
  const listed = [...known].map(([one, kind]) => `${one} (${kind})`).join(', ');
  const has = known.size === 0 ? 'it has none' : `it has ${listed}`;
  return new UnknownCureError(`--accept ${id}: no cure of this link has that id; ${has}`);
}

/** Whether a cure writes archives that have no destination. */
const needsFolder = ({ state }: Cure, { outDir }: FixOptions): boolean =>
  outDir === undefined && writesArchives(state);

/** The accepted cure, otherwise the first proved one; null without any. */
function chosenCure(
  cures: readonly Cure[],
  ids: readonly string[],
  { accept = [], decisions = [] }: FixOptions,
): number | null {
  const first = (fits: (at: number) => boolean) => ids.findIndex((_, at) => fits(at));
  const choices = [
    first((at) => accept.includes(ids[at])),
    first((at) => cures[at].reasons.length === 0),
    first((at) => decisions.includes(ids[at])),
  ];
  return choices.find((one) => one >= 0) ?? null;
}

function describe(
  command: readonly string[],
  diagnosis: Diagnosis,
  ids: readonly string[],
  applied: AppliedCure | null,
  options: FixOptions,
): Omit<FixResult, 'waiting'> {
  const { decisions = [], undefinedInLog } = options;
  const { problems, cures, before } = diagnosis;
  const open = openNames(diagnosis, undefinedInLog);
  const foremost = applied?.cure ?? cures[0];
  const isProved = cures.some(({ reasons }) => reasons.length === 0);
  const advice = [
    ...diagnosis.advice
      .filter(({ isMended }) => isMended === undefined || !isProved)
      .map(({ code, text }) => ({ code, text })),
    ...(foremost === undefined ? [] : adviceOfCure(foremost)),
  ];
  const isWell = isHealthy(problems) && advice.length === 0;
  const { allowsDuplicates } = before.parsed;
  const [profile] = before.links[0].subject.linkers;
  const described = cures.map((cure, row): FixedCure => {
    const { duplicates, splitState, unresolved } = cure.assessment;
    return {
      id: ids[row],
      kind: kindOfCure(cure),
      requiresAcceptance: cure.reasons.length > 0,
      summary: summaryOf(cure),
      changes: changesOfCure(cure),
      after: { duplicates: allowsDuplicates ? 0 : duplicates, splitState, unresolved },
      ...(cure.state.isolatedAlone === undefined ? {} : { isolatedAlone: cure.state.isolatedAlone }),
      command: applied?.cure === cure ? applied.command : commandOf(command, cure.state, []),
    };
  });
  const isFirst = ({ id }: FixedCure, at: number) => ids.indexOf(id) === at;
  return {
    report: {
      before: {
        duplicates: problems.duplicates,
        splitState: problems.splitState,
        unresolved: open.names.length,
      },
      cures: described.filter(isFirst),
      applied: applied === null ? null : ids[cures.indexOf(applied.cure)],
      command: applied?.command ?? (isWell && !open.areFatal ? [...command] : null),
      advice: [...advice, ...lateArchiveAdvice(before, diagnosis.unresolved)],
    },
    profile,
    linker: profile.title,
    isHealthy: isWell,
    allowed: allowedDuplicates(before),
    open,
    given: command,
    withoutFolder: ids.filter((_, row) => needsFolder(cures[row], options)),
    hasCollisions: problems.collisions.length > 0,
    replaced: applied === null ? [] : replacedBy(applied),
    dependencyFiles: before.parsed.dependencyFiles,
    idle: decisions.filter((id) => !ids.includes(id)),
    skipped: before.links.flatMap(({ subject }) => subject.opened.skipped),
  };
}

function replacedBy({ cure: { state }, outputs }: AppliedCure): [string, string][] {
  const found = outputs.flatMap((own, at) =>
    own.map(({ archive, path }): [string, string] => [
      path,
      state.links[at].subject.opened.inputs.archives[archive].path,
    ]),
  );
  return [...new Map(found)];
}
