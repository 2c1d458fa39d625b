import { cName } from '../../link/inputs/c-names.js';
import type { LinkLine } from '../../link/line/link-line.js';
import {
  EXPORTED_BY_NAME,
  EXPORTED_WITH_OTHERS,
  exportedNames,
  NOT_EXPORTED,
  requiredByVersions,
} from '../../link/resolve/exported-names.js';
import { filesThatRefer } from '../../link/resolve/linker-defined-names.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { isCompilerPrivate } from '../../origin/origin.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { causeOfAbsence, causeOfLoading, causeOfMove } from './blame.js';
import type { Comparison, Violation } from './comparison.js';

/**
 * C12: the output exports the same names as before. Names that only a compiler can spell are not compared, unless the
 * line names them. C2 checks that an exported name binds to a copy. Names that the linker defines because files
 * reference them (`__start_X`) count, too, and so do undefined names of a relocatable output.
 */
export function* exportsStay(comparison: Comparison): Generator<Violation> {
  const { after, graph } = comparison;
  const old = exportsBefore(comparison);
  const now = exportedNames(graph, comparison.line, after);
  if (old === null && now === null) return;
  for (let name = 0; name < after.winners.length; name++) {
    const was = old?.[name] ?? NOT_EXPORTED;
    const is = now?.[name] ?? NOT_EXPORTED;
    if (was === is) continue;
    if (kindOfExport(was) === kindOfExport(is)) continue;
    if (Math.max(was, is) === EXPORTED_WITH_OTHERS && isPrivate(comparison, name)) continue;
    yield changeOfExport(comparison, name, is !== NOT_EXPORTED);
  }
}

function changeOfExport(comparison: Comparison, name: NameId, isExported: boolean): Violation {
  const { before, after, graph } = comparison;
  const [from, to] = [before.winners[name], after.winners[name]];
  if (from === NONE && to === NONE) return changeOfReferences(comparison, name);
  const by = graph.inputs.symbols.member[isExported ? to : from];
  return { code: 'export-changes', name, by, blame: causeOf(comparison, from, to) };
}

/** C12, too: a name that a version script spells out keeps a definition on the line, where the linker requires one. */
export function* versionedNamesStay({ graph, line, after, dropped }: Comparison): Generator<Violation> {
  const required = new Set(requiredByVersions(graph, line, after));
  if (required.size === 0) return;
  const { member } = graph.inputs.symbols;
  const definers = new Map<NameId, MemberId[]>();
  for (const symbol of graph.rows.definitions.row) {
    const name = graph.name[symbol];
    if (required.has(name)) definers.set(name, [...(definers.get(name) ?? []), member[symbol]]);
  }
  for (const [name, members] of definers)
    if (members.every((one) => dropped[one]))
      yield { code: 'export-changes', name, by: members[0], blame: members };
}

const kindOfExport = (how: number): number => (how === EXPORTED_BY_NAME ? EXPORTED_WITH_OTHERS : how);

/** A name that no file defines: it is the files that refer to it that came or went. */
function changeOfReferences(comparison: Comparison, name: NameId): Violation {
  const { before, after, graph } = comparison;
  const [gone, come] = [
    filesThatRefer(graph, before, name).filter((member) => !after.isLoaded[member]),
    filesThatRefer(graph, after, name).filter((member) => !before.isLoaded[member]),
  ];
  const blame = [
    ...gone.flatMap((member) => causeOfAbsence(comparison, member)),
    ...come.flatMap((member) => causeOfLoading(comparison, member)),
  ];
  return { code: 'export-changes', name, by: gone[0] ?? come[0] ?? NONE, blame };
}

/** Why a name is bound to another definition than it was, or to one where it was to none. */
function causeOf(comparison: Comparison, from: SymbolId, to: SymbolId): MemberId[] {
  const { member } = comparison.graph.inputs.symbols;
  if (to === NONE) return causeOfAbsence(comparison, member[from]);
  return from === NONE ? causeOfLoading(comparison, member[to]) : causeOfMove(comparison, from, to);
}

const isPrivate = ({ graph }: Comparison, name: NameId): boolean =>
  isCompilerPrivate(cName(graph.inputs, name));

/** The link before is compared with many others. */
const known = new WeakMap<Resolution, { readonly line: LinkLine; readonly exported: Uint8Array | null }>();

function exportsBefore({ graph, line, before }: Comparison): Uint8Array | null {
  const found = known.get(before);
  if (found !== undefined && found.line === line) return found.exported;
  const exported = exportedNames(graph, line, before);
  known.set(before, { line, exported });
  return exported;
}
