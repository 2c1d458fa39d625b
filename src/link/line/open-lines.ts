import { LineError } from '../command/line-error.js';
import { parseLine } from '../command/parse-line.js';
import type { ParsedLine } from '../command/parsed-line.js';
import { anyProgram } from '../command/program.js';
import { findInputs } from '../inputs/find-inputs.js';
import { withoutMissingFolders } from '../inputs/find-library.js';
import type { Purpose } from '../inputs/inputs.js';
import { openFiles } from '../inputs/open-files.js';
import { readText } from '../inputs/read-text.js';
import { allParts, architecturesOf } from '../inputs/universal-inputs.js';
import { type LineOpening, lineReader } from './line-opening.js';
import { partsFor } from './line-parts.js';
import type { OpenedLine, OpenedLines } from './opened-line.js';
import { type OpenedFiles, readLine } from './read-line.js';

/**
 * Opens the inputs of a link line and reads them for each architecture.
 * @param args the arguments after the linker's name
 * @throws LineError, InputError, MalformedError, MixedInputsError
 */
export function openLines(args: readonly string[], opening: LineOpening = {}): OpenedLines {
  const { architectures = [], kept = {} } = opening;
  const { parsed, complete, read } = lineReader(args, opening);
  return withFiles(complete(parsed), (opened) => {
    const wanted = architectures.length > 0 ? architectures : opened.parsed.architectures;
    const named = opened.found.map(({ named }) => named);
    const reread = (words: readonly string[]) => withoutMissingFolders(complete(read(words)));
    const lines = architecturesOf(named, wanted).map((architecture) =>
      readFor({ ...opened, kept }, architecture, reread),
    );
    return { lines, close: opened.files.close };
  });
}

/**
 * Opens and reads the inputs of a link line with one architecture, or inspects all architectures.
 * @param args the arguments after the linker's name
 * @throws LineError, InputError, MalformedError, MixedInputsError
 */
export function openLine(args: readonly string[], purpose: Purpose = 'link'): OpenedLine {
  if (purpose === 'inspect')
    return withFiles(parseLine(args, readText, anyProgram), (opened) => {
      const parts = opened.found.map(({ input, named }) => ({ input, files: allParts(named) }));
      return readLine(opened, { architecture: null, parts, skipped: opened.skipped, purpose });
    });
  const { lines, close } = openLines(args);
  if (lines.length === 1) return lines[0];
  close();
  const names = lines.map(({ architecture }) => architecture).join(', ');
  throw new LineError(`the line is for ${names}: name one with -arch`);
}

function withFiles<Result>(said: ParsedLine, use: (opened: OpenedFiles) => Result): Result {
  const parsed = withoutMissingFolders(said);
  const files = openFiles();
  try {
    return use({ parsed, files, ...findInputs(parsed, files) });
  } catch (error) {
    files.close();
    throw error;
  }
}

function readFor(
  opened: OpenedFiles,
  architecture: string | null,
  reread: (words: readonly string[]) => ParsedLine,
): OpenedLine {
  const skipped = [...opened.skipped];
  const parts = partsFor(opened.found, architecture, (one) => {
    if (!skipped.some(({ what }) => what === one.what)) skipped.push(one);
  });
  if (architecture !== null && parts.every(({ files }) => files.length === 0))
    throw new LineError(`no file on the line is for ${architecture}`);
  return readLine(opened, { architecture, parts, skipped, purpose: 'link', reread });
}
