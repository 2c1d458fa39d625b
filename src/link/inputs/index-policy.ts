import { tableOf } from '../../archive/archive.js';
import { isCommon, isDefined, isReference, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import type { MemberContent } from '../../symbols/object-format.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';
import type { Archive, Inputs } from './inputs.js';

/** Differences between archivers in what they list in an index. */
export interface IndexPolicy {
  /** COMMON symbols: all tools but Apple's. */
  readonly listsCommons: boolean;
  /** Weak definitions: all tools but GNU ar on COFF, which lists the helper that each has, and not the name. */
  readonly listsWeak: boolean;
  /** Weak externals of COFF that are not defined: LLVM's and Microsoft's tools. lld-link extracts for such an entry. */
  readonly listsUndefinedWeak: boolean;
  /** One entry a name, of the first member to define it: COFF's linker members. */
  readonly isOneEach: boolean;
  /** By name: Apple's `SORTED`, and what COFF's second linker member always is. */
  readonly isSorted: boolean;
}

/**
 * Infers the policy from the index. Without evidence (no index, no such symbol), it is the policy of most tools. A
 * missing entry counts as policy, and not as a stale index, only if a known tool omits such entries.
 */
export function indexPolicy(inputs: Inputs, archive: Archive): IndexPolicy {
  const { stored, kind } = archive;
  const isGnuCoff = inputs.format === 'coff' && stored.firstIndex === null;
  const isDarwin = kind === 'darwin' || kind === 'darwin64';
  const lists = (is: (flags: number) => boolean) => listing(inputs, archive, is);
  return {
    listsCommons: !isDarwin || lists(isCommon) !== 'none',
    listsWeak: !isGnuCoff || lists((flags) => isDefined(flags) && isWeak(flags)) !== 'none',
    listsUndefinedWeak: inputs.format === 'coff' && lists(isUndefinedWeak) === 'some',
    isOneEach: stored.firstIndex !== null,
    isSorted: stored.firstIndex !== null || (tableOf(stored, 'index')?.name.includes('SORTED') ?? false),
  };
}

const isUndefinedWeak = (flags: number): boolean => isReference(flags) && isWeak(flags);

/** Whether the index lists some of the symbols of a kind, or none; `undecided` without any such symbol, or index. */
function listing(
  inputs: Inputs,
  { index, stored, firstMember }: Archive,
  is: (flags: number) => boolean,
): 'some' | 'none' | 'undecided' {
  if (index === null) return 'undecided';
  const { flags, name, firstSymbol } = inputs.symbols;
  const end = firstSymbol[firstMember + stored.members.length];
  const sought = new Map<NameId, MemberId>();
  for (let member = firstMember, symbol = firstSymbol[firstMember]; symbol < end; symbol++) {
    while (symbol >= firstSymbol[member + 1]) member++;
    if (is(flags[symbol])) sought.set(name[symbol], member);
  }
  if (sought.size === 0) return 'undecided';
  for (let entry = 0; entry < index.name.length; entry++)
    if (sought.get(index.name[entry]) === index.member[entry]) return 'some';
  return 'none';
}

/**
 * Names of a member that an index of this policy has, in the order of its symbol table. Of symbols that some tools
 * leave out (Mach-O sections with S_ATTR_NO_TOC, undefined weak externals), those that are listed stay so.
 *
 * @param claimed what the stored index lists for the member
 */
export function indexedNames(
  inputs: Inputs,
  member: MemberId,
  policy: IndexPolicy,
  claimed: ReadonlySet<NameId>,
): NameId[] {
  const { flags, name, firstSymbol } = inputs.symbols;
  const content = inputs.contents[member];
  const notIndexed = new Set(content.kind === 'object' ? content.info.notIndexed : []);
  const isListed = (symbol: SymbolId): boolean => {
    const row = flags[symbol];
    if (!isDefined(row)) return inputs.format === 'coff' && isUndefinedWeak(row) && claimed.has(name[symbol]);
    if (isCommon(row)) return policy.listsCommons;
    if (isWeak(row) && !policy.listsWeak) return false;
    return !notIndexed.has(symbol - firstSymbol[member]) || claimed.has(name[symbol]);
  };
  const names: NameId[] = [];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isListed(symbol)) names.push(name[symbol]);
  return names;
}

/** Whether `/<ECSYMBOLS>/` is where a member's names are: x64 code and that of ARM64EC, which binds to it. */
export const isEcMember = (content: MemberContent): boolean =>
  content.kind === 'object' && content.info.machine !== 'arm64';
