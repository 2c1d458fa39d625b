import { isLinkOfProgram, type PlanReport } from '../plan/plan-report.js';
import { programWords, shellCommand } from '../shell-command.js';

/** Letters of a command that a report still has; of a longer one the link is left out. */
const LONGEST_COMMAND = 4000;

/**
 * The command that drops all droppable members.
 *
 * @returns null if the line is not a link (archives alone, which other programs use without each other), or if the
 *   command would remove no duplicate and no split state
 */
export function trimRemedy(report: PlanReport): string | null {
  return isLinkOfProgram(report) && isImprovedByTrim(report) ? trimCommand(report) : null;
}

/** A command of ours on the link of a plan, which is left out if it is very long. */
export function commandOnLink(command: readonly string[], report: PlanReport): string {
  const program = programWords(report);
  const whole = shellCommand([
    ...command,
    ...(program.length === 0 ? [] : ['--']),
    ...program,
    ...report.line,
  ]);
  return whole.length > LONGEST_COMMAND ? `${shellCommand(command)} -- <this link command>` : whole;
}

function isImprovedByTrim({
  archives,
  links: [link],
  splitStateBefore,
  splitStateAfter,
}: PlanReport): boolean {
  if (link === undefined || archives.every(({ dropped }) => dropped === 0)) return false;
  if (link.duplicatesBefore === 0 && splitStateBefore.length === 0) return true;
  return link.duplicatesAfter < link.duplicatesBefore || splitStateAfter.length < splitStateBefore.length;
}

function trimCommand(report: PlanReport): string {
  const { providers, ownership, linker } = report;
  const options = providers.flatMap((path) => ['--provider', path]);
  for (const { pattern, archive } of ownership) options.push('--owner', `${pattern}=${archive}`);
  if (linker !== 'any') options.push('--linker', linker);
  return commandOnLink(['ardedup', 'trim', '--out-dir', 'trimmed', ...options], report);
}
