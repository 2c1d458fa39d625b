import { LineError } from '../../link/command/line-error.js';
import type { LineOpening } from '../../link/line/line-opening.js';
import { openLines } from '../../link/line/open-lines.js';
import type { OpenedLines } from '../../link/line/opened-line.js';
import { refusalOf } from '../../link/line/refusals.js';
import { outcomesOf, profileFor, profilesOf } from '../../link/linkers/find-profile.js';
import type { LinkerId, LinkerProfile } from '../../link/linkers/linker-profile.js';
import { markReader, markReaderForSearch } from '../../plan/edits/archive-marks.js';
import { prepare } from '../../plan/plan-trim.js';
import type { FixSubject } from '../cure-state.js';

/** How a command is read. */
export interface SubjectOptions extends LineOpening {
  /** Of the command: the words that follow are a compiler driver's. */
  readonly isDriver: boolean;
  /** The linker of the command; null for any linker of its format. */
  linkerFor(opened: OpenedLines['lines'][number]): LinkerProfile | null;
  /** Whether an archive may be written with the names that edits make. */
  readonly mayWrite: boolean;
}

/**
 * Reads a command with its files, for its linker. Close it when nothing more is to be read from them.
 * @throws LineError, InputError, MalformedError, MixedInputsError
 */
export function openSubject(
  words: readonly string[],
  { isDriver, linkerFor, mayWrite, ...opening }: SubjectOptions,
): { readonly subject: FixSubject; close(): void } {
  const { lines, close } = openLines(words, opening);
  try {
    const links = lines.map((opened) => {
      const prepared = prepare(opened.inputs, opened.line);
      const linkers = linkersFor(opened, linkerFor(opened));
      // Names that only an index has join the table before the first column by name is laid out.
      if (linkers.some(({ trustsIndex }) => trustsIndex)) void prepared.graph.indexed;
      const marks = mayWrite ? markReader(opened.inputs) : markReaderForSearch(opened.inputs);
      return { opened, prepared, marks, linkers };
    });
    return { subject: { links, parsed: lines[0].parsed, isDriver }, close };
  } catch (error) {
    close();
    throw error;
  }
}

function linkersFor(opened: OpenedLines['lines'][number], linker: LinkerProfile | null): LinkerProfile[] {
  const all = linker === null ? profilesOf(opened.inputs.format ?? 'elf') : outcomesOf(linker);
  const refusal = refusalOf(all[0], opened.line);
  const willing = all.filter((profile) => refusalOf(profile, opened.line) === null);
  if (willing.length === 0) throw new LineError(refusal ?? 'no simulated linker accepts this line');
  return willing;
}

/** The profile of a tool's linker for the objects of a line; null if unknown. */
export const profileOfLinker = (
  linker: LinkerId | null,
  { inputs }: OpenedLines['lines'][number],
): LinkerProfile | null =>
  linker === null || inputs.format === null ? null : profileFor(linker, inputs.format);
