import { type FixReport, fixLine } from '../fix/fix-line.js';
import { LineError } from '../link/command/line-error.js';
import type { Colors } from '../report/colors.js';
import { adviceLines, changeLines, readable } from '../report/fix-text.js';
import { programWords, shellCommand } from '../report/shell-command.js';
import type { GivenLine } from './options/given-line.js';

/** The end of an explanation; empty if `fix` has no result. */
export interface FixText {
  readonly text: string;
  /** It advises changes at the sources. */
  readonly hasAdvice: boolean;
}

/** Options of the end of an explanation. */
export interface FixTextOptions {
  readonly colors: Colors;
  /** The explanation has printed a `trim` command that removes all duplicates. */
  readonly isTrimShown: boolean;
}

/** Whether the first cure is that of `trim`. */
const isTrim = ({ cures: [cure] }: FixReport): boolean => cure?.kind === 'drop' && !cure.requiresAcceptance;

/** Changes at the source that `fix` advises, and the `fix` command that cures a link, to end an explanation with. */
export async function fixTextOf(
  given: GivenLine,
  linker: string,
  { colors, isTrimShown }: FixTextOptions,
): Promise<FixText> {
  const report = await fixReport(given, linker);
  if (report === null) return NO_FIX_TEXT;
  const text = adviceLines(report, colors)
    .flat()
    .map((line) => `${line}\n`)
    .join('');
  const cure = isTrimShown && isTrim(report) ? '' : cureText(report, given, colors);
  return { text: `${text === '' ? '' : `\n${text}`}${cure}`, hasAdvice: report.advice.length > 0 };
}

export const NO_FIX_TEXT: FixText = { text: '', hasAdvice: false };

function cureText({ cures }: FixReport, given: GivenLine, colors: Colors): string {
  const [cure] = cures;
  if (cure === undefined) return '';
  const accepted = cure.requiresAcceptance ? ['--accept', cure.id] : [];
  const command = [
    'ardedup',
    'fix',
    '--out-dir',
    'fixed',
    ...accepted,
    '--',
    ...programWords(given),
    ...given.behind,
  ];
  const condition = cure.requiresAcceptance ? ', if the change is right' : '';
  const changes = changeLines(cure.changes)
    .map((line) => `${line}\n`)
    .join('');
  return `\n${readable(cure.summary)}${condition}:\n${changes}\n  ${colors.command(shellCommand(command))}\n`;
}

async function fixReport(given: GivenLine, linker: string): Promise<FixReport | null> {
  try {
    return (await fixLine([...programWords(given), ...given.behind], { linker })).report;
  } catch (error) {
    // An error that only the search for a cure throws must not suppress the explanation.
    if (error instanceof LineError) return null;
    throw error;
  }
}
