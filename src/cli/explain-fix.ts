import { type FixReport, fixLine } from '../fix/fix-line.js';
import { LineError } from '../link/command/line-error.js';
import type { Colors } from '../report/colors.js';
import { adviceLines } from '../report/fix-text.js';
import { printable } from '../report/place.js';
import { shellCommand } from '../report/shell-command.js';

/**
 * Changes at the source that `fix` advises, and the `fix` command that cures a link, to end an explanation with;
 * empty where there is neither.
 */
export async function fixLines(
  program: string,
  words: readonly string[],
  linker: string,
  colors: Colors,
): Promise<string> {
  const report = await fixReport(program, words, linker);
  if (report === null) return '';
  const sources = adviceLines(report, colors).flat();
  const text = sources.map((line) => `${line}\n`).join('');
  return `${text === '' ? '' : `\n${text}`}${cureText(report, program, words, colors)}`;
}

function cureText({ cures }: FixReport, program: string, words: readonly string[], colors: Colors): string {
  const [cure] = cures;
  if (cure === undefined) return '';
  const accepted = cure.requiresAcceptance ? ['--accept', cure.id] : [];
  const command = ['ardedup', 'fix', '--out-dir', 'fixed', ...accepted, '--', program, ...words];
  const condition = cure.requiresAcceptance ? ', if the change is right' : '';
  return `\n${printable(cure.summary)}${condition}:\n\n  ${colors.command(shellCommand(command))}\n`;
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
