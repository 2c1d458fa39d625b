import { equalBytes } from '../bytes/equal-bytes.js';
import { cName } from '../link/c-names.js';
import type { Inputs, Member } from '../link/inputs.js';
import { originOf, roleOf, unitKey } from '../origin/origin.js';
import type { Origin } from '../origin/runtime.js';
import { moduleHash } from '../symbols/module-hash.js';
import { isDefined, isReference } from '../symbols/symbol-flags.js';
import { type MemberId, NONE } from '../symbols/symbol-table.js';
import type { Evidence } from './verdict.js';

/** How two members relate: as copies, with the evidence, or as the same unit with proof of other content. */
export type Relation = Evidence | { readonly kind: 'other-content' };

/** Which members could stand for which. */
export interface Twins {
  /** By MemberId. */
  readonly origins: readonly (Origin | null)[];
  /** By MemberId: all members that may be copies of it, itself left out, in input order. */
  readonly alike: readonly (readonly MemberId[])[];
  /** @returns null when nothing says that they are copies */
  relation(one: MemberId, other: MemberId): Relation | null;
  /** Whether both have a role in their runtime in which either will do: references may move, though neither is a copy. */
  isInterchangeable(one: MemberId, other: MemberId): boolean;
}

/**
 * Pairs members across archives: equal bytes first, then the same codegen unit by name, which a hash of the unit's
 * content may prove or refute. A name alone never makes a twin, nor does an equal set of symbols.
 */
export function findTwins(inputs: Inputs): Twins {
  const origins = inputs.members.map((member) =>
    inputs.contents[member.id].kind === 'object' && member.archive !== NONE ? originOf(member.name) : null,
  );
  const content = contentClasses(inputs);
  const byContent = groupBy(inputs.members, (member) =>
    content[member.id] === NONE ? null : content[member.id],
  );
  const byUnit = groupBy(inputs.members, (member) => {
    const origin = origins[member.id];
    return origin && unitKey(origin);
  });
  const hashes = hashReader(inputs);
  const findRelation = (one: MemberId, other: MemberId): Relation | null => {
    if (content[one] !== NONE && content[one] === content[other]) return { kind: 'identical-bytes' };
    const [a, b] = [origins[one], origins[other]];
    if (!a || !b || unitKey(a) !== unitKey(b)) return null;
    return sameUnit(a, b, commonHash(hashes, one, other));
  };
  // Asked for every name that moves, of few pairs of members.
  const relations = new Map<number, Relation | null>();
  const relation = (one: MemberId, other: MemberId): Relation | null => {
    const pair = one * inputs.members.length + other;
    const known = relations.get(pair);
    if (known !== undefined) return known;
    const found = findRelation(one, other);
    relations.set(pair, found);
    return found;
  };
  const alike = inputs.members.map(({ id, archive }) => {
    // Import members of one DLL are alike by design, and a linker wants all of them.
    if (isImport(inputs, id)) return [];
    const origin = origins[id];
    const found = new Set<MemberId>();
    for (const other of byContent.get(content[id]) ?? []) found.add(other);
    for (const other of (origin && byUnit.get(unitKey(origin))) ?? []) found.add(other);
    return [...found].filter((other) => inputs.members[other].archive !== archive).sort((a, b) => a - b);
  });
  const roles = new Map<MemberId, string | null>();
  const roleOfMember = (member: MemberId): string | null => {
    const known = roles.get(member);
    if (known !== undefined) return known;
    const role = memberRole(inputs, member);
    roles.set(member, role);
    return role;
  };
  const isInterchangeable = (one: MemberId, other: MemberId): boolean => {
    const role = roleOfMember(one);
    return role !== null && role === roleOfMember(other);
  };
  return { origins, alike, relation, isInterchangeable };
}

/** What plays a role has few symbols: the names of larger members are not looked at. */
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

/** Names agree; what do the hashes of content say, and whether LTO wrote the copies anew? */
function sameUnit(a: Origin, b: Origin, haveCommonHash: boolean | null): Relation {
  if (haveCommonHash !== null)
    return haveCommonHash ? { kind: 'same-unit', proof: 'module-hash' } : { kind: 'other-content' };
  // Without LTO a unit is copied as it is: other bytes are other content.
  if (!a.isRewritten && !b.isRewritten) return { kind: 'other-content' };
  return { kind: 'same-unit', proof: 'names' };
}

/** Where a member shows hashes of its content: in its symbols, which are read, or in its bitcode, which is not. */
interface HashReader {
  promoted(member: MemberId): readonly string[];
  hasBitcode(member: MemberId): boolean;
  embedded(member: MemberId): readonly string[];
}

/** Whether two members show a hash in common; null when one of them shows none. Bitcode is read only if it decides. */
function commonHash(reader: HashReader, one: MemberId, other: MemberId): boolean | null {
  const mayShow = (member: MemberId) => reader.promoted(member).length > 0 || reader.hasBitcode(member);
  if (!mayShow(one) || !mayShow(other)) return null;
  const hashes = (member: MemberId) =>
    reader.promoted(member).length > 0 ? reader.promoted(member) : reader.embedded(member);
  const known = hashes(other);
  if (hashes(one).length === 0 || known.length === 0) return null;
  return hashes(one).some((hash) => known.includes(hash));
}

const PROMOTED = /\.llvm\.(\d+)$/;

/**
 * `X.llvm.<n>` is a local symbol that ThinLTO made global, and n the hash of the module that defines it; embedded bitcode
 * carries the hash itself.
 */
function hashReader(inputs: Inputs): HashReader {
  const bitcodeOf = (member: MemberId) => {
    const content = inputs.contents[member];
    return content.kind === 'object' ? content.info.bitcode : null;
  };
  return {
    promoted: remember((member) => readPromotedHashes(inputs, member)),
    hasBitcode: (member) => bitcodeOf(member) !== null,
    embedded: remember((member) => {
      const bitcode = bitcodeOf(member);
      return bitcode ? moduleHash(inputs.members[member].source, bitcode.offset, bitcode.size) : [];
    }),
  };
}

function remember(read: (member: MemberId) => readonly string[]): (member: MemberId) => readonly string[] {
  const known = new Map<MemberId, readonly string[]>();
  return (member) => {
    const seen = known.get(member) ?? read(member);
    known.set(member, seen);
    return seen;
  };
}

function readPromotedHashes(inputs: Inputs, member: MemberId): string[] {
  const { firstSymbol, flags, name, names } = inputs.symbols;
  const hashes = new Set<string>();
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    if (!isDefined(flags[symbol])) continue;
    const promoted = PROMOTED.exec(names.text(name[symbol]));
    if (promoted) hashes.add(promoted[1]);
  }
  return [...hashes];
}

/**
 * Numbers the classes of byte-identical members; NONE for a member that is alone. Sizes and symbols are compared first:
 * only members that may be equal are read.
 */
function contentClasses(inputs: Inputs): Int32Array {
  const classes = new Int32Array(inputs.members.length).fill(NONE);
  const candidates = groupBy(inputs.members, (member) =>
    inputs.contents[member.id].kind === 'object' ? `${member.size}:${symbolDigest(inputs, member.id)}` : null,
  );
  let next = 0;
  for (const members of [...candidates.values()].flatMap((alike) => splitByHead(inputs, alike))) {
    const archives = new Set(members.map((member) => inputs.members[member].archive));
    if (archives.size < 2) continue;
    const first: MemberId[] = [];
    for (const member of members) {
      const equal = first.find((other) =>
        equalBytes(inputs.members[other].source, inputs.members[member].source),
      );
      if (equal === undefined) {
        classes[member] = next++;
        first.push(member);
      } else classes[member] = classes[equal];
    }
  }
  return classes;
}

/** As many of a member's first bytes tell small members apart, which may be thousands of one size. */
const head = new Uint8Array(1024);

/** Members of different first bytes, apart: two are compared at once, more would be compared each with each. */
function splitByHead(inputs: Inputs, alike: MemberId[]): MemberId[][] {
  if (alike.length <= 2) return [alike];
  const heads = groupBy(
    alike.map((member) => inputs.members[member]),
    ({ source, size }) => {
      const bytes = head.subarray(0, Math.min(head.length, size));
      source.fill(0, bytes);
      return Buffer.from(bytes).toString('latin1');
    },
  );
  return [...heads.values()];
}

function symbolDigest(inputs: Inputs, member: MemberId): number {
  const { firstSymbol, flags, name } = inputs.symbols;
  let digest = firstSymbol[member + 1] - firstSymbol[member];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    digest = Math.imul(digest ^ name[symbol] ^ (flags[symbol] << 16), 0x01000193);
  return digest;
}

function groupBy<Key>(
  members: readonly Member[],
  keyOf: (member: Member) => Key | null,
): Map<Key, MemberId[]> {
  const groups = new Map<Key, MemberId[]>();
  for (const member of members) {
    const key = keyOf(member);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(member.id);
    else groups.set(key, [member.id]);
  }
  return groups;
}
