import type { FindingDraft } from '../../check/findings.js';
import { demangle } from '../demangle.js';
import { printable } from '../place.js';
import type { MemberLookup } from '../plan/member-lookup.js';
import type { PlanReport } from '../plan/plan-report.js';
import { bytesText, count } from '../quantities.js';
import type { CollisionReport } from './describe-collisions.js';
import { exampleOf, groupBy, SYMBOLS_GIVEN } from './finding-parts.js';

/** Names whose users get another definition than their own archive has, by the archives of both. */
export function collisions(
  found: readonly CollisionReport[],
  { shadowed, providers, ownership }: PlanReport,
  about: MemberLookup,
): FindingDraft[] {
  const reported = new Set(shadowed.flatMap(({ symbols }) => symbols));
  // The user has chosen the definitions of providers and owners.
  const chosen = [...providers, ...ownership.map(({ archive }) => archive)];
  const isChosen = (file: string) => chosen.some((path) => path === file || file.endsWith(`/${path}`));
  const isNews = ({ kind, symbol, bound }: CollisionReport) =>
    kind !== 'foreign-definition' ||
    !(reported.has(symbol) || about.places([bound]).some(({ file }) => isChosen(file)));
  const groups = groupBy(found.filter(isNews), ({ kind, bound, other }) => [
    kind,
    bound.archive,
    other.archive,
  ]);
  return groups.map((group) => {
    const [{ kind }] = group;
    const isMerged = kind === 'comdat-data' || kind === 'comdat-function';
    return {
      kind: isMerged ? 'comdat-mismatch' : 'silent-collision',
      severity: kind === 'comdat-function' ? 'note' : 'warning',
      subject: kind === 'foreign-definition' ? '' : kind,
      message: (isMerged ? mergedText : boundText)(group, about),
      places: about.places(group.flatMap(({ bound, other }) => [bound, other])),
      symbols: group.slice(0, SYMBOLS_GIVEN).map(({ symbol }) => symbol),
      count: group.length,
      remedy: null,
    };
  });
}

function boundText(group: readonly CollisionReport[], about: MemberLookup): string {
  const [{ kind }] = group;
  const [from, own] = [group.map(({ bound }) => bound), group.map(({ other }) => other)].map((files) =>
    about.archiveList(files),
  );
  const names = `${count(group.length, 'name')} ${group.length === 1 ? 'binds' : 'bind'}`;
  const such = `such as ${exampleOf(group.map(({ symbol }) => symbol))}`;
  return kind === 'default-wins'
    ? `${names} to the weak default of ${from}, which is loaded whole before the objects, and not to the definition that the compiler put into ${own}, ${such}`
    : `${names} to ${from} where ${own} uses ${group.length === 1 ? 'it' : 'them'}, though ${own} has a different definition of its own, ${such} (used by ${about.label(group[0].user)})`;
}

function mergedText(group: readonly CollisionReport[], about: MemberLookup): string {
  const what = group[0].kind === 'comdat-data' ? 'weak or COMDAT global' : 'inline function';
  const largest = group.reduce((worst, one) =>
    Math.abs(one.boundSize - one.otherSize) > Math.abs(worst.boundSize - worst.otherSize) ? one : worst,
  );
  const { symbol, bound, boundSize, other, otherSize } = largest;
  return `${count(group.length, what)} ${group.length === 1 ? 'has' : 'have'} different sizes in files of this link, such as ${printable(demangle(symbol))}: ${bytesText(boundSize)} in ${about.fileName(bound)}, which the link uses, and ${bytesText(otherSize)} in ${about.fileName(other)}`;
}
