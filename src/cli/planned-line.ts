import { type OpenedLine, openLine } from '../link/open-line.js';
import { type PlanOptions, planTrim, type TrimPlan } from '../plan/plan-trim.js';
import { findRemedies } from '../plan/remedies.js';
import { describePlan, type PlanReport, type WrittenArchive } from '../report/plan-report.js';
import {
  type GivenLine,
  type LineOptions,
  linkerOption,
  providersOf,
  requireComplete,
  requireKnownOptions,
} from './options.js';

/** A line with its files open and its plan made. */
export interface PlannedLine {
  readonly opened: OpenedLine;
  readonly planOptions: PlanOptions;
  readonly plan: TrimPlan;
  /** What was found, and what was written of it; `rewrittenWords` null: nothing was to be written. */
  describe(outputs: readonly WrittenArchive[], rewrittenWords: readonly string[] | null): PlanReport;
}

/** Opens a line, plans it, hands it on and closes it. @throws UsageError and all that `openLine` throws */
export function withPlannedLine<Result>(
  words: readonly string[],
  options: LineOptions,
  given: GivenLine,
  use: (planned: PlannedLine) => Result,
): Result {
  const opened = openLine(words);
  try {
    requireKnownOptions(opened, given);
    requireComplete(opened, options.strict);
    const planOptions = {
      providers: providersOf(opened, options.provider),
      linker: linkerOption(options.linker, opened),
    };
    const plan = planTrim(opened.inputs, opened.line, planOptions);
    const describe: PlannedLine['describe'] = (outputs, rewrittenWords) =>
      describePlan(plan, {
        words: opened.parsed.words,
        rewrittenWords,
        linker: planOptions.linker?.id ?? 'any',
        providers: options.provider,
        skipped: opened.skipped,
        outputs,
        remedies: options.quiet ? [] : findRemedies(opened.inputs, plan, opened.line, planOptions),
      });
    return use({ opened, planOptions, plan, describe });
  } finally {
    opened.close();
  }
}
