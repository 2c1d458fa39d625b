/**
 * ardedup as a library: everything that the commands do.
 *
 * ```ts
 * import { findProfile, openLine, planTrim, writeTrimmed } from 'ardedup';
 * const opened = openLine(['main.o', 'libext.a', 'libstd.a']);
 * const plan = planTrim(opened.inputs, opened.line, { providers: [1], linker: findProfile('lld') });
 * const outputs = writeTrimmed(plan, { kind: 'folder', path: 'trimmed' });
 * opened.close();
 * ```
 */

export type { ArchiveKind, StoredArchive, StoredMember } from './archive/archive.js';
export { readArchive } from './archive/read-archive.js';
export { layOutArchive } from './archive/write-archive.js';
export { ByteSource } from './bytes/byte-source.js';
export { MalformedError } from './bytes/malformed-error.js';
export type { Config } from './cli/config.js';
export {
  type Destination,
  type Output,
  rewrittenLine,
  rewrittenLineOfAll,
  writeAllTrimmed,
  writeTrimmed,
} from './driver/trim-files.js';
export { OutputError } from './driver/write-file.js';
export { type Baseline, baselineOf, parseBaseline } from './explain/baseline.js';
export type { Cause, CopyRelation } from './explain/causes.js';
export { decodeLog } from './explain/clean-log.js';
export type { Diagnostic, PrintedFile } from './explain/diagnostic.js';
export { type Explanation, explainLink, linkerOfLog } from './explain/explain.js';
export {
  type Finding,
  type FindingKind,
  findingKinds,
  findingPage,
  type Place,
  type Severity,
} from './explain/findings.js';
export { type Gate, type JudgedFinding, type Judgement, judge } from './explain/gate.js';
export { causesInLog, type LogCause } from './explain/log-causes.js';
export { type LogReading, readLog } from './explain/read-log.js';
export { findSubjects, type Subject } from './explain/subject.js';
export { parseSuppressions, type Suppression } from './explain/suppressions.js';
export { checkIndex } from './link/archive-index.js';
export { findProfile, linkerProfiles } from './link/find-profile.js';
export {
  type Archive,
  type InputFile,
  type Inputs,
  type Member,
  MixedInputsError,
  readInputs,
} from './link/inputs.js';
export { LineError } from './link/line-error.js';
export { buildLinkGraph } from './link/link-graph.js';
export type { LineItem, LinkLine, Root, UnreadLibrary } from './link/link-line.js';
export type { LinkerId, LinkerProfile } from './link/linker-profile.js';
export { InputError } from './link/open-files.js';
export {
  type LineOpening,
  type OpenedLine,
  type OpenedLines,
  openLine,
  openLines,
} from './link/open-line.js';
export type { Clash, Resolution } from './link/resolution.js';
export { resolve } from './link/resolve.js';
export type { Skipped } from './link/skipped.js';
export type { Ownership } from './plan/ownership.js';
export { type PlanOptions, planTrim, type TrimPlan } from './plan/plan-trim.js';
export { findRemedies, type Remedy } from './plan/remedies.js';
export type { LineVariant, Scenario } from './plan/scenario.js';
export type { SplitState } from './plan/split-state.js';
export type { BlockCode, Blocker, Evidence, KeepReason, Verdict } from './plan/verdict.js';
export { type VerifyProblem, verifyEmitted } from './plan/verify.js';
export type { CheckedPlan, CheckResult } from './report/check-result.js';
export { demangle } from './report/demangle.js';
export { describePlan } from './report/describe-plan.js';
export { findingsOf } from './report/plan-findings.js';
export { joinPlans, type PlanReport, type PlansReport } from './report/plan-report.js';
export { type Reporter, reporters } from './report/reporters.js';
export { planText } from './report/text.js';
export type { SymbolTable } from './symbols/symbol-table.js';
