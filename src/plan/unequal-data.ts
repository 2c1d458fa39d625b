import type { Inputs } from '../link/inputs/inputs.js';
import { DATA, isTls, kindOf } from '../symbols/flags.js';
import type { SymbolId } from '../symbols/table.js';

/** Assemblers for MinGW fill the sections of COFF objects up to this size. */
const FILLED = 16;

/** By how many bytes definitions of data differ in size; 0 if one is not data, or its size is not known. */
export function sizeDifference({ symbols, format }: Inputs, definitions: readonly SymbolId[]): number {
  const { flags, size } = symbols;
  const isSized = (symbol: SymbolId) =>
    (kindOf(flags[symbol]) === DATA || isTls(flags[symbol])) && size[symbol] > 0;
  if (!definitions.every(isSized)) return 0;
  const sizes = definitions.map((symbol) => size[symbol]);
  const difference = Math.max(...sizes) - Math.min(...sizes);
  return format === 'coff' && difference < FILLED ? 0 : difference;
}
