import type { Explanation } from '../../explain/explain.js';
import type { Diagnostic, PrintedFile } from '../../explain/log/diagnostic.js';
import type { LogReading } from '../../explain/log/read-log.js';
import type { LogCause } from '../../explain/log-causes.js';
import type { SplitGroup } from '../../explain/state-users.js';
import type { UndefinedCause } from '../../explain/undefined.js';
import type { Skipped } from '../../link/command/skipped.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import type { Remedy } from '../../plan/remedies.js';
import { duplicateCount } from '../../plan/reported-clashes.js';
import { kindName } from '../../symbols/flags.js';
import { reportedOf } from '../plan/describe-plan.js';
import { describeCause, NAMES_GIVEN } from './describe-cause.js';
import { type FileReports, fileReports, symbolText } from './explain-files.js';
import type {
  ExplainReport,
  LogCauseReport,
  LogReport,
  SplitReport,
  UndefinedReport,
} from './explain-report.js';

/** Users given of each copy, files of each build, lines of a log, and messages that match nothing. */
const USERS_GIVEN = 5;
const FILES_GIVEN = 3;
const LINES_GIVEN = 10;
const NOTES_GIVEN = 10;
const UNMATCHED_GIVEN = 20;

export function describeLog({
  lines,
  roles,
  family,
  program,
  diagnostics,
  notes,
  counted,
  isCut,
}: LogReading): LogReport {
  const unread = roles.flatMap((role, at) =>
    role === 'unread' ? [{ line: lines[at].number, text: lines[at].text }] : [],
  );
  const countOf = (kind: Diagnostic['kind']) => diagnostics.filter((found) => found.kind === kind).length;
  return {
    lines: lineCount(lines),
    family,
    program,
    duplicates: countOf('duplicate'),
    undefined: countOf('undefined'),
    counted,
    isCut,
    notes: notes.slice(0, NOTES_GIVEN),
    unread: unread.length,
    unreadLines: unread.slice(0, LINES_GIVEN),
  };
}

/** Lines of the log; an empty last one does not count. */
function lineCount(lines: LogReading['lines']): number {
  const last = lines.at(-1);
  if (last === undefined) return 0;
  return last.text === '' ? last.number - 1 : last.number;
}

export const describeLogCause = ({
  kind,
  relation,
  files,
  members,
  count,
  isWarning,
  crates,
  source,
  symbols,
}: LogCause): LogCauseReport => ({
  kind,
  relation,
  files,
  members,
  count,
  isWarning,
  crates,
  source: relation === 'one-header' ? source : null,
  such: symbols.slice(0, NAMES_GIVEN).map(symbolText),
});

/** Context of an explanation. */
export interface ExplainContext {
  readonly architecture: string | null;
  readonly skipped: readonly Skipped[];
  readonly remedies: readonly Remedy[];
  /** Null for archives without a program: they are not a link. */
  readonly trimCommand: readonly string[] | null;
}

/** The parts of a report about the link. */
export function describeLink(
  { plan, causes, match, undefinedCauses, split }: Explanation,
  context: ExplainContext,
): Pick<
  ExplainReport,
  'link' | 'causes' | 'undefined' | 'splitState' | 'otherBuilds' | 'notInLink' | 'remedies' | 'trimCommand'
> {
  const files = fileReports(plan);
  const [scenario] = plan.scenarios;
  const { profile, before } = scenario;
  const clashes = reportedOf(plan, scenario);
  const { inputs } = plan.graph;
  const isHelped =
    duplicateCount(clashes.after) < duplicateCount(clashes.before) || split.some(({ isMended }) => isMended);
  return {
    link: {
      linker: profile.id,
      title: profile.title,
      files: before.loaded.length,
      duplicates: duplicateCount(clashes.before),
      duplicatesAfterTrim: duplicateCount(clashes.after),
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
    trimCommand: isHelped ? context.trimCommand : null,
  };
}

const printedText = ({ archive, member }: PrintedFile): string =>
  archive === null ? (member ?? '') : `${archive}${member === null ? '' : `(${member})`}`;

function describeSplitGroup(plan: TrimPlan, files: FileReports, group: SplitGroup): SplitReport {
  const { symbols, format } = plan.graph.inputs;
  const { name, flags, size, names } = symbols;
  // Elsewhere a size is the distance to the next symbol, padding included.
  const areSizesRecorded = format === 'elf' || format === 'wasm';
  return {
    globals: group.globals.map(({ copies }) => {
      const [symbol] = copies;
      const sizes = copies.map((copy) => size[copy]);
      return {
        ...symbolText(names.text(name[symbol])),
        kind: kindName(flags[symbol]),
        size: size[symbol],
        ...(areSizesRecorded && new Set(sizes).size > 1 ? { sizes } : {}),
      };
    }),
    bytes: group.bytes[0],
    threadLocals: group.threadLocals,
    isMended: group.isMended,
    copies: group.holders.map((holder, at) => ({
      file: files.file(holder),
      bytes: group.bytes[areSizesRecorded ? at : 0],
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
