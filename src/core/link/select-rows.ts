import { Column } from '../column';
import {
  isCommon,
  isDefined,
  isDefinition,
  isLocalState,
  isReference,
  isTls,
  isWritable,
} from '../symbol-flags';
import { bindColumn, givenRows, isRising } from './given';
import { Given, RowKind } from './parts';
import { isPromotedName } from './promoted-names';

/*
 * Rows of one kind, and digests of the rows of each member: of the symbols that TypeScript gave last, by names and
 * flags. A plan computes them once for all links.
 */

const nameOf = Column.of<i32>();
const flagsOf = Column.of<u16>();
const firstSymbolOf = Column.of<i32>();

/** Rows that were selected, and by member, and one row more, where its rows begin among them. */
const selected = Column.of<i32>();
const firstOf = Column.of<i32>();

/** By member. */
const digestOf = Column.of<i32>();
const definesAny = Column.of<u8>();

/** Selects the rows of a kind, in order. Returns how many there are; −1 where the columns do not fit together. */
export function selectRows(kind: RowKind): i32 {
  if (!openSymbols()) return -1;
  const members = givenRows(Given.FIRST_SYMBOL) - 1;
  selected.reserve(givenRows(Given.FLAGS));
  firstOf.reserve(members + 1);
  firstOf[0] = 0;
  let rows = 0;
  for (let member = 0; member < members; member++) {
    for (let symbol = firstSymbolOf[member], end = firstSymbolOf[member + 1]; symbol < end; symbol++)
      if (isOfKind(kind, symbol)) selected[rows++] = symbol;
    firstOf[member + 1] = rows;
  }
  return rows;
}

export function selectedRows(): usize {
  return selected.start;
}

export function firstSelected(): usize {
  return firstOf.start;
}

/**
 * Makes a digest of the names and flags of each member's symbols, in order. Returns where they are; 0 where the columns
 * do not fit together.
 * @param isLinkage leaves local state out, and two names
 */
export function digestMembers(isLinkage: bool, leftOut: i32, otherLeftOut: i32): usize {
  if (!openSymbols()) return 0;
  const members = givenRows(Given.FIRST_SYMBOL) - 1;
  // At least one, so that there is an address.
  digestOf.reserve(members + 1);
  definesAny.reserve(members);
  for (let member = 0; member < members; member++) {
    const start = firstSymbolOf[member];
    const end = firstSymbolOf[member + 1];
    let digest = isLinkage ? 0 : end - start;
    let defines: u8 = 0;
    for (let symbol = start; symbol < end; symbol++) {
      const name = nameOf[symbol];
      const flags = <i32>flagsOf[symbol];
      if (isLinkage && (isLocalState(flags) || name === leftOut || name === otherLeftOut)) continue;
      if (isDefined(flags)) defines = 1;
      digest = (digest ^ name ^ (flags << 16)) * 0x01000193;
    }
    digestOf[member] = digest;
    definesAny[member] = defines;
  }
  return digestOf.start;
}

/** By member: whether it has a definition among the symbols of which a digest was made last. */
export function digestedDefinitions(): usize {
  return definesAny.start;
}

function openSymbols(): bool {
  bindColumn<i32>(nameOf, Given.BOUND_NAME);
  bindColumn<u16>(flagsOf, Given.FLAGS);
  bindColumn<i32>(firstSymbolOf, Given.FIRST_SYMBOL);
  const symbols = givenRows(Given.FLAGS);
  return givenRows(Given.BOUND_NAME) === symbols && isRising(Given.FIRST_SYMBOL, symbols);
}

function isOfKind(kind: RowKind, symbol: i32): bool {
  const flags = <i32>flagsOf[symbol];
  if (kind === RowKind.DEFINITION) return isDefined(flags);
  if (kind === RowKind.PROMOTED) return isDefined(flags) && isPromotedName(nameOf[symbol]);
  return kind === RowKind.REFERENCE ? isReference(flags) : isState(flags);
}

/** As src/symbols/flags.ts has it. */
function isState(flags: i32): bool {
  return (
    isCommon(flags) || isLocalState(flags) || (isDefinition(flags) && (isWritable(flags) || isTls(flags)))
  );
}
