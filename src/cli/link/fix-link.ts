import { runFix } from '../../fix/fix-line.js';
import { shellCommand } from '../../report/shell-command.js';
import { saveFixPlan } from '../fix-plan.js';
import type { LinkSettings } from '../options/link-settings.js';
import { letYoungGenerationGrow } from '../v8-options.js';
import type { PlannedLink } from './plan-link.js';

/** A link of a build that is to be cured. */
export interface LinkToFix {
  /** Arguments in front of the tool that run it. */
  readonly launcher: readonly string[];
  readonly tool: string;
  /** Response files are spelled out. */
  readonly words: readonly string[];
  readonly settings: LinkSettings;
  readonly environment: NodeJS.ProcessEnv;
  /** Where changed archives go. */
  readonly outDir: string;
  readonly planPath: string | null;
}

/** The link that `link --fix` runs; null if the command needs no cure, or has none. */
export async function fixForLink({
  launcher,
  tool,
  words,
  settings,
  environment,
  outDir,
  planPath,
}: LinkToFix): Promise<{ readonly planned: PlannedLink | null; readonly notes: readonly string[] }> {
  letYoungGenerationGrow();
  const result = await runFix(
    [tool, ...words],
    {
      outDir,
      environment,
      decisions: settings.accept.map(({ id }) => id),
      linker: settings.linker,
    },
    (applied, asked) => {
      if (planPath !== null) saveFixPlan(planPath, applied, asked);
    },
  );
  const { report, replaced, isHealthy, dependencyFiles } = result;
  const applied = report.cures.find(({ id }) => id === report.applied);
  if (applied !== undefined) {
    const summary = `fixed by ${applied.kind}: ${applied.summary}`;
    return {
      planned: { words: applied.command?.slice(1) ?? words, summary: [summary], dependencyFiles, replaced },
      notes: [],
    };
  }
  if (isHealthy) return { planned: null, notes: [] };
  const { duplicates, splitState } = report.before;
  return {
    planned: null,
    notes: [
      `not fixed: ${duplicates} duplicate definitions and ${splitState} mutable globals in two copies; run ${shellCommand(['ardedup', 'fix', '--', ...launcher, tool, ...words])}`,
    ],
  };
}
