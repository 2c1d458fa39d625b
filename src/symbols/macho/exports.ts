import type { ByteView } from '../../bytes/byte-view.js';
import type { Spend } from '../budget.js';

/** A name in a trie of exports. */
export interface ExportedName {
  readonly name: Uint8Array;
  /** EXPORT_SYMBOL_FLAGS_…. */
  readonly flags: number;
}

/** A node that is to be read, and the name that leads to it. */
interface Path {
  readonly node: number;
  readonly name: Uint8Array;
}

/**
 * The names in a library's trie of exports. A node is the size of what follows, if a name ends here its flags and
 * place; then as many edges as a byte says: text, and the node that it leads to. Sizes, flags and nodes are ULEB128.
 *
 * Source: mach-o/loader.h, "The symbols exported by a dylib are encoded in a trie"; lld/MachO/ExportTrie.cpp.
 * @throws MalformedError also where two edges lead to one node
 */
export function readExportTrie(trie: ByteView, spendName: Spend): ExportedName[] {
  const found: ExportedName[] = [];
  if (trie.length === 0) return found;
  const seen = new Uint8Array(trie.length);
  const paths: Path[] = [{ node: 0, name: new Uint8Array() }];
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const { node, name } = path;
    if (node >= trie.length) throw trie.error(node, 'no node here');
    if (seen[node] === 1) throw trie.error(node, 'two edges lead to one node');
    seen[node] = 1;
    const terminal = uleb(trie, node);
    if (terminal.value > 0) {
      spendName(name.length);
      found.push({ name, flags: uleb(trie, terminal.end).value });
    }
    for (const edge of edgesAt(trie, terminal.end + terminal.value)) {
      spendName(name.length + edge.text.length);
      paths.push({ node: edge.node, name: Buffer.concat([name, edge.text]) });
    }
  }
  return found;
}

/** Last first, as they are taken from a stack. */
function edgesAt(trie: ByteView, at: number): { text: Uint8Array; node: number }[] {
  const edges: { text: Uint8Array; node: number }[] = [];
  for (let left = trie.u8(at), next = at + 1; left > 0; left--) {
    const text = trie.cString(next);
    const { value, end } = uleb(trie, next + text.length + 1);
    edges.push({ text, node: value });
    next = end;
  }
  return edges.reverse();
}

/** Numbers of sound tries are below 2³²; longer ones are out of every range. */
function uleb(view: ByteView, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start, factor = 1; ; at++, factor *= 128) {
    const byte = view.u8(at);
    value += (byte & 0x7f) * factor;
    if ((byte & 0x80) === 0) return { value, end: at + 1 };
    if (at - start > 9) throw view.error(start, 'number of more than 64 bits');
  }
}
