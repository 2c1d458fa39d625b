import { explainHint, type FindingKind } from '../../check/findings.js';
import { comesWithToolchain } from '../../origin/runtime-names.js';
import type { Colors } from '../colors.js';
import { demangle } from '../demangle.js';
import { printable } from '../place.js';
import { winnerUnknown } from '../plan/link-notes.js';
import { reasonText } from '../plan/reason-text.js';
import { remedyText } from '../plan/remedy-text.js';
import type { UnequalSizes } from '../plan/shared-names.js';
import { bytesText, count, digits, shortList } from '../quantities.js';
import type { Advice, CauseReport, ExplainReport } from './explain-report.js';
import { chainText, fileName, nameText } from './explain-words.js';

/** Names and reasons shown of each cause. */
const NAMES_SHOWN = 3;

const RELATIONS: Readonly<Record<CauseReport['relation'], (one: string, other: string) => string>> = {
  'identical-bytes': (one, other) => `${one} and ${other} bundle the same objects, byte for byte`,
  'same-image': (one, other) =>
    `${one} and ${other} bundle the same objects; only debug information and names of local symbols differ`,
  'same-unit': (one, other) => `${one} and ${other} bundle copies of the same compiled units`,
  'same-build': (one, other) =>
    `${one} and ${other} bundle one build of a crate, divided into different units`,
  'other-content': (one, other) => `${one} and ${other} bundle units of one name whose content differs`,
  'other-build': (one, other) => `${one} and ${other} bundle two builds of one crate`,
  'same-name': (one, other) => `${one} and ${other} have objects of the same name with different content`,
  'other-library': (one, other) =>
    `${one} and ${other} define the same names in files that are not copies of each other`,
  'same-file': (one) => `${one} is in the link twice`,
};

/** The same for members of one archive. */
const WITHIN: Readonly<Record<CauseReport['relation'], (archive: string) => string>> = {
  'identical-bytes': (archive) => `members of ${archive} are the same objects, byte for byte`,
  'same-image': (archive) =>
    `members of ${archive} are the same objects; only debug information and names of local symbols differ`,
  'same-unit': (archive) => `members of ${archive} are copies of the same compiled units`,
  'same-build': (archive) =>
    `members of ${archive} are of one build of a crate, divided into different units`,
  'other-content': (archive) => `members of ${archive} are units of one name whose content differs`,
  'other-build': (archive) => `members of ${archive} are of two builds of one crate`,
  'same-name': (archive) => `members of ${archive} have one name and different content`,
  'other-library': (archive) =>
    `members of ${archive} define the same names, and are not copies of each other`,
  'same-file': (archive) => `${archive} is in the link twice`,
};

/** Where each is explained. */
const KINDS: Readonly<Record<CauseReport['relation'], FindingKind>> = {
  'identical-bytes': 'duplicate-definition',
  'same-image': 'duplicate-definition',
  'same-unit': 'duplicate-definition',
  'same-build': 'duplicate-definition',
  'same-file': 'duplicate-definition',
  'other-build': 'same-crate-other-build',
  'other-content': 'name-collision',
  'same-name': 'name-collision',
  'other-library': 'name-collision',
};

/** The archive of one side; its object where there is but one, otherwise the objects of the line. */
function sideName({ pairs, ...cause }: CauseReport, side: 'winner' | 'loser'): string {
  if (cause[side] !== null) return fileName(cause[side]);
  const labels = new Set(pairs.map((pair) => pair[side].label));
  return labels.size === 1 ? printable(pairs[0][side].label) : fileName(null);
}

/** Its number, the crates, and how the two sides are related. */
export function titleOf(cause: CauseReport, at: number, colors: Colors): string {
  const crates = cause.crates.map(({ crate }) => crate);
  const who = crates.length > 0 ? `${shortList(crates, NAMES_SHOWN, 'crate')}: ` : '';
  const isWithin = cause.winner !== null && cause.winner === cause.loser;
  const title = isWithin
    ? WITHIN[cause.relation](fileName(cause.winner))
    : RELATIONS[cause.relation](sideName(cause, 'winner'), sideName(cause, 'loser'));
  return `${at + 1}. ${colors.bold(`${printable(who)}${title}`)}`;
}

/** A cause of duplicates of the link. */
export function causeLines(
  report: ExplainReport,
  cause: CauseReport,
  at: number,
  { colors, adviceFollows }: { readonly colors: Colors; readonly adviceFollows: boolean },
): string[] {
  const told = cause.inLog === null ? '' : ` (${digits(cause.inLog)} in the log)`;
  const [{ winner, loser }] = cause.pairs;
  const isOneSided = cause.relation === 'same-file';
  const row = (label: string, text: string) => `   ${label.padEnd(9)}${text}`;
  const lines = [
    ...(at > 0 ? [''] : []),
    titleOf(cause, at, colors),
    row(
      '',
      `${count(cause.duplicates, 'duplicate definition')}${told} in ${count(cause.pairs.length, 'pair of files', 'pairs of files')}, such as ${cause.such.slice(0, NAMES_SHOWN).map(nameText).join(', ')}`,
    ),
    row('used', `${printable(winner.label)}${onLinkers(report, cause)}`),
    ...cause.winnerUnknown.map((linker) => row('', winnerUnknown(linker))),
    ...(isOneSided ? [] : [row('', colors.dim(chainText(cause.winnerChain)))]),
  ];
  if (!isOneSided)
    lines.push(row('second', printable(loser.label)), row('', colors.dim(chainText(cause.loserChain))));
  if (cause.unequal) lines.push(row('sizes', colors.red(unequalText(cause.unequal))));
  if (cause.splitGlobals > 0)
    lines.push(row('state', colors.red(`${count(cause.splitGlobals, 'mutable global')} in both: see below`)));
  for (const { code, members, such, symbol } of cause.stays.slice(0, NAMES_SHOWN))
    lines.push(
      row(
        'stays',
        `${count(members, 'member')}: ${reasonText(code)}, such as ${printable(such.label)}${symbol ? ` (${nameText(symbol)})` : ''}`,
      ),
    );
  for (const [place, advice] of cause.advice.entries()) {
    const isBelow = adviceFollows && advice === 'keep-one';
    lines.push(
      row(place === 0 ? 'do' : '', isBelow ? 'what to change, below' : adviceText(report, cause, advice)),
    );
  }
  return [...lines, row('see', explainHint(KINDS[cause.relation]))];
}

function unequalText({ symbol, sizes, names }: UnequalSizes): string {
  const more = names > 1 ? ` (and ${count(names - 1, 'more global')})` : '';
  return `${printable(demangle(symbol))} has ${sizes.map(bytesText).join(' and ')}${more}: where the smaller is used, code for the larger may write past its end`;
}

function onLinkers({ link }: ExplainReport, { wins, loses }: CauseReport): string {
  if (loses.length > 0) return ` on ${wins.join(', ')}; the other on ${loses.join(', ')}`;
  return wins.length > 1 ? ` on ${wins.join(', ')}` : ` on ${link?.title ?? ''}`;
}

export const ONE_WORKSPACE =
  'build both in one cargo workspace, with one lock file, profile and set of features';

/** Advice that makes two builds of a crate one. Crates of the toolchain come compiled: they follow the toolchain. */
export const buildText = (crate: string, users: readonly (string | undefined)[]): string =>
  comesWithToolchain(crate, users)
    ? `build both with one toolchain, which brings ${printable(crate)}`
    : `${ONE_WORKSPACE}, so that ${printable(crate)} is compiled once`;

/** Crates whose references extracted the files of a cause, as far as its chains show. */
const usersOf = ({ winnerChain, loserChain }: CauseReport): (string | undefined)[] =>
  [winnerChain, loserChain].flatMap((chain) => chain.slice(-2, -1).map(({ file }) => file.crate));

function adviceText({ remedies }: ExplainReport, cause: CauseReport, advice: Advice): string {
  const [one, other] = [sideName(cause, 'winner'), sideName(cause, 'loser')];
  const crate = cause.crates[0]?.crate ?? 'the crate';
  switch (advice) {
    case 'trim':
      return cause.goneAfterTrim === cause.duplicates
        ? 'the trim command above removes all of them'
        : `the trim command above removes ${digits(cause.goneAfterTrim)} of them`;
    case 'change-line':
      return `on the line: ${remedyText(remedies[0])}`;
    case 'one-build':
      return buildText(crate, usersOf(cause));
    case 'same-sources':
      return 'rebuild both from the same sources, with the same compiler and options';
    case 'without-lto':
      return `build ${one} and ${other} without LTO, or both with the same settings: then their units match`;
    case 'one-library':
      return 'or build one static library that holds both, so that there is one runtime from the start';
    case 'keep-one':
      return 'keep these definitions in one of the two, or rename or hide them where one of the two is built';
    case 'name-once':
      return `name ${one} once, and not as a whole archive as well`;
  }
}
