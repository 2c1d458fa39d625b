import { mayHaveNewClash } from '../../link/resolve/differences.js';
import { grownClashes } from '../../link/resolve/resolution.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { constructorOrderStays } from '../constructors/constructor-order.js';
import { copiesOf, countCopies } from '../state/state.js';
import { LoadedTwins } from '../twins/loaded-twins.js';
import { nothingIsAdded, sideEffectsStay, tablesStay, walkedSectionsStay } from './acting-sections.js';
import { bindingsStay } from './bindings-stay.js';
import { causeOfLoading } from './blame.js';
import {
  type Comparison,
  type Condition,
  filesAdded,
  filesGone,
  type IsBlamed,
  type Violation,
} from './comparison.js';
import { exportsStay, versionedNamesStay } from './exports-stay.js';
import { keptSectionsStay } from './kept-sections.js';
import { librariesStayNeeded } from './needed-libraries.js';
import { overlooked } from './overlooked.js';

/**
 * Conditions C1 to C7, C10 and C12 to C15 of docs/safety.md, one function each. (C8 follows from C1; C9 and C11 are not
 * conditions on a simulated link.)
 */
const CONDITIONS: readonly Condition[] = [
  bindingsStay,
  nothingElseIsLoaded,
  noNewClash,
  sideEffectsStay,
  nothingIsAdded,
  tablesStay,
  librariesStayNeeded,
  walkedSectionsStay,
  keptSectionsStay,
  stateIsNotSplit,
  noMoreCopies,
  exportsStay,
  versionedNamesStay,
  constructorOrderStays,
];

/**
 * Violations of the conditions by the drop, on this link. Of violations that put back the same members only the first
 * is listed; all violations without a known cause are listed.
 */
export function findViolations(comparison: Comparison): Violation[] {
  const found: Violation[] = [];
  const blamed = new Set<MemberId>();
  const isBlamed: IsBlamed = (blame) => blame.length > 0 && blame.every((member) => blamed.has(member));
  for (const condition of CONDITIONS)
    for (const violation of condition(comparison, isBlamed)) {
      if (overlooked.has(violation.code) || isBlamed(violation.blame)) continue;
      found.push(violation);
      for (const member of violation.blame) blamed.add(member);
    }
  return found;
}

/** Whether the drop violates no condition on this link. */
export function isSafe(comparison: Comparison): boolean {
  if (overlooked.size > 0) return findViolations(comparison).length === 0;
  return CONDITIONS.every((condition) => condition(comparison, noneIsBlamed)[Symbol.iterator]().next().done);
}

const noneIsBlamed: IsBlamed = () => false;

/**
 * C4: a newly loaded member must replace a copy that is no longer loaded, define the name that extracted it (C2 checks
 * that definition), or be extracted by another newly loaded member. A member whose definitions are all overridden does
 * none of these: it only adds its constructors and its state.
 */
function* nothingElseIsLoaded(comparison: Comparison): Generator<Violation> {
  const { after, before, twins, graph } = comparison;
  const { member: memberOf } = graph.inputs.symbols;
  let gone: LoadedTwins | undefined;
  for (const member of filesAdded(comparison)) {
    const wantedBy = after.extractedBy[member];
    if (wantedBy !== NONE && !before.isLoaded[wantedBy]) continue;
    gone ??= new LoadedTwins(graph.inputs, twins, filesGone(comparison), filesAdded(comparison));
    if (gone.hasAlike(member)) continue;
    const wanted = after.extractedFor[member];
    const now = wanted === NONE ? NONE : after.winners[wanted];
    if (now !== NONE && memberOf[now] === member) continue;
    const blame = causeOfLoading(comparison, member);
    yield { code: 'loads-more', name: wanted, by: member, blame };
  }
}

/** C5: no name has more strong definitions than before. */
function* noNewClash(comparison: Comparison): Generator<Violation> {
  const { before, after, graph } = comparison;
  if (!mayHaveNewClash(comparison)) return;
  const { member } = graph.inputs.symbols;
  for (const { name, definitions } of grownClashes(before, after)) {
    const added = definitions.map((symbol) => member[symbol]).filter((file) => !before.isLoaded[file]);
    const blame = added.flatMap((file) => causeOfLoading(comparison, file));
    yield { code: 'new-clash', name, by: added[0] ?? member[definitions[0]], blame };
  }
}

/** C10: no mutable global has more copies than before, and at least two. */
function* stateIsNotSplit(comparison: Comparison): Generator<Violation> {
  const { graph, state, before, after } = comparison;
  const { name, member } = graph.inputs.symbols;
  const old = countCopies(graph, state, before);
  const now = countCopies(graph, state, after);
  if (!hasMore(old, now)) return;
  const isSplit = (key: number) => now[key] >= 2 && now[key] > old[key];
  for (const copies of copiesOf(graph, state, after, isSplit).values()) {
    const added = copies.filter((symbol) => !before.isLoaded[member[symbol]]);
    const blame = added.flatMap((symbol) => causeOfLoading(comparison, member[symbol]));
    yield { code: 'state-split', name: name[copies[0]], by: member[copies[0]], blame };
  }
}

/** Whether some row now has at least two, and more than before. */
function hasMore(old: Uint16Array, now: Uint16Array): boolean {
  for (let row = 0; row < now.length; row++) if (now[row] >= 2 && now[row] > old[row]) return true;
  return false;
}

/**
 * C4, too: the link loads no more copies of a unit than before. Two copies that are loaded for different names would
 * run a constructor twice.
 */
function* noMoreCopies(comparison: Comparison): Generator<Violation> {
  const { before, after, graph, twins } = comparison;
  const added = filesAdded(comparison);
  if (added.length === 0) return;
  const now = new LoadedTwins(graph.inputs, twins, after.loaded, added);
  let old: LoadedTwins | undefined;
  for (const member of added) {
    if (!now.hasAlike(member)) continue;
    const copies = now.copies(member) + 1;
    // At least two copies, this one included, and more than before.
    if (copies < 2) continue;
    old ??= new LoadedTwins(graph.inputs, twins, before.loaded, added);
    if (copies <= old.copies(member)) continue;
    const blame = causeOfLoading(comparison, member);
    yield { code: 'loads-more', name: after.extractedFor[member], by: member, blame };
  }
}
