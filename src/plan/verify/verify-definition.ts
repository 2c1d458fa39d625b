import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkLine } from '../../link/line/link-line.js';
import {
  DATA,
  DEFAULT_VISIBILITY,
  isAbsolute,
  isCommon,
  isTls,
  isWeak,
  kindOf,
  visibilityOf,
} from '../../symbols/flags.js';
import { NONE, type SymbolId, type SymbolTable } from '../../symbols/table.js';

/** A definition, and the table that it is in. */
interface Definition {
  readonly symbols: SymbolTable;
  readonly symbol: SymbolId;
}

/**
 * What is not the same of two definitions that stand for one another: the kind, being weak, common, absolute or in a
 * COMDAT group, the size of data, and being visible where the link exports its symbols.
 * @param link of the definition that is gone
 * @returns what the new one is and the old one was not; null when nothing matters
 */
export function changeOfDefinition(
  old: Definition,
  now: Definition,
  { inputs, line }: { readonly inputs: Inputs; readonly line: LinkLine },
): string | null {
  const [a, b] = [old, now].map(({ symbols, symbol }) => symbols.flags[symbol]);
  if (kindOf(a) !== kindOf(b)) return 'of another kind';
  if (isWeak(b) && !isWeak(a)) return 'weak, and was strong';
  if (isCommon(a) !== isCommon(b)) return isCommon(b) ? 'common, and was defined' : 'defined, and was common';
  if (isAbsolute(a) !== isAbsolute(b))
    return isAbsolute(b) ? 'absolute, and was not' : 'placed, and was absolute';
  const [isGrouped, isGroupedNow] = [old, now].map(({ symbols, symbol }) => symbols.group[symbol] !== NONE);
  if (isGrouped !== isGroupedNow)
    return isGroupedNow ? 'in a COMDAT group, and was in none' : 'in no COMDAT group, and was in one';
  const [size, sizeNow] = [old, now].map(({ symbols, symbol }) => symbols.size[symbol]);
  // What stands for the size of a WebAssembly function is a digest of its signature.
  if (inputs.format === 'wasm' && size !== sizeNow) return 'of another signature or size';
  if ((kindOf(a) === DATA || isTls(a)) && size !== sizeNow) return `of size ${sizeNow}, and was of ${size}`;
  const isVisible = (flags: number) => visibilityOf(flags) === DEFAULT_VISIBILITY;
  return line.exportsSymbols && isVisible(a) && !isVisible(b) ? 'hidden, and was exported' : null;
}
