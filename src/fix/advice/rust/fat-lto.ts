import { isState } from '../../../symbols/flags.js';
import { perMember } from '../per-member.js';

/**
 * A static of std: one in another crate's unit is there because LTO merged the two. Functions may be generic, statics
 * are not.
 */
const STATIC_OF_STD = /^_*(?:ZN3std\d|R\w*?Cs[0-9A-Za-z]*_3std)/;
const OWN_STD = /\((?:lib)?std[-.]/;

/** The crate that a static is of, by its mangled name; null for other names. */
export function crateOfStatic(name: string): string | null {
  const crate = /^_*(?:ZN|R\w*?Cs[0-9A-Za-z]*_)(\d+)_?([A-Za-z_]\w*)/.exec(name);
  return crate === null ? null : crate[2].slice(0, Number(crate[1]));
}

/** Crates other than its own whose statics a unit defines, in the order of the alphabet. */
export const cratesIn = perMember(({ origin, state }, member): readonly string[] => {
  const { firstSymbol, flags, name: nameOf, names } = state.links[0].subject.opened.inputs.symbols;
  const crates = new Set<string>();
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    const crate = isState(flags[symbol]) ? crateOfStatic(names.text(nameOf[symbol])) : null;
    if (crate !== null && crate !== origin(member)?.crate) crates.add(crate);
  }
  return [...crates].sort();
});

/**
 * Whether a codegen unit that is not std's holds std's statics. Thin LTO puts the library's name before that of std's
 * unit.
 */
export const isMergedWithStd = perMember(({ label, origin, state }, member): boolean => {
  const name = label(member);
  if (!name.endsWith('.rcgu.o)') || OWN_STD.test(name) || origin(member)?.crate === 'std') return false;
  const { firstSymbol, flags, name: nameOf, names } = state.links[0].subject.opened.inputs.symbols;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isState(flags[symbol]) && STATIC_OF_STD.test(names.text(nameOf[symbol]))) return true;
  return false;
});
