import type { CureChange } from '../fix/describe/describe-cure.js';
import type { FixedCure, FixReport, FixResult } from '../fix/fix-line.js';
import type { Colors } from './colors.js';
import { printable } from './place.js';
import type { TextOptions } from './plan/plan-text.js';
import { count, digits } from './quantities.js';
import { shellCommand } from './shell-command.js';

/** Changes of one kind, and other cures, that are shown before "and 3 more". */
const MOST_CHANGES = 6;
const MOST_CURES = 5;

/** Text report: the problems, the applied or possible cures, and the changes that only the user can make. */
export function fixText(result: FixResult, { colors, quiet }: TextOptions): string {
  const { report } = result;
  const sections = [
    headLines(result, colors),
    ...appliedLines(result, colors),
    ...(quiet ? [] : otherLines(report, colors)),
    ...(quiet ? [] : adviceLines(report, colors)),
    ...(quiet ? [] : skippedLines(result, colors)),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n');
}

function headLines({ report, linker, isHealthy }: FixResult, colors: Colors): string[] {
  const { duplicates, splitState } = report.before;
  if (isHealthy)
    return [`${colors.green('nothing to fix')}: no duplicate definitions and no split state on ${linker}`];
  const faults = [
    ...(duplicates > 0 ? [count(duplicates, 'duplicate definition')] : []),
    ...(splitState > 0 ? [`${count(splitState, 'mutable global')} in two copies`] : []),
  ];
  const what =
    faults.length === 0
      ? 'no duplicate definitions, but names that bind to the wrong content'
      : faults.join(', ');
  return [`${colors.bold(what)} on ${linker}`];
}

function appliedLines({ report, replaced }: FixResult, colors: Colors): string[][] {
  const cure = report.cures.find(({ id }) => id === report.applied);
  if (cure === undefined) return notAppliedLines(report, colors);
  const { duplicates, splitState } = report.before;
  const { after } = cure;
  return [
    [
      `${colors.green('fixed')} by ${cure.kind}: ${printable(cure.summary)}`,
      `  duplicates ${digits(duplicates)} → ${digits(after.duplicates)}, globals in two copies ${digits(splitState)} → ${digits(after.splitState)}, unresolved names ${digits(after.unresolved)}`,
      ...changeLines(cure.changes),
      ...(replaced.length > 0
        ? [`  wrote ${replaced.map(([written]) => printable(written)).join(', ')}`]
        : []),
    ],
    ['link with:', '', `  ${colors.green(colors.command(shellCommand(cure.command ?? [])))}`],
  ];
}

function notAppliedLines({ cures, before }: FixReport, colors: Colors): string[][] {
  const proved = cures.find(({ requiresAcceptance }) => !requiresAcceptance);
  if (proved !== undefined)
    return [
      [
        `${colors.yellow('not applied')}: ${proved.kind} writes archives, so it needs a folder: --out-dir <folder>`,
      ],
    ];
  if (cures.length === 0)
    return before.duplicates > 0
      ? [[`${colors.yellow('not fixed')}: no change of the command or its archives is right`]]
      : [];
  return [
    [`${colors.yellow('not fixed')}: each cure changes what the program contains, and needs your word`],
  ];
}

function otherLines({ before, cures, applied }: FixReport, colors: Colors): string[][] {
  const others = cures.filter(({ id }) => id !== applied);
  const shown = others.slice(0, MOST_CURES).map((cure) => cureLines(cure, before, colors));
  const more = others.length - shown.length;
  return [...shown, ...(more > 0 ? [[`and ${count(more, 'more cure')}: --format json lists them`]] : [])];
}

const cureLines = (
  { id, kind, summary, requiresAcceptance, after, changes }: FixedCure,
  before: FixReport['before'],
  colors: Colors,
): string[] => [
  `${colors.bold(kind)}: ${printable(summary)}`,
  `  duplicates ${digits(after.duplicates)}, globals in two copies ${after.splitState > before.splitState ? `${digits(before.splitState)} → ` : ''}${digits(after.splitState)}, unresolved names ${digits(after.unresolved)}`,
  ...changeLines(changes),
  requiresAcceptance ? `  accept it with --accept ${id}` : '  proved, needs no acceptance',
];

/** Consequences, by kind; the summary has said what moves and what is dropped. */
function changeLines(changes: readonly CureChange[]): string[] {
  // Each global that is split is accepted by its name.
  const isSplit = ({ change }: CureChange) => change === 'split-state';
  const splits = changes.filter(isSplit).flatMap(consequenceOf);
  const texts = changes.filter((change) => !isSplit(change)).flatMap(consequenceOf);
  const shown = [...splits, ...texts.slice(0, MOST_CHANGES)].map((text) => `  ${printable(text)}`);
  const more = texts.length - MOST_CHANGES;
  return more > 0 ? [...shown, `  and ${digits(more)} more`] : shown;
}

function consequenceOf(change: CureChange): string[] {
  switch (change.change) {
    case 'binding':
      return [`\`${change.symbol}\` is taken from ${change.to}, and no longer from ${change.from}`];
    case 'choice':
      return [`\`${change.symbol}\` stays in ${change.kept}; the different one of ${change.given} goes`];
    case 'lost-side-effect':
      return [`${change.file} is not loaded, nor what it does at start (${change.section})`];
    case 'added-side-effect':
      return [`${change.file} is loaded, and acts at start or registers something`];
    case 'constructor-order':
      return [
        `constructors or destructors of ${change.other} and ${change.file} may depend on each other, and change their order`,
      ];
    case 'section-order':
      return [`entries that the program walks change their order, first in ${change.file}`];
    case 'weak-reference':
      return [weakText(change)];
    case 'split-state':
      return [
        `\`${change.symbol}\` was one global, and is two: code of ${change.file} uses a copy of its own`,
      ];
    case 'lost-export':
      return [`\`${change.symbol}\` is no longer exported`];
    case 'missing-library':
      return [`${change.library} was not found: what it defines is not known`];
    default:
      return [];
  }
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
          colors.bold(applied === null ? 'what to change' : 'for good'),
          ...advice.map(({ code, text }) => `  ${code}: ${printable(text)}`),
        ],
      ];

const skippedLines = ({ skipped }: FixResult, colors: Colors): string[][] =>
  skipped.length === 0
    ? []
    : [
        skipped
          .slice(0, MOST_CHANGES)
          .map((what) => `${colors.yellow('not taken into account')}: ${printable(what)}`),
      ];
