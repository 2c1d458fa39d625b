import { equalBytes } from '../../bytes/equal-bytes.js';
import type { Inputs, Member } from '../../link/inputs/inputs.js';
import { type FactKind, factOf } from '../../link/inputs/member-facts.js';
import { symbolDigests } from '../../symbols/symbol-rows.js';
import { NONE } from '../../symbols/table.js';

/**
 * Numbers the classes of byte-identical members, of one archive or several. Sizes and symbols are
 * compared first: only members that may be equal are read.
 */
export function contentClasses(inputs: Inputs): Int32Array {
  const classes = new Int32Array(inputs.members.length).fill(NONE);
  const digests = symbolDigests(inputs.symbols);
  const candidates = groupBy(
    inputs.members.filter(({ id }) => inputs.contents[id].kind === 'object'),
    ({ id, size }) => `${size}:${digests[id]}`,
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

/**
 * Of members of one size and with the same symbols: for each, the place among them of the first one with the same
 * bytes. A fact of all of them together: in another line, some may be hidden, and so have other symbols.
 */
const FIRST_EQUALS: FactKind<readonly number[]> = {
  name: 'first-equals',
  isValid: (value): value is readonly number[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'number'),
};

/** Members of one size and with the same symbols, by their bytes. */
function equalMembers(members: readonly Member[]): (readonly Member[])[] {
  const firsts = factOf(FIRST_EQUALS, members, () => firstEquals(members));
  return inOrder(groupBy(members, (_, at) => `${firsts[at]}`));
}

function firstEquals(members: readonly Member[]): number[] {
  const placeOf = new Map(members.map((member, at) => [member, at]));
  const firsts = new Array<number>(members.length);
  for (const equal of divide(members))
    for (const member of equal) firsts[placeOf.get(member)!] = placeOf.get(equal[0])!;
  return firsts;
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
