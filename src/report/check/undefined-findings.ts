import { basename } from 'node:path';
import type { FindingDraft } from '../../check/findings.js';
import { certainlyUnresolved } from '../../fix/problems/unresolved-names.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { printable } from '../place.js';
import type { MemberLookup } from '../plan/member-lookup.js';
import { type MemberRef, refTo } from '../plan/member-ref.js';
import type { PlanReport } from '../plan/plan-report.js';
import { count } from '../quantities.js';
import { exampleOf, SYMBOLS_GIVEN } from './finding-parts.js';
import { commandOnLink } from './trim-remedy.js';

/** A name that nothing defines, and by which the link fails. */
export interface UndefinedReport {
  readonly symbol: string;
  /** The first file that references it. */
  readonly user: MemberRef;
}

/** Names by which the link of a plan fails for certain on each of its linkers. */
export function describeUndefined(
  { graph, line, scenarios }: TrimPlan,
  opened: OpenedLine,
): UndefinedReport[] {
  const resolutions = scenarios.filter(({ variant }) => variant === 'as-given').map(({ before }) => before);
  return certainlyUnresolved({ graph, opened, line, resolutions }).map(({ text, member }) => ({
    symbol: text,
    user: refTo(graph.inputs, member),
  }));
}

/** `libfoo.a(bar.o)`, or the name of an object. */
function fileText({ archive, name }: MemberRef, { archives }: PlanReport): string {
  const own = printable(basename(name));
  return archive < 0 ? own : `${printable(basename(archives[archive].path))}(${own})`;
}

/** One finding for all undefined names of a link. */
export function undefinedNames(
  found: readonly UndefinedReport[],
  report: PlanReport,
  about: MemberLookup,
): FindingDraft[] {
  if (found.length === 0) return [];
  const symbols = found.map(({ symbol }) => symbol);
  const users = found.map(({ user }) => user);
  return [
    {
      kind: 'undefined-reference',
      subject: '',
      message: `the link fails: ${count(found.length, 'name')} ${found.length === 1 ? 'has' : 'have'} no definition, such as ${exampleOf(symbols.slice(0, 1))} (referenced by ${fileText(users[0], report)})`,
      places: about.places(users),
      symbols: symbols.slice(0, SYMBOLS_GIVEN),
      count: found.length,
      remedy: commandOnLink(['ardedup', 'explain', symbols[0]], report),
    },
  ];
}
