import { cSpelling } from '../../link/inputs/c-names.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { isCompilerPrivate } from '../../origin/origin.js';
import { HIDDEN, visibilityOf } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import type { SymbolId } from '../../symbols/table.js';

/**
 * Whether objects that we were not shown may refer to a definition. Visibility does not matter to a static link: a
 * hidden function of one archive is found by code of another. But a hidden name with a dot (`x.llvm.5813`,
 * `f.lto_priv.0`) was made by a compiler for parts of one program, and is spelt in no source; nor is what
 * isCompilerPrivate tells.
 *
 * @param name the definition's, as linkers compare it
 */
export function isNameableElsewhere(inputs: Inputs, symbol: SymbolId, name: NameId): boolean {
  const spelling = cSpelling(inputs, name);
  if (isCompilerPrivate(spelling)) return false;
  return visibilityOf(inputs.symbols.flags[symbol]) !== HIDDEN || !spelling.toString().includes('.');
}
