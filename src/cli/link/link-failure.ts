import { explainLink } from '../../explain/explain.js';
import { openLines } from '../../link/line/open-lines.js';
import { profileFor } from '../../link/linkers/find-profile.js';
import { planTrim } from '../../plan/plan-trim.js';
import { demangle } from '../../report/demangle.js';
import { describeLink } from '../../report/explain/describe-explanation.js';
import { failureLines } from '../../report/explain/failure-text.js';
import { shellCommand } from '../../report/shell-command.js';
import { isRemovedByRustc } from '../hint.js';
import type { LinkArguments } from '../options/link-options.js';
import type { PlannedLink } from './plan-link.js';

/**
 * Explains in three lines why a link failed, from its files alone; empty if the simulated link has no duplicate
 * definition. No tool is run.
 *
 * @param ran the arguments with which the tool was run
 * @throws the errors of reading the line
 */
export function linkFailure(
  { launcher, tool, words: given }: Pick<LinkArguments, 'launcher' | 'tool' | 'words'>,
  { words, linker = null, libraryFolders = null }: Pick<PlannedLink, 'words' | 'linker' | 'libraryFolders'>,
): string[] {
  const { lines, close } = openLines(words, { program: tool, libraryFolders });
  try {
    const [opened] = lines;
    const { inputs, line, parsed, architecture, skipped } = opened;
    if (parsed.allowsDuplicates) return [];
    const id = linker ?? parsed.linker;
    const profile = id === null || inputs.format === null ? null : profileFor(id, inputs.format);
    const plan = planTrim(inputs, line, { providers: [], linker: profile });
    const context = { architecture, skipped, remedies: [], trimCommand: [] };
    const report = describeLink(explainLink(plan, null, demangle), context);
    const kept = given.some(isRemovedByRustc) ? ' (rustc keeps its objects only with -C save-temps)' : '';
    return failureLines(
      report,
      shellCommand(['ardedup', 'explain', '--', ...launcher, tool, ...given]) + kept,
    );
  } finally {
    close();
  }
}
