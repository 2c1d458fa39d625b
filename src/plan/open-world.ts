import { hasUnderscores } from '../link/c-names.js';
import type { Inputs } from '../link/inputs.js';
import type { LinkGraph } from '../link/link-graph.js';
import type { LinkLine, Root } from '../link/link-line.js';
import { isCompilerPrivate } from '../origin/origin.js';
import type { NameId } from '../symbols/name-table.js';
import { DEFAULT_VISIBILITY, isDefined, visibilityOf } from '../symbols/symbol-flags.js';

/** Whether the line shows none of the objects that will be linked with its archives. */
export const isOpenWorld = (line: LinkLine): boolean => line.items.every((item) => item.kind !== 'object');

/**
 * The line as a link with objects that we were not shown: each may refer to any definition that C code can name.
 * What only a compiler can name (Rust's mangled symbols) counts when something on the line refers to it.
 */
export function withUnknownUsers(graph: LinkGraph, line: LinkLine): LinkLine {
  const { flags, length } = graph.inputs.symbols;
  const roots = new Map<NameId, Root>(line.roots.map((root) => [root.name, root]));
  for (let symbol = 0; symbol < length; symbol++) {
    if (!isDefined(flags[symbol]) || visibilityOf(flags[symbol]) !== DEFAULT_VISIBILITY) continue;
    const name = graph.name[symbol];
    if (!graph.isDefinedHere(name)) continue;
    if (!roots.has(name) && !isCompilerPrivate(cName(graph.inputs, name)))
      roots.set(name, { name, reason: 'open-world' });
  }
  return { ...line, roots: [...roots.values()] };
}

/** `__imp_f` is a pointer to `f`, for code that may find `f` in a DLL. */
const IMPORT_PREFIX = '__imp_';

/** A name as C spells it: without the underscore that some targets put before each, and COFF's prefix of imports. */
export function cName(inputs: Inputs, name: NameId): string {
  let text = inputs.symbols.names.text(name);
  if (inputs.format === 'coff' && text.startsWith(IMPORT_PREFIX)) text = text.slice(IMPORT_PREFIX.length);
  return text.startsWith('_') && hasUnderscores(inputs) ? text.slice(1) : text;
}
