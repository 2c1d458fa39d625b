import { isDefined, isLocalState, isReference } from '../../symbols/flags.js';
import type { SymbolId, SymbolTable } from '../../symbols/table.js';
import type { Inputs } from './inputs.js';

/** Rows of one kind: those of member m are `row[first[m]]` up to `row[first[m + 1]]`, in the order of its table. */
export interface Rows {
  readonly first: Int32Array;
  readonly row: Int32Array;
}

/** Rows of each file that every simulated link needs, computed once. */
export interface MemberRows {
  readonly definitions: Rows;
  readonly references: Rows;
  /** Definitions and references in the order of the symbol table. Computed on first access. */
  readonly inOrder: Rows;
  /** By MemberId: 1 for what a linker can load. */
  readonly isObject: Uint8Array;
}

export function rowsOfMembers({ contents, symbols }: Inputs): MemberRows {
  let inOrder: Rows | undefined;
  const { flags } = symbols;
  return {
    ...definitionsAndReferences(symbols),
    get inOrder() {
      inOrder ??= rowsOf(symbols, (symbol) => !isLocalState(flags[symbol]));
      return inOrder;
    },
    isObject: Uint8Array.from(contents, ({ kind }) => (kind === 'object' ? 1 : 0)),
  };
}

/** Both kinds of rows, found in one pass. */
function definitionsAndReferences({
  firstSymbol,
  flags,
  length,
}: SymbolTable): Pick<MemberRows, 'definitions' | 'references'> {
  const firstDefinition = new Int32Array(firstSymbol.length);
  const firstReference = new Int32Array(firstSymbol.length);
  const definition = new Int32Array(length);
  const reference = new Int32Array(length);
  let [definitions, references] = [0, 0];
  for (let member = 0; member + 1 < firstSymbol.length; member++) {
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      if (isDefined(flags[symbol])) definition[definitions++] = symbol;
      else if (isReference(flags[symbol])) reference[references++] = symbol;
    }
    firstDefinition[member + 1] = definitions;
    firstReference[member + 1] = references;
  }
  return {
    definitions: { first: firstDefinition, row: definition.subarray(0, definitions) },
    references: { first: firstReference, row: reference.subarray(0, references) },
  };
}

/** All rows of a kind. */
export function rowsOf(
  { firstSymbol, length: count }: SymbolTable,
  isOne: (symbol: SymbolId) => boolean,
): Rows {
  const first = new Int32Array(firstSymbol.length);
  const row = new Int32Array(count);
  let length = 0;
  for (let member = 0; member + 1 < firstSymbol.length; member++) {
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (isOne(symbol)) row[length++] = symbol;
    first[member + 1] = length;
  }
  return { first, row: row.subarray(0, length) };
}
