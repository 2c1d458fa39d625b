import { depfileText } from '../../emit/depfile.js';
import { requireWritable, writeTextWhole } from '../../emit/write-file.js';
import { linesText } from '../../report/plan/lines-text.js';
import { type PlanReport, planJson } from '../../report/plan/plan-report.js';
import { outcomeLines } from '../../report/plan/trim-outcome.js';
import { programWords, shellCommand } from '../../report/shell-command.js';
import { type DestinationOptions, depfileTarget } from '../options/destination.js';
import { type EditOptions, namesEdits } from '../options/edit-option-table.js';
import type { LineOptions } from '../options/options.js';
import { UsageError } from '../options/usage-error.js';
import type { Streams } from '../streams.js';
import { colorsOf, printText } from '../terminal/print-text.js';
import type { MoreLines, NamedLine } from './named-lines.js';
import { planTogether, type SettledLine } from './plan-together.js';
import { placesIn, withPlaces, writeLines } from './write-lines.js';

type Options = LineOptions & DestinationOptions & EditOptions & MoreLines & { readonly dryRun?: boolean };

/** `ardedup trim` for several link lines: one set of archives that is right for each of them. */
export async function trimLines(
  lines: readonly NamedLine[],
  options: Options,
  streams: Streams,
): Promise<void> {
  if (options.output !== undefined)
    throw new UsageError('trim: several link lines share a folder: expected --out-dir, got -o');
  if (namesEdits(options))
    throw new UsageError('trim: edits of symbols are for one link line: leave out --also and --commands');
  const target = depfileTarget('trim', options);
  const settled = planTogether(lines, options, options.plan !== undefined);
  const isWritten = options.outDir !== undefined && options.dryRun !== true;
  const places = isWritten ? placesIn(options.outDir, settled) : null;
  const depfile = target === null ? '' : depfileText(target, filesOf(settled, options));
  if (places !== null)
    await writeLines(settled, { places, planPath: options.plan, depfile: options.depfile });
  else requireWritable([options.plan, options.depfile]);
  const written = settled.map((line) => ({
    ...line,
    reports: places === null ? line.reports : withPlaces(line, places),
  }));
  const json = () => planJson(written.flatMap(({ reports }): readonly PlanReport[] => reports));
  if (options.plan !== undefined) writeTextWhole(options.plan, json());
  if (target !== null) writeTextWhole(options.depfile!, depfile);
  if (options.format === 'json') streams.out(json());
  else print(written, options.quiet === true, streams);
}

function filesOf(settled: readonly SettledLine[], { commands }: MoreLines): string[] {
  return [...new Set([...commands, ...settled.flatMap(({ files }) => [...files.keys()])])];
}

function print(written: readonly SettledLine[], isQuiet: boolean, streams: Streams): void {
  const colors = colorsOf(streams);
  printText(streams, linesText(written, colors, isQuiet));
  if (isQuiet) return;
  printText(streams, linkLines(written, streams));
  const warnings = written.flatMap(({ name, reports, allowsDuplicates }) =>
    outcomeLines(reports, allowsDuplicates, colors).map((text) => text.replace(': ', `: ${name}: `)),
  );
  if (warnings.length > 0) printText(streams, `\n${warnings.map((text) => `${text}\n`).join('')}`);
}

/** The lines that use what was written, for a shell; nothing where nothing was. */
export function linkLines(written: readonly Pick<SettledLine, 'reports'>[], streams: Streams): string {
  const colors = colorsOf(streams);
  const commands = written.flatMap(({ reports: [report] }) => {
    if (report.rewrittenLine === null) return [];
    const words = [...programWords(report), ...report.rewrittenLine];
    return [`  ${colors.command(shellCommand(words))}\n`];
  });
  return commands.length === 0 ? '' : `\nlink with:\n${commands.join('')}`;
}
