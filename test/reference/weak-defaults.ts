import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import { isDefined, isReference, isWeak } from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import { NONE, type SymbolId } from '../../src/symbols/table.js';

/**
 * Defaults of weak externals, which lld-link compares: two weak externals of one name with differently named defaults
 * are duplicates, references and definitions, until a strong definition has been loaded. Compilers name the
 * default of a weak definition `.weak.f…` after another symbol of the object, so the names may differ between objects.
 *
 * Source: lld/COFF/InputFiles.cpp `checkAndSetWeakAlias`.
 */
export class WeakDefaults {
  /** By NameId: the name of the latest default. */
  readonly #defaults = new Map<NameId, string | null>();

  constructor(readonly graph: LinkGraph) {}

  /**
   * Whether a symbol is a weak external whose default differs from the previous one of its name. Call it for all
   * symbols in load order.
   * @param present the current definition of the name; NONE without one
   */
  differs(symbol: SymbolId, present: SymbolId): boolean {
    const { name, inputs } = this.graph;
    const { flags } = inputs.symbols;
    const isOpen = present === NONE || isWeak(flags[present]);
    if (!isWeak(flags[symbol]) || !isOpen || !(isDefined(flags[symbol]) || isReference(flags[symbol])))
      return false;
    const known = this.#defaults.get(name[symbol]);
    const own = this.#defaultOf(symbol);
    this.#defaults.set(name[symbol], own);
    return known !== undefined && known !== own;
  }

  #defaultOf(symbol: SymbolId): string | null {
    const { firstSymbol, flags, member, name, names } = this.graph.inputs.symbols;
    const start = `.weak.${names.text(name[symbol])}.`;
    const file = member[symbol];
    for (let other = firstSymbol[file]; other < firstSymbol[file + 1]; other++) {
      const text = isDefined(flags[other]) ? names.text(name[other]) : '';
      if (text.startsWith(start)) return text;
    }
    return null;
  }
}
