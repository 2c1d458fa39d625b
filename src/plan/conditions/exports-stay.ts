import { cName } from '../../link/inputs/c-names.js';
import type { LinkLine } from '../../link/line/link-line.js';
import {
  EXPORTED_BY_NAME,
  EXPORTED_WITH_OTHERS,
  type Exports,
  exportsOf,
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
  const now = exportsOf(graph, comparison.line, after);
  if (old === null && now === null) return;
  const change = (name: NameId): Violation | null => {
    const was = old?.exportOf(name) ?? NOT_EXPORTED;
    const is = now?.exportOf(name) ?? NOT_EXPORTED;
    if (was === is || kindOfExport(was) === kindOfExport(is)) return null;
    if (Math.max(was, is) === EXPORTED_WITH_OTHERS && isPrivate(comparison, name)) return null;
    return changeOfExport(comparison, name, is !== NOT_EXPORTED);
  };
  const names = candidatesIn(old, now);
  const count = names?.length ?? after.winners.length;
  for (let at = 0; at < count; at++) {
    const violation = change(names === null ? at : names[at]);
    if (violation !== null) yield violation;
  }
}

/** Names that one of two links may export, in ascending order; null for all. */
function candidatesIn(old: Exports | null, now: Exports | null): NameId[] | null {
  const names = new Set<NameId>();
  for (const exports of [old, now]) {
    if (exports?.candidates === null) return null;
    for (const name of exports?.candidates ?? []) names.add(name);
  }
  return [...names].sort((one, other) => one - other);
}

function changeOfExport(comparison: Comparison, name: NameId, isExported: boolean): Violation {
  const { before, after, graph } = comparison;
  const [from, to] = [before.winners[name], after.winners[name]];
  if (from === NONE && to === NONE) return changeOfReferences(comparison, name);
  const by = graph.inputs.symbols.member[isExported ? to : from];
  return { code: 'export-changes', name, by, blame: causeOf(comparison, from, to) };
}

/** C12, too: a name that a version script spells out keeps a definition on the line if the linker requires one. */
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

/** A name that no file defines: the cause is a file with a reference that was added or removed. */
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

/** Why a name is bound to a different definition, or is newly bound. */
function causeOf(comparison: Comparison, from: SymbolId, to: SymbolId): MemberId[] {
  const { member } = comparison.graph.inputs.symbols;
  if (to === NONE) return causeOfAbsence(comparison, member[from]);
  return from === NONE ? causeOfLoading(comparison, member[to]) : causeOfMove(comparison, from, to);
}

const isPrivate = ({ graph }: Comparison, name: NameId): boolean =>
  isCompilerPrivate(cName(graph.inputs, name));

/** The link before is compared with many others. */
const known = new WeakMap<Resolution, { readonly line: LinkLine; readonly exports: Exports | null }>();

function exportsBefore({ graph, line, before }: Comparison): Exports | null {
  const found = known.get(before);
  if (found !== undefined && found.line === line) return found.exports;
  const exports = withColumn(exportsOf(graph, line, before), before.winners.length);
  known.set(before, { line, exports });
  return exports;
}

/** The same exports; those of all names are found only once. */
function withColumn(exports: Exports | null, names: number): Exports | null {
  if (exports === null || exports.candidates !== null) return exports;
  const column = new Uint8Array(names);
  for (let name = 0; name < names; name++) column[name] = exports.exportOf(name);
  return { candidates: null, exportOf: (name) => column[name] ?? NOT_EXPORTED };
}
