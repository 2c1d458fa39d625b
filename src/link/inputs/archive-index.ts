import { entriesOf, type IndexEntries, storedEntries } from '../../archive/index-entries.js';
import { isDefined } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import type { MemberId } from '../../symbols/table.js';
import { type IndexPolicy, indexedNames, indexPolicy, isEcMember } from './index-policy.js';
import type { Archive, Inputs } from './inputs.js';

/**
 * A member whose own symbols and the archive's index do not agree: linkers that trust the index see another archive.
 */
export interface IndexDisagreement {
  readonly member: MemberId;
  /** Definitions that the index leaves out. */
  readonly missing: number;
  /** Index entries that the member does not define. */
  readonly stale: number;
}

/** The index of an archive compared with its members' symbols, by the policy of the tool that wrote it. */
export interface CheckedIndex {
  /** The entries that the index should have. */
  readonly entries: IndexEntries;
  readonly policy: IndexPolicy;
  readonly disagreements: readonly IndexDisagreement[];
}

/** Entries for the index of a new archive without edits: those of the stored one where it agrees with the members. */
export const entriesToWrite = (inputs: Inputs, archive: Archive): IndexEntries =>
  listsAllDefinitions(inputs, archive) ? storedEntries(archive.stored) : checkIndex(inputs, archive).entries;

/** Members with which the index of an archive does not agree. */
export const disagreementsOf = (inputs: Inputs, archive: Archive): readonly IndexDisagreement[] =>
  listsAllDefinitions(inputs, archive) ? [] : checkIndex(inputs, archive).disagreements;

/**
 * Whether an index lists exactly the members' definitions in their order, COMMON and weak ones included: then it agrees
 * with each member by any policy. A quick check: may be false for an index that agrees.
 */
export function listsAllDefinitions({ format, symbols }: Inputs, archive: Archive): boolean {
  const { firstMember, index, stored } = archive;
  if (format !== 'elf' || index === null) return false;
  const { firstSymbol, flags, member, name } = symbols;
  const end = firstSymbol[firstMember + stored.members.length];
  let entry = 0;
  for (let symbol = firstSymbol[firstMember]; symbol < end; symbol++) {
    if (!isDefined(flags[symbol])) continue;
    if (index.name[entry] !== name[symbol] || index.member[entry] !== member[symbol]) return false;
    entry++;
  }
  return entry === index.name.length;
}

/**
 * Infers the policy from the stored index: tools differ in what they list and in which order. A member with which the
 * index agrees keeps its entries; any other member gets new ones.
 */
export function checkIndex(inputs: Inputs, archive: Archive): CheckedIndex {
  const listed = storedEntries(archive.stored);
  const policy = indexPolicy(inputs, archive);
  const { ec } = listed;
  const ownNames = (inEc: boolean) => (member: MemberId, claimed: readonly NameId[]) => {
    const content = inputs.contents[member];
    if (content.kind !== 'object' || (ec !== undefined && isEcMember(content) !== inEc)) return null;
    return indexedNames(inputs, member, policy, new Set(claimed));
  };
  const main = checkTable({
    inputs,
    archive,
    listed,
    isOneEach: policy.isOneEach,
    ownNames: ownNames(false),
  });
  if (ec === undefined) return { ...main, policy };
  const other = checkTable({ inputs, archive, listed: ec, isOneEach: true, ownNames: ownNames(true) });
  return {
    entries: { ...main.entries, ec: other.entries },
    policy,
    disagreements: [...main.disagreements, ...other.disagreements].sort((a, b) => a.member - b.member),
  };
}

/** One table of an archive, which may have two: the index, and that of ARM64EC. */
interface Table {
  readonly inputs: Inputs;
  readonly archive: Archive;
  readonly listed: IndexEntries;
  readonly isOneEach: boolean;
  /** The names that the table should list for a member; null if unknown, then its present entries are kept. */
  readonly ownNames: (member: MemberId, claimed: readonly NameId[]) => readonly NameId[] | null;
}

function checkTable(table: Table): Pick<CheckedIndex, 'entries' | 'disagreements'> {
  const { archive, isOneEach, ownNames } = table;
  const claims = claimsByMember(table);
  const own = claims.map((claimed, ordinal) => ownNames(archive.firstMember + ordinal, claimed));
  const servedBy = isOneEach ? membersThatServe(claims, own) : new Map<NameId, number>();
  const disagreements: IndexDisagreement[] = [];
  const lists = claims.map((claimed, ordinal) => {
    const names = own[ordinal];
    if (names === null || isSame(names, claimed)) return claimed;
    const missing = without(names, claimed).filter((name) => !servedBy.has(name)).length;
    const stale = without(claimed, names).length;
    if (missing + stale === 0) return isOneEach ? withHidden(claimed, names) : claimed;
    if (archive.index) disagreements.push({ member: archive.firstMember + ordinal, missing, stale });
    return names;
  });
  return { entries: entriesInOrder(table, claims, lists, servedBy), disagreements };
}

function claimsByMember({ inputs, archive, listed }: Table): NameId[][] {
  const byMember: NameId[][] = archive.stored.members.map(() => []);
  for (let entry = 0; entry < listed.length; entry++) {
    const name = inputs.symbols.names.intern(listed.names, listed.nameStart[entry], listed.nameEnd[entry]);
    byMember[listed.ordinal[entry]].push(name);
  }
  return byMember;
}

/** For a table with one entry per name: the member of each entry. Other definitions of the name are not listed. */
function membersThatServe(
  claims: readonly (readonly NameId[])[],
  own: readonly (readonly NameId[] | null)[],
): Map<NameId, number> {
  const servedBy = new Map<NameId, number>();
  claims.forEach((claimed, ordinal) => {
    const names = own[ordinal] === null ? null : new Set(own[ordinal]);
    for (const name of claimed) if (names === null || names.has(name)) servedBy.set(name, ordinal);
  });
  return servedBy;
}

const isSame = (one: readonly NameId[], other: readonly NameId[]): boolean =>
  one.length === other.length && one.every((name, at) => name === other[at]);

function without(names: readonly NameId[], others: readonly NameId[]): NameId[] {
  const known = new Set(others);
  return names.filter((name) => !known.has(name));
}

/**
 * Names for a member in the table, including those that other members hide: they are listed once the others are
 * dropped.
 */
function withHidden(claimed: readonly NameId[], own: readonly NameId[]): readonly NameId[] {
  const known = new Set(claimed);
  const isOwnOrder = isSame(
    own.filter((name) => known.has(name)),
    claimed,
  );
  return isOwnOrder ? own : [...claimed, ...without(own, claimed)];
}

/**
 * Entries ordered by member, as tools write them. If the table had another order, that is kept, since the first entry
 * of a duplicate name counts. A name whose entry is of a later member, by the tool's choice, comes last.
 */
function entriesInOrder(
  { inputs, listed }: Table,
  claims: readonly (readonly NameId[])[],
  lists: readonly (readonly NameId[])[],
  servedBy: ReadonlyMap<NameId, number>,
): IndexEntries {
  const ordinal: number[] = [];
  const names: NameId[] = [];
  const add = (name: NameId, at: number): void => {
    names.push(name);
    ordinal.push(at);
  };
  const late: [NameId, number][] = [];
  const done = new Int32Array(lists.length);
  const addAll = (at: number): void => {
    for (const name of lists[at])
      if ((servedBy.get(name) ?? at) > at) late.push([name, at]);
      else add(name, at);
    done[at] = -1;
  };
  if (!isAscending(listed.ordinal))
    for (let entry = 0; entry < listed.length; entry++) {
      const at = listed.ordinal[entry];
      if (lists[at] === claims[at]) add(lists[at][done[at]++], at);
      else if (done[at] === 0) addAll(at);
    }
  for (let at = 0; at < lists.length; at++) if (done[at] === 0) addAll(at);
  for (const [name, at] of late) add(name, at);
  return entriesOf(
    names.map((name) => inputs.symbols.names.bytes(name)),
    ordinal,
  );
}

function isAscending(numbers: ArrayLike<number>): boolean {
  for (let at = 1; at < numbers.length; at++) if (numbers[at] < numbers[at - 1]) return false;
  return true;
}
