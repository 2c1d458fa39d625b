import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine, MissingLibrary } from '../../link/line/link-line.js';
import type { LinkerProfile } from '../../link/linkers/linker-profile.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Scenario } from '../scenario.js';
import { covers } from '../twins/covers.js';
import { nameableElsewhere } from './nameable.js';

type Link = Pick<Scenario, 'line' | 'profile' | 'variant' | 'before'>;

/**
 * The missing library that prevents replacing `member` by `copy`: it may define the member's names before the copy is
 * reached, or reference names that the copy lacks. Null if no missing library prevents that.
 */
export type MissingLibraryDoubt = (member: MemberId, copy: MemberId) => MissingLibrary | null;

/**
 * A library that was not found may define every name, and reference every name that C code can spell. So a copy does
 * not replace a member if such a library may be searched before the copy, may reference a name that the copy lacks, or
 * may define a name that only the copy would add to the link.
 */
export function missingLibraryDoubt(graph: LinkGraph, links: readonly Link[]): MissingLibraryDoubt {
  const concerned = links.filter(
    ({ line, variant }) => line.missingLibraries.length > 0 && variant !== 'unknown-users',
  );
  if (concerned.length === 0) return () => null;
  const nameable = namesForOthers(graph);
  const { inputs } = graph;
  const placesOn = new Map(concerned.map(({ line }) => [line, placesOf(inputs, line)]));
  return (member, copy) => {
    for (const link of concerned) {
      const { line, profile, before } = link;
      const [from, to] = [member, copy].map((one) => placesOn.get(line)?.(one) ?? []);
      const earlier = missingInBetween(link, from, to);
      if (earlier !== null) return earlier;
      const isOwn = isPassing(profile) && before.isLoaded[copy] === 1;
      const addsNames = !isOwn && !covers(inputs, member, copy, nameable);
      const lacksNames = !isPassing(profile) && !covers(inputs, copy, member, nameable);
      // A member under --whole-archive also resolves weak references; a copy that must be extracted does not.
      const hasWhole = (places: readonly number[]) => places.some((place) => isWhole(line, place));
      if (addsNames || lacksNames || (hasWhole(from) && !hasWhole(to))) return line.missingLibraries[0];
    }
    return null;
  };
}

/** The first missing library that may be searched before the copy is. */
const missingInBetween = ({ line, profile }: Link, from: readonly number[], to: readonly number[]) =>
  isPassing(profile) ? missingBefore(line, [...from, ...to]) : missingBetween(line, from, to);

/**
 * Whether a linker searches each archive once, so that references of a later library are not resolved by it: GNU ld,
 * gold.
 */
export const isPassing = ({ extraction }: LinkerProfile): boolean => extraction === 'single-pass';

/** By NameId: 1 for defined names that files outside the line may reference. */
function namesForOthers({ inputs }: LinkGraph): Uint8Array {
  const { name, names } = inputs.symbols;
  const nameable = new Uint8Array(names.length);
  for (const one of nameableElsewhere({ inputs, name }, false)) nameable[one] = 1;
  return nameable;
}

/** By member: indices of the line's items that load it or search its archive. */
function placesOf({ members }: Inputs, { items }: LinkLine): (member: MemberId) => readonly number[] {
  const [ofArchive, ofObject] = [new Map<ArchiveId, number[]>(), new Map<MemberId, number[]>()];
  const add = (places: Map<number, number[]>, key: number, at: number) => {
    const known = places.get(key);
    if (known === undefined) places.set(key, [at]);
    else known.push(at);
  };
  for (const [at, item] of items.entries()) {
    if (item.kind === 'archive') add(ofArchive, item.archive, at);
    else if (item.kind !== 'definition') add(ofObject, item.member, at);
  }
  return (member) => {
    const { archive } = members[member];
    return (archive === NONE ? ofObject.get(member) : ofArchive.get(archive)) ?? [];
  };
}

/** A missing library before the last of these places, or in the same group as one of them. */
function missingBefore(
  { items, missingLibraries }: LinkLine,
  places: readonly number[],
): MissingLibrary | null {
  const last = places.reduce((most, place) => Math.max(most, place), NONE);
  const groups = places.map((place) => items[place].group).filter((group) => group !== NONE);
  return missingLibraries.find(({ at, group }) => at <= last || groups.includes(group)) ?? null;
}

/**
 * A missing library between a place in `from` and the next place in `to`. Members under --whole-archive are loaded
 * before any member is extracted, so their place counts as the start of the line.
 */
function missingBetween(
  line: LinkLine,
  from: readonly number[],
  to: readonly number[],
): MissingLibrary | null {
  const isBetween = (at: number): boolean =>
    from.some((place) => {
      const start = isWhole(line, place) ? NONE : place;
      const next = to.find((other) => other > start);
      return next !== undefined && at > start && at <= next;
    });
  return line.missingLibraries.find(({ at }) => isBetween(at)) ?? null;
}

function isWhole({ items }: LinkLine, place: number): boolean {
  const item = items[place];
  return item.kind === 'archive' && item.whole;
}
