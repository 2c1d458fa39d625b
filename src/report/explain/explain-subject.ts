import type { CopyRelation } from '../../explain/causes.js';
import type {
  DefinitionSubject,
  MemberSubject,
  NotLoaded,
  Subject,
  SymbolSubject,
} from '../../explain/subject.js';
import type { MissingDefinition } from '../../explain/undefined.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import type { Verdict } from '../../plan/verdict.js';
import { isDefined, isHidden, isLocalState, isState, isWeak, kindName } from '../../symbols/flags.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import {
  type FileReport,
  type FileReports,
  fileReports,
  type StepReport,
  type SymbolText,
  type UseReport,
} from './explain-files.js';

/** The decision on a member, with its reason. */
export interface VerdictReport {
  readonly decision: 'drop' | 'keep' | 'blocked';
  /**
   * Evidence of a drop; why it is kept; or the condition that does not hold: codes of docs/safety.md, docs/evidence.md.
   */
  readonly code: string;
  readonly twin: FileReport | null;
  /** The symbol that decides it, and the file that prevents the drop. */
  readonly symbol: SymbolText | null;
  readonly by: FileReport | null;
  readonly linker: string | null;
  /** The missing library that prevents the drop, as on the line. */
  readonly library: string | null;
}

export interface NotLoadedReport {
  readonly reason: NotLoaded['reason'];
  /** How many names are in question, and the first of them. */
  readonly names: number;
  readonly symbol: SymbolText | null;
  /** The file that defines it. */
  readonly winner: FileReport | null;
}

export interface MemberSubjectReport {
  readonly kind: 'member';
  readonly file: FileReport;
  readonly isLoaded: boolean;
  readonly chain: readonly StepReport[];
  /** Why it is not loaded; absent when it is. */
  readonly notLoaded?: NotLoadedReport;
  readonly verdict: VerdictReport;
  readonly definitions: number;
  readonly state: number;
  readonly sideEffects: readonly string[];
  readonly copies: readonly { readonly file: FileReport; readonly relation: CopyRelation }[];
  readonly users: number;
  readonly such: readonly UseReport[];
}

export interface DefinitionReport {
  readonly file: FileReport;
  readonly isLoaded: boolean;
  readonly isWinner: boolean;
  readonly chain: readonly StepReport[];
  /** `function`, `data`, `tls`, …, and what sets it apart: `weak`, `hidden`, `local`, `state`. */
  readonly kind: string;
  readonly marks: readonly string[];
  readonly size: number;
  readonly verdict: VerdictReport;
}

export interface SymbolSubjectReport extends SymbolText {
  readonly kind: 'symbol';
  readonly definitions: readonly DefinitionReport[];
  /** Loaded files that refer to it. */
  readonly users: number;
  readonly such: readonly FileReport[];
  /** Why the link has no definition of it; absent if it has one, or only weak references. */
  readonly missing?: MissingReport;
}

/** Why a name is undefined: `UndefinedReport` has the same for names of a log. */
export interface MissingReport {
  readonly reason: MissingDefinition['reason'];
  /** Files that define the name, or a name that may have been intended. */
  readonly definers: readonly FileReport[];
  /** Naming their archives once more at the end of the line defines it, by simulation. */
  readonly isMendedByRepeat: boolean;
  /** The linker that leaves it undefined. */
  readonly linker: string;
}

export type SubjectReport = MemberSubjectReport | SymbolSubjectReport;

const USERS_GIVEN = 8;

export function describeSubjects(plan: TrimPlan, subjects: readonly Subject[]): SubjectReport[] {
  const files = fileReports(plan);
  return subjects.map((subject) =>
    subject.kind === 'member' ? describeMember(plan, files, subject) : describeSymbol(plan, files, subject),
  );
}

function describeMember(plan: TrimPlan, files: FileReports, subject: MemberSubject): MemberSubjectReport {
  const { inputs } = plan.graph;
  const { firstSymbol, flags } = inputs.symbols;
  const { member } = subject;
  const own = flags.subarray(firstSymbol[member], firstSymbol[member + 1]);
  const content = inputs.contents[member];
  return {
    kind: 'member',
    file: files.file(member),
    isLoaded: subject.chain.length > 0,
    chain: files.chain(subject.chain),
    ...(subject.notLoaded ? { notLoaded: describeNotLoaded(files, subject.notLoaded) } : {}),
    verdict: verdictOf(plan, files, member),
    definitions: own.filter(isDefined).length,
    state: own.filter(isState).length,
    sideEffects: content.kind === 'object' ? content.info.sideEffects.map(({ section }) => section) : [],
    copies: subject.copies.map(({ member: other, relation }) => ({ file: files.file(other), relation })),
    users: subject.users.length,
    such: subject.users.slice(0, USERS_GIVEN).map(files.use),
  };
}

const describeNotLoaded = (files: FileReports, { reason, names, winner }: NotLoaded): NotLoadedReport => ({
  reason,
  names: names.length,
  symbol: names.length === 0 ? null : files.name(names[0]),
  winner: winner === NONE ? null : files.file(winner),
});

function describeSymbol(plan: TrimPlan, files: FileReports, subject: SymbolSubject): SymbolSubjectReport {
  const { missing } = subject;
  const linker = plan.scenarios[0].profile.title;
  return {
    kind: 'symbol',
    ...files.name(subject.name),
    definitions: subject.definitions.map((definition) => describeDefinition(plan, files, definition)),
    users: subject.users.length,
    such: subject.users.slice(0, USERS_GIVEN).map(files.file),
    ...(missing ? { missing: { ...missing, definers: missing.definers.map(files.file), linker } } : {}),
  };
}

function describeDefinition(
  plan: TrimPlan,
  files: FileReports,
  definition: DefinitionSubject,
): DefinitionReport {
  const { symbols } = plan.graph.inputs;
  const { symbol } = definition;
  const flags = symbols.flags[symbol];
  const marks = [
    isWeak(flags) ? 'weak' : null,
    isHidden(flags) ? 'hidden' : null,
    isLocalState(flags) ? 'local' : null,
    isState(flags) ? 'state' : null,
    symbols.group[symbol] === NONE ? null : 'comdat',
  ];
  return {
    file: files.file(symbols.member[symbol]),
    isLoaded: definition.isLoaded,
    isWinner: definition.isWinner,
    chain: files.chain(definition.chain),
    kind: kindName(flags),
    marks: marks.filter((mark) => mark !== null),
    size: symbols.size[symbol],
    verdict: verdictOf(plan, files, symbols.member[symbol]),
  };
}

function verdictOf({ verdicts }: TrimPlan, files: FileReports, member: MemberId): VerdictReport {
  const verdict: Verdict = verdicts[member];
  const none = { twin: null, symbol: null, by: null, linker: null, library: null };
  if (verdict.kind === 'keep') return { decision: 'keep', code: verdict.reason, ...none };
  const twin = files.file(verdict.twin);
  if (verdict.kind === 'drop') return { decision: 'drop', code: verdict.evidence.kind, ...none, twin };
  const { code, name, by, linker, library = null } = verdict.blocker;
  return {
    decision: 'blocked',
    code,
    twin,
    symbol: name === NONE ? null : files.name(name),
    by: by === NONE ? null : files.file(by),
    linker,
    library,
  };
}
