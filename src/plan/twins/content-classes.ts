import { equalBytes } from '../../bytes/equal-bytes.js';
import type { Inputs, Member } from '../../link/inputs/inputs.js';
import { type FactKind, keptMember } from '../../link/inputs/member-facts.js';
import { type MemberId, NONE } from '../../symbols/table.js';

/**
 * Numbers the classes of byte-identical members, of one archive or several. Sizes and symbols are
 * compared first: only members that may be equal are read.
 */
export function contentClasses(inputs: Inputs): Int32Array {
  const classes = new Int32Array(inputs.members.length).fill(NONE);
  const candidates = groupBy(
    inputs.members.filter(({ id }) => inputs.contents[id].kind === 'object'),
    (member) => `${member.size}:${symbolDigest(inputs, member.id)}`,
  );
  let next = 0;
  for (const members of candidates)
    if (members.length >= 2)
      for (const equal of equalMembers(members)) {
        for (const member of equal) classes[member.id] = next;
        next++;
      }
  return classes;
}

/** The first bytes that are compared, and how much further each comparison goes at a time. */
const FIRST_BLOCK = 1 << 13;
const BLOCK = 1 << 14;
const block = Buffer.allocUnsafeSlow(BLOCK);
const firstOfGroup = Buffer.allocUnsafeSlow(BLOCK);

/** The first member of the line's archives with the same bytes, by its number in the book of facts. */
const FIRST_EQUAL: FactKind<number> = {
  name: 'first-equal',
  isValid: (value) => typeof value === 'number',
};

/** Members of one size and with the same symbols, by their bytes. */
function equalMembers(members: readonly Member[]): (readonly Member[])[] {
  const places = members.map(keptMember);
  const known = places.map((place) => place?.book.get(FIRST_EQUAL, [place.id]));
  if (known.every((first) => first !== undefined))
    return inOrder(groupBy(members, (_, at) => `${known[at]}`));
  const classes = divide(members);
  // A line's objects are not in the book, so that a class with one of them is not either.
  if (places.every((place) => place !== undefined))
    for (const equal of classes) {
      const first = keptMember(equal[0])!.id;
      for (const member of equal) keepFirst(member, first);
    }
  return classes;
}

function keepFirst(member: Member, first: number): void {
  const place = keptMember(member);
  place?.book.set(FIRST_EQUAL, [place.id], first);
}

const inOrder = (classes: (readonly Member[])[]): (readonly Member[])[] =>
  classes.sort(([one], [other]) => one.id - other.id);

/**
 * Members of one size, apart where any byte differs: two are compared at once, more are divided block after block, so
 * that each is read once, however many there are.
 */
function divide(members: readonly Member[]): (readonly Member[])[] {
  let undivided: (readonly Member[])[] = [members];
  const divided: (readonly Member[])[] = [];
  for (let at = 0, length = FIRST_BLOCK; undivided.length > 0; at += length, length = BLOCK) {
    const larger: (readonly Member[])[] = [];
    for (const group of undivided) {
      const [one, other] = group;
      if (group.length === 1 || at >= one.size) divided.push(group);
      else if (group.length > 2) larger.push(...dividedAt(group, at, length));
      else if (equalBytes(one.source, other.source)) divided.push(group);
      else divided.push([one], [other]);
    }
    undivided = larger;
  }
  return inOrder(divided);
}

/** Members by one block of their bytes. Most are equal to the first one. */
function dividedAt(members: readonly Member[], at: number, length: number): Member[][] {
  const first = blockOf(members[0], at, length, firstOfGroup);
  const equal: Member[] = [];
  const others: Member[] = [];
  const blocks = new Map<Member, string>();
  for (const member of members) {
    const own = member === members[0] ? first : blockOf(member, at, length, block);
    if (own.equals(first)) equal.push(member);
    else {
      others.push(member);
      blocks.set(member, own.toString('latin1'));
    }
  }
  return [equal, ...groupBy(others, (member) => blocks.get(member) ?? '')];
}

function blockOf({ source, size }: Member, at: number, length: number, target: Buffer): Buffer {
  const bytes = target.subarray(0, Math.min(length, size - at));
  source.fill(at, bytes);
  return bytes;
}

function symbolDigest(inputs: Inputs, member: MemberId): number {
  const { firstSymbol, flags, name } = inputs.symbols;
  let digest = firstSymbol[member + 1] - firstSymbol[member];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    digest = Math.imul(digest ^ name[symbol] ^ (flags[symbol] << 16), 0x01000193);
  return digest;
}

function groupBy(members: readonly Member[], keyOf: (member: Member, at: number) => string): Member[][] {
  const groups = new Map<string, Member[]>();
  for (const [at, member] of members.entries()) {
    const key = keyOf(member, at);
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  return [...groups.values()];
}
