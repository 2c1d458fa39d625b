/**
 * ardedup as a library. `trimLine`, `checkLine`, `explainLog` and `fixLine` do what the commands do: plain values in
 * and out, in a thread of their own. What follows them is what the commands are made of.
 *
 * ```ts
 * import { trimLine } from 'ardedup';
 * const { line, dropped } = await trimLine({ line: ['main.o', 'libext.a', 'libstd.a'], outDir: 'trimmed' });
 * ```
 */

export type { ArchiveKind, StoredArchive, StoredMember } from './archive/archive.js';
export { readArchive } from './archive/read-archive.js';
export { layOutArchive } from './archive/write-archive.js';
export { ByteSource } from './bytes/byte-source.js';
export { MalformedError } from './bytes/malformed-error.js';
export { type Baseline, baselineOf, parseBaseline } from './check/baseline.js';
export {
  type Finding,
  type FindingKind,
  findingKinds,
  findingPage,
  type Place,
  type Severity,
} from './check/findings.js';
export { type Gate, type JudgedFinding, type Judgement, judge } from './check/gate.js';
export { parseSuppressions, type Suppression } from './check/suppressions.js';
export type { Config } from './cli/options/config.js';
export { UsageError } from './cli/options/usage-error.js';
export type { Destination } from './emit/destination.js';
export { rewrittenLine, rewrittenLineOfAll } from './emit/rewritten-line.js';
export { OutputError } from './emit/write-file.js';
export { type Output, writeAllTrimmed, writeTrimmed } from './emit/write-trimmed.js';
export type { Cause, CopyRelation } from './explain/causes.js';
export { type Explanation, explainLink, linkerOfLog } from './explain/explain.js';
export { decodeLog } from './explain/log/clean-log.js';
export type { Diagnostic, PrintedFile } from './explain/log/diagnostic.js';
export { type LogReading, readLog } from './explain/log/read-log.js';
export { causesInLog, type LogCause } from './explain/log-causes.js';
export { findSubjects, type Subject } from './explain/subject.js';
export type { Advice } from './fix/advice/found-advice.js';
export type { CureChange } from './fix/describe/describe-cure.js';
export { UnknownCureError, UnverifiedError } from './fix/fix-errors.js';
export type {
  FixedCure,
  FixReport,
} from './fix/fix-line.js';
export { checkLine, explainLog, fixLine, trimLine } from './library/library.js';
export type { CheckLineResult } from './library/operations.js';
export type {
  CheckLineOptions,
  DroppedMember,
  ExplainLogOptions,
  FixLineOptions,
  LinkOptions,
  RunOptions,
  TrimLineOptions,
  TrimLineResult,
  WrittenArchive,
} from './library/options.js';
export { LineError } from './link/command/line-error.js';
export type { Skipped } from './link/command/skipped.js';
export { checkIndex } from './link/inputs/archive-index.js';
export type { InputFile } from './link/inputs/input-file.js';
export {
  type Archive,
  type Inputs,
  type Member,
  MixedInputsError,
} from './link/inputs/inputs.js';
export { buildLinkGraph } from './link/inputs/link-graph.js';
export { InputError } from './link/inputs/open-files.js';
export { readInputs } from './link/inputs/read-inputs.js';
export type { LineOpening } from './link/line/line-opening.js';
export type { LineItem, LinkLine, MissingLibrary, Root } from './link/line/link-line.js';
export { openLine, openLines } from './link/line/open-lines.js';
export type { OpenedLine, OpenedLines } from './link/line/opened-line.js';
export { findProfile, linkerProfiles } from './link/linkers/find-profile.js';
export type { LinkerId, LinkerProfile } from './link/linkers/linker-profile.js';
export type { Clash, Resolution } from './link/resolve/resolution.js';
export { resolve } from './link/resolve/resolve.js';
export { type PlanOptions, planTrim, type TrimPlan } from './plan/plan-trim.js';
export { findRemedies, type Remedy } from './plan/remedies.js';
export type { LineVariant, Scenario } from './plan/scenario.js';
export type { SplitState } from './plan/state/split-state.js';
export type { Ownership } from './plan/twins/ownership.js';
export type { BlockCode, Blocker, Evidence, KeepReason, Verdict } from './plan/verdict.js';
export { type VerifyProblem, verifyEmitted } from './plan/verify/verify.js';
export type { Progress } from './progress/progress.js';
export type { CheckedPlan, CheckResult } from './report/check/check-result.js';
export { findingsOf } from './report/check/plan-findings.js';
export { demangle } from './report/demangle.js';
export type { ExplainReport } from './report/explain/explain-report.js';
export { describePlan } from './report/plan/describe-plan.js';
export { joinPlans, type PlanReport, type PlansReport } from './report/plan/plan-report.js';
export { planText } from './report/plan/plan-text.js';
export { type Reporter, reporters } from './report/reporters.js';
export type { SymbolTable } from './symbols/table.js';
