import { type Command, Option } from 'commander';
import { type Baseline, GateFileError, parseBaseline } from '../../check/baseline.js';
import {
  type FindingKind,
  findingCodes,
  isFindingKind,
  SEVERITIES,
  type Severity,
} from '../../check/findings.js';
import type { Gate } from '../../check/gate.js';
import { isDay, parseSuppressions } from '../../check/suppressions.js';
import { fileError, InputError } from '../../link/inputs/open-files.js';
import { readWhole } from '../../link/inputs/read-text.js';
import { offering } from '../help/help-text.js';
import { suggestion } from './suggest.js';
import { UsageError } from './usage-error.js';

/** Values of --fail-on. */
const WHAT_FAILS: readonly string[] = [...SEVERITIES, 'never', ...findingCodes];

/** Options that say which findings make a check fail. */
export interface GateOptions {
  readonly failOn: readonly string[];
  readonly max: readonly string[];
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly suppressions?: string;
  readonly today?: string;
}

const words = (value: string, previous: readonly string[] = []): string[] => [
  ...previous,
  ...value.split(','),
];

export function withGateOptions(command: Command): Command {
  return command
    .addOption(
      offering(
        new Option(
          '--fail-on <what>',
          `findings that make the exit code 1: ${SEVERITIES.join(', ')} (each includes the worse ones), kinds of finding, or never (repeatable, or separated by commas; default: warning)`,
        ).argParser(words),
        [...SEVERITIES, ...findingCodes, 'never'],
      ),
    )
    .option('--max <kind=number>', 'allow up to this many findings of a kind (repeatable)', words, [])
    .option('--baseline <file>', 'file of known findings, which pass')
    .option('--update-baseline', 'write the current findings to the --baseline file, and pass')
    .option('--suppressions <file>', 'file of findings that pass until a last day, each with a reason')
    .option(
      '--today <date>',
      'current day, which decides whether a suppression has expired (default: SOURCE_DATE_EPOCH)',
    );
}

/** @throws UsageError, InputError */
export function gateOf(
  options: GateOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Gate {
  if (options.updateBaseline && options.baseline === undefined)
    throw new UsageError('--update-baseline: expected --baseline <file>, which names the file to write');
  const suppressions =
    options.suppressions === undefined ? [] : readGateFile(options.suppressions, parseSuppressions);
  return {
    failOn: failOnOf(options.failOn ?? ['warning']),
    most: new Map(options.max.map(thresholdOf)),
    baseline: baselineFile(options),
    suppressions,
    today: suppressions.length === 0 ? null : todayOf(options.today, environment.SOURCE_DATE_EPOCH),
  };
}

function baselineFile({ baseline, updateBaseline }: GateOptions): Baseline | null {
  return baseline === undefined || updateBaseline ? null : readGateFile(baseline, parseBaseline);
}

function failOnOf(named: readonly string[]): (Severity | FindingKind)[] {
  if (named.includes('never')) {
    if (named.length > 1) throw new UsageError('--fail-on never: cannot be combined with other values');
    return [];
  }
  const unknown = named.find((word) => !isFindingKind(word) && !SEVERITIES.includes(word as Severity));
  if (unknown !== undefined)
    throw new UsageError(
      `--fail-on ${unknown}: expected one of ${WHAT_FAILS.join(', ')}${suggestion(unknown, WHAT_FAILS)}`,
    );
  return named as (Severity | FindingKind)[];
}

function thresholdOf(text: string): [FindingKind, number] {
  const [, kind, number] = /^([^=]*)=(\d{1,9})$/.exec(text) ?? [];
  if (kind === undefined || !isFindingKind(kind))
    throw new UsageError(
      `--max: expected <kind=number> such as droppable-copy=10, got ${text} (kinds: ${findingCodes.join(', ')})`,
    );
  return [kind, Number(number)];
}

/** The date from the option or SOURCE_DATE_EPOCH, never from the clock, so that results are reproducible. */
function todayOf(option: string | undefined, epoch: string | undefined): string {
  if (option !== undefined) {
    if (!isDay(option)) throw new UsageError(`--today: expected a date such as 2026-11-21, got ${option}`);
    return option;
  }
  const day = epoch !== undefined && /^\d{1,11}$/.test(epoch) ? new Date(Number(epoch) * 1000) : null;
  if (day === null)
    throw new UsageError(
      '--suppressions: expected the current day, since suppressions expire; add --today "$(date -u +%F)", or set SOURCE_DATE_EPOCH',
    );
  return day.toISOString().slice(0, 10);
}

function readGateFile<Parsed>(path: string, parse: (text: string) => Parsed): Parsed {
  try {
    return parse(readWhole(path).toString('utf8'));
  } catch (error) {
    if (error instanceof GateFileError) throw new InputError(`${path}: ${error.message}`);
    throw fileError(path, error);
  }
}
