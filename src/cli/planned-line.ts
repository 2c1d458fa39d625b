import type { RecordedInput } from '../emit/input-records.js';
import { type QueriedCommand, queryCommand } from '../fix/command/query-command.js';
import { MixedInputsError } from '../link/inputs/inputs.js';
import { type OpenedLine, type OpenedLines, openLines } from '../link/line/open-line.js';
import type { EditRequest } from '../plan/edits/plan-edits.js';
import { type EditedPlan, EditsRefusedError, planWithEdits } from '../plan/edits/plan-with-edits.js';
import type { PlanOptions, SharedArchives } from '../plan/plan-trim.js';
import { findRemedies } from '../plan/remedies.js';
import { describePlan, type WrittenArchive } from '../report/plan/describe-plan.js';
import { describeRefusal } from '../report/plan/edit-words.js';
import type { PlanReport } from '../report/plan/plan-report.js';
import type { EditOptions } from './options/edit-option-table.js';
import { editRequestsOf } from './options/edit-options.js';
import {
  type GivenLine,
  type LineOptions,
  linkerOption,
  ownershipOf,
  providersOf,
  requireComplete,
  requireEffect,
  requireKnownOptions,
  requireUniversal,
} from './options/options.js';
import { UsageError } from './options/usage-error.js';

/** One link of a line, with its files open and its plan made. */
export interface PlannedLine {
  readonly opened: OpenedLine;
  readonly planOptions: PlanOptions;
  readonly plan: EditedPlan;
  /** What was found, and what was written of it; `rewrittenWords` null: nothing was to be written. */
  describe(
    outputs: readonly WrittenArchive[],
    rewrittenWords: readonly string[] | null,
    inputRecords?: readonly RecordedInput[],
  ): PlanReport;
}

/** What is asked of a line that is planned together with others. */
export interface Together {
  readonly lineName: string;
  sharedOf(opened: OpenedLine): SharedArchives;
}

/**
 * Opens a line, plans it for each architecture of its universal files, hands the plans on and closes it.
 * @throws UsageError and all that `openLines` throws
 */
export async function withPlannedLine<Result>(
  words: readonly string[],
  options: Omit<LineOptions, 'format'> & EditOptions,
  given: GivenLine,
  use: (planned: readonly PlannedLine[]) => Result | Promise<Result>,
): Promise<Result> {
  const { planned, close } = openPlanned(words, options, given);
  try {
    return await use(planned);
  } finally {
    close();
  }
}

/** The same, to be closed by the caller. */
export function openPlanned(
  words: readonly string[],
  options: Omit<LineOptions, 'format'> & EditOptions,
  given: GivenLine,
  together: Together | null = null,
): { readonly planned: readonly PlannedLine[]; close(): void } {
  const { program } = given;
  const { lines, queried, close } = openQueried(words, options.arch, program);
  try {
    requireKnownOptions(lines[0], given);
    requireUniversal(lines[0], options.configured?.includes('arch') ? [] : options.arch);
    const providers = providersOf(lines, options);
    const ownership = ownershipOf(lines, options);
    const edits = editRequestsOf(lines, options);
    const planned = lines.map((opened, at) => {
      const copies = { providers: providers[at], ownership: ownership[at] };
      return planLine(opened, options, { program, queried, together }, copies, edits[at]);
    });
    if (!options.configured?.includes('owner'))
      requireEffect(
        planned.map(({ plan }) => plan),
        ownership,
      );
    return { planned, close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Opens a line as its linker reads it: with what a compiler driver adds. Where the installed driver is for other
 * objects than the line has, the line is taken as it is.
 * @throws all that `openLines` throws
 */
function openQueried(
  words: readonly string[],
  architectures: readonly string[],
  program: string | null,
): OpenedLines & { readonly queried: QueriedCommand | null } {
  const queried = queryCommand(program, words, architectures);
  try {
    return { ...openLines(words, { architectures, program, ...queried?.opening }), queried };
  } catch (error) {
    if (!(error instanceof MixedInputsError) || !queried?.opening.handed) throw error;
    return { ...openLines(words, { architectures, program }), queried: null };
  }
}

/** What is known of a line beside its words and options. */
interface LineContext {
  readonly program: string | null;
  readonly queried: QueriedCommand | null;
  readonly together: Together | null;
}

function planLine(
  opened: OpenedLine,
  options: Omit<LineOptions, 'format'>,
  { program, queried, together }: LineContext,
  copies: Pick<PlanOptions, 'providers' | 'ownership'>,
  edits: EditRequest,
): PlannedLine {
  const shared = together === null ? {} : { shared: together.sharedOf(opened) };
  const planOptions = { ...copies, ...shared, linker: linkerOption(options, opened, queried) };
  requireComplete(opened, options.strict);
  const plan = planOrRefuse(opened, planOptions, edits);
  const describe: PlannedLine['describe'] = (outputs, rewrittenWords, inputRecords) =>
    describePlan(plan, {
      architecture: opened.architecture,
      lineName: together?.lineName,
      program,
      ...queried?.opening,
      words: opened.parsed.words,
      rewrittenWords,
      inputRecords,
      linker: planOptions.linker?.id ?? 'any',
      providers: options.provider,
      ownership: copies.ownership ?? [],
      skipped: opened.skipped,
      outputs,
      remedies:
        options.quiet || together !== null ? [] : findRemedies(opened.inputs, plan, opened.line, planOptions),
    });
  return { opened, planOptions, plan, describe };
}

/** @throws UsageError for edits that are not sound */
export function planOrRefuse(
  { inputs, line }: OpenedLine,
  options: PlanOptions,
  edits: EditRequest,
): EditedPlan {
  try {
    return planWithEdits(inputs, line, options, edits);
  } catch (error) {
    if (error instanceof EditsRefusedError) throw new UsageError(describeRefusal(inputs, error.problems));
    throw error;
  }
}
