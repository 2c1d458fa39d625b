import { cName } from '../../link/inputs/c-names.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { type Resolution, UNREFERENCED } from '../../link/resolve/resolution.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Prepared } from '../plan-trim.js';
import { allocatorFamily } from './allocator-names.js';
import { type EditProblem, type MemberEdit, unmarkedName } from './edit-plan.js';
import type { EditedLink, EditedLinks } from './edited-link.js';
import { definitionOf } from './member-conditions.js';

/** E8: each family of allocator functions that an edit touches is used from one side. */
export function* allocatorsAreWhole({ original, edited, edits, links }: EditedLinks): Generator<EditProblem> {
  const { inputs } = edited.graph;
  const [familyGiven, familyEdited] = familyReaders(original, inputs);
  const touched = familiesOf(edits, familyGiven);
  if (touched.size === 0) return;
  const isolated = isolatedAllocators(original, edits, familyGiven);
  const familyOf = (name: NameId) => {
    const family = familyEdited(name);
    return family !== null && touched.has(family) ? family : null;
  };
  for (const link of links) {
    const sides = sidesOfFamilies(inputs, link.after, familyOf);
    // The program no longer uses an isolated allocator, so the archive must not depend on the allocator either.
    for (const { family, member } of isolated)
      if (link.after.isLoaded[member]) sides.get(family)?.add(inputs.members[member].archive);
    for (const [family, archives] of sides)
      if (archives.size > 1 && !isDefaultShim(original, edited, link, family, familyOf))
        yield {
          code: 'edit-allocator',
          name: touched.get(family) ?? NONE,
          member: NONE,
          linker: link.profile.id,
        };
  }
}

/** Cached, since each assessment of the same inputs looks up the same names. */
const knownReaders = new WeakMap<Prepared, readonly [given: FamilyOf, edited: FamilyOf]>();

/** By the present name, and by the name before an edit. */
function familyReaders(original: Prepared, edited: Inputs): readonly [given: FamilyOf, edited: FamilyOf] {
  const known = knownReaders.get(original);
  if (known !== undefined) return known;
  const given = familyReader((name) => cName(edited, name));
  const readers = [given, familyReader((name) => unmarkedName(cName(edited, name)))] as const;
  knownReaders.set(original, readers);
  return readers;
}

type FamilyOf = (name: NameId) => string | null;

/** Returns the family of allocator functions of a name; computed once for each name. */
function familyReader(textOf: (name: NameId) => string): FamilyOf {
  const known = new Map<NameId, string | null>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const family = allocatorFamily(textOf(name));
    known.set(name, family);
    return family;
  };
}

/** Families of allocator functions, each with the first name of it that is edited. */
function familiesOf(edits: readonly MemberEdit[], familyOf: FamilyOf): Map<string, NameId> {
  const touched = new Map<string, NameId>();
  for (const { name } of edits) {
    const family = familyOf(name);
    if (family !== null && !touched.has(family)) touched.set(family, name);
  }
  return touched;
}

/** By family: the archives from which its functions come, and negative numbers for files that are in none. */
function sidesOfFamilies(
  { members, symbols }: Inputs,
  { winners, referenceStrength }: Resolution,
  familyOf: FamilyOf,
): Map<string, Set<number>> {
  const sides = new Map<string, Set<number>>();
  for (let name = 0; name < winners.length; name++) {
    if (winners[name] === NONE || referenceStrength[name] === UNREFERENCED) continue;
    const family = familyOf(name);
    if (family === null) continue;
    const { archive, id } = members[symbols.member[winners[name]]];
    sides.set(family, (sides.get(family) ?? new Set()).add(archive === NONE ? -2 - id : archive));
  }
  return sides;
}

/** Definitions of allocator functions that an archive keeps for itself. */
function isolatedAllocators(
  original: Prepared,
  edits: readonly MemberEdit[],
  familyOf: FamilyOf,
): { readonly family: string; readonly member: MemberId }[] {
  return edits.flatMap(({ member, name, evidence }) => {
    const family = evidence.kind === 'isolate' ? familyOf(name) : null;
    return family === null || definitionOf(original, member, name) === NONE ? [] : [{ family, member }];
  });
}

/** Rust's shims all lead to the one default allocator, unless a library chose its own. */
function isDefaultShim(
  { twins }: EditedLinks['original'],
  { graph }: EditedLinks['edited'],
  { after }: EditedLink,
  family: string,
  familyOf: FamilyOf,
): boolean {
  if (family !== 'Rust allocator') return false;
  const { member } = graph.inputs.symbols;
  const files = new Set<MemberId>();
  for (let name = 0; name < after.winners.length; name++)
    if (after.winners[name] !== NONE && familyOf(name) === family) files.add(member[after.winners[name]]);
  const [first, ...others] = files;
  if (others.every((other) => twins.isInterchangeable(first, other))) return true;
  const names = graph.inputs.symbols.names;
  // A `#[global_allocator]` defines `__rg_alloc`; without any in the link all use the system's.
  for (let name = 0; name < after.winners.length; name++)
    if (
      after.winners[name] !== NONE &&
      /__rg_(alloc|dealloc)$|^_?(mi_|_?rjem_|je_)/.test(unmarkedName(names.text(name)))
    )
      return false;
  return true;
}
