import { Command } from 'commander';
import { depfileText } from '../emit/depfile.js';
import { filesRead } from '../emit/input-records.js';
import { writeTextWhole } from '../emit/write-file.js';
import type { Colors } from '../report/colors.js';
import { printable } from '../report/place.js';
import { isLinkOfProgram, type PlanReport, planJson } from '../report/plan/plan-report.js';
import { plansText } from '../report/plan/plan-text.js';
import { outcomeLines } from '../report/plan/trim-outcome.js';
import { count } from '../report/quantities.js';
import { programWords, shellCommand } from '../report/shell-command.js';
import { withExamples } from './help/help-text.js';
import {
  type DestinationOptions,
  depfileTarget,
  destinationOf,
  withDestinationOptions,
} from './options/destination.js';
import type { EditOptions } from './options/edit-option-table.js';
import { withEditOptions } from './options/edit-options.js';
import { type GivenLine, type LineOptions, withLineOptions } from './options/options.js';
import { UsageError } from './options/usage-error.js';
import { withPlannedLine } from './planned-line.js';
import type { Streams } from './streams.js';
import { complaint } from './terminal/complaint.js';
import { colorsOf, printText } from './terminal/print-text.js';
import type { MoreLines } from './together/named-lines.js';
import { writePlans } from './write-plans.js';

interface TrimOptions extends LineOptions, DestinationOptions, EditOptions, MoreLines {
  readonly dryRun?: boolean;
}

const EXAMPLES = [
  {
    what: 'show what would be dropped from libbar.a, whose duplicates are in libfoo.a',
    command: 'ardedup trim -n --provider libfoo.a -- cc -o app main.o libbar.a libfoo.a',
  },
  {
    what: 'write the trimmed archives and a plan, and verify them',
    command:
      'ardedup trim --out-dir trimmed --plan plan.json main.o libbar.a libfoo.a && ardedup verify plan.json',
  },
  {
    what: 'trim once for several programs, in one set of archives that is right for each',
    command:
      "ardedup trim --out-dir trimmed --also 'cc -o two two.o libbar.a libfoo.a' -- cc -o one one.o libbar.a libfoo.a",
  },
  {
    what: 'the same for every link of a build',
    command: 'ninja -t commands > commands.txt && ardedup trim --out-dir trimmed --commands commands.txt',
  },
  {
    what: 'trim libraries that are shipped, before any program exists',
    command: 'ardedup trim --provider libfoo.a --out-dir trimmed libbar.a libfoo.a',
  },
];

/** `ardedup trim`: plans, writes trimmed archives, and prints the line that uses them. */
export function trimCommand(
  streams: Streams,
  _setExitCode: (code: number) => void,
  given: GivenLine,
): Command {
  const command = withDestinationOptions(
    new Command('trim').description('write archives without their duplicate members'),
  )
    .option('-n, --dry-run', 'plan and print, but write no archive, even with --out-dir or -o')
    .option(
      '--also <command>',
      'another link command over the same archives, quoted as one argument (repeatable); the trimmed archives are right for all commands',
      collect,
      [],
    )
    .option(
      '--commands <file>',
      'file of commands, one per line, as `ninja -t commands` prints them (repeatable); all that link archives are planned',
      collect,
      [],
    );
  return withExamples(withEditOptions(withLineOptions(command, { isOptional: true })), ...EXAMPLES).action(
    (line: string[], options: TrimOptions) => trimAny(line, options, streams, given),
  );
}

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

async function trimAny(
  words: readonly string[],
  options: TrimOptions,
  streams: Streams,
  given: GivenLine,
): Promise<void> {
  requireDestination(options);
  const { also, commands } = options;
  if (also.length + commands.length === 0) {
    if (words.length === 0) throw new UsageError('trim: expected a link line, or --commands <file>');
    return trim(words, options, streams, given);
  }
  const { namedLines } = await import('./together/named-lines.js');
  const { trimLines } = await import('./together/trim-lines.js');
  const { lines, unplanned } = namedLines(words, given, { also, commands });
  warnOfUnplanned(unplanned, options.strict === true, streams);
  return trimLines(lines, options, streams);
}

/** Commands of a file that are named in a warning. */
const MOST_NAMED = 3;

/** @throws UsageError under --strict */
function warnOfUnplanned(unplanned: readonly string[], isStrict: boolean, streams: Streams): void {
  if (unplanned.length === 0) return;
  if (isStrict) throw new UsageError(`--strict: not planned: ${unplanned[0]}`);
  const more = unplanned.length - MOST_NAMED;
  const named = [...unplanned.slice(0, MOST_NAMED), ...(more > 0 ? [`${more} more`] : [])].join('; ');
  const what = `${count(unplanned.length, 'command')} that may link archives ${unplanned.length === 1 ? 'is' : 'are'} not planned`;
  streams.error(
    complaint(
      `warning: ${what}, so the trimmed archives may be wrong for ${unplanned.length === 1 ? 'it' : 'them'}: ${named}`,
      streams.errorTerminal,
    ),
  );
}

async function trim(
  words: readonly string[],
  options: TrimOptions,
  streams: Streams,
  given: GivenLine,
): Promise<void> {
  const target = depfileTarget('trim', options);
  await withPlannedLine(words, options, given, async (planned) => {
    const lines = planned.map(({ opened }) => opened);
    const named = destinationOf(
      'trim',
      planned.map(({ opened, planOptions }) => ({ opened, providers: planOptions.providers })),
      options,
    );
    const destination = options.dryRun === true ? null : named;
    const depfile = target === null ? '' : depfileText(target, filesRead(lines));
    const { rewrittenWords, reports } = await writePlans(planned, {
      destination,
      planPath: options.plan,
      depfile: options.depfile,
      hasRemedies: !options.quiet,
    });
    if (target !== null) writeTextWhole(options.depfile!, depfile);
    if (options.format === 'json') {
      streams.out(planJson(reports));
      return;
    }
    const colors = colorsOf(streams);
    printText(streams, plansText(reports, { colors, quiet: options.quiet === true }));
    if (options.quiet) return;
    const used = rewrittenWords === null ? '' : useOf(reports, given, rewrittenWords, colors);
    printUse(streams, used, outcomeLines(reports, lines[0].parsed.allowsDuplicates, colors));
  });
}

function printUse(streams: Streams, used: string, warnings: readonly string[]): void {
  if (used !== '') printText(streams, `\n${used}`);
  if (warnings.length > 0) printText(streams, `\n${warnings.map((line) => `${line}\n`).join('')}`);
}

/** The line that uses what was written; archives alone are not a link, and no line is right for all that link them. */
function useOf(
  reports: readonly PlanReport[],
  given: GivenLine,
  words: readonly string[],
  colors: Colors,
): string {
  if (reports.some(isLinkOfProgram)) return linkWith(programWords(given), words, colors);
  const outputs = new Set(reports.flatMap(({ archives }) => archives.flatMap(({ output }) => output ?? [])));
  return outputs.size === 0 ? '' : `wrote ${[...outputs].map(printable).join(', ')}\n`;
}

/** The line that uses what was written, for a shell. */
export const linkWith = (program: readonly string[], words: readonly string[], colors: Colors): string =>
  `link with: ${colors.command(shellCommand([...program, ...words]))}\n`;

function requireDestination({ outDir, output, dryRun }: TrimOptions): void {
  if (outDir !== undefined && output !== undefined)
    throw new UsageError('trim: expected --out-dir or -o, got both');
  if (outDir === undefined && output === undefined && dryRun !== true)
    throw new UsageError(
      'trim: expected --out-dir <folder> or -o <file> for the result, or --dry-run to write nothing',
    );
}
