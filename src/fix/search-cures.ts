import { RUNNING_EFFECTS } from '../plan/edits/edit-conditions.js';
import { findAdvice } from './advice/registry.js';
import { acceptanceOf } from './assess/acceptance.js';
import { type Assessment, assess, isNewlyUnresolved } from './assess/assess.js';
import type { Cure, Diagnosis } from './cure.js';
import type { CureKind } from './cure-kind.js';
import { CURE_KINDS, type CureKindId } from './cure-kind-id.js';
import { type CureState, type FixSubject, initialState } from './cure-state.js';
import { holdsWithDrops } from './kinds/edit.js';
import { allDuplicates, archiveOf } from './problems/duplicates.js';
import { findProblems, isHealthy, type Problems } from './problems/problems.js';
import type { SilentCollision } from './problems/silent-collision.js';
import { silentCollisions } from './problems/silent-collisions.js';
import { unresolvedNames } from './problems/unresolved-names.js';
import { cureKinds } from './registry.js';
import { isSuspect } from './rivals/foreign-uses.js';
import { splitLocalsOf } from './rivals/split-locals.js';

/** Budget of a search, in symbols read: each examined link needs a simulation, and most need a plan. */
const MOST_ROWS = 6_000_000;
const MOST_STATES = 24;
const FEWEST_STATES = 4;

export function diagnose(subject: FixSubject): Diagnosis {
  const before = initialState(subject);
  const problems = findProblems(before);
  const advice = findAdvice(before, problems);
  const refused = new Set(advice.flatMap(({ refuses = [] }) => refuses));
  const cures = isHealthy(problems) ? [] : searchCures(before, problems, refused);
  return { before, problems, unresolved: unresolvedNames(before), cures, advice };
}

function searchCures(before: CureState, problems: Problems, refused: ReadonlySet<CureKindId>): Cure[] {
  const rows = before.links.reduce((sum, { subject }) => sum + subject.opened.inputs.symbols.length, 1);
  const search: Search = {
    before,
    problems,
    refused,
    left: Math.min(MOST_STATES, Math.max(FEWEST_STATES, Math.floor(MOST_ROWS / rows))),
    isSmall: rows < MOST_ROWS / MOST_STATES,
    cures: [],
  };
  let states = [before];
  while (states.length > 0 && !isDone(search)) {
    for (const state of states) afterLine(search, state);
    states = states.flatMap((state) => [...better(search, state, cureKinds.line)]);
  }
  return sorted(before, search.cures);
}

interface Search {
  readonly before: CureState;
  readonly problems: Problems;
  /** Kinds whose program would link and misbehave. */
  readonly refused: ReadonlySet<CureKindId>;
  /** How many links may still be examined. */
  left: number;
  /** A small link's other cures are listed, too, where one is proved. */
  readonly isSmall: boolean;
  readonly cures: Cure[];
}

const isDone = ({ left, isSmall, cures }: Search): boolean =>
  left <= 0 || (!isSmall && cures.some(({ reasons }) => reasons.length === 0));

/** Edits of symbols on a line, then drops from what is left. */
function afterLine(search: Search, state: CureState): void {
  const edited = [...better(search, state, cureKinds.symbols)];
  // The number of links is limited: those with the fewest duplicates left come first.
  edited.sort((one, other) => allDuplicates(one) - allDuplicates(other));
  for (const one of [state, ...edited])
    for (const _ of better(search, one, cureKinds.members)) if (isDone(search)) return;
}

/** Yields links that improve on a link without curing it; links that are cured are recorded. */
function* better(search: Search, state: CureState, kinds: readonly CureKind[]): Generator<CureState> {
  for (const kind of kinds) {
    if (isDone(search)) return;
    yield* betterBy(search, state, kind);
  }
}

function* betterBy(search: Search, state: CureState, kind: CureKind): Generator<CureState> {
  for (const next of kind.propose(state, search.problems)) {
    if (search.left-- <= 0) return;
    const found = examine(search, next, kind.overridesAdvice === true);
    if (found === 'open' && allDuplicates(next) < allDuplicates(state)) yield next;
    // Later proposals of a kind are not better than a proved cure.
    if (found === 'proved' || isDone(search)) return;
  }
}

/** Records a cured link. `open`: a problem is left to cure; `unfit`: no further change can cure it. */
function examine(
  search: Search,
  next: CureState,
  overridesAdvice: boolean,
): 'proved' | 'asks' | 'open' | 'unfit' {
  if (!overridesAdvice && next.parts.some((part) => search.refused.has(part))) return 'unfit';
  if (isNewlyUnresolved(search.before, next)) return 'unfit';
  const cure = cureOf(search, next);
  if (cure === null) return 'open';
  search.cures.push(cure);
  return cure.reasons.length === 0 ? 'proved' : 'asks';
}

/** Null for a link that is not cured, or that has new faults. */
function cureOf({ before, problems }: Search, state: CureState): Cure | null {
  if (!before.parsed.allowsDuplicates && allDuplicates(state) > 0) return null;
  const assessment = assess(before, state);
  if (assessment.changes.some(({ split, unresolved }) => split.length + unresolved.length > 0)) return null;
  const collisions = unlistedCollisions(before, state, assessment);
  if (collisions > problems.collisions.length) return null;
  if (problems.duplicates === 0) {
    const isLess = collisions < problems.collisions.length || assessment.splitState < problems.splitState;
    if (!isLess || (problems.collisions.length > 0 && collisions > 0)) return null;
  }
  if (!state.links.every(holdsWithDrops)) return null;
  return { state, assessment, reasons: acceptanceOf(state, assessment) };
}

/** Number of collisions, without those that a cure causes and lists as changed bindings. */
function unlistedCollisions(before: CureState, { links }: CureState, { changes }: Assessment): number {
  return links.reduce((sum, link, at) => {
    const { moved, chosen } = changes[at];
    const listed = new Set([...moved, ...chosen].map(({ name }) => name));
    const keyOf = ({ name, meant }: SilentCollision) =>
      `${name} ${archiveOf(link.subject.prepared.graph, meant)}`;
    const known = new Set(silentCollisions(before.links[at], at).map(keyOf));
    return (
      sum + silentCollisions(link, at).filter((one) => !listed.has(one.name) || known.has(keyOf(one))).length
    );
  }, 0);
}

function sorted(before: CureState, cures: readonly Cure[]): Cure[] {
  const place = ({ state: { parts } }: Cure) => Math.max(...parts.map((part) => CURE_KINDS.indexOf(part)));
  const moves = ({ assessment: { changes } }: Cure) =>
    changes.reduce(
      (sum, { moved, lost, unexported }) => sum + moved.length + lost.length + unexported.length,
      0,
    );
  const size = ({ state }: Cure) =>
    state.changes.length + state.links.reduce((sum, { drops }) => sum + drops.length, 0);
  const isAsking = ({ reasons }: Cure) => (reasons.length === 0 ? 0 : 1);
  const suspects = new Set(
    cures.filter(
      ({ state, assessment, reasons }) =>
        reasons.length > 0 && (unlistedCollisions(before, state, assessment) > 0 || isSuspect(before, state)),
    ),
  );
  // One state that becomes two is worse than a function that is not the library's own.
  const doubles = new Set(
    cures.filter(({ state }) => splitLocalsOf(before, state) > splitLocalsOf(before, before)),
  );
  const isSuspected = (cure: Cure) => (doubles.has(cure) ? 2 : suspects.has(cure) ? 1 : 0);
  const stopsStart = ({ assessment: { changes } }: Cure) =>
    changes.some(({ lost }) => lost.some(({ effect }) => RUNNING_EFFECTS.has(effect.kind))) ? 1 : 0;
  return [...cures].sort(
    (a, b) =>
      isAsking(a) - isAsking(b) ||
      isSuspected(a) - isSuspected(b) ||
      stopsStart(a) - stopsStart(b) ||
      place(a) - place(b) ||
      a.state.parts.length - b.state.parts.length ||
      moves(a) - moves(b) ||
      size(a) - size(b),
  );
}
