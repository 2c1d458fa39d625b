import type { Inputs } from '../../link/inputs/inputs.js';
import { type FactKind, factOf, isTextList } from '../../link/inputs/member-facts.js';
import { unitKey } from '../../origin/origin.js';
import type { Origin } from '../../origin/runtime.js';
import { moduleHash } from '../../symbols/bitcode/module-hash.js';
import { selectRows } from '../../symbols/symbol-rows.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Relation } from '../verdict.js';

/** Members that are codegen units by their names, divided into variants by their content. */
export interface UnitVariants {
  /** By MemberId: the unit; NONE for a member that is not a codegen unit. */
  readonly unit: Int32Array;
  /** The variant of a member: members of one unit with the same relations to all others; NONE if not a unit. */
  variantOf(member: MemberId): number;
  /** Variants of a unit whose members are copies of the members of one of them. */
  copiesOf(variant: number): readonly number[];
  /** How two members of one unit relate, of which the bytes differ. */
  relation(one: MemberId, other: MemberId): Relation;
}

/**
 * A line has few builds of one unit. Members beyond this number are taken to differ from all others, so that crafted
 * names cannot cause all pairs to be compared.
 */
const MOST_VARIANTS = 64;

interface Variant {
  readonly unit: number;
  readonly isRewritten: boolean;
  readonly hashes: readonly string[];
  copies: readonly number[] | null;
}

/** @param content classes of equal bytes: hashes are read only where bytes differ */
export function unitVariants(
  inputs: Inputs,
  origins: readonly (Origin | null)[],
  content: Int32Array,
): UnitVariants {
  const { unit, members: membersOfUnit } = unitsOf(origins);
  const reader = hashReader(inputs);
  const variants: Variant[] = [];
  const variantsOfUnit = new Map<number, number[]>();
  const variant = new Int32Array(inputs.members.length).fill(NONE);
  const divide = (id: number): void => {
    const members = membersOfUnit[id];
    const showing = members.filter((member) => reader.mayShow(member));
    const doHashesDecide = showing.some(
      (member) => content[member] === NONE || content[member] !== content[showing[0]],
    );
    const known = new Map<string, number>();
    for (const member of members) {
      const hashes = doHashesDecide && reader.mayShow(member) ? reader.hashes(member) : [];
      const isRewritten = origins[member]?.isRewritten ?? false;
      const key = `${isRewritten} ${[...hashes].sort().join(' ')}`;
      if (!known.has(key) && known.size < MOST_VARIANTS)
        known.set(key, variants.push({ unit: id, isRewritten, hashes, copies: null }) - 1);
      variant[member] = known.get(key) ?? UNCOMPARED;
    }
    variantsOfUnit.set(id, [...known.values()]);
  };
  const variantOf = (member: MemberId): number => {
    if (unit[member] !== NONE && variant[member] === NONE) divide(unit[member]);
    return variant[member] === UNCOMPARED ? NONE : variant[member];
  };
  const areCopies = (one: number, other: number): boolean =>
    relate(variants[one], variants[other]).kind !== 'other-content';
  const copiesOf = (one: number): readonly number[] => {
    if (one === NONE) return [];
    const copies =
      variants[one].copies ??
      (variantsOfUnit.get(variants[one].unit) ?? []).filter((other) => areCopies(one, other));
    variants[one].copies = copies;
    return copies;
  };
  const relation = (one: MemberId, other: MemberId): Relation => {
    const [a, b] = [variantOf(one), variantOf(other)];
    return a === NONE || b === NONE ? { kind: 'other-content' } : relate(variants[a], variants[b]);
  };
  return { unit, variantOf, copiesOf, relation };
}

/** Variant of members of a unit that has too many variants to compare. */
const UNCOMPARED = -2;

function unitsOf(origins: readonly (Origin | null)[]): { unit: Int32Array; members: MemberId[][] } {
  const ids = new Map<string, number>();
  const members: MemberId[][] = [];
  const unit = Int32Array.from(origins, (origin, member) => {
    if (!origin) return NONE;
    const key = unitKey(origin);
    const id = ids.get(key) ?? members.push([]) - 1;
    ids.set(key, id);
    members[id].push(member);
    return id;
  });
  return { unit, members };
}

/** Relation of two units with equal names, by the hashes of their content and by whether LTO recompiled them. */
function relate(a: Variant, b: Variant): Relation {
  if (a.hashes.length > 0 && b.hashes.length > 0)
    return a.hashes.some((hash) => b.hashes.includes(hash))
      ? { kind: 'same-unit', proof: 'module-hash' }
      : { kind: 'other-content' };
  // Without LTO a unit is copied unchanged: if the bytes differ, the content does.
  if (!a.isRewritten && !b.isRewritten) return { kind: 'other-content' };
  return { kind: 'same-unit', proof: 'names' };
}

/** Reads hashes of a member's content: from its symbols, which are in memory, or from its bitcode, which is not. */
interface HashReader {
  mayShow(member: MemberId): boolean;
  hashes(member: MemberId): readonly string[];
}

const PROMOTED_HASHES: FactKind<readonly string[]> = { name: 'promoted', isValid: isTextList };
const MODULE_HASH: FactKind<readonly string[]> = { name: 'module-hash', isValid: isTextList };

const PROMOTED = /\.llvm\.(\d+)$/;

/**
 * `X.llvm.<n>` is a local symbol that ThinLTO made global, and n the hash of the module that defines it; embedded
 * bitcode carries the hash itself.
 */
function hashReader(inputs: Inputs): HashReader {
  const known = new Map<MemberId, readonly string[]>();
  const promoted = (member: MemberId): readonly string[] => {
    const hashes =
      known.get(member) ??
      factOf(PROMOTED_HASHES, [inputs.members[member]], () => readPromotedHashes(inputs, member));
    known.set(member, hashes);
    return hashes;
  };
  const bitcodeOf = (member: MemberId) => {
    const content = inputs.contents[member];
    return content.kind === 'object' ? content.info.bitcode : null;
  };
  return {
    mayShow: (member) => promoted(member).length > 0 || bitcodeOf(member) !== null,
    hashes: (member) => {
      const bitcode = bitcodeOf(member);
      if (promoted(member).length > 0 || !bitcode) return promoted(member);
      const { source } = inputs.members[member];
      return factOf(MODULE_HASH, [inputs.members[member]], () =>
        moduleHash(source, bitcode.offset, bitcode.size),
      );
    },
  };
}

function readPromotedHashes({ symbols }: Inputs, member: MemberId): string[] {
  const { first, row } = selectRows(symbols, 'promoted');
  const hashes = new Set<string>();
  for (let at = first[member]; at < first[member + 1]; at++) {
    const promoted = PROMOTED.exec(symbols.names.text(symbols.name[row[at]]));
    if (promoted) hashes.add(promoted[1]);
  }
  return [...hashes];
}
