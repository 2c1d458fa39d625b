import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { Inputs } from '../inputs/inputs.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import { type Resolution, strengthOf, UNREFERENCED } from './resolution.js';

/**
 * How the files of a link need each shared library that the linker leaves out if it is unneeded: under
 * --as-needed, and a DLL of which no imported name is referenced, although its import library may be loaded whole.
 *
 * Source: bfd/elflink.c `elf_link_add_object_symbols` (`dynamic_ref_after_ir_def`, DYN_AS_NEEDED); gold/symtab.cc
 * `Symbol_table::add_from_dynobj`; lld/ELF/SymbolTable.cpp, `isNeeded`; lld/COFF/Writer.cpp
 * `Writer::createImportTables`, `ImportFile::live`.
 *
 * @returns by library, of a DLL by the first of its import members: a strength of resolution.ts
 */
export function neededLibraries(
  graph: LinkGraph,
  line: LinkLine,
  { loaded, winners }: Resolution,
): Map<MemberId, number> {
  const libraries = optionalLibraries(graph, line);
  const needs = new Map([...libraries.values()].map((library) => [library, UNREFERENCED]));
  if (needs.size === 0) return needs;
  const { member: memberOf, flags } = graph.inputs.symbols;
  const libraryOf = (reference: SymbolId): MemberId | undefined => {
    const definition = winners[graph.name[reference]];
    return definition === NONE ? undefined : libraries.get(memberOf[definition]);
  };
  for (const member of loaded)
    for (const reference of referencesOf(graph, member)) {
      const library = libraryOf(reference);
      if (library !== undefined)
        needs.set(library, Math.max(needs.get(library) ?? UNREFERENCED, strengthOf(flags[reference])));
    }
  return needs;
}

/** Rows of an object's references; none of other files. */
function referencesOf({ rows: { isObject, references } }: LinkGraph, member: MemberId): Int32Array {
  const { first, row } = references;
  return isObject[member] ? row.subarray(first[member], first[member + 1]) : row.subarray(0, 0);
}

/** By member that offers names of a library which may be left out: the library, of a DLL its first import member. */
export function optionalLibraries({ inputs }: LinkGraph, line: LinkLine): Map<MemberId, MemberId> {
  const libraries = new Map<MemberId, MemberId>();
  for (const item of line.items)
    if (item.kind === 'shared-library' && item.asNeeded) libraries.set(item.member, item.member);
  for (const [member, dll] of importsOf(inputs)) libraries.set(member, dll);
  return libraries;
}

/** A search compares many links of the same inputs. */
const importsOfInputs = new WeakMap<Inputs, ReadonlyMap<MemberId, MemberId>>();

/** By short import member: the first of those that name the same DLL. */
function importsOf(inputs: Inputs): ReadonlyMap<MemberId, MemberId> {
  const known = importsOfInputs.get(inputs);
  if (known !== undefined) return known;
  const imports = new Map<MemberId, MemberId>();
  const dlls = new Map<string, MemberId>();
  for (const { id } of inputs.members) {
    const dll = importedDll(inputs, id);
    if (dll === null) continue;
    const first = dlls.get(dll) ?? id;
    dlls.set(dll, first);
    imports.set(id, first);
  }
  importsOfInputs.set(inputs, imports);
  return imports;
}

/** The DLL that a short import member names, in lower case; null for other members. */
function importedDll({ contents }: Inputs, member: MemberId): string | null {
  const content = contents[member];
  if (content.kind !== 'object' || content.info.format !== 'coff-import') return null;
  return content.info.sideEffects[0].entries[0];
}
