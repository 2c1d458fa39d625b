import { Command } from 'commander';
import type { Decisions } from '../emit/archive-files.js';
import { depfileText } from '../emit/depfile.js';
import type { Destination } from '../emit/destination.js';
import { filesRead, requireSameContent, requireSameFiles } from '../emit/input-records.js';
import { rewrittenLineOfAll } from '../emit/rewritten-line.js';
import { stoppably } from '../emit/steps.js';
import { writeTextWhole } from '../emit/write-file.js';
import { type Output, trimmingSteps } from '../emit/write-trimmed.js';
import type { OpenedLine } from '../link/line/opened-line.js';
import { type PlanReport, planJson } from '../report/plan/plan-report.js';
import { appliedText } from '../report/plan/plan-text.js';
import { programWords } from '../report/shell-command.js';
import { withExamples } from './help/help-text.js';
import {
  type DestinationOptions,
  depfileTarget,
  destinationOf,
  withDestinationOptions,
} from './options/destination.js';
import { hasName } from './options/files-on-line.js';
import { UsageError } from './options/usage-error.js';
import { decisionsOf, openAgain, readPlans, stalePlan } from './saved-plan.js';
import type { Streams } from './streams.js';
import { colorsOf, printText } from './terminal/print-text.js';
import { linkWith } from './trim.js';

const EXAMPLES = [
  {
    what: 'plan in one step of a build, write in another',
    command:
      'ardedup trim -n --plan plan.json main.o libbar.a libfoo.a && ardedup apply --out-dir trimmed plan.json',
  },
];

/** `ardedup apply`: writes the archives of a saved plan, if its inputs are unchanged. */
export function applyCommand(streams: Streams): Command {
  const command = new Command('apply')
    .description('write the archives of a saved plan, if none of its inputs has changed')
    .argument('<plan>', 'plan that trim saved with --plan; its paths are relative to the working folder');
  return withExamples(withDestinationOptions(command), ...EXAMPLES).action(
    (path: string, options: DestinationOptions) => apply(path, options, streams),
  );
}

async function apply(path: string, options: DestinationOptions, streams: Streams): Promise<void> {
  if (options.outDir !== undefined && options.output !== undefined)
    throw new UsageError('apply: expected --out-dir or -o, got both');
  const target = depfileTarget('apply', options);
  const plans = readPlans(path);
  if (plans.length > 1 && plans[0].lineName !== undefined) {
    await (await import('./together/apply-lines.js')).applyLines(path, plans, options, streams);
    return;
  }
  const [{ inputs: records }] = plans;
  if (records === undefined)
    throw new UsageError(`apply: ${path} does not record its inputs; save the plan with trim --plan`);
  requireSameContent(records);
  const { lines, close } = openAgain(plans);
  try {
    requireSameFiles(lines, records);
    if (lines.length !== plans.length) throw stalePlan(path);
    const decisions = lines.map((opened, at) => decisionsOf(opened, plans[at], path));
    const depfile = target === null ? '' : depfileText(target, [path, ...filesRead(lines)]);
    const outputs = await write(decisions, destinationFor(lines, plans, options), lines, path, options);
    const rewrittenLine = rewrittenLineOfAll(lines, outputs);
    const applied = plans.map((plan, at) => withOutputs(plan, outputs[at], rewrittenLine));
    if (options.plan !== undefined) writeTextWhole(options.plan, planJson(applied));
    if (target !== null) writeTextWhole(options.depfile!, depfile);
    printText(streams, appliedText(applied, colorsOf(streams)));
    printText(streams, linkWith(programWords(plans[0]), rewrittenLine, colorsOf(streams)));
  } finally {
    close();
  }
}

async function write(
  decisions: readonly Decisions[],
  destination: Destination,
  lines: readonly OpenedLine[],
  planPath: string,
  options: DestinationOptions,
): Promise<Output[][]> {
  const paths = [...lines[0].paths, planPath];
  return stoppably(
    trimmingSteps(decisions, destination, { planPath: options.plan, depfile: options.depfile, paths }),
  );
}

/** The destination of --out-dir or -o, otherwise that of the plan. @throws UsageError */
function destinationFor(
  lines: readonly OpenedLine[],
  plans: readonly PlanReport[],
  options: DestinationOptions,
): Destination {
  const provided = lines.map((opened, at) => {
    const named = plans[at].providers.map((path) =>
      opened.inputs.archives.find((one) => hasName(one.path, path)),
    );
    return { opened, providers: named.flatMap((archive) => archive?.id ?? []) };
  });
  const given = destinationOf('apply', provided, options);
  if (given !== null) return given;
  if (plans.some(({ rewrittenLine }) => !rewrittenLine))
    throw new UsageError(
      'apply: the plan is of a dry run and has no output paths; add --out-dir <folder> or -o <file>',
    );
  const places = plans.flatMap(({ archives }) =>
    archives.flatMap(({ path, output }) => (output ? [[path, output] as const] : [])),
  );
  return { kind: 'places', places: new Map(places) };
}

const withOutputs = (
  plan: PlanReport,
  outputs: readonly Output[],
  rewrittenLine: readonly string[],
): PlanReport => ({
  ...plan,
  rewrittenLine,
  archives: plan.archives.map((archive, at) => ({
    ...archive,
    output: outputs.find((output) => output.archive === at)?.path ?? null,
  })),
});
