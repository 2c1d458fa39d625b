import { isLocalState } from '../../symbols/flags.js';
import { type Rows, selectRows } from '../../symbols/symbol-rows.js';
import type { SymbolId, SymbolTable } from '../../symbols/table.js';
import type { Inputs } from './inputs.js';

export type { Rows } from '../../symbols/symbol-rows.js';

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
    definitions: selectRows(symbols, 'definition'),
    references: selectRows(symbols, 'reference'),
    get inOrder() {
      inOrder ??= rowsOf(symbols, (symbol) => !isLocalState(flags[symbol]));
      return inOrder;
    },
    isObject: Uint8Array.from(contents, ({ kind }) => (kind === 'object' ? 1 : 0)),
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
