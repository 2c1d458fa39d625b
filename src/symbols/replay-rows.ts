import type { Core } from '../engine/core.js';
import { NameTable } from './names.js';
import { groupsOf, NONE, type SymbolSink } from './table.js';

/** Hands the groups and rows of the one member that a core has to a sink, as the member's reader would have done. */
export function replayRows(core: Core, out: SymbolSink): void {
  const names = new NameTable(core);
  const intern = (name: number) => {
    const bytes = names.bytes(name);
    return out.intern(bytes, 0, bytes.length);
  };
  const groups = groupsOf(core).map(({ signature, selection }) => out.group(intern(signature), selection));
  const length = core.exports.symbolCount();
  const name = core.column('name', length);
  const flags = core.column('flags', length);
  const group = core.column('group', length);
  const section = core.column('section', length);
  const size = core.column('size', length);
  const alignment = core.column('alignment', length);
  for (let symbol = 0; symbol < length; symbol++)
    out.symbol(
      intern(name[symbol]),
      flags[symbol],
      section[symbol],
      size[symbol],
      group[symbol] === NONE ? NONE : groups[group[symbol]],
      alignment[symbol],
    );
}
