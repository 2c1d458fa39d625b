import { Command } from 'commander';
import { type Destination, rewrittenLine, writeTrimmed } from '../driver/trim-files.js';
import { writeTextWhole } from '../driver/write-file.js';
import { type OpenedLine, openLine } from '../link/open-line.js';
import { quoteForResponseFile } from '../link/parse-line.js';
import { planTrim } from '../plan/plan-trim.js';
import { findRemedies } from '../plan/remedies.js';
import { describePlan } from '../report/plan-report.js';
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
import { UsageError } from './usage-error.js';

interface TrimOptions extends LineOptions {
  readonly outDir?: string;
  readonly output?: string;
  readonly plan?: string;
  readonly dryRun?: boolean;
}

/** `ardedup trim`: plans, writes trimmed archives, and prints the line that uses them. */
export function trimCommand(streams: Streams): Command {
  const command = new Command('trim')
    .description('write archives without the members that the link has twice')
    .option('--out-dir <folder>', 'where trimmed archives go; holds only what changed')
    .option('-o, --output <file>', 'the trimmed archive, when only one can change; a copy when nothing goes')
    .option('--plan <file>', 'save the plan as JSON, for `ardedup verify`')
    .option('-n, --dry-run', 'plan and print, write nothing');
  return withLineOptions(command).action((line: string[], options: TrimOptions) =>
    trim(line, options, streams),
  );
}

function trim(words: readonly string[], options: TrimOptions, streams: Streams): void {
  requireDestination(options);
  const opened = openLine(words);
  try {
    requireComplete(opened, options.strict);
    const providers = providersOf(opened, options.provider);
    const destination = destinationOf(opened, options, providers);
    const planOptions = { providers, linker: linkerOption(options.linker, opened.parsed.linker) };
    const plan = planTrim(opened.inputs, opened.line, planOptions);
    const outputs = destination ? writeTrimmed(plan, destination) : [];
    const rewrittenWords = destination ? rewrittenLine(opened, outputs) : null;
    const report = describePlan(plan, {
      words: opened.parsed.words,
      rewrittenWords,
      linker: planOptions.linker?.id ?? 'any',
      providers: options.provider,
      skipped: opened.skipped,
      outputs,
      remedies: options.quiet ? [] : findRemedies(opened.inputs, plan, opened.line, planOptions),
    });
    if (options.plan) writeTextWhole(options.plan, `${JSON.stringify(report, null, 1)}\n`);
    if (options.format === 'json') streams.out(`${JSON.stringify(report, null, 1)}\n`);
    else {
      streams.out(planText(report, { colors: colorsOf(streams), quiet: options.quiet === true }));
      if (rewrittenWords && !options.quiet)
        streams.out(`\nlink with: ${rewrittenWords.map(quoteForResponseFile).join(' ')}\n`);
    }
  } finally {
    opened.close();
  }
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
