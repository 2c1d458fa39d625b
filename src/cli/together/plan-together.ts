import { realpathSync } from 'node:fs';
import type { Stamp } from '../../emit/file-stamp.js';
import { filesRead, inputStamp, RecordedContents, recordInputs } from '../../emit/input-records.js';
import type { LineInput, ParsedLine } from '../../link/command/parsed-line.js';
import { rewriteWords } from '../../link/command/rewrite-line.js';
import type { Archive, ArchiveId } from '../../link/inputs/inputs.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import type { SharedArchives, TrimPlan } from '../../plan/plan-trim.js';
import { type Agreement, type ArchiveKey, agree, type LineDecision } from '../../plan/together/agree.js';
import { reportProgress } from '../../progress/progress.js';
import type { PlanReport } from '../../report/plan/plan-report.js';
import type { LinePlan } from '../line-plans.js';
import type { EditOptions } from '../options/edit-option-table.js';
import { isOnLine } from '../options/files-on-line.js';
import type { LineOptions } from '../options/options.js';
import { UsageError } from '../options/usage-error.js';
import { openPlanned } from '../planned-line.js';
import { atOption, type NamedLine } from './named-lines.js';

/** A line that was planned together with others. Its files are closed again. */
export interface SettledLine {
  readonly name: string;
  /** One for each architecture, without outputs. */
  readonly reports: readonly PlanReport[];
  /** Archives that may be rewritten for it: from the path on the line to the file that it is. */
  readonly archives: ReadonlyMap<string, string>;
  /** Every file that was read, as it was then. */
  readonly files: ReadonlyMap<string, Stamp>;
  readonly allowsDuplicates: boolean;
  /** The arguments with other paths for some archives. */
  rewritten(pathOf: (archive: string) => string | undefined): string[];
}

type Options = Omit<LineOptions, 'format'> & EditOptions;

/**
 * Plans lines until they agree on the members that go from each archive. One line is open at a time.
 * @param saves whether the plans must record their inputs
 * @throws UsageError and all that opening and planning throw, with the name of the line
 */
export function planTogether(lines: readonly NamedLine[], options: Options, saves: boolean): SettledLine[] {
  const settled: SettledLine[] = [];
  const contents = saves ? new RecordedContents() : null;
  // A line need not have every archive that an option names.
  const configured = [...(options.configured ?? []), 'provider', 'owner', 'arch'];
  const unnamed = new Set(options.provider);
  const plan = (row: number, agreement: Agreement): LineDecision => {
    const { name, words, given } = lines[row];
    reportProgress('simulate', name, row, lines.length);
    return atOption(name, () => {
      const together = {
        lineName: name,
        sharedOf: (opened: OpenedLine) => sharedOf(opened, agreement, lines),
      };
      const { planned, close } = openPlanned(words, { ...options, configured }, given, together);
      try {
        for (const path of options.provider)
          if (planned.some(({ opened }) => isOnLine(opened, path))) unnamed.delete(path);
        settled[row] = settle(lines[row], planned, contents);
        return decisionOf(planned);
      } finally {
        close();
      }
    });
  };
  agree(lines.length, plan);
  const [missing] = options.configured?.includes('provider') ? [] : unnamed;
  if (missing !== undefined)
    throw new UsageError(`--provider ${missing}: not an archive on any of the ${lines.length} link lines`);
  requireSameSlices(settled);
  return settled;
}

function sharedOf(
  { inputs, architecture }: OpenedLine,
  agreement: Agreement,
  lines: readonly NamedLine[],
): SharedArchives {
  const keys = inputs.archives.map(({ path }) => keyOf(path, architecture));
  const ids = new Map(keys.map((key, id): [ArchiveKey, ArchiveId] => [key, id]));
  const at = (member: number): readonly [ArchiveKey, number] | null => {
    const { archive, ordinal } = inputs.members[member];
    return archive < 0 ? null : [keys[archive], ordinal];
  };
  return {
    ranking: agreement.ranking?.flatMap((key) => ids.get(key) ?? []),
    neededBy: (member) => {
      const place = at(member);
      const row = place === null ? undefined : agreement.neededBy(...place);
      return row === undefined ? undefined : lines[row].name;
    },
    mayGoUnused: (member) => {
      const place = at(member);
      return place !== null && agreement.isDroppedElsewhere(...place);
    },
  };
}

/** Decisions of a line's plans about archives that may be rewritten, in rank order. */
function decisionOf(planned: readonly LinePlan[]): LineDecision {
  const archives = new Map<ArchiveKey, { dropped: Set<number>; withoutCopy: Set<number> }>();
  for (const { opened, plan } of planned) {
    const { inputs } = plan.graph;
    for (const id of [...plan.owners, ...inputs.archives.map(({ id }) => id)]) {
      const archive = inputs.archives[id];
      const key = keyOf(archive.path, opened.architecture);
      if (!archive.isFixed && !archives.has(key)) archives.set(key, membersOf(plan, archive));
    }
  }
  return { archives };
}

function membersOf({ verdicts }: TrimPlan, { firstMember, stored }: Archive) {
  const dropped = new Set<number>();
  const withoutCopy = new Set<number>();
  for (const { ordinal } of stored.members) {
    const verdict = verdicts[firstMember + ordinal];
    if (verdict.kind === 'drop') dropped.add(ordinal);
    if (verdict.kind === 'keep' && verdict.reason === 'no-twin') withoutCopy.add(ordinal);
  }
  return { dropped, withoutCopy };
}

function settle(
  { name }: NamedLine,
  planned: readonly LinePlan[],
  contents: RecordedContents | null,
): SettledLine {
  const opened = planned.map((one) => one.opened);
  const records = contents === null ? undefined : recordInputs(opened, contents);
  // Lazy parts of a report read files that are closed afterwards, so they are computed now.
  const reports = planned.map(({ describe }) =>
    closed(describe({ outputs: [], rewrittenWords: null, inputRecords: records, hasRemedies: false })),
  );
  return {
    name,
    reports,
    ...rewritingOf(opened),
    files: new Map(filesRead(opened).map((path) => [path, inputStamp(path)])),
    allowsDuplicates: opened[0].parsed.allowsDuplicates,
  };
}

const closed = (report: PlanReport): PlanReport => JSON.parse(JSON.stringify(report)) as PlanReport;

/** The archives of a line that may be rewritten, and how its arguments name others in their place. */
export function rewritingOf(opened: readonly OpenedLine[]): Pick<SettledLine, 'archives' | 'rewritten'> {
  const [{ parsed }] = opened;
  const own = opened.flatMap(({ inputs }) => inputs.archives.filter(({ isFixed }) => !isFixed));
  const archives = new Map(own.map(({ path }) => [path, realPath(path)]));
  const pathOfInput = new Map<LineInput, string>();
  for (const { places, inputs, parsed: one } of opened)
    for (const [row, place] of places.entries())
      if (place?.kind === 'archive') pathOfInput.set(one.inputs[row], inputs.archives[place.archive].path);
  return { archives, rewritten: rewriterOf(parsed, pathOfInput) };
}

const rewriterOf =
  (parsed: ParsedLine, pathOfInput: ReadonlyMap<LineInput, string>): SettledLine['rewritten'] =>
  (pathOf) =>
    rewriteWords(parsed, (input) => {
      const path = pathOfInput.get(input);
      return path === undefined ? undefined : pathOf(path);
    });

/** The file itself, by whatever name a line has it. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const keyOf = (path: string, architecture: string | null): ArchiveKey =>
  `${realPath(path)}\0${architecture ?? ''}`;

/** @throws UsageError for a universal file that one line reads for fewer architectures than another */
function requireSameSlices(lines: readonly SettledLine[]): void {
  const first = new Map<string, { readonly line: string; readonly slices: string }>();
  for (const { name, archives, reports } of lines)
    for (const [path, file] of archives) {
      const own = reports.filter((report) => report.archives.some((archive) => archive.path === path));
      const slices = own.flatMap(({ architecture }) => architecture ?? []).join(', ');
      const known = first.get(file) ?? { line: name, slices };
      first.set(file, known);
      if (known.slices !== slices)
        throw new UsageError(
          `${name}: reads ${path} for ${slices || 'one architecture'}, and ${known.line} for ${known.slices || 'one architecture'}; plan the two lines separately`,
        );
    }
}
