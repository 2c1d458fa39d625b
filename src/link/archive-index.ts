import type { IndexEntries } from '../archive/index-entries.js';
import { isCommon, isDefined, isReference, isWeak } from '../symbols/symbol-flags.js';
import type { MemberId, SymbolId } from '../symbols/symbol-table.js';
import type { Archive, Inputs } from './inputs.js';

/** A member whose own symbols and the archive's index do not agree: linkers that trust the index see another archive. */
export interface IndexDisagreement {
  readonly member: MemberId;
  /** Definitions that the index leaves out. */
  readonly missing: number;
  /** Index entries that the member does not define. */
  readonly stale: number;
}

/** The index of an archive beside what its members define, in the policy of the tool that wrote it. */
export interface CheckedIndex {
  /** What the index should say: rows in member order. */
  readonly entries: IndexEntries;
  readonly disagreements: readonly IndexDisagreement[];
}

/**
 * Reads the policy off the stored index: tools differ in whether they list COMMON symbols and in the order within a
 * member. A member with which the index agrees keeps its entries as they are; any other gets them anew.
 */
export function checkIndex(inputs: Inputs, archive: Archive): CheckedIndex {
  const stored = entriesByMember(archive);
  const listsCommons = listsCommonSymbols(inputs, archive, stored);
  const ordinal: number[] = [];
  const names: number[] = [];
  const disagreements: IndexDisagreement[] = [];
  for (const { ordinal: at } of archive.stored.members) {
    const member = archive.firstMember + at;
    const claimed = stored[at];
    const content = inputs.contents[member];
    let list: readonly number[] = claimed;
    if (content.kind === 'object') {
      const own = indexedNames(inputs, member, listsCommons, content.info.notIndexed, claimed);
      const difference = compare(own, claimed);
      if (difference.missing + difference.stale > 0) {
        list = own;
        if (archive.index) disagreements.push({ member, ...difference });
      }
    }
    for (const name of list) {
      ordinal.push(at);
      names.push(name);
    }
  }
  const entries = {
    length: names.length,
    ordinal,
    name: (row: number) => inputs.symbols.names.bytes(names[row]),
  };
  return { entries, disagreements };
}

function entriesByMember(archive: Archive): number[][] {
  const byMember: number[][] = archive.stored.members.map(() => []);
  if (!archive.index) return byMember;
  const { name, member } = archive.index;
  for (let entry = 0; entry < name.length; entry++)
    byMember[member[entry] - archive.firstMember]?.push(name[entry]);
  return byMember;
}

/** Apple's tools leave COMMON symbols out, all others list them. Undecided where there are none. */
function listsCommonSymbols(
  inputs: Inputs,
  archive: Archive,
  stored: readonly (readonly number[])[],
): boolean {
  const { flags, name } = inputs.symbols;
  for (const { ordinal } of archive.stored.members) {
    for (const symbol of rowsOf(inputs, archive.firstMember + ordinal))
      if (isCommon(flags[symbol])) return !archive.index || stored[ordinal].includes(name[symbol]);
  }
  return true;
}

function indexedNames(
  inputs: Inputs,
  member: MemberId,
  listsCommons: boolean,
  notIndexed: readonly number[],
  claimed: readonly number[],
): number[] {
  const { flags, name, firstSymbol } = inputs.symbols;
  // LLVM lists COFF's weak externals whether defined or not, and lld-link extracts for them: what is listed stays so.
  const mayBeListed = (symbol: SymbolId) =>
    inputs.format === 'coff' &&
    isReference(flags[symbol]) &&
    isWeak(flags[symbol]) &&
    claimed.includes(name[symbol]);
  return rowsOf(inputs, member)
    .filter((symbol) =>
      isDefined(flags[symbol]) ? listsCommons || !isCommon(flags[symbol]) : mayBeListed(symbol),
    )
    .filter((symbol) => notIndexed.length === 0 || !notIndexed.includes(symbol - firstSymbol[member]))
    .map((symbol) => name[symbol]);
}

function rowsOf(inputs: Inputs, member: MemberId): SymbolId[] {
  const { firstSymbol } = inputs.symbols;
  return Array.from(
    { length: firstSymbol[member + 1] - firstSymbol[member] },
    (_, at) => firstSymbol[member] + at,
  );
}

function compare(own: readonly number[], claimed: readonly number[]): { missing: number; stale: number } {
  const isSame = own.length === claimed.length && own.every((name, at) => name === claimed[at]);
  if (isSame) return { missing: 0, stale: 0 };
  const listed = new Set(claimed);
  const defined = new Set(own);
  return {
    missing: own.filter((name) => !listed.has(name)).length,
    stale: claimed.filter((name) => !defined.has(name)).length,
  };
}
