import type { NameId } from '../symbols/name-table.js';
import { isDefined, isReference } from '../symbols/symbol-flags.js';
import { type MemberId, NONE, type SymbolId } from '../symbols/symbol-table.js';
import type { ArchiveId, Inputs } from './inputs.js';

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
  /** By ArchiveId: what its stored index offers; empty when it has none. */
  readonly indexed: readonly Offers[];
  /** By ArchiveId: what its members define, in member and symbol order. */
  readonly scanned: readonly Offers[];
}

const AT_SIGN = 0x40;

/** @returns for each name of the table the name it binds as: itself but for default versions */
function bindingNames(inputs: Inputs): Int32Array {
  const { names } = inputs.symbols;
  const known = names.length;
  const binding = new Int32Array(known);
  for (let name = 0; name < known; name++) {
    binding[name] = name;
    if (inputs.format !== 'elf') continue;
    const bytes = names.bytes(name);
    const at = bytes.indexOf(AT_SIGN);
    if (at > 0 && bytes[at + 1] === AT_SIGN) binding[name] = names.intern(bytes.slice(0, at), 0, at);
  }
  return binding;
}

export function buildLinkGraph(inputs: Inputs): LinkGraph {
  const { symbols } = inputs;
  const binding = bindingNames(inputs);
  const name = symbols.name.map((stored) => binding[stored]);
  const indexed = inputs.archives.map(({ index }): Offers => {
    if (!index) return { name: new Int32Array(0), member: new Int32Array(0) };
    return { name: index.name.map((stored) => binding[stored]), member: index.member };
  });
  const scanned = inputs.archives.map((archive): Offers => {
    const end = archive.firstMember + archive.stored.members.length;
    const rows: SymbolId[] = [];
    for (let symbol = symbols.firstSymbol[archive.firstMember]; symbol < symbols.firstSymbol[end]; symbol++)
      if (isDefined(symbols.flags[symbol])) rows.push(symbol);
    return {
      name: Int32Array.from(rows, (symbol) => name[symbol]),
      member: Int32Array.from(rows, (symbol) => symbols.member[symbol]),
    };
  });
  return { inputs, name, indexed, scanned };
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
