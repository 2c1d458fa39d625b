import type { NameId } from '../../symbols/names.js';
import type { MemberId } from '../../symbols/table.js';
import type { LayoutPatterns } from '../command/layout-patterns.js';
import type { LineExports } from '../command/line-exports.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { Resolution } from './resolution.js';

const BOUNDS = /^__(?:start|stop)_[A-Za-z_]\w*$/;

/**
 * Names that linkers define if files refer to them and no file defines them, apart from bounds of sections. Names that
 * linkers always define do not affect a drop.
 *
 * Source: ld/scripttempl/elf.sc; gold/defstd.cc; lld/ELF/Writer.cpp `addReservedSymbols`; mold,
 * `create_synthetic_sections`.
 */
const STANDARD = new Set(
  `end _end edata _edata etext _etext __etext __bss_start __bss_start__ __bss_end__ _bss_end__ __end__
  __executable_start __ehdr_start __dso_handle __rela_iplt_start __rela_iplt_end __rel_iplt_start __rel_iplt_end
  __preinit_array_start __preinit_array_end __init_array_start __init_array_end __fini_array_start __fini_array_end
  __exidx_start __exidx_end __global_pointer$ __data_end __heap_base __heap_end __global_base __stack_low __stack_high
  __memory_base __table_base`.split(/\s+/),
);

/** Whether the linker, or its script, defines a name that files refer to and none defines. */
export const isLinkerDefined = (text: string, { provided }: LayoutPatterns): boolean =>
  BOUNDS.test(text) || STANDARD.has(text) || provided.includes(text);

/** Those of them that are known by their text: all but bounds of sections. */
export const linkerDefinedTexts = ({ provided }: LayoutPatterns): readonly string[] => [
  ...STANDARD,
  ...provided,
];

/**
 * Names that linkers define in any link that needs them, whatever files define. Source: as above; wasm-ld,
 * `Writer.cpp`.
 */
const ALWAYS = new Set(
  '_GLOBAL_OFFSET_TABLE_ _DYNAMIC _PROCEDURE_LINKAGE_TABLE_ __stack_pointer __tls_base __indirect_function_table'.split(
    ' ',
  ),
);

/** Whether a name without a definition is undefined to the linker, too. */
export const isLeftUndefined = (text: string, layout: LayoutPatterns): boolean =>
  !ALWAYS.has(text) && !isLinkerDefined(text, layout);

/**
 * Whether it matters outside of the output that a file hides a linker-defined name. gold exports `_end` and its like
 * from any shared library unless a file hides them. GNU ld enters a hidden `__start_X` that one file refers to into the
 * dynamic symbol table, where glibc's loader ignores it and musl's does not, and takes it out when a second file refers
 * to it.
 *
 * Source: gold/defstd.cc; bfd/elflink.c `bfd_elf_link_record_dynamic_symbol`, `elf_link_add_object_symbols`,
 * `bfd_elf_define_start_stop`.
 */
export function seenUnlessHidden(
  graph: LinkGraph,
  { loaded, profile }: Resolution,
  output: LineExports['output'],
): (name: NameId) => boolean {
  const { names } = graph.inputs.symbols;
  let files: Uint32Array | undefined;
  const count = (): Uint32Array => {
    const counts = new Uint32Array(names.length);
    const { first, row } = graph.rows.references;
    for (const member of loaded)
      if (graph.rows.isObject[member])
        for (let at = first[member]; at < first[member + 1]; at++) counts[graph.name[row[at]]]++;
    return counts;
  };
  return (name) => {
    if (!BOUNDS.test(names.text(name))) return true;
    if (!profile.listsHiddenBounds || output !== 'shared') return false;
    files ??= count();
    return files[name] === 1;
  };
}

/** The objects of a link that refer to a name. */
export function filesThatRefer(graph: LinkGraph, { loaded }: Resolution, name: NameId): MemberId[] {
  const { first, row } = graph.rows.references;
  return loaded.filter((member) => {
    if (!graph.rows.isObject[member]) return false;
    for (let at = first[member]; at < first[member + 1]; at++) if (graph.name[row[at]] === name) return true;
    return false;
  });
}
