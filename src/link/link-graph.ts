import type { NameId, NameTable } from '../symbols/name-table.js';
import { isDefined, isReference } from '../symbols/symbol-flags.js';
import { type MemberId, NONE, type SymbolId } from '../symbols/symbol-table.js';
import type { Archive, ArchiveId, Inputs } from './inputs.js';

/** What an archive offers a linker: names in the order the linker meets them, and who defines each. */
export interface Offers {
  readonly name: Int32Array;
  readonly member: Int32Array;
}

/** Inputs, prepared once so that a link can be simulated many times. */
export interface LinkGraph {
  readonly inputs: Inputs;
  /** By SymbolId: the name as linkers compare it. A default version (`f@@V1`) binds references to `f`. */
  readonly name: Int32Array;
  /** By ArchiveId: what its stored index offers; empty when it has none. Made when first asked for, which may add
   * names to the table: ask before columns by NameId are laid out. */
  readonly indexed: readonly Offers[];
  /** By ArchiveId: what its members define, in member and symbol order. */
  readonly scanned: readonly Offers[];
  /** From `__imp_f` to `f`, of names that are both there. COFF's; made when first asked for. */
  readonly importedBy: ReadonlyMap<NameId, NameId>;
  /** Whether an object or an archive on the line has a definition of the name, loaded or not. */
  isDefinedHere(name: NameId): boolean;
}

const AT_SIGN = 0x40;

/** Names as linkers compare them, for a column of stored names: `f` for `f@@V`. Only ELF puts versions into names. */
function bindingNames(inputs: Inputs, stored: Int32Array): Int32Array {
  if (inputs.format !== 'elf') return stored;
  const { names } = inputs.symbols;
  const bound = new Map<NameId, NameId>();
  for (const name of names.withByte(AT_SIGN)) {
    const bytes = names.bytes(name);
    const at = bytes.indexOf(AT_SIGN);
    if (at > 0 && bytes[at + 1] === AT_SIGN) bound.set(name, names.intern(bytes.slice(0, at), 0, at));
  }
  return bound.size === 0 ? stored : stored.map((name) => bound.get(name) ?? name);
}

const scanArchive = (inputs: Inputs, { firstMember, stored }: Archive, name: Int32Array): Offers =>
  scanMembers(inputs, firstMember, firstMember + stored.members.length, name);

function scanMembers({ symbols }: Inputs, from: MemberId, to: MemberId, name: Int32Array): Offers {
  const first = symbols.firstSymbol[from];
  const end = symbols.firstSymbol[to];
  const offers = { name: new Int32Array(end - first), member: new Int32Array(end - first) };
  let entry = 0;
  for (let symbol = first; symbol < end; symbol++) {
    if (!isDefined(symbols.flags[symbol])) continue;
    offers.name[entry] = name[symbol];
    offers.member[entry++] = symbols.member[symbol];
  }
  return { name: offers.name.subarray(0, entry), member: offers.member.subarray(0, entry) };
}

export function buildLinkGraph(inputs: Inputs): LinkGraph {
  const { symbols } = inputs;
  const name = bindingNames(inputs, symbols.name);
  let indexed: Offers[] | undefined;
  let importedBy: Map<NameId, NameId> | undefined;
  let defined: Uint8Array | undefined;
  const scanned = inputs.archives.map((archive) => scanArchive(inputs, archive, name));
  return {
    inputs,
    name,
    scanned,
    get indexed() {
      indexed ??= inputs.archives.map(({ index }) => ({
        name: index ? bindingNames(inputs, index.name) : new Int32Array(0),
        member: index ? index.member : new Int32Array(0),
      }));
      return indexed;
    },
    get importedBy() {
      importedBy ??= findImported(symbols.names);
      return importedBy;
    },
    isDefinedHere(wanted) {
      defined ??= definedHere(inputs, name);
      return defined[wanted] === 1;
    },
  };
}

/** By NameId: 1 where a definition is that is no shared library's. */
function definedHere({ contents, symbols }: Inputs, name: Int32Array): Uint8Array {
  const defined = new Uint8Array(symbols.names.length);
  for (let symbol = 0; symbol < symbols.length; symbol++)
    if (isDefined(symbols.flags[symbol]) && contents[symbols.member[symbol]].kind === 'object')
      defined[name[symbol]] = 1;
  return defined;
}

/** What a file on its own offers, where it is taken in only when it is wanted. */
export const offersOf = ({ inputs, name }: LinkGraph, member: MemberId): Offers =>
  scanMembers(inputs, member, member + 1, name);

/** The pointer through which COFF imports `f`. */
const IMPORT_PREFIX = '__imp_';

function findImported(names: NameTable): Map<NameId, NameId> {
  const importedBy = new Map<NameId, NameId>();
  for (let pointer = 0; pointer < names.length; pointer++) {
    const text = names.text(pointer);
    const name = text.startsWith(IMPORT_PREFIX) ? names.find(text.slice(IMPORT_PREFIX.length)) : NONE;
    if (name !== NONE) importedBy.set(pointer, name);
  }
  return importedBy;
}

/** Ids of all members of an archive, in order. */
export function membersOf(inputs: Inputs, archive: ArchiveId): MemberId[] {
  const { firstMember, stored } = inputs.archives[archive];
  return stored.members.map((member) => firstMember + member.ordinal);
}

/** The row in which a member defines a name; NONE when it does not, as behind a stale index. */
export function definitionIn(graph: LinkGraph, member: MemberId, name: NameId): SymbolId {
  const { symbols } = graph.inputs;
  for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++)
    if (graph.name[symbol] === name && isDefined(symbols.flags[symbol])) return symbol;
  return NONE;
}

/** Whether a member refers to a name that it does not define. */
export function refersTo(graph: LinkGraph, member: MemberId, name: NameId): boolean {
  const { symbols } = graph.inputs;
  for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++)
    if (graph.name[symbol] === name && isReference(symbols.flags[symbol])) return true;
  return false;
}
