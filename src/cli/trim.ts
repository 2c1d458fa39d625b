import { Command } from 'commander';
import {
  type Destination,
  requireReplaceable,
  rewrittenLineOfAll,
  writeAllTrimmed,
} from '../driver/trim-files.js';
import { writeTextWhole } from '../driver/write-file.js';
import { quoteForResponseFile } from '../link/response-file.js';
import { printable } from '../report/place.js';
import { joinPlans } from '../report/plan-report.js';
import { plansText } from '../report/text.js';
import { colorsOf, type GivenLine, type LineOptions, withLineOptions } from './options.js';
import { type PlannedLine, withPlannedLine } from './planned-line.js';
import type { Streams } from './streams.js';
import { UsageError } from './usage-error.js';

interface TrimOptions extends LineOptions {
  readonly outDir?: string;
  readonly output?: string;
  readonly plan?: string;
  readonly dryRun?: boolean;
}

/** `ardedup trim`: plans, writes trimmed archives, and prints the line that uses them. */
export function trimCommand(
  streams: Streams,
  _setExitCode: (code: number) => void,
  given: GivenLine,
): Command {
  const command = new Command('trim')
    .description('write archives without the members that the link has twice')
    .option('--out-dir <folder>', 'where trimmed archives go; holds only what changed')
    .option('-o, --output <file>', 'the trimmed archive, when only one can change; a copy when nothing goes')
    .option('--plan <file>', 'save the plan as JSON, for `ardedup verify`')
    .option('-n, --dry-run', 'plan and print, write nothing');
  return withLineOptions(command).action((line: string[], options: TrimOptions) =>
    trim(line, options, streams, given),
  );
}

function trim(words: readonly string[], options: TrimOptions, streams: Streams, given: GivenLine): void {
  requireDestination(options);
  withPlannedLine(words, options, given, (planned) => {
    const plans = planned.map(({ plan }) => plan);
    const lines = planned.map(({ opened }) => opened);
    const destination = destinationOf(planned, options);
    const { paths } = lines[0];
    if (options.plan) requireReplaceable(plans, options.plan, paths);
    const outputs = destination
      ? writeAllTrimmed(plans, destination, { planPath: options.plan, paths })
      : plans.map(() => []);
    const rewrittenWords = destination ? rewrittenLineOfAll(lines, outputs) : null;
    const reports = planned.map(({ describe }, at) => describe(outputs[at], rewrittenWords));
    const json = () => `${JSON.stringify(joinPlans(reports), null, 1)}\n`;
    if (options.plan) writeTextWhole(options.plan, json());
    if (options.format === 'json') {
      streams.out(json());
      return;
    }
    streams.out(plansText(reports, { colors: colorsOf(streams), quiet: options.quiet === true }));
    if (!rewrittenWords || options.quiet) return;
    const command = given.program === null ? rewrittenWords : [given.program, ...rewrittenWords];
    streams.out(`\nlink with: ${printable(command.map(quoteForResponseFile).join(' '))}\n`);
  });
}

function requireDestination({ outDir, output, dryRun }: TrimOptions): void {
  const given = [outDir !== undefined, output !== undefined, dryRun === true].filter(Boolean).length;
  if (given === 0)
    throw new UsageError('trim: say where the result goes: --out-dir <folder>, -o <file>, or --dry-run');
  if (given > 1) throw new UsageError('trim: --out-dir, -o and --dry-run exclude each other');
}

function destinationOf(planned: readonly PlannedLine[], options: TrimOptions): Destination | null {
  if (options.outDir !== undefined) return { kind: 'folder', path: options.outDir };
  if (options.output === undefined) return null;
  const others = planned.flatMap(({ opened, planOptions }, plan) =>
    opened.inputs.archives
      .filter(({ id }) => !planOptions.providers.includes(id))
      .map(({ id, path }) => ({ plan, archive: id, path })),
  );
  // A universal file is there once for each architecture.
  const files = new Set(others.map(({ path }) => path)).size;
  if (files !== 1)
    throw new UsageError(
      `trim: -o is for one archive, and ${files} of the line are no --provider: name the providers, or use --out-dir`,
    );
  const [{ plan, archive }] = others;
  return { kind: 'file', path: options.output, plan, archive };
}
