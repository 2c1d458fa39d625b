import { basename } from 'node:path';
import { explainLink, linkerOfLog } from '../explain/explain.js';
import { findByLastComponent } from '../explain/find-names.js';
import type { LogReading } from '../explain/log/read-log.js';
import { causesInLog } from '../explain/log-causes.js';
import { findSubjects } from '../explain/subject.js';
import type { Inputs } from '../link/inputs/inputs.js';
import { InputError } from '../link/inputs/open-files.js';
import { findRemedies } from '../plan/remedies.js';
import { demangle } from '../report/demangle.js';
import { describeLink, describeLog, describeLogCause } from '../report/explain/describe-explanation.js';
import { type ExplainReport, emptyReport } from '../report/explain/explain-report.js';
import { describeSubjects } from '../report/explain/explain-subject.js';
import { printable } from '../report/place.js';
import { count } from '../report/quantities.js';
import { programWords } from '../report/shell-command.js';
import type { LinePlan } from './line-plans.js';
import type { GivenLine, LineOptions } from './options/options.js';
import { suggestion } from './options/suggest.js';
import { withPlannedLine } from './planned-line.js';

/** Names that a misspelt one is compared with: a tenth of a second; a second with the names demangled. */
const MOST_NAMES_COMPARED = 200_000;

/** The log, symbol or member to explain. */
export interface Asked {
  readonly log: LogReading | null;
  /** A symbol or member. */
  readonly text: string | null;
}

/** Explains the messages of a log without its link. */
export function explainLog({ log }: Asked): ExplainReport {
  if (log === null) return emptyReport;
  const logCauses = causesInLog(log.diagnostics).map(describeLogCause);
  return { ...emptyReport, log: describeLog(log), logCauses };
}

/**
 * Explains a link, or a log, symbol or member of it.
 *
 * @throws InputError for a name that the link does not have, and the errors of `withPlannedLine`
 */
export async function explainLine(
  asked: Asked,
  line: readonly string[],
  options: LineOptions,
  given: GivenLine,
): Promise<ExplainReport> {
  const { log } = asked;
  const usualLinker: LineOptions['usualLinker'] = (format) =>
    log === null ? null : linkerOfLog(log, format);
  return withPlannedLine(line, { ...options, usualLinker }, given, (planned) => {
    const wanted = planned.find(({ opened }) => opened.architecture === log?.architecture);
    return explainPlanned(asked, wanted ?? planned[0], options, given);
  });
}

function explainPlanned(
  asked: Asked,
  planned: LinePlan,
  options: LineOptions,
  given: GivenLine,
): ExplainReport {
  const { opened, plan, planOptions } = planned;
  const explanation = explainLink(plan, asked.log, demangle);
  const subjects = asked.text === null ? [] : findSubjects(plan, asked.text, demangle);
  if (asked.text !== null && subjects.length === 0)
    throw new InputError(
      `${asked.text}: not a file, and not a symbol or member of this link${qualifiedNames(plan, asked.text) || suggestion(asked.text, candidateNames(plan, asked.text))}`,
    );
  const isAllGone = explanation.causes.every(({ duplicates, goneAfterTrim }) => duplicates === goneAfterTrim);
  const remedies =
    isAllGone || options.quiet ? [] : findRemedies(opened.inputs, plan, opened.line, planOptions);
  return {
    ...emptyReport,
    log: asked.log === null ? null : describeLog(asked.log),
    ...describeLink(explanation, {
      architecture: opened.architecture,
      skipped: opened.skipped,
      remedies,
      trimCommand: plan.isOpenWorld && given.program === null ? null : trimCommand(planned, options, given),
    }),
    subjects: describeSubjects(plan, subjects),
  };
}

/** Names that a suggestion lists. */
const MOST_SUGGESTED = 3;

/** A suggestion of the names whose last component is the one asked for; empty without any. */
function qualifiedNames({ graph: { inputs } }: LinePlan['plan'], asked: string): string {
  const found = findByLastComponent(inputs, asked, demangle);
  if (found.length === 0) return '';
  const named = found.slice(0, MOST_SUGGESTED).map((name) => `\`${printable(name)}\``);
  const more =
    found.length > MOST_SUGGESTED ? ` (or ${count(found.length - MOST_SUGGESTED, 'more name')})` : '';
  return `; did you mean ${named.join(' or ')}${more}?`;
}

/** Names that a misspelt subject may mean, while there are few enough to compare with each. */
function candidateNames({ graph: { inputs } }: LinePlan['plan'], asked: string): string[] {
  const archive = /^(.+)\([^()]+\)$/.exec(asked)?.[1];
  const members = archive === undefined ? [] : membersOf(inputs, archive);
  if (members.length > 0) return members;
  const { names } = inputs.symbols;
  if (names.length > MOST_NAMES_COMPARED) return [];
  const isReadable = /[:(<]/.test(asked);
  return Array.from({ length: names.length }, (_, name) => {
    const text = names.text(name);
    return isReadable ? demangle(text) : text;
  });
}

/** Members of an archive, as they are asked for; empty without such an archive. */
function membersOf({ archives, members }: Inputs, asked: string): string[] {
  const ids = archives.filter(({ path }) => basename(path) === basename(asked)).map(({ id }) => id);
  const own = members.filter(({ archive }) => ids.includes(archive));
  return own.length > MOST_NAMES_COMPARED ? [] : own.map(({ name }) => `${asked}(${name})`);
}

/** The words of the command that carries the plan out. */
function trimCommand(
  { opened, plan, planOptions }: LinePlan,
  options: LineOptions,
  given: GivenLine,
): string[] {
  const owners = plan.firstOwners.map((archive) => opened.inputs.archives[archive].path);
  const providers = options.provider.length > 0 ? options.provider : owners;
  return [
    'ardedup',
    'trim',
    ...providers.flatMap((path) => ['--provider', path]),
    ...options.owner.flatMap((rule) => ['--owner', rule]),
    ...(planOptions.linker === null ? [] : ['--linker', planOptions.linker.id]),
    ...options.arch.flatMap((name) => ['--arch', name]),
    ...['--out-dir', 'trimmed', '--'],
    ...programWords(given),
    ...opened.parsed.args,
  ];
}
