import { Command, Option } from 'commander';
import { joinPlans, type PlanReport } from '../report/plan-report.js';
import { plansText } from '../report/text.js';
import { colorsOf, type GivenLine, type LineOptions, withLineOptions } from './options.js';
import { withPlannedLine } from './planned-line.js';
import type { Streams } from './streams.js';

/** What makes `check` fail: members that trim would drop, duplicate definitions, or mutable state in two copies. */
const FAIL_ON = ['droppable', 'duplicate', 'split-state', 'never'] as const;

interface CheckOptions extends LineOptions {
  readonly failOn: (typeof FAIL_ON)[number];
}

/** `ardedup check`: what trim would do and what is wrong with the link as it is; writes nothing. */
export function checkCommand(
  streams: Streams,
  setExitCode: (code: number) => void,
  given: GivenLine,
): Command {
  const command = new Command('check')
    .description('say what the link has twice, and exit with 1 when there is any; writes nothing')
    .addOption(
      new Option('--fail-on <finding>', 'the least finding that makes the exit code 1')
        .choices([...FAIL_ON])
        .default('droppable'),
    );
  return withLineOptions(command).action((line: string[], options: CheckOptions) => {
    const reports = withPlannedLine(line, options, given, (planned) =>
      planned.map(({ describe }) => describe([], null)),
    );
    if (options.format === 'json') streams.out(`${JSON.stringify(joinPlans(reports), null, 1)}\n`);
    else streams.out(plansText(reports, { colors: colorsOf(streams), quiet: options.quiet === true }));
    setExitCode(Math.max(...reports.map((report) => exitCodeOf(report, options.failOn))));
  });
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
