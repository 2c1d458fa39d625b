import { isDefined, isReference, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';

const known = new WeakMap<Int32Array, Int32Array>();

/**
 * By SymbolId: the name of the default of a weak external, or NONE. Compilers name the default of a weak definition
 * `.weak.f…` after another symbol of the object, so the names may differ between objects.
 */
export function weakDefaults(graph: LinkGraph): Int32Array {
  const found = known.get(graph.name) ?? findDefaults(graph);
  known.set(graph.name, found);
  return found;
}

const PREFIX = '.weak.';

function findDefaults({ inputs, name }: LinkGraph): Int32Array {
  const { flags, firstSymbol, names, length } = inputs.symbols;
  const defaults = new Int32Array(length).fill(NONE);
  for (let member = 0; member + 1 < firstSymbol.length; member++) {
    const own = defaultsIn(member);
    if (own.length === 0) continue;
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      if (!isWeak(flags[symbol]) || !(isDefined(flags[symbol]) || isReference(flags[symbol]))) continue;
      const start = `${PREFIX}${names.text(name[symbol])}.`;
      defaults[symbol] = own.find(({ text }) => text.startsWith(start))?.name ?? NONE;
    }
  }
  return defaults;

  /** Defaults that a file defines, in its order. */
  function defaultsIn(member: MemberId): { readonly name: NameId; readonly text: string }[] {
    const own: { readonly name: NameId; readonly text: string }[] = [];
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      const text = isDefined(flags[symbol]) ? names.text(name[symbol]) : '';
      if (text.startsWith(PREFIX)) own.push({ name: name[symbol], text });
    }
    return own;
  }
}
