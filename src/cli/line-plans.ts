import type { RecordedInput } from '../emit/input-records.js';
import type { OpenedLine } from '../link/line/opened-line.js';
import type { LinkerProfile } from '../link/linkers/linker-profile.js';
import { type EditedPlan, EditsRefusedError, planWithEdits } from '../plan/edits/plan-with-edits.js';
import type { PlanOptions, SharedArchives } from '../plan/plan-trim.js';
import { findRemedies } from '../plan/remedies.js';
import { describePlan, type PlanContext, type WrittenArchive } from '../report/plan/describe-plan.js';
import { describeRefusal } from '../report/plan/edit-words.js';
import type { PlanReport } from '../report/plan/plan-report.js';
import type { EditOptions } from './options/edit-option-table.js';
import { editRequestsOf } from './options/edit-options.js';
import { ownershipOf, providersOf, type Scope } from './options/files-on-line.js';
import { UsageError } from './options/usage-error.js';

/** Choices about the copies on a line, from options or from settings of the link wrapper. */
export interface Choices {
  readonly providers: readonly string[];
  /** `pattern=file`. */
  readonly owners: readonly string[];
  readonly edits: EditOptions;
  readonly scopes: { readonly providers: Scope; readonly owners: Scope; readonly edits: Scope };
  /** Null: the plan holds on each linker of the format. @throws UsageError */
  linkerOf(opened: OpenedLine): LinkerProfile | null;
  /** Requirements of other lines, planned together with this one, on its archives. */
  sharedOf?(opened: OpenedLine): SharedArchives;
}

/** Report fields about the line besides its arguments: how the tool reads it, and its name among several lines. */
export type Opening = Pick<PlanContext, 'program' | 'launcher' | 'lineName' | 'libraryFolders' | 'handed'>;

/** Result of a plan. */
export interface Outcome {
  readonly outputs: readonly WrittenArchive[];
  /** Null: nothing was to be written. */
  readonly rewrittenWords: readonly string[] | null;
  /** For a plan that is saved. */
  readonly inputRecords?: readonly RecordedInput[] | undefined;
  /** Whether changes of the line are to be found that would remove more. */
  readonly hasRemedies: boolean;
}

/** One link of a line, with its files open and its plan made. */
export interface LinePlan {
  readonly opened: OpenedLine;
  readonly planOptions: PlanOptions;
  readonly plan: EditedPlan;
  describe(outcome: Outcome): PlanReport;
}

/**
 * Plans each link of a line, for every command and for the link wrapper.
 *
 * @throws UsageError for choices that do not fit the line, and for edits that are not sound
 */
export function planLines(lines: readonly OpenedLine[], choices: Choices, opening: Opening): LinePlan[] {
  const { scopes } = choices;
  const providers = providersOf(lines, choices.providers, scopes.providers);
  const ownership = ownershipOf(lines, choices.owners, scopes.owners);
  const edits = editRequestsOf(lines, choices.edits, scopes.edits);
  return lines.map((opened, at): LinePlan => {
    const planOptions = {
      providers: providers[at],
      ownership: ownership[at],
      linker: choices.linkerOf(opened),
      ...(choices.sharedOf === undefined ? {} : { shared: choices.sharedOf(opened) }),
    };
    const plan = planOrRefuse(opened, planOptions, edits[at]);
    const { inputs, line, parsed, architecture, skipped } = opened;
    const describe = ({ outputs, rewrittenWords, inputRecords, hasRemedies }: Outcome) =>
      describePlan(plan, {
        ...opening,
        architecture,
        words: parsed.args,
        rewrittenWords,
        inputRecords,
        linker: planOptions.linker?.id ?? 'any',
        providers: choices.providers,
        ownership: planOptions.ownership,
        skipped,
        outputs,
        remedies: hasRemedies ? findRemedies(inputs, plan, line, planOptions) : [],
      });
    return { opened, planOptions, plan, describe };
  });
}

function planOrRefuse(
  { inputs, line }: OpenedLine,
  options: PlanOptions,
  edits: ReturnType<typeof editRequestsOf>[number],
): EditedPlan {
  try {
    return planWithEdits(inputs, line, options, edits);
  } catch (error) {
    if (error instanceof EditsRefusedError) throw new UsageError(describeRefusal(inputs, error.problems));
    throw error;
  }
}
