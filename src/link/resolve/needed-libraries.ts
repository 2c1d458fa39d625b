import { isWeak } from '../../symbols/flags.js';
import type { MemberId } from '../../symbols/table.js';
import { NONE } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import { type Resolution, STRONGLY_REFERENCED, UNREFERENCED, WEAKLY_REFERENCED } from './resolution.js';

/**
 * How the files of a link need each shared library that is left out of the output where nothing needs it (--as-needed):
 * one of the demands of resolution.ts.
 *
 * Source: bfd/elflink.c `elf_link_add_object_symbols` (`dynamic_ref_after_ir_def`, DYN_AS_NEEDED); gold/symtab.cc
 * `Symbol_table::add_from_dynobj`; lld/ELF/SymbolTable.cpp, `isNeeded`.
 */
export function neededLibraries(
  graph: LinkGraph,
  line: LinkLine,
  { loaded, winners }: Resolution,
): Map<MemberId, number> {
  const needs = new Map<MemberId, number>();
  for (const item of line.items)
    if (item.kind === 'shared-library' && item.asNeeded) needs.set(item.member, UNREFERENCED);
  if (needs.size === 0) return needs;
  const { member: memberOf, flags } = graph.inputs.symbols;
  const { first, row } = graph.rows.references;
  for (const member of loaded) {
    if (!graph.rows.isObject[member]) continue;
    for (let at = first[member]; at < first[member + 1]; at++) {
      const definition = winners[graph.name[row[at]]];
      const known = definition === NONE ? undefined : needs.get(memberOf[definition]);
      if (known === undefined) continue;
      needs.set(
        memberOf[definition],
        Math.max(known, isWeak(flags[row[at]]) ? WEAKLY_REFERENCED : STRONGLY_REFERENCED),
      );
    }
  }
  return needs;
}
