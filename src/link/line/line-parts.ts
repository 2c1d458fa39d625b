import type { LineInput } from '../command/parsed-line.js';
import type { Skipped } from '../command/skipped.js';
import type { FoundInput } from '../inputs/find-inputs.js';
import type { InputFile } from '../inputs/input-file.js';
import { partFor } from '../inputs/universal-inputs.js';

/** An input of the line with its files that are in the link of one architecture. */
export interface PartOfLine {
  readonly input: LineInput;
  readonly files: readonly InputFile[];
}

/** Selects from each found input the files for one architecture; skipped inputs have none. */
export function partsFor(
  found: readonly FoundInput[],
  architecture: string | null,
  skip: (skipped: Skipped) => void,
): PartOfLine[] {
  return found.map(({ input, named }) => {
    if (architecture === null) return { input, files: [named.file] };
    const part = partFor(named, architecture);
    if (part.kind === 'part') return { input, files: [part.file] };
    skip({ what: named.file.path, reason: part.reason });
    return { input, files: [] };
  });
}
