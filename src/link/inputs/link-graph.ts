import { isDefined, isReference } from '../../symbols/flags.js';
import type { NameId, NameTable } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId, type SymbolTable } from '../../symbols/table.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import type { ArchiveId, Inputs } from './inputs.js';
import { readVersions, referencesToVersions } from './library-versions.js';
import { type MemberRows, type Rows, rowsOfMembers } from './member-rows.js';
import { redirections, type WrappedName } from './wrapped-names.js';

/** Lazy symbols of an archive: names in index order, and the member that defines each. */
export interface Offers {
  readonly name: Int32Array;
  readonly member: Int32Array;
}

/** Inputs, prepared once so that a link can be simulated many times. */
export interface LinkGraph {
  readonly inputs: Inputs;
  /**
   * By SymbolId: the name as linkers compare it. A default version (`f@@V1`) binds references to `f`. Of a reference of
   * an object it is the one that --wrap makes of it.
   */
  readonly name: Int32Array;
  /** The same graph with names as they are before --wrap. */
  readonly unwrapped: LinkGraph;
  /** The same graph with what --wrap makes of references of shared libraries, too. */
  readonly wrappedThrough: LinkGraph;
  /** The same graph as a linker reads references of shared libraries to versions. */
  readAs(rule: LinkerProfile['libraryVersions']): LinkGraph;
  /** References of shared libraries to a version of a name (`f@V`), with the name (`f`). */
  readonly versionedReferences: ReadonlyMap<SymbolId, NameId>;
  /** By name: the name to which --wrap redirects its references. */
  readonly redirected: ReadonlyMap<NameId, NameId>;
  /**
   * By ArchiveId: lazy symbols of the stored index; empty without an index. Computed on first access, which may add
   * names to the table: access it before allocating columns by NameId.
   */
  readonly indexed: readonly Offers[];
  /** By ArchiveId: what its members define, in member and symbol order. Computed on first access. */
  readonly scanned: readonly Offers[];
  readonly rows: MemberRows;
  /** COFF: from `__imp_f` to `f`, for names that are both in the table. Computed on first access. */
  readonly importedBy: ReadonlyMap<NameId, NameId>;
  /** Whether an object or an archive on the line has a definition of the name, loaded or not. */
  isDefinedHere(name: NameId): boolean;
}

const AT_SIGN = 0x40;

/** Names as linkers compare them, for a column of stored names: `f` for `f@@V`. Only ELF puts versions into names. */
function bindingNames(inputs: Inputs, stored: Int32Array): Int32Array {
  if (inputs.format !== 'elf') return stored;
  const bound = boundNames(inputs.symbols.names);
  return bound.size === 0 ? stored : stored.map((name) => bound.get(name) ?? name);
}

/** By table: what its names with a version bind to, of those that were there at the last look. */
const looked = new WeakMap<NameTable, { length: number; readonly bound: Map<NameId, NameId> }>();

function boundNames(names: NameTable): ReadonlyMap<NameId, NameId> {
  const known = looked.get(names) ?? { length: 0, bound: new Map<NameId, NameId>() };
  looked.set(names, known);
  for (const name of names.withByte(AT_SIGN, known.length)) {
    const bytes = names.bytes(name);
    const at = bytes.indexOf(AT_SIGN);
    if (at > 0 && bytes[at + 1] === AT_SIGN) known.bound.set(name, names.intern(bytes.slice(0, at), 0, at));
  }
  known.length = names.length;
  return known.bound;
}

/** Definitions of the members from `from` up to `to`. */
function scanMembers(
  { member }: SymbolTable,
  { first, row }: Rows,
  from: MemberId,
  to: MemberId,
  name: Int32Array,
): Offers {
  const start = first[from];
  const length = first[to] - start;
  const offers = { name: new Int32Array(length), member: new Int32Array(length) };
  for (let entry = 0; entry < length; entry++) {
    const symbol = row[start + entry];
    offers.name[entry] = name[symbol];
    offers.member[entry] = member[symbol];
  }
  return offers;
}

/** See `ObjectInfo.localNames`. */
export function localNamesOf({ contents }: Inputs, member: MemberId): Int32Array {
  const content = contents[member];
  return (content.kind === 'object' ? content.info.localNames : undefined) ?? NO_NAMES;
}

const NO_NAMES = new Int32Array(0);

/** @param line names of --wrap change what references bind to */
export function buildLinkGraph(
  inputs: Inputs,
  { wrapped }: { readonly wrapped: readonly WrappedName[] },
): LinkGraph {
  const name = bindingNames(inputs, inputs.symbols.name);
  const redirected = redirections(wrapped);
  const rows = rowsOfMembers(inputs);
  const offers = offersOfArchives(inputs, rows, name);
  const versionedReferences = referencesToVersions(inputs);
  const known = new Map<LinkerProfile['libraryVersions'], LinkGraph>();
  const readAs: LinkGraph['readAs'] = (rule) => {
    if (rule === 'exact' || versionedReferences.size === 0) return graph;
    const found = known.get(rule) ?? graphOf(readVersions(inputs, name, versionedReferences, rule));
    known.set(rule, found);
    return found;
  };
  const graphOf = (names: Int32Array): LinkGraph => {
    const viewWith = (own: Int32Array): LinkGraph => ({
      inputs,
      name: own,
      redirected,
      rows,
      versionedReferences,
      readAs,
      get scanned() {
        return offers.scanned;
      },
      get unwrapped() {
        return unwrapped;
      },
      get wrappedThrough() {
        return wrappedThrough;
      },
      get indexed() {
        return offers.indexed;
      },
      get importedBy() {
        return offers.importedBy;
      },
      isDefinedHere: offers.isDefinedHere,
    });
    const unwrapped = viewWith(names);
    const wrappedWith = (inLibraries: boolean) =>
      wrapped.length === 0 ? unwrapped : viewWith(redirect(inputs, names, redirected, inLibraries));
    const wrappedThrough = wrappedWith(true);
    return wrappedWith(false);
  };
  const graph = graphOf(name);
  return graph;
}

/** References by the names that --wrap makes of theirs. */
function redirect(
  { symbols, contents }: Inputs,
  stored: Int32Array,
  redirected: LinkGraph['redirected'],
  inLibraries: boolean,
): Int32Array {
  return stored.map((name, symbol) => {
    const isOther = !isReference(symbols.flags[symbol]) || !redirected.has(name);
    if (isOther || (!inLibraries && contents[symbols.member[symbol]].kind === 'shared-library')) return name;
    return redirected.get(name) ?? name;
  });
}

/** The part of the graph that depends only on definitions. */
function offersOfArchives(
  inputs: Inputs,
  { definitions }: MemberRows,
  name: Int32Array,
): Pick<LinkGraph, 'scanned' | 'indexed' | 'importedBy' | 'isDefinedHere'> {
  let indexed: Offers[] | undefined;
  let importedBy: Map<NameId, NameId> | undefined;
  let defined: Uint8Array | undefined;
  let scanned: Offers[] | undefined;
  return {
    get scanned() {
      scanned ??= inputs.archives.map(({ firstMember, stored }) =>
        scanMembers(inputs.symbols, definitions, firstMember, firstMember + stored.members.length, name),
      );
      return scanned;
    },
    get indexed() {
      indexed ??= inputs.archives.map(({ index }) => ({
        name: index ? bindingNames(inputs, index.name) : new Int32Array(0),
        member: index ? index.member : new Int32Array(0),
      }));
      return indexed;
    },
    get importedBy() {
      importedBy ??= findImported(inputs.symbols.names);
      return importedBy;
    },
    isDefinedHere(wanted) {
      defined ??= definedHere(inputs, definitions, name);
      return defined[wanted] === 1;
    },
  };
}

/** By NameId: 1 where something other than a shared library defines it. */
function definedHere({ contents, symbols }: Inputs, { first, row }: Rows, name: Int32Array): Uint8Array {
  const defined = new Uint8Array(symbols.names.length);
  for (const [member, { kind }] of contents.entries())
    if (kind === 'object')
      for (let at = first[member]; at < first[member + 1]; at++) defined[name[row[at]]] = 1;
  return defined;
}

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

/** The row in which a member defines a name; NONE if it does not, as with a stale index. */
export function definitionIn(graph: LinkGraph, member: MemberId, name: NameId): SymbolId {
  const { symbols } = graph.inputs;
  for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++)
    if (graph.name[symbol] === name && isDefined(symbols.flags[symbol])) return symbol;
  return NONE;
}

/**
 * The name that a row references, after --wrap. GNU ld also redirects a definition in a discarded group.
 */
export function searchedName(
  { inputs, name, redirected }: LinkGraph,
  { discardedGroups }: Pick<LinkerProfile, 'discardedGroups'>,
  symbol: SymbolId,
): NameId {
  const own = name[symbol];
  const isOwn = redirected.size === 0 || discardedGroups !== 'never-extract';
  return isOwn || isReference(inputs.symbols.flags[symbol]) ? own : (redirected.get(own) ?? own);
}

/** Whether a member refers to a name that it does not define. */
export function refersTo(graph: LinkGraph, member: MemberId, name: NameId): boolean {
  const { symbols } = graph.inputs;
  for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++)
    if (graph.name[symbol] === name && isReference(symbols.flags[symbol])) return true;
  return false;
}
