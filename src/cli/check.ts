import { Command, Option } from 'commander';
import { openLine } from '../link/open-line.js';
import { planTrim } from '../plan/plan-trim.js';
import { findRemedies } from '../plan/remedies.js';
import { describePlan, type PlanReport } from '../report/plan-report.js';
import { planText } from '../report/text.js';
import {
  colorsOf,
  type LineOptions,
  linkerOption,
  providersOf,
  requireComplete,
  withLineOptions,
} from './options.js';
import type { Streams } from './streams.js';

/** What makes `check` fail: members that trim would drop, duplicate definitions, or mutable state in two copies. */
const FAIL_ON = ['droppable', 'duplicate', 'split-state', 'never'] as const;

interface CheckOptions extends LineOptions {
  readonly failOn: (typeof FAIL_ON)[number];
}

/** `ardedup check`: what trim would do and what is wrong with the link as it is; writes nothing. */
export function checkCommand(streams: Streams, setExitCode: (code: number) => void): Command {
  const command = new Command('check')
    .description('say what the link has twice, and exit with 1 when there is any; writes nothing')
    .addOption(
      new Option('--fail-on <finding>', 'the least finding that makes the exit code 1')
        .choices([...FAIL_ON])
        .default('droppable'),
    );
  return withLineOptions(command).action((line: string[], options: CheckOptions) => {
    const report = check(line, options);
    if (options.format === 'json') streams.out(`${JSON.stringify(report, null, 1)}\n`);
    else streams.out(planText(report, { colors: colorsOf(streams), quiet: options.quiet === true }));
    setExitCode(exitCodeOf(report, options.failOn));
  });
}

function check(words: readonly string[], options: CheckOptions): PlanReport {
  const opened = openLine(words);
  try {
    requireComplete(opened, options.strict);
    const linker = linkerOption(options.linker, opened.parsed.linker);
    const planOptions = { providers: providersOf(opened, options.provider), linker };
    const plan = planTrim(opened.inputs, opened.line, planOptions);
    return describePlan(plan, {
      words: opened.parsed.words,
      rewrittenWords: null,
      linker: linker?.id ?? 'any',
      providers: options.provider,
      skipped: opened.skipped,
      outputs: [],
      remedies: options.quiet ? [] : findRemedies(opened.inputs, plan, opened.line, planOptions),
    });
  } finally {
    opened.close();
  }
}

/** 1 when the link has a finding of the chosen kind or a worse one. */
export function exitCodeOf(report: PlanReport, failOn: CheckOptions['failOn']): number {
  if (failOn === 'never') return 0;
  const hasSplitState = report.splitStateBefore.length > 0;
  const hasDuplicates = report.links.some(({ duplicatesBefore }) => duplicatesBefore > 0);
  const isDroppable = report.archives.some(({ dropped }) => dropped > 0);
  const found =
    hasSplitState || (failOn !== 'split-state' && hasDuplicates) || (failOn === 'droppable' && isDroppable);
  return found ? 1 : 0;
}
