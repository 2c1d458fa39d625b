import { type FixReport, fixLine } from '../fix/fix-line.js';
import { LineError } from '../link/command/line-error.js';
import type { Colors } from '../report/colors.js';
import { adviceLines, changeLines, readable } from '../report/fix-text.js';
import { shellCommand } from '../report/shell-command.js';

/** The end of an explanation; empty where `fix` has nothing to say. */
export interface FixText {
  readonly text: string;
  /** It advises changes at the sources. */
  readonly hasAdvice: boolean;
}

/** Changes at the source that `fix` advises, and the `fix` command that cures a link, to end an explanation with. */
export async function fixTextOf(
  program: string,
  words: readonly string[],
  linker: string,
  colors: Colors,
): Promise<FixText> {
  const report = await fixReport(program, words, linker);
  if (report === null) return NO_FIX_TEXT;
  const text = adviceLines(report, colors)
    .flat()
    .map((line) => `${line}\n`)
    .join('');
  const cure = cureText(report, program, words, colors);
  return { text: `${text === '' ? '' : `\n${text}`}${cure}`, hasAdvice: report.advice.length > 0 };
}

export const NO_FIX_TEXT: FixText = { text: '', hasAdvice: false };

function cureText({ cures }: FixReport, program: string, words: readonly string[], colors: Colors): string {
  const [cure] = cures;
  if (cure === undefined) return '';
  const accepted = cure.requiresAcceptance ? ['--accept', cure.id] : [];
  const command = ['ardedup', 'fix', '--out-dir', 'fixed', ...accepted, '--', program, ...words];
  const condition = cure.requiresAcceptance ? ', if the change is right' : '';
  const changes = changeLines(cure.changes)
    .map((line) => `${line}\n`)
    .join('');
  return `\n${readable(cure.summary)}${condition}:\n${changes}\n  ${colors.command(shellCommand(command))}\n`;
}

async function fixReport(
  program: string,
  words: readonly string[],
  linker: string,
): Promise<FixReport | null> {
  try {
    return (await fixLine([program, ...words], { linker })).report;
  } catch (error) {
    // An error that only the search for a cure throws must not suppress the explanation.
    if (error instanceof LineError) return null;
    throw error;
  }
}
