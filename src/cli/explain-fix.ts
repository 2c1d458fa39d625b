import { fixLine } from '../fix/fix-line.js';
import { LineError } from '../link/command/line-error.js';
import type { Colors } from '../report/colors.js';
import { printable } from '../report/place.js';
import { shellCommand } from '../report/shell-command.js';

/** The `fix` command that cures a link, as the last lines of an explanation; empty without a cure. */
export async function fixLines(
  program: string,
  words: readonly string[],
  linker: string,
  colors: Colors,
): Promise<string> {
  const cure = await firstCure(program, words, linker);
  if (cure === null) return '';
  const accepted = cure.requiresAcceptance ? ['--accept', cure.id] : [];
  const command = ['ardedup', 'fix', '--out-dir', 'fixed', ...accepted, '--', program, ...words];
  const condition = cure.requiresAcceptance ? ', if the change is right' : '';
  return `\n${printable(cure.summary)}${condition}:\n\n  ${colors.command(shellCommand(command))}\n`;
}

async function firstCure(program: string, words: readonly string[], linker: string) {
  try {
    const { report } = await fixLine([program, ...words], { linker });
    return report.cures[0] ?? null;
  } catch (error) {
    // An error that only the search for a cure throws must not suppress the explanation.
    if (error instanceof LineError) return null;
    throw error;
  }
}
