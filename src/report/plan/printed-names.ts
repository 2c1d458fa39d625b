import { nameOf } from '../../link/inputs/archive-name.js';
import { printable } from '../place.js';
import type { MemberRef, MemberSummary, PlanReport } from './plan-report.js';

/** Crates that a line names before "3 more crates". */
export const CRATES_NAMED = 3;

/** `libfoo.a(bar.o)`. */
export function refText(report: PlanReport, { archive, name }: MemberRef): string {
  return archive < 0 ? printable(name) : `${printable(nameOf(report, archive))}(${printable(name)})`;
}

/** The crate of a member, or its file name without the hash that build scripts put before it. */
export const crateOf = ({ origin, name }: MemberSummary): string =>
  origin?.crate ?? printable(name.replace(/^[0-9a-f]{16}-/, ''));

/** The noun for members, by their names: crates, object files, or both. */
export function nounOf(members: readonly MemberSummary[]): readonly [one: string, many: string] {
  const crates = members.filter(({ origin }) => origin !== undefined).length;
  if (crates === 0) return ['object', 'objects'];
  return crates === members.length ? ['crate', 'crates'] : ['crate or object', 'crates and objects'];
}

/** The items once each, the most frequent first. */
export const distinct = (items: readonly string[]): string[] => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([item]) => item);
};
