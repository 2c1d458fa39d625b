import { Command } from 'commander';
import { baselineOf } from '../check/baseline.js';
import { judge } from '../check/gate.js';
import { requireReplaceable } from '../emit/input-files.js';
import { appendText, OutputError, requireWritable, writeTextWhole } from '../emit/write-file.js';
import { allowedDuplicates } from '../report/check/allowed-duplicates.js';
import type { CheckedPlan, CheckResult } from '../report/check/check-result.js';
import { describeCollisions } from '../report/check/describe-collisions.js';
import { fleetText } from '../report/check/fleet-text.js';
import { findingsOf } from '../report/check/plan-findings.js';
import { describeUndefined } from '../report/check/undefined-findings.js';
import { makeColors } from '../report/colors.js';
import { describeExtraction } from '../report/extraction.js';
import { isLinkOfProgram, type PlanReport } from '../report/plan/plan-report.js';
import { count } from '../report/quantities.js';
import { type ReporterId, reporterIds, reporters } from '../report/reporters.js';
import { version } from '../version.js';
import { linksOf } from './folder-links.js';
import { withExamples, withNotes } from './help/help-text.js';
import type { LinePlan } from './line-plans.js';
import { requireLinker } from './options/chosen-linker.js';
import { type GateOptions, gateOf, withGateOptions } from './options/gate-options.js';
import { givenCommand } from './options/given-line.js';
import { type GivenLine, type LineOptions, withLineOptions } from './options/options.js';
import { UsageError } from './options/usage-error.js';
import { withPlannedLine } from './planned-line.js';
import type { Streams } from './streams.js';
import { complaint } from './terminal/complaint.js';
import { colorsOf, printText } from './terminal/print-text.js';

/** Options of `check`. */
export interface CheckOptions extends Omit<LineOptions, 'format'>, GateOptions {
  readonly format: ReporterId;
  readonly report: readonly string[];
  /** The state file of a check of each archive alone. */
  readonly each?: string;
}

/** A form of the report, and the file that it goes to. */
export interface Output {
  readonly reporter: ReporterId;
  readonly path: string;
}

const FOLDER_HELP =
  'Folders instead of a line: their archives are checked in groups of one machine, since a program may link any of them.';

const EXAMPLES = [
  {
    what: 'report the duplicates of this link',
    command: 'ardedup check -- cc -o app main.o libfoo.a libbar.a',
  },
  {
    what: 'accept the findings of the baseline, and fail on new ones',
    command: 'ardedup check --baseline ardedup.json -- cc -o app main.o libfoo.a libbar.a',
  },
  {
    what: 'write an HTML page, and SARIF for code scanning',
    command:
      'ardedup check --report html=report.html --report sarif=ardedup.sarif -- cc -o app main.o libfoo.a libbar.a',
  },
  { what: 'compare all libraries of a folder', command: 'ardedup check vendor/lib' },
  {
    what: 'check thousands of libraries, each alone; a second run continues an interrupted one',
    command: 'ardedup check --each fleet.jsonl /srv/artifacts',
  },
];

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/** `ardedup check`: reports what is wrong with the given link; changes none of its files. */
export function checkCommand(
  streams: Streams,
  setExitCode: (code: number) => void,
  given: GivenLine,
): Command {
  const command = new Command('check')
    .description('report duplicates in a link; exits 1 if a warning or an error is found (read-only)')
    .option(
      '--report <form=file>',
      `also write the report to a file (repeatable): ${reporterIds.join(', ')}`,
      collect,
      [],
    )
    .option(
      '--each <state>',
      'check each archive of the folders alone, in little memory; this file keeps the results, and unchanged archives are not checked again',
    );
  return withExamples(
    withLineOptions(withGateOptions(withNotes(command, FOLDER_HELP)), { formats: reporterIds }),
    ...EXAMPLES,
  ).action(async (line: string[], options: CheckOptions) => {
    if (options.each !== undefined) {
      setExitCode((await checkEach(line, options, options.each, streams, given)) ? 1 : 0);
      return;
    }
    const outputs = options.report.map(outputOf);
    const result = await checkLine(line, options, outputs, given);
    await writeReports(outputs, options, result);
    await printReport(result, options, streams);
    if (options.format === 'github') await writeJobSummary(result);
    setExitCode(result.fails && !options.updateBaseline ? 1 : 0);
  });
}

async function printReport(result: CheckResult, options: CheckOptions, streams: Streams): Promise<void> {
  if (options.format === 'json') {
    const { jsonReportPieces } = await import('../report/check/check-json.js');
    for (const piece of jsonReportPieces(result)) streams.out(piece);
    return;
  }
  const shown = { colors: colorsOf(streams), quiet: options.quiet === true };
  const text = (await reporters[options.format]())(result, shown);
  if (options.format === 'text') printText(streams, `${text}${baselineText(options, result)}`);
  else streams.out(text);
}

/** Writes reports and the baseline. @throws OutputError before the first is written, if one cannot be */
async function writeReports(
  outputs: readonly Output[],
  { updateBaseline, baseline }: CheckOptions,
  result: CheckResult,
): Promise<void> {
  const written = updateBaseline ? baseline : undefined;
  requireWritable([...outputs.map(({ path }) => path), written]);
  for (const { reporter, path } of outputs) {
    const plain = { colors: makeColors(false), quiet: false };
    writeTextWhole(path, (await reporters[reporter]())(result, plain));
  }
  if (written === undefined) return;
  const kept = result.findings.filter(({ status }) => status !== 'suppressed');
  writeTextWhole(written, `${JSON.stringify(baselineOf(kept), null, 1)}\n`);
}

/** The message about a written baseline; empty without one. */
function baselineText({ updateBaseline, baseline, quiet }: CheckOptions, { findings }: CheckResult): string {
  if (!updateBaseline || quiet) return '';
  const kept = findings.filter(({ status }) => status !== 'suppressed').length;
  return `\nbaseline: ${baseline} has ${count(kept, 'finding')} now\n`;
}

/** Checks each archive of folders alone. @returns whether some finding fails the check */
async function checkEach(
  words: readonly string[],
  options: CheckOptions,
  each: string,
  streams: Streams,
  given: GivenLine,
): Promise<boolean> {
  if (options.format !== 'text' && options.format !== 'json')
    throw new UsageError(`--each: expected --format text or json, got ${options.format}`);
  const isAlone = options.report.length + options.provider.length + options.owner.length === 0;
  if (!isAlone || options.baseline !== undefined)
    throw new UsageError('--each: cannot be combined with --report, --provider, --owner or --baseline');
  if (words.some((word) => word.startsWith('-')) || given.program !== null)
    throw new UsageError('--each: expected folders and archives, got a link line');
  const { checkFleet, FleetState } = await import('./fleet/check-fleet.js');
  // Wrong options are wrong for each archive, so they are an error and not a finding.
  const gate = gateOf(options, process.env);
  requireLinker(options.linker);
  const { linker, arch, strict = false } = options;
  const state = new FleetState(
    each,
    JSON.stringify([version, { ...gate, most: [...gate.most] }, linker, arch, strict]),
  );
  if (state.isBegunAgain)
    streams.error(
      complaint(
        `warning: ${each}: results are of different options or a different version; every archive is checked again`,
        streams.errorTerminal,
      ),
    );
  const alone = givenCommand([]);
  // An archive need not be universal to be in the folder.
  const quiet = { ...options, quiet: true, configured: [...(options.configured ?? []), 'arch'] };
  const report = await checkFleet(words, state, (path) => checkLine([path], quiet, [], alone));
  const text = () => fleetText(report, colorsOf(streams));
  if (options.format === 'json') streams.out(`${JSON.stringify(report, null, 1)}\n`);
  else printText(streams, text());
  return report.fails;
}

/** Plans the line and applies the gate to the findings. @throws before anything is written, if an output is an input */
export async function checkLine(
  line: readonly string[],
  options: CheckOptions,
  outputs: readonly Output[],
  given: GivenLine,
): Promise<CheckResult> {
  const gate = gateOf(options, process.env);
  const isDrawn = [options.format, ...outputs.map(({ reporter }) => reporter)].includes('html');
  const targets = outputs.map(({ path }) => path);
  if (options.updateBaseline) targets.push(options.baseline!);
  if (new Set(targets).size < targets.length)
    throw new OutputError('two reports would be written to one file');
  const plans: CheckedPlan[] = [];
  const { links, unread } = linksOf(line, options);
  for (const { title, kind, words, providers, owners, repeats } of links) {
    const own = { ...options, provider: providers, owner: owners };
    const checked = await withPlannedLine(words, own, given, (planned) => {
      for (const path of targets)
        requireReplaceable(
          planned.map(({ plan }) => plan),
          path,
          planned[0].opened.paths,
        );
      return planned.map((one, at) => {
        const report = one.describe({ outputs: [], rewrittenWords: null, hasRemedies: !options.quiet });
        const architecture = planned.length > 1 ? report.architecture : undefined;
        const titles = [title, architecture].filter((part) => part != null);
        return {
          title: titles.length > 0 ? titles.join(', ') : null,
          link: [kind, report.architecture ?? ''].join(' ').trim(),
          ...checkedPlan(one, report, isDrawn),
          // Files of several architectures are the same ones for each.
          ...(at === 0 && repeats.length > 0 ? { repeats } : {}),
        };
      });
    });
    plans.push(...checked);
  }
  return { ...judge(findingsOf(plans, unread), gate), plans };
}

const checkedPlan = (
  { plan, opened }: LinePlan,
  report: PlanReport,
  isDrawn: boolean,
): Omit<CheckedPlan, 'title' | 'link'> => ({
  report,
  allowed: allowedDuplicates(plan, opened.parsed),
  ...(isLinkOfProgram(report)
    ? { collisions: describeCollisions(plan), undefined: describeUndefined(plan, opened) }
    : {}),
  ...(isDrawn ? { extraction: describeExtraction(plan) } : {}),
});

function outputOf(text: string): Output {
  const at = text.indexOf('=');
  const reporter = reporterIds.find((id) => id === text.slice(0, at));
  if (reporter === undefined || at + 1 === text.length)
    throw new UsageError(
      `--report: expected <form=file> such as sarif=ardedup.sarif, got ${text} (forms: ${reporterIds.join(', ')})`,
    );
  return { reporter, path: text.slice(at + 1) };
}

/** GitHub Actions show what a step appends to this file. */
async function writeJobSummary(result: CheckResult): Promise<void> {
  const path = process.env.GITHUB_STEP_SUMMARY;
  if (!path) return;
  const { markdownReport } = await import('../report/check/markdown.js');
  appendText(path, markdownReport(result));
}
