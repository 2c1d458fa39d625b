import type { Command } from 'commander';
import type { OpenedLine } from '../../link/line/open-line.js';
import type { EditRequest } from '../../plan/edits/plan-edits.js';
import { EDIT_OPTIONS, type EditOptions, yieldOptions } from './edit-option-table.js';
import { archivesNamed } from './options.js';
import { symbolPatterns } from './symbol-patterns.js';

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

export function withEditOptions(command: Command): Command {
  for (const option of Object.values(EDIT_OPTIONS))
    if (option.type === 'string') command.option(option.flags, option.help, collect, []);
    else command.option(option.flags, option.help);
  return command;
}

/**
 * What the options ask for, for each link of the line.
 * @param mayBeMissing whether an archive that the line does not have is skipped, as in a build of many links
 * @throws UsageError
 */
export function editRequestsOf(
  lines: readonly OpenedLine[],
  options: EditOptions,
  mayBeMissing = false,
): EditRequest[] {
  const rules = yieldOptions(options);
  const paths = rules.map(({ path }) => path);
  const owners = archivesNamed(lines, '--yield', paths, mayBeMissing);
  const isolated = archivesNamed(lines, '--isolate', options.isolate ?? [], mayBeMissing);
  return lines.map((opened, at) => ({
    redirect: options.redirect === true,
    yields: owners[at].flatMap((owner, row) =>
      owner === null ? [] : symbolPatterns(opened, rules[row].pattern).map((pattern) => ({ pattern, owner })),
    ),
    isolate: isolated[at].filter((archive) => archive !== null),
    firstWins: options.firstWins === true,
    acceptedSplits: (options.acceptSplit ?? []).flatMap((pattern) => symbolPatterns(opened, pattern)),
  }));
}
