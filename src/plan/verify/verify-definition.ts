import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkLine } from '../../link/line/link-line.js';
import {
  DATA,
  DEFAULT_VISIBILITY,
  isAbsolute,
  isCallable,
  isCommon,
  isState,
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
 * Compares a definition with the one that replaces it: kind, binding (weak, common, absolute), COMDAT group, size of
 * data, and visibility if the link exports its symbols.
 * @param link of the old definition
 * @returns the difference as text, such as `weak, and was strong`; null if no difference matters
 */
export function changeOfDefinition(
  old: Definition,
  now: Definition,
  { inputs, line }: { readonly inputs: Inputs; readonly line: LinkLine },
): string | null {
  const [a, b] = [old, now].map(({ symbols, symbol }) => symbols.flags[symbol]);
  const change = changeOfBinding(a, b);
  if (change !== null) return change;
  const [isGrouped, isGroupedNow] = [old, now].map(({ symbols, symbol }) => symbols.group[symbol] !== NONE);
  if (isGrouped !== isGroupedNow)
    return isGroupedNow ? 'in a COMDAT group, and was in none' : 'in no COMDAT group, and was in one';
  const [size, sizeNow] = [old, now].map(({ symbols, symbol }) => symbols.size[symbol]);
  // The size of a WebAssembly function is a digest of its signature.
  if (inputs.format === 'wasm' && size !== sizeNow) return 'of a different signature or size';
  if ((kindOf(a) === DATA || isTls(a)) && size !== sizeNow) return `of size ${sizeNow}, and was of ${size}`;
  const [alignment, alignmentNow] = [old, now].map(({ symbols, symbol }) => symbols.alignment[symbol]);
  if (isCommon(a) && alignmentNow < alignment) return 'of a looser alignment';
  const isVisible = (flags: number) => visibilityOf(flags) === DEFAULT_VISIBILITY;
  return line.exportsSymbols && isVisible(a) && !isVisible(b) ? 'hidden, and was exported' : null;
}

/** @param a, b flags of the old definition and of the new one */
function changeOfBinding(a: number, b: number): string | null {
  if (kindOf(a) !== kindOf(b)) return 'of a different kind';
  if (isWeak(b) && !isWeak(a)) return 'weak, and was strong';
  if (isCommon(a) !== isCommon(b)) return isCommon(b) ? 'common, and was defined' : 'defined, and was common';
  if (!isCallable(a) && isState(a) && !isState(b)) return 'constant, and was writable';
  if (isAbsolute(a) !== isAbsolute(b))
    return isAbsolute(b) ? 'absolute, and was not' : 'section-relative, and was absolute';
  return null;
}
