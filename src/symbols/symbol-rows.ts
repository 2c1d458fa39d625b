import { Given, RowKind } from '../core/link/parts.js';
import { type Core, unsigned } from '../engine/core.js';
import { columnsIn } from './given-columns.js';
import type { NameId } from './names.js';
import type { SymbolTable } from './table.js';

/** Rows of one kind: those of member m are `row[first[m]]` up to `row[first[m + 1]]`, in the order of its table. */
export interface Rows {
  readonly first: Int32Array;
  readonly row: Int32Array;
}

/** Loops of a plan over all symbols, in the core: src/core/link/select-rows.ts. */

const KINDS = {
  definition: RowKind.DEFINITION,
  reference: RowKind.REFERENCE,
  state: RowKind.STATE,
  promoted: RowKind.PROMOTED,
} as const;

/** By table: rows that were selected. */
const known = new WeakMap<SymbolTable, Map<RowKind, Rows>>();

/** All rows of a kind, found once for a table. */
export function selectRows(symbols: SymbolTable, kind: keyof typeof KINDS): Rows {
  const ofTable = known.get(symbols) ?? new Map<RowKind, Rows>();
  known.set(symbols, ofTable);
  const rows = ofTable.get(KINDS[kind]) ?? findRows(symbols, KINDS[kind]);
  ofTable.set(KINDS[kind], rows);
  return rows;
}

function findRows(symbols: SymbolTable, kind: RowKind): Rows {
  const core = coreWith(symbols);
  const { exports } = core;
  const count = requireFit(exports.selectRows(kind));
  const numbersAt = (address: number, length: number): Int32Array =>
    new Int32Array(core.buffer, unsigned(address), length).slice();
  return {
    first: numbersAt(exports.firstSelected(), symbols.firstSymbol.length),
    row: numbersAt(exports.selectedRows(), count),
  };
}

/** By member: a digest of the names and flags of its symbols, in order. It depends on the order of the name table. */
export const symbolDigests = (symbols: SymbolTable): Int32Array => digests(symbols, null).digest;

/**
 * The same without local state and some names, and whether the member defines any other name.
 * @param leftOut two names; NONE for one that the table does not have
 */
export const linkageDigests = (
  symbols: SymbolTable,
  leftOut: readonly [NameId, NameId],
): { readonly digest: Int32Array; readonly definesAny: Uint8Array } => digests(symbols, leftOut);

function digests(symbols: SymbolTable, leftOut: readonly [NameId, NameId] | null) {
  const core = coreWith(symbols);
  const members = symbols.firstSymbol.length - 1;
  const [one, other] = leftOut ?? [-1, -1];
  const address = core.exports.digestMembers(leftOut !== null, one, other);
  requireFit(address === 0 ? -1 : 0);
  return {
    digest: new Int32Array(core.buffer, unsigned(address), members).slice(),
    definesAny: core.bytes(core.exports.digestedDefinitions(), members).slice(),
  };
}

/** The core of a table's names, which then has its columns, too. */
function coreWith({ names, name, flags, firstSymbol }: SymbolTable): Core {
  const given = columnsIn(names);
  given.give(Given.BOUND_NAME, name);
  given.give(Given.FLAGS, flags);
  given.give(Given.FIRST_SYMBOL, firstSymbol);
  return given.core;
}

function requireFit(rows: number): number {
  if (rows < 0) throw new RangeError('a table has symbols of members that do not exist');
  return rows;
}
