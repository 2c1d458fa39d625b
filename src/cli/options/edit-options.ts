import type { Command } from 'commander';
import type { OpenedLine } from '../../link/line/opened-line.js';
import type { EditRequest } from '../../plan/edits/edit-request.js';
import { EDIT_OPTIONS, type EditOptions, yieldOptions } from './edit-option-table.js';
import { archivesNamed, type Scope } from './files-on-line.js';
import { symbolPatterns } from './symbol-patterns.js';

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/** Adds the options that edit symbols below the member: `--redirect`, `--yield`, `--isolate`, `--first-wins`. */
export function withEditOptions(command: Command): Command {
  for (const option of Object.values(EDIT_OPTIONS))
    if (option.type === 'string') command.option(option.flags, option.help, collect, []);
    else command.option(option.flags, option.help);
  return command;
}

/**
 * The requested edits for each link of the line.
 *
 * @throws UsageError as `archivesNamed`, and for options that cannot be combined
 */
export function editRequestsOf(
  lines: readonly OpenedLine[],
  options: EditOptions,
  scope: Scope,
): EditRequest[] {
  const rules = yieldOptions(options);
  const paths = rules.map(({ path }) => path);
  const owners = archivesNamed(lines, '--yield', paths, scope);
  const isolated = archivesNamed(lines, '--isolate', options.isolate ?? [], scope);
  return lines.map((opened, at) => ({
    redirect: options.redirect === true,
    yields: owners[at].flatMap((archives, row) =>
      archives.flatMap((owner) =>
        symbolPatterns(opened, rules[row].pattern).map((pattern) => ({ pattern, owner })),
      ),
    ),
    isolate: isolated[at].flat(),
    firstWins: options.firstWins === true,
    acceptedSplits: (options.acceptSplit ?? []).flatMap((pattern) => symbolPatterns(opened, pattern)),
  }));
}
