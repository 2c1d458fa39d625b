import { cName } from '../../link/inputs/c-names.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { originOf, roleOf } from '../../origin/origin.js';
import type { Origin } from '../../origin/runtime.js';
import { isDefined, isReference } from '../../symbols/flags.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Relation } from '../verdict.js';
import { contentClasses } from './content-classes.js';
import { equalData, type HaveEqualData } from './equal-data.js';
import { type AreInEqualGroups, equalGroups } from './equal-groups.js';
import { imageClasses, membersWithLostRules } from './image-classes.js';
import { unitVariants } from './unit-variants.js';

/**
 * Which members may be copies of each other: members of different archives with the same bytes, the same image or the
 * same unit name, and those declared by the user. Stored as classes, since thousands of equal members would make
 * millions of pairs.
 */
export interface Twins {
  /** By MemberId: crate, build and codegen unit from the member's name; null if the name has another form. */
  readonly origins: readonly (Origin | null)[];
  /** By MemberId: the class of equal bytes or equal images; NONE for a member without an equal one. */
  readonly content: Int32Array;
  /** By MemberId: the first member with equal content, which is the member itself for most. */
  readonly firstEqual: Int32Array;
  /** By MemberId: the class of equal unit names; NONE for a member that is not a codegen unit. */
  readonly unit: Int32Array;
  /** The variant of a member: members of one unit with the same relations to all others; NONE if unknown. */
  variantOf(member: MemberId): number;
  /** Variants of the same unit whose members are copies of this variant's. */
  copiesOfVariant(variant: number): readonly number[];
  /** By member that another archive owns by an ownership rule: members of that archive with a name in common. */
  readonly declared: ReadonlyMap<MemberId, readonly MemberId[]>;
  /** Whether some member may be a copy of this one. */
  hasAlike(member: MemberId): boolean;
  /** The first member that may be a copy of this one; NONE if there is none. */
  firstAlike(member: MemberId): MemberId;
  /**
   * All members that may be copies of this one, without itself, in input order. The list may be long: use it for
   * reports, not for each member.
   */
  alikeOf(member: MemberId): MemberId[];
  /** How two members relate. @returns null without evidence that they are copies */
  relation(one: MemberId, other: MemberId): Relation | null;
  /**
   * Whether `stays` may replace `gone`: a complete object is not replaced by one that lost the rules of its COMDAT
   * sections (`strip -x` on COFF).
   */
  mayReplace(gone: MemberId, stays: MemberId): boolean;
  /** Whether two definitions are in COMDAT groups of equal content, even if their members are not copies. */
  readonly areInEqualGroups: AreInEqualGroups;
  /** Whether two definitions outside of code hold the same at the start of the program. */
  readonly haveEqualData: HaveEqualData;
  /**
   * Whether both members have the same role in a language runtime, such as an allocator shim: references may move
   * between them although they are not copies.
   */
  isInterchangeable(one: MemberId, other: MemberId): boolean;
  /**
   * Where symbols were edited: as before. An edited member replaces no other, and yet its constructors are those of its
   * copies.
   */
  readonly unedited?: Twins;
}

const NO_MEMBERS: readonly MemberId[] = [];

/**
 * Pairs members across archives: equal bytes first, then equal images, then the same codegen unit by name, which a hash
 * of the unit's content may prove or refute. A name alone never makes a twin, nor does an equal set of symbols.
 */
export function findTwins(inputs: Inputs): Twins {
  const origins = inputs.members.map((member) =>
    inputs.contents[member.id].kind === 'object' && member.archive !== NONE ? originOf(member.name) : null,
  );
  const equal = contentClasses(inputs);
  const images = imageClasses(inputs, equal);
  const lost = membersWithLostRules(inputs);
  const { unit, variantOf, copiesOf, relation: relateUnits } = unitVariants(inputs, origins, images);
  // Import members of one DLL are equal by design, and a linker needs all of them.
  const content = images.map((classId, member) => (isImport(inputs, member) ? NONE : classId));
  const relation = (one: MemberId, other: MemberId): Relation | null => {
    if (equal[one] !== NONE && equal[one] === equal[other]) return { kind: 'identical-bytes' };
    if (images[one] !== NONE && images[one] === images[other]) return { kind: 'same-image' };
    return unit[one] === NONE || unit[one] !== unit[other] ? null : relateUnits(one, other);
  };
  const twins = {
    origins,
    content,
    firstEqual: firstOfClass(images),
    unit,
    variantOf,
    copiesOfVariant: copiesOf,
    declared: new Map(),
  };
  return {
    ...twins,
    ...listsOfAlike(inputs, twins),
    relation,
    mayReplace: (gone, stays) => !lost.has(stays) || lost.has(gone),
    areInEqualGroups: equalGroups(inputs),
    haveEqualData: equalData(inputs),
    isInterchangeable: interchangeability(inputs),
  };
}

function firstOfClass(classes: Int32Array): Int32Array {
  const firsts = new Map<number, MemberId>();
  return classes.map((classId, member) => {
    if (classId === NONE) return member;
    const first = firsts.get(classId) ?? member;
    firsts.set(classId, first);
    return first;
  });
}

/** Whether nothing in a link can depend on a member: it has no symbols, and nothing that acts by being present. */
export function isWithoutEffect({ symbols, contents }: Inputs, member: MemberId): boolean {
  const content = contents[member];
  if (content.kind !== 'object' || content.info.sideEffects.length > 0) return false;
  return symbols.firstSymbol[member] === symbols.firstSymbol[member + 1];
}

/** Lookups of members that may be copies, by class or by declaration. */
export function listsOfAlike(
  inputs: Inputs,
  { content, unit, declared }: Pick<Twins, 'content' | 'unit' | 'declared'>,
): Pick<Twins, 'hasAlike' | 'firstAlike' | 'alikeOf'> {
  const columns = [content, unit];
  const members = columns.map(membersByClass);
  const [firstByContent, firstByUnit] = columns.map((column) => firstElsewhere(inputs, column));
  const firstAlike = (member: MemberId): MemberId => {
    let least = leastOf(firstByContent[member], firstByUnit[member]);
    for (const other of declared.get(member) ?? NO_MEMBERS) least = leastOf(least, other);
    return least;
  };
  const hasAlike = (member: MemberId): boolean => firstAlike(member) !== NONE;
  const alikeOf = (member: MemberId): MemberId[] => {
    const { archive } = inputs.members[member];
    const found = columns.flatMap((column, at) => members[at]().get(column[member]) ?? NO_MEMBERS);
    const others = new Set(found.filter((other) => inputs.members[other].archive !== archive));
    for (const other of declared.get(member) ?? NO_MEMBERS) others.add(other);
    return [...others].sort((a, b) => a - b);
  };
  return { hasAlike, firstAlike, alikeOf };
}

const leastOf = (one: MemberId, other: MemberId): MemberId =>
  one === NONE || (other !== NONE && other < one) ? other : one;

/** By MemberId: the first member of its class that is in another archive; NONE without one. */
function firstElsewhere({ members }: Inputs, column: Int32Array): Int32Array {
  const classes = column.reduce((most, classId) => Math.max(most, classId), NONE) + 1;
  /** By class: its first member, and the first that is in another archive than that one. */
  const [first, second] = [new Int32Array(classes).fill(NONE), new Int32Array(classes).fill(NONE)];
  for (const { id, archive } of members) {
    const classId = column[id];
    if (classId === NONE) continue;
    if (first[classId] === NONE) first[classId] = id;
    else if (second[classId] === NONE && members[first[classId]].archive !== archive) second[classId] = id;
  }
  return column.map((classId, member) => {
    if (classId === NONE) return NONE;
    return members[first[classId]].archive === members[member].archive ? second[classId] : first[classId];
  });
}

/** Members of each class, computed on first use. */
function membersByClass(column: Int32Array): () => Map<number, MemberId[]> {
  let classes: Map<number, MemberId[]> | undefined;
  const gather = () => {
    const members = new Map<number, MemberId[]>();
    for (const [member, classId] of column.entries()) {
      if (classId === NONE) continue;
      const known = members.get(classId);
      if (known) known.push(member);
      else members.set(classId, [member]);
    }
    return members;
  };
  return () => {
    classes ??= gather();
    return classes;
  };
}

/** How many pairs of members may be copies of each other. */
export function pairsAlike(inputs: Inputs, { content, unit, declared }: Twins): number {
  const units = unit.reduce((most, classId) => Math.max(most, classId), NONE) + 1;
  const inBoth = (member: MemberId): number =>
    content[member] === NONE || unit[member] === NONE ? NONE : content[member] * units + unit[member];
  let pairs =
    pairsElsewhere(inputs, (member) => content[member]) +
    pairsElsewhere(inputs, (member) => unit[member]) -
    pairsElsewhere(inputs, inBoth);
  for (const [one, others] of declared)
    for (const other of others) if (!isAlikeByClass({ content, unit }, one, other)) pairs += 0.5;
  return pairs;
}

/** Pairs of members of one class and different archives. */
function pairsElsewhere({ members, archives }: Inputs, classOf: (member: MemberId) => number): number {
  const width = archives.length + 1;
  const places: number[] = [];
  for (let member = 0; member < members.length; member++) {
    const classId = classOf(member);
    if (classId !== NONE) places.push(classId * width + members[member].archive + 1);
  }
  const sorted = Float64Array.from(places).sort();
  let pairs = 0;
  for (let at = 0; at < sorted.length; ) {
    const classId = Math.floor(sorted[at] / width);
    // Members of the class that come before those of the present archive.
    let before = 0;
    while (at < sorted.length && Math.floor(sorted[at] / width) === classId) {
      let end = at + 1;
      while (end < sorted.length && sorted[end] === sorted[at]) end++;
      pairs += before * (end - at);
      before += end - at;
      at = end;
    }
  }
  return pairs;
}

/** Whether two members of different archives have the same bytes, or the same unit name. */
export const isAlikeByClass = (
  { content, unit }: Pick<Twins, 'content' | 'unit'>,
  one: MemberId,
  other: MemberId,
): boolean =>
  (content[one] !== NONE && content[one] === content[other]) ||
  (unit[one] !== NONE && unit[one] === unit[other]);

function interchangeability(inputs: Inputs): Twins['isInterchangeable'] {
  const roles = new Map<MemberId, string | null>();
  const roleOfMember = (member: MemberId): string | null => {
    const known = roles.get(member);
    if (known !== undefined) return known;
    const role = memberRole(inputs, member);
    roles.set(member, role);
    return role;
  };
  return (one, other) => {
    const role = roleOfMember(one);
    return role !== null && role === roleOfMember(other);
  };
}

/** Members with a runtime role have few symbols: the names of larger members are not examined. */
const MOST_SYMBOLS_OF_A_ROLE = 64;

/** The role of a member by its symbols; null for most. */
function memberRole(inputs: Inputs, member: MemberId): string | null {
  const { firstSymbol, flags, name } = inputs.symbols;
  if (firstSymbol[member + 1] - firstSymbol[member] > MOST_SYMBOLS_OF_A_ROLE) return null;
  const defined: string[] = [];
  const referenced: string[] = [];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    if (isDefined(flags[symbol])) defined.push(cName(inputs, name[symbol]));
    else if (isReference(flags[symbol])) referenced.push(cName(inputs, name[symbol]));
  }
  return roleOf(defined, referenced);
}

function isImport(inputs: Inputs, member: MemberId): boolean {
  const content = inputs.contents[member];
  return content.kind === 'object' && content.info.format === 'coff-import';
}
