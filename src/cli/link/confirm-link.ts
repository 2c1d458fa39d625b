import { readFileSync } from 'node:fs';
import { isFile } from '../../link/command/file-kind.js';
import { absolutePath } from '../../link/command/join-path.js';
import type { HandedLine } from '../../link/line/line-opening.js';
import { openLines } from '../../link/line/open-lines.js';
import { profileFor } from '../../link/linkers/find-profile.js';
import { count } from '../../report/quantities.js';
import { handedLineIn } from '../../wrap/driver-line.js';
import { environmentBelow } from '../../wrap/find-real-tool.js';
import { driverLinesOf } from '../../wrap/query-link.js';
import { isAskedFor, type RecordRequest, recordRequest, withOptions } from '../../wrap/request-record.js';
import type { Ended, Taken } from '../../wrap/run-tool.js';
import type { ToolKind } from '../../wrap/tool-name.js';
import { UsageError } from '../options/usage-error.js';
import { confirmRecord } from './confirm-record.js';
import type { PlannedLink } from './plan-link.js';

/** A link whose linker records which files it loads. */
export interface Confirmation {
  /** The line with the options that request the record. */
  readonly words: readonly string[];
  readonly taken: Taken | undefined;
  /**
   * Compares the record with the simulation after the tool has ended.
   * @param pass receives the tool's output without the record
   * @returns a line that describes the confirmation
   * @throws ConfirmError if the record differs from the simulation
   */
  check(ended: Ended, pass: (stream: 1 | 2, text: string) => void): string | null;
}

/** The linker did not load the simulated members, so its output is not confirmed. */
export class ConfirmError extends Error {
  override readonly name = 'ConfirmError';
}

/** Problems in one message. */
const MOST_LISTED = 3;

/** The tool that links. */
export interface ConfirmedTool {
  /** Its base name. */
  readonly tool: string;
  readonly path: string;
  readonly kind: ToolKind;
}

/**
 * Prepares the confirmation of a planned link.
 * @param given the user's arguments
 * @throws UsageError for an unknown linker
 */
export function confirmation(
  planned: PlannedLink,
  linking: ConfirmedTool,
  given: readonly string[],
  folder: string,
): Confirmation {
  const request = recordRequest(planned.linker ?? null, folder);
  if (request === null)
    throw new UsageError(
      'link: --confirm: the linker of this line could not be identified, or keeps no record',
    );
  const { goesTo } = request;
  const chunks: Buffer[] = [];
  const words = withOptions(request, linking.tool, linking.kind, planned.words);
  if (typeof goesTo !== 'string') {
    const check = (ended: Ended) =>
      isLinked(ended) ? compare(readFileSync(goesTo.file, 'utf8'), request, planned, linking) : null;
    return { words, taken: undefined, check };
  }
  return {
    words,
    taken: { stream: goesTo, take: (chunk) => chunks.push(chunk) },
    check: (ended, pass) => {
      const text = Buffer.concat(chunks).toString('utf8');
      const rest = isAskedFor(request, given) ? text : withoutRecord(text, request);
      if (rest !== '') pass(goesTo === 'stdout' ? 1 : 2, rest);
      return isLinked(ended) ? compare(text, request, planned, linking) : null;
    },
  };
}

const isLinked = (ended: Ended): boolean => ended.kind === 'exit' && ended.code === 0;

function compare(
  text: string,
  { format }: RecordRequest,
  { words, linker, libraryFolders, replaced }: PlannedLink,
  { tool, path, kind }: ConfirmedTool,
): string {
  const { lines, close } = openLines(words, {
    program: tool,
    libraryFolders: libraryFolders ?? null,
    handed: handedLine(path, kind, words),
  });
  try {
    const record = format.read(text);
    const opened = lines.find(({ architecture }) => architecture === record.architecture) ?? lines[0];
    const { format: objects } = opened.inputs;
    const profile = linker != null && objects !== null ? profileFor(linker, objects) : null;
    if (profile === null) throw new ConfirmError('not confirmed: the linker is not simulated');
    const { confirmed, problems } = confirmRecord(record, {
      opened,
      profiles: [profile],
      replaced: replaced.map(([, original]) => original),
      mayAddFiles: kind === 'driver',
    });
    if (problems.length > 0) throw new ConfirmError(describe(record.title, problems));
    return `confirmed by the ${record.title}: ${count(confirmed, 'archive member')} loaded as simulated`;
  } finally {
    close();
  }
}

/** Libraries that the driver adds to the line may define names that an archive would define otherwise. */
function handedLine(path: string, kind: ToolKind, given: readonly string[]): HandedLine | null {
  const environment = environmentBelow(process.env);
  return handedLineIn(driverLinesOf({ path, kind, words: given, environment }), given);
}

function describe(title: string, problems: readonly string[]): string {
  const more = problems.length > MOST_LISTED ? `; and ${problems.length - MOST_LISTED} more` : '';
  return `not confirmed: the ${title} differs from the simulation: ${problems.slice(0, MOST_LISTED).join('; ')}${more}`;
}

/** The tool's output without its record. */
function withoutRecord(text: string, { goesTo }: RecordRequest): string {
  const rows = text.split(/(?<=\n)/);
  const isOfRecord = goesTo === 'stderr' ? isVerbose : isTraced;
  return rows.filter((row) => !isOfRecord(row.trimEnd())).join('');
}

const isVerbose = (row: string): boolean =>
  /^\S*(?:lld-link|link)\S*: (?!warning|error|fatal)/.test(row) ||
  /^\s+(?:Loaded|Found|Referenced)\b/.test(row);

const isTraced = (row: string): boolean =>
  row !== '' &&
  (/^\(.+\)\S|^\S.*\(.+\)$/.test(row) || / forced load of /.test(row) || isFile(absolutePath(row)));
