import type { CureChange } from '../fix/describe/describe-cure.js';
import type { FixedCure, FixReport, FixResult } from '../fix/fix-line.js';
import type { Colors } from './colors.js';
import { demangleWithin } from './demangle.js';
import { failsText, openNamesLines } from './fix-open-names.js';
import { printable } from './place.js';
import type { TextOptions } from './plan/plan-text.js';
import { count, digits } from './quantities.js';
import { shellCommand } from './shell-command.js';
import { skippedRows } from './skipped-rows.js';

/** Makes names readable in a text. */
export const readable = (text: string): string => printable(demangleWithin(text));

/** Changes of one kind, and other cures, that are shown before "and 3 more". */
const MOST_CHANGES = 6;
const MOST_CURES = 5;
/** Symbols of one sentence that are named before "and 3 more". */
const MOST_NAMES = 4;

/** Options of the text of `fix`. */
export interface FixTextOptions extends TextOptions {
  /** Path of the linker's log; null without one that can be read again. */
  readonly log: string | null;
}

/** Text report: the problems, the applied or possible cures, and the changes that only the user can make. */
export function fixText(result: FixResult, { colors, quiet, log }: FixTextOptions): string {
  const { report } = result;
  const sections = [
    headLines(result, colors),
    ...appliedLines(result, colors),
    ...openNamesLines(result, { colors, quiet, log }),
    ...(quiet ? [] : otherLines(result, colors)),
    ...(quiet ? [] : [choiceLines(report)]),
    ...(quiet ? [] : adviceLines(report, colors)),
    ...(quiet ? [] : skippedLines(result, colors)),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n');
}

function headLines(result: FixResult, colors: Colors): string[] {
  const { report, linker, isHealthy, hasCollisions, allowed, open } = result;
  const { duplicates, splitState } = report.before;
  if (isHealthy && open.areFatal) return [failsText(result, colors)];
  if (isHealthy) return [healthyText(result, colors)];
  const faults = [
    ...(duplicates > 0 ? [count(duplicates, 'duplicate definition')] : []),
    ...(splitState > 0 ? [`${count(splitState, 'mutable global')} in two copies`] : []),
  ];
  const known = [...(allowed.length > 0 ? [allowedText(allowed)] : []), ...faults];
  const silent = hasCollisions ? 'names that bind to the wrong content' : 'a fault that no linker reports';
  const none = known.length === 0 ? 'no duplicate definitions, but' : `${known[0]}, and`;
  return [`${colors.bold(faults.length === 0 ? `${none} ${silent}` : known.join(', '))} on ${linker}`];
}

function healthyText({ allowed, linker }: FixResult, colors: Colors): string {
  const found =
    allowed.length === 0
      ? 'no duplicate definitions and no split state'
      : `${allowedText(allowed)}, and no split state`;
  return `${colors.green('nothing to fix')}: ${found} on ${linker}`;
}

/** Duplicates that the command allows, and which definition is used. */
const allowedText = (names: readonly string[]): string =>
  `${count(names.length, 'name')} with duplicate definitions that the command allows (${readable(namesList(names))}; the first of ${names.length === 1 ? 'them' : 'each'} is used)`;

function appliedLines(result: FixResult, colors: Colors): string[][] {
  const { report, replaced } = result;
  const cure = report.cures.find(({ id }) => id === report.applied);
  if (cure === undefined) return notAppliedLines(result, colors);
  const { duplicates, splitState } = report.before;
  const { after } = cure;
  return [
    [
      `${colors.green('fixed')} by ${cure.kind}: ${readable(cure.summary)}`,
      `  duplicates ${digits(duplicates)} → ${digits(after.duplicates)}, globals in two copies ${digits(splitState)} → ${digits(after.splitState)}, newly unresolved names ${digits(after.unresolved)}`,
      ...changeLines(cure.changes),
      ...(replaced.length > 0
        ? [`  wrote ${replaced.map(([written]) => printable(written)).join(', ')}`]
        : []),
    ],
    ['link with:', '', `  ${colors.green(colors.command(shellCommand(cure.command ?? [])))}`],
  ];
}

function notAppliedLines({ report: { cures, before }, waiting }: FixResult, colors: Colors): string[][] {
  const chosen = cures.find(({ id }) => id === waiting);
  if (chosen !== undefined) {
    const needsNone = cures.find(
      ({ requiresAcceptance, command }) => !requiresAcceptance && command !== null,
    );
    const without =
      chosen.requiresAcceptance || needsNone === undefined
        ? ''
        : `, or choose ${needsNone.kind}, which needs none, with --accept ${needsNone.id}`;
    return [
      [`${colors.yellow('not applied')}: ${chosen.kind} writes archives: add --out-dir <folder>${without}`],
    ];
  }
  if (cures.length === 0)
    return before.duplicates > 0
      ? [[`${colors.yellow('not fixed')}: no change of the command or its archives is right`]]
      : [];
  return [
    [`${colors.yellow('not fixed')}: each cure changes what the program contains, and needs to be accepted`],
  ];
}

function otherLines(result: FixResult, colors: Colors): string[][] {
  const { cures, applied } = result.report;
  const others = cures.filter(({ id }) => id !== applied);
  const shown = others.slice(0, MOST_CURES).map((cure) => cureLines(cure, result, colors));
  const more = others.length - shown.length;
  return [...shown, ...(more > 0 ? [[`and ${count(more, 'more cure')}: --format json lists them`]] : [])];
}

/** The two numbers that decide between yield and isolate, where both are possible. */
export function choiceLines({ cures }: Pick<FixReport, 'cures'>): string[] {
  const has = (kind: string, part: string) => kind.split('+').includes(part);
  const yielded = cures.find(({ kind }) => has(kind, 'yield'));
  const isolated = cures.find(({ kind }) => has(kind, 'isolate') && !has(kind, 'yield'));
  const alone = isolated?.after.splitState ?? yielded?.isolatedAlone;
  if (yielded === undefined || alone === undefined) return [];
  const left = count(yielded.after.splitState, 'global');
  const verb = isolated === undefined ? 'isolate alone would make it' : 'isolate makes it';
  return [`yield leaves ${left} in two copies; ${verb} ${digits(alone)}`];
}

function cureLines(cure: FixedCure, result: FixResult, colors: Colors): string[] {
  const { kind, summary, after, changes } = cure;
  const { before } = result.report;
  return [
    `${colors.bold(kind)}: ${readable(summary)}`,
    `  duplicates ${digits(after.duplicates)}, globals in two copies ${after.splitState > before.splitState ? `${digits(before.splitState)} → ` : ''}${digits(after.splitState)}, newly unresolved names ${digits(after.unresolved)}`,
    ...changeLines(changes),
    `  ${acceptText(cure, result)}`,
  ];
}

/** How to choose a cure that was not applied. */
function acceptText(
  { id, requiresAcceptance }: FixedCure,
  { waiting, withoutFolder }: Pick<FixResult, 'waiting' | 'withoutFolder'>,
): string {
  const folder = withoutFolder.includes(id) ? ' --out-dir <folder>' : '';
  if (id === waiting) return `${requiresAcceptance ? 'accepted' : 'proved'} (${id}); apply it with${folder}`;
  return `${requiresAcceptance ? 'accept it' : 'proved; choose it'} with --accept ${id}${folder}`;
}

/** Consequences, by kind; the summary has said what moves and what is dropped. */
export function changeLines(changes: readonly CureChange[]): string[] {
  const texts = changes.flatMap(consequenceOf);
  const shown = [...splitTexts(changes), ...texts.slice(0, MOST_CHANGES)].map(
    (text) => `  ${readable(text)}`,
  );
  const more = texts.length - MOST_CHANGES;
  return more > 0 ? [...shown, `  and ${digits(more)} more`] : shown;
}

function consequenceOf(change: CureChange): string[] {
  switch (change.change) {
    case 'binding':
      return [`\`${change.symbol}\` binds to ${change.to}, and no longer to ${change.from}`];
    case 'choice':
      return [choiceText(change)];
    case 'lost-side-effect':
      return [`${change.file} is no longer loaded, so its effect at start is lost (${change.section})`];
    case 'added-side-effect':
      return [`${change.file} is loaded, and acts at start or registers something`];
    case 'constructor-order':
      return [
        `constructors or destructors of ${change.other} and ${change.file} may depend on each other, and their order changes`,
      ];
    case 'section-order':
      return [`entries that the program iterates over change their order, first in ${change.file}`];
    case 'weak-reference':
      return [weakText(change)];
    case 'lost-export':
      return [`\`${change.symbol}\` is no longer exported`];
    case 'missing-library':
      return [`${change.library} was not found, so its definitions are unknown`];
    default:
      return [];
  }
}

type SplitChange = Extract<CureChange, { change: 'split-state' }>;

/**
 * Globals in two copies, by what was before and by the file with the other copy. `--format json` names each of them.
 */
function splitTexts(changes: readonly CureChange[]): string[] {
  const groups = new Map<string, SplitChange[]>();
  for (const change of changes) {
    if (change.change !== 'split-state') continue;
    const key = `${change.wasSplit} ${change.file}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].map((group) => {
    const [{ file, wasSplit }] = group;
    const names = namesList(group.map(({ symbol }) => symbol));
    const isOne = group.length === 1;
    if (wasSplit) return `${names} ${isOne ? 'stays' : 'stay'} in two copies, one in ${file}`;
    const change = isOne ? 'was one global, and is two' : 'were one global each, and are two each';
    return `${names} ${change}: code of ${file} uses ${isOne ? 'a copy' : 'copies'} of its own`;
  });
}

/** `a, b, c, d and 12 more`, in backquotes. */
function namesList(symbols: readonly string[]): string {
  const shown = symbols.length <= MOST_NAMES + 1 ? symbols : symbols.slice(0, MOST_NAMES);
  const names = shown.map((symbol) => `\`${symbol}\``).join(', ');
  const more = symbols.length - shown.length;
  return more > 0 ? `${names} and ${digits(more)} more` : names;
}

function choiceText(change: Extract<CureChange, { change: 'choice' }>): string {
  const { symbol, kept, given, isEqual, isolated } = change;
  if (isolated !== undefined)
    return `\`${symbol}\` stays in ${kept} and in ${given}; ${isolated} uses its own`;
  return isEqual
    ? `\`${symbol}\` stays in ${kept}; the equal one of ${given} goes; --exclude-libs hides only one of them`
    : `\`${symbol}\` stays in ${kept}; the different definition in ${given} is dropped`;
}

const weakText = ({ symbol, from, to }: Extract<CureChange, { change: 'weak-reference' }>): string =>
  to === null
    ? `the weak reference to \`${symbol}\` is 0, and no longer ${from}'s`
    : `the weak reference to \`${symbol}\` is ${to}'s, and no longer 0`;

/** Advice: changes that only the user can make, at the source. */
export const adviceLines = ({ advice, applied }: FixReport, colors: Colors): string[][] =>
  advice.length === 0
    ? []
    : [
        [
          colors.bold(applied === null ? 'what to change' : 'what to change at the source'),
          ...advice.map(({ code, text }) => `  ${code}: ${readable(text)}`),
        ],
      ];

const skippedLines = ({ skipped }: FixResult, colors: Colors): string[][] =>
  skipped.length === 0 ? [] : [skippedRows(skipped, MOST_CHANGES, colors)];
