import { cName } from '../../link/inputs/c-names.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { EXPORTED_BY_NAME, exportedNames, NOT_EXPORTED } from '../../link/resolve/exported-names.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { isCompilerPrivate } from '../../origin/origin.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { causeOfAbsence, causeOfLoading, causeOfMove } from './blame.js';
import type { Comparison, Violation } from './comparison.js';

/**
 * C12: the output offers to others what it offered before, and nothing else. A name that a compiler alone can spell is
 * none that others ask for, unless the line names it. Whether a name that moves goes to a copy is C2's to ask.
 */
export function* exportsStay(comparison: Comparison): Generator<Violation> {
  const { before, after, graph } = comparison;
  const old = exportsBefore(comparison);
  const now = exportedNames(graph, comparison.line, after);
  if (old === null && now === null) return;
  const { member } = graph.inputs.symbols;
  for (let name = 0; name < after.provider.length; name++) {
    const [was, is] = [old?.[name] ?? NOT_EXPORTED, now?.[name] ?? NOT_EXPORTED];
    if ((was === NOT_EXPORTED) === (is === NOT_EXPORTED)) continue;
    if (Math.max(was, is) !== EXPORTED_BY_NAME && isPrivate(comparison, name)) continue;
    const [from, to] = [before.provider[name], after.provider[name]];
    const by = member[is === NOT_EXPORTED ? from : to];
    yield { code: 'export-changes', name, by, blame: causeOf(comparison, from, to) };
  }
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
