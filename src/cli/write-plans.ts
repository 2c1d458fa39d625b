import type { Destination } from '../emit/destination.js';
import { requireReplaceable } from '../emit/input-files.js';
import { recordInputs } from '../emit/input-records.js';
import { replacedInputs } from '../emit/rewritten-line.js';
import { stoppably } from '../emit/steps.js';
import { requireWritable, writeTextWhole } from '../emit/write-file.js';
import { type Output, trimmingSteps } from '../emit/write-trimmed.js';
import type { LineInput } from '../link/command/parsed-line.js';
import { rewriteWords } from '../link/command/rewrite-line.js';
import { type PlanReport, planJson } from '../report/plan/plan-report.js';
import type { LinePlan } from './line-plans.js';

/** Where the results of a line's plans go. */
export interface Targets {
  /** Null: no archive is written. */
  readonly destination: Destination | null;
  /** Where the plan is saved, and the dependency file that the caller writes, if they are. */
  readonly planPath?: string | undefined;
  readonly depfile?: string | undefined;
  /** Whether the reports name changes of the line that would remove more. */
  readonly hasRemedies: boolean;
  /** Called before the plan is saved. @throws to reject the written archives */
  readonly requireUsable?: (written: Pick<WrittenPlans, 'outputs' | 'replaced'>) => void;
}

/** The outputs that were written for the plans of a line. */
export interface WrittenPlans {
  /** For each plan. */
  readonly outputs: readonly (readonly Output[])[];
  /** By input of the line: the archive that was written for it. */
  readonly replaced: ReadonlyMap<LineInput, string>;
  /** Null: no archive was to be written. */
  readonly rewrittenWords: readonly string[] | null;
  /** For each plan. */
  readonly reports: readonly PlanReport[];
}

/**
 * Writes the archives that plans change, and the plan itself.
 *
 * @throws OutputError and InputError as `trimmingSteps`
 */
export async function writePlans(
  planned: readonly LinePlan[],
  { destination, planPath, depfile, hasRemedies, requireUsable }: Targets,
): Promise<WrittenPlans> {
  const lines = planned.map(({ opened }) => opened);
  const plans = planned.map(({ plan }) => plan);
  const [{ parsed, paths }] = lines;
  const inputRecords = planPath === undefined ? undefined : recordInputs(lines);
  if (destination === null) {
    for (const path of [planPath, depfile]) if (path !== undefined) requireReplaceable(plans, path, paths);
    requireWritable([planPath, depfile]);
  }
  const outputs =
    destination === null
      ? plans.map(() => [])
      : await stoppably(trimmingSteps(plans, destination, { planPath, depfile, paths }));
  const replaced = replacedInputs(lines, outputs);
  requireUsable?.({ outputs, replaced });
  const rewrittenWords = destination === null ? null : rewriteWords(parsed, (input) => replaced.get(input));
  const reports = planned.map(({ describe }, at) =>
    describe({ outputs: outputs[at], rewrittenWords, inputRecords, hasRemedies }),
  );
  if (planPath !== undefined) writeTextWhole(planPath, planJson(reports));
  return { outputs, replaced, rewrittenWords, reports };
}
