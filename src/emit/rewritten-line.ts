import type { LineInput } from '../link/command/parsed-line.js';
import { rewriteWords } from '../link/command/rewrite-line.js';
import type { OpenedLine } from '../link/line/opened-line.js';
import type { Output } from './write-trimmed.js';

/** The words of the line with each trimmed archive in the place of its original. */
export function rewrittenLine(opened: OpenedLine, outputs: readonly Output[]): string[] {
  return rewrittenLineOfAll([opened], [outputs]);
}

/**
 * The same for a line of several architectures, whose files may have been written for any of them.
 * @param outputs for each of the opened lines, as `writeAllTrimmed` gives them
 */
export function rewrittenLineOfAll(
  lines: readonly OpenedLine[],
  outputs: readonly (readonly Output[])[],
): string[] {
  const paths = replacedInputs(lines, outputs);
  return rewriteWords(lines[0].parsed, (input) => paths.get(input));
}

/** The inputs of a line that were rewritten, and where. */
export function replacedInputs(
  lines: readonly OpenedLine[],
  outputs: readonly (readonly Output[])[],
): Map<LineInput, string> {
  const pathOf = new Map<LineInput, string>();
  lines.forEach(({ parsed, places }, at) => {
    for (const [row, place] of places.entries()) {
      if (place?.kind !== 'archive') continue;
      const output = outputs[at].find(({ archive }) => archive === place.archive);
      if (output) pathOf.set(parsed.inputs[row], output.path);
    }
  });
  return pathOf;
}
