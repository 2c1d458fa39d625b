import { isDefined, isReference, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';

/**
 * The defaults of weak externals as lld-link keeps them: two of a name that have defaults of two names are duplicates,
 * be they references or definitions, as long as nobody has defined the name. Compilers name a default of their making
 * `.weak.f…`, by something else in the object where there is anything; other defaults have one name wherever they are.
 *
 * Source: lld/COFF/InputFiles.cpp `checkAndSetWeakAlias`.
 */
export class WeakDefaults {
  /** By NameId: the default so far, by its name. */
  readonly #defaults = new Map<NameId, string | null>();

  constructor(readonly graph: LinkGraph) {}

  /**
   * To be asked about symbols in load order.
   * @param present the definition that the name has so far; NONE for none
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
