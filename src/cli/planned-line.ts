import { type QueriedCommand, queryCommand } from '../fix/command/query-command.js';
import { LineError } from '../link/command/line-error.js';
import { MixedInputsError } from '../link/inputs/inputs.js';
import { openLines } from '../link/line/open-lines.js';
import type { OpenedLine, OpenedLines } from '../link/line/opened-line.js';
import type { SharedArchives } from '../plan/plan-trim.js';
import { type LinePlan, planLines } from './line-plans.js';
import type { EditOptions } from './options/edit-option-table.js';
import { requireEffect, type Scope } from './options/files-on-line.js';
import {
  type GivenLine,
  type LineOptions,
  linkerOption,
  requireComplete,
  requireKnownOptions,
  requireUniversal,
} from './options/options.js';

/** Requirements on a line that is planned together with others. */
export interface Together {
  readonly lineName: string;
  sharedOf(opened: OpenedLine): SharedArchives;
}

/**
 * Opens a line, plans it for each architecture of its universal files, calls a function with the plans, and closes it.
 * @throws UsageError and the errors of `openLines`
 */
export async function withPlannedLine<Result>(
  words: readonly string[],
  options: Omit<LineOptions, 'format'> & EditOptions,
  given: GivenLine,
  use: (planned: readonly LinePlan[]) => Result | Promise<Result>,
): Promise<Result> {
  const { planned, close } = openPlanned(words, options, given);
  try {
    return await use(planned);
  } finally {
    close();
  }
}

/** The same, to be closed by the caller. */
export function openPlanned(
  words: readonly string[],
  options: Omit<LineOptions, 'format'> & EditOptions,
  given: GivenLine,
  together: Together | null = null,
): { readonly planned: readonly LinePlan[]; close(): void } {
  const { program, launcher } = given;
  const { lines, queried, close } = openQueried(words, options.arch, given);
  const isConfigured = (option: string): boolean => options.configured?.includes(option) === true;
  const scopeOf = (option: string): Scope => (isConfigured(option) ? 'many-lines' : 'one-line');
  try {
    requireKnownOptions(lines[0], given);
    requireUniversal(lines[0], isConfigured('arch') ? [] : options.arch);
    if (program !== null) requireAnInput(program, lines);
    for (const opened of lines) requireComplete(opened, options.strict);
    const planned = planLines(
      lines,
      {
        providers: options.provider,
        owners: options.owner,
        edits: options,
        scopes: { providers: scopeOf('provider'), owners: scopeOf('owner'), edits: 'one-line' },
        linkerOf: (opened) => linkerOption(options, opened, queried),
        ...(together === null ? {} : { sharedOf: together.sharedOf }),
      },
      { program, launcher, lineName: together?.lineName, ...queried?.opening },
    );
    if (!isConfigured('owner'))
      requireEffect(
        planned.map(({ plan }) => plan),
        planned.map(({ planOptions }) => planOptions.ownership ?? []),
      );
    return { planned, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** @throws LineError for a command that links nothing */
function requireAnInput(program: string, lines: readonly OpenedLine[]): void {
  const isEmpty = lines.every(({ inputs }) => inputs.members.length + inputs.archives.length === 0);
  if (isEmpty) throw new LineError(`${program}: the command has no object and no archive`);
}

/**
 * Opens a line as its linker reads it, with the inputs that a compiler driver adds. If the installed driver is for
 * another target than the line's objects, the line is used without them.
 * @throws the errors of `openLines`
 */
function openQueried(
  words: readonly string[],
  architectures: readonly string[],
  { program, variables }: GivenLine,
): OpenedLines & { readonly queried: QueriedCommand | null } {
  const queried = queryCommand(program, words, { architectures, variables });
  try {
    const opened = openLines(words, { architectures, program, ...queried?.opening });
    return { ...withRefusal(opened, queried), queried };
  } catch (error) {
    if (!(error instanceof MixedInputsError) || !queried?.opening.handed) throw error;
    return { ...openLines(words, { architectures, program }), queried: null };
  }
}

/** Lists the refusal of a compiler driver among what is not taken into account. */
const withRefusal = (opened: OpenedLines, queried: QueriedCommand | null): OpenedLines => ({
  ...opened,
  lines: opened.lines.map((line) => {
    const refusal = queried?.refusalFor(line) ?? null;
    return refusal === null ? line : { ...line, skipped: [refusal, ...line.skipped] };
  }),
});
