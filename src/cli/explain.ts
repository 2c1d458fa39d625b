import { readFileSync } from 'node:fs';
import { Argument, Command, Option } from 'commander';
import { decodeLog } from '../explain/log/clean-log.js';
import { readLog } from '../explain/log/read-log.js';
import { statusOf } from '../link/command/file-kind.js';
import { fileError, InputError } from '../link/inputs/open-files.js';
import { openLines } from '../link/line/open-lines.js';
import { writeNotation } from '../link/notation/write-notation.js';
import { explainedCodes, explanationOf } from '../report/explain/explain-code.js';
import { type ExplainReport, emptyReport } from '../report/explain/explain-report.js';
import { explainText } from '../report/explain/explain-text.js';
import { fixTextOf, NO_FIX_TEXT } from './explain-fix.js';
import { type Asked, explainLine, explainLog } from './explain-line.js';
import { offering, withExamples, withNotes } from './help/help-text.js';
import { isLinkerInput } from './options/linker-input.js';
import { requireLogText } from './options/log-file.js';
import { type GivenLine, type LineOptions, withPlanOptions } from './options/options.js';
import { suggestion } from './options/suggest.js';
import { UsageError } from './options/usage-error.js';
import type { Streams } from './streams.js';
import { colorsOf, printPage, printText } from './terminal/print-text.js';

/** A larger file is not a log. */
const LARGEST_LOG = 256 << 20;

const HELP =
  "WHAT is a linker's log (a file, or - for standard input), a symbol, a member as in 'libfoo.a(bar.o)', or a code that ardedup prints. Without WHAT, the link itself is explained. Without a link command, the messages of a log are grouped by their text alone.";

const EXAMPLES = [
  { what: 'group the messages of a log', command: 'ardedup explain link.log' },
  {
    what: 'find the causes of the messages in the link',
    command: 'ardedup explain link.log -- cc -o app main.o libfoo.a libbar.a',
  },
  {
    what: 'show which file defines a symbol, and what extracted that file',
    command: 'ardedup explain rt_init -- cc -o app main.o libfoo.a libbar.a',
  },
  { what: 'explain a code, with an example', command: 'ardedup explain split-state' },
];

interface ExplainOptions extends LineOptions {
  readonly reproducer?: boolean;
}

/** `ardedup explain`: finds the cause behind a linker's message, a symbol or a member. */
export function explainCommand(
  streams: Streams,
  _setExitCode: (code: number) => void,
  given: GivenLine,
): Command {
  const command = new Command('explain')
    .description(
      "explain a linker's messages, a symbol, a member or a code: cause and what to do (read-only)",
    )
    .addArgument(
      offering(
        new Argument('[what]', "a linker's log, a symbol, 'libfoo.a(bar.o)' or a code; - for standard input"),
        explainedCodes(),
      ),
    )
    .argument('[line...]', 'the link command')
    .addOption(
      new Option(
        '--reproducer',
        'print the link in link notation for a bug report: names, sizes and order, no code',
      ).conflicts(['provider', 'owner', 'linker', 'format', 'quiet', 'strict']),
    );
  return withExamples(withPlanOptions(withNotes(command, HELP)), ...EXAMPLES).action(
    async (what: string | undefined, rest: string[], options: ExplainOptions) => {
      const operands = what === undefined ? [] : [what, ...rest];
      if (options.reproducer) {
        streams.out(reproducerOf(operands, options, given));
        return;
      }
      requireNoInput(operands, given);
      const { text, line } = splitOperands(operands, given);
      if (text !== null && line.length === 0 && printCodePage(text, options, streams)) return;
      const asked = await readAsked(text, line, streams);
      if (asked.log === null && line.length === 0)
        throw new UsageError(
          'explain: nothing to explain; name a log, pipe one in, or give the link line after --',
        );
      const report = line.length === 0 ? explainLog(asked) : await explainLine(asked, line, options, given);
      await printReport(report, options, streams, given);
    },
  );
}

/** @returns false for text that is a file, or not a code */
function printCodePage(code: string, { format }: ExplainOptions, streams: Streams): boolean {
  const text = statusOf(code) === undefined ? explanationOf(code) : null;
  if (text === null) return false;
  if (format === 'json') streams.out(reportJson({ ...emptyReport, page: { code, text } }));
  else printPage(streams, text);
  return true;
}

const reportJson = (report: ExplainReport): string => `${JSON.stringify(report, null, 1)}\n`;

/** Prints the report, and as text also the `fix` command that cures the link. */
async function printReport(
  report: ExplainReport,
  { format, quiet, linker }: ExplainOptions,
  streams: Streams,
  given: GivenLine,
): Promise<void> {
  if (format === 'json') {
    streams.out(reportJson(report));
    return;
  }
  const colors = colorsOf(streams);
  const asksFix = report.link !== null && report.subjects.length === 0 && quiet !== true;
  const isTrimShown = report.trimCommand !== null && report.link?.duplicatesAfterTrim === 0;
  const fix =
    asksFix && given.program !== null ? await fixTextOf(given, linker, { colors, isTrimShown }) : NO_FIX_TEXT;
  printText(streams, explainText(report, { colors, quiet: quiet === true, adviceFollows: fix.hasAdvice }));
  printText(streams, fix.text);
}

/**
 * The link in notation, one block per architecture.
 *
 * @throws UsageError without a link command, and the errors of `openLines`
 */
function reproducerOf(words: readonly string[], options: LineOptions, { program }: GivenLine): string {
  if (words.length === 0) throw new UsageError('explain --reproducer: expected a link command after --');
  const { lines, close } = openLines(words, { architectures: options.arch, program });
  try {
    return lines
      .map(({ inputs, line, architecture }) => {
        const heading = lines.length > 1 ? `# ${architecture}\n` : '';
        return heading + writeNotation(inputs, line);
      })
      .join('\n');
  } finally {
    close();
  }
}

/** The first operand names what to explain, unless the link line begins there. */
function splitOperands(
  operands: readonly string[],
  { direct }: GivenLine,
): { text: string | null; line: string[] } {
  const [first, ...rest] = operands;
  const isBeforeLine =
    first !== undefined && direct.includes(first) && (first === '-' || !isLinkerInput(first));
  return isBeforeLine ? { text: first, line: rest } : { text: null, line: [...operands] };
}

/** @throws InputError for an archive or object as WHAT: alone, or before a link command */
function requireNoInput(operands: readonly string[], { program, behind }: GivenLine): void {
  const before = operands.slice(0, operands.length - behind.length);
  const [first] = before;
  const isWhat = program !== null || (before.length === 1 && behind.length === 0);
  if (isWhat && first !== undefined && !/^[-@]/.test(first) && isLinkerInput(first)) readLogFile(first);
}

async function readAsked(text: string | null, line: readonly string[], streams: Streams): Promise<Asked> {
  if (text !== null && text !== '-') {
    const file = readLogFile(text);
    if (file !== null) return { log: readLog(decodeLog(file)), text: null };
    if (line.length === 0)
      throw new InputError(
        `${text}: not a file or a code${suggestion(text, explainedCodes())} (a symbol or a member needs the link command after --)`,
      );
    return { log: null, text };
  }
  const fed = await streams.input();
  if (fed === null && text === '-') throw new UsageError('explain -: standard input is a terminal');
  // A build step may have an empty standard input: then the link itself is explained.
  if (fed === null || fed.length === 0) return { log: null, text: null };
  requireSize('standard input', fed.length);
  return { log: readLog(decodeLog(fed)), text: null };
}

/** @returns null if the file does not exist: then it is a name */
function readLogFile(path: string): Uint8Array | null {
  const status = statusOf(path);
  if (!status) return null;
  if (!status.isFile()) throw new InputError(`${path}: not a regular file`);
  requireSize(path, status.size);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw fileError(path, error);
  }
  return requireLogText(path, bytes);
}

function requireSize(what: string, size: number): void {
  if (size > LARGEST_LOG) throw new InputError(`${what}: ${size} bytes, too large for a linker's log`);
}
