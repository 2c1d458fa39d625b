import { Command } from 'commander';
import { type Destination, requireReplaceable, rewrittenLine, writeTrimmed } from '../driver/trim-files.js';
import { writeTextWhole } from '../driver/write-file.js';
import type { OpenedLine } from '../link/open-line.js';
import { quoteForResponseFile } from '../link/parse-line.js';
import { planText } from '../report/text.js';
import { colorsOf, type GivenLine, type LineOptions, withLineOptions } from './options.js';
import { withPlannedLine } from './planned-line.js';
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
  withPlannedLine(words, options, given, ({ opened, plan, planOptions, describe }) => {
    const destination = destinationOf(opened, options, planOptions.providers);
    if (options.plan) requireReplaceable(opened.inputs, options.plan);
    const outputs = destination ? writeTrimmed(plan, destination, options.plan) : [];
    const rewrittenWords = destination ? rewrittenLine(opened, outputs) : null;
    const report = describe(outputs, rewrittenWords);
    if (options.plan) writeTextWhole(options.plan, `${JSON.stringify(report, null, 1)}\n`);
    if (options.format === 'json') {
      streams.out(`${JSON.stringify(report, null, 1)}\n`);
      return;
    }
    streams.out(planText(report, { colors: colorsOf(streams), quiet: options.quiet === true }));
    if (!rewrittenWords || options.quiet) return;
    const command = given.program === null ? rewrittenWords : [given.program, ...rewrittenWords];
    streams.out(`\nlink with: ${command.map(quoteForResponseFile).join(' ')}\n`);
  });
}

function requireDestination({ outDir, output, dryRun }: TrimOptions): void {
  const given = [outDir !== undefined, output !== undefined, dryRun === true].filter(Boolean).length;
  if (given === 0)
    throw new UsageError('trim: say where the result goes: --out-dir <folder>, -o <file>, or --dry-run');
  if (given > 1) throw new UsageError('trim: --out-dir, -o and --dry-run exclude each other');
}

function destinationOf(
  opened: OpenedLine,
  options: TrimOptions,
  providers: readonly number[],
): Destination | null {
  if (options.outDir !== undefined) return { kind: 'folder', path: options.outDir };
  if (options.output === undefined) return null;
  const others = opened.inputs.archives.filter(({ id }) => !providers.includes(id));
  if (others.length !== 1)
    throw new UsageError(
      `trim: -o is for one archive, and ${others.length} of the line are no --provider: name the providers, or use --out-dir`,
    );
  return { kind: 'file', path: options.output, archive: others[0].id };
}
