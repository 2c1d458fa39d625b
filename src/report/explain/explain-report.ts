import type { CopyRelation } from '../../explain/causes.js';
import type { LogNote } from '../../explain/log/log-notes.js';
import type { LogRelation } from '../../explain/log-causes.js';
import type { UndefinedReason } from '../../explain/undefined.js';
import type { Skipped } from '../../link/command/skipped.js';
import type { Remedy } from '../../plan/remedies.js';
import { version } from '../../version.js';
import type { UnequalSizes } from '../plan/shared-names.js';
import type { FileReport, StepReport, SymbolText, UseReport } from './explain-files.js';
import type { SubjectReport } from './explain-subject.js';

/** Content of a log. */
export interface LogReport {
  readonly lines: number;
  /** Linker family of the messages: `gnu-ld`, `lld`, `link`; null without messages. */
  readonly family: string | null;
  /** As the messages begin: `ld.lld-14`. */
  readonly program: string | null;
  readonly duplicates: number;
  readonly undefined: number;
  /** Duplicates by the linker's own count; null where the log has none. */
  readonly counted: number | null;
  /** The linker stopped before it had reported everything. */
  readonly isCut: boolean;
  /** The first of the messages that are neither duplicates nor undefined names, and say what is wrong. */
  readonly notes: readonly LogNote[];
  /** Lines that report an error in an unknown form: their number, and the first of them. */
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

/** Remedies for a cause, the best first. */
export type Advice =
  | 'trim'
  | 'change-line'
  | 'one-build'
  | 'same-sources'
  | 'without-lto'
  | 'one-library'
  | 'keep-one'
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
  /** Linkers of which it is not known which of the two they use: an outcome of each is in either list. */
  readonly winnerUnknown: readonly string[];
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
  /**
   * Data that both sides define with different sizes: those of the first such pair of files. Absent where there is
   * none.
   */
  readonly unequal?: UnequalSizes;
  /** Mutable globals of which both sides have a copy that code uses. */
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
  /** `sizes`: those of the copies, where they differ. */
  readonly globals: readonly (SymbolText & {
    readonly kind: string;
    readonly size: number;
    readonly sizes?: readonly number[];
  })[];
  /** Bytes of the first copy of each. */
  readonly bytes: number;
  readonly threadLocals: number;
  readonly isMended: boolean;
  readonly copies: readonly {
    readonly file: FileReport;
    readonly bytes: number;
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
  readonly relation: LogRelation | null;
  readonly files: readonly string[];
  readonly members: readonly (string | null)[];
  readonly count: number;
  /** The linker reported all of them as warnings, and used the first definition. */
  readonly isWarning: boolean;
  readonly crates: readonly string[];
  /** A line of source that both files were compiled from, as the messages name it. */
  readonly source: string | null;
  readonly such: readonly SymbolText[];
}

/** Report of `explain`, printed as text or as JSON: schema/explain-v1.schema.json. */
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
  /** Files and symbols that the user named. */
  readonly subjects: readonly SubjectReport[];
  /** Changes of the line that let more members go. */
  readonly remedies: readonly Remedy[];
  /** The words of the command that drops what can be dropped; null when nothing can. */
  readonly trimCommand: readonly string[] | null;
  /** The page of a code, in Markdown, where a code was named in place of a log or a link. */
  readonly page?: { readonly code: string; readonly text: string };
}

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
