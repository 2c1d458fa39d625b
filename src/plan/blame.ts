import type { NameId } from '../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../symbols/table.js';
import type { Comparison } from './comparison.js';

/** Dropped members without which a name has lost its definition, or gained a reference that finds none. */
export function causeOfLoss(comparison: Comparison, name: NameId, user: MemberId): MemberId[] {
  const { before, graph } = comparison;
  const old = before.provider[name];
  if (old !== NONE) return causeOfAbsence(comparison, graph.inputs.symbols.member[old]);
  return user === NONE ? [] : causeOfLoading(comparison, user);
}

/**
 * Why a file of the old link is not in the new one: it is dropped, or what extracted it is, or what it was wanted for is
 * served by somebody else now.
 */
export function causeOfAbsence(
  comparison: Comparison,
  member: MemberId,
  seen = new Set<MemberId>(),
): MemberId[] {
  const { before, after, dropped, graph } = comparison;
  if (dropped[member]) return [member];
  if (after.isLoaded[member] || seen.has(member)) return [];
  seen.add(member);
  const wanted = before.extractedFor[member];
  const wantedBy = before.extractedBy[member];
  const cause = wantedBy === NONE ? [] : causeOfAbsence(comparison, wantedBy, seen);
  if (cause.length > 0 || wanted === NONE || after.provider[wanted] === NONE) return cause;
  return causeOfLoading(comparison, graph.inputs.symbols.member[after.provider[wanted]], seen);
}

/** Why a file is newly loaded: what served, before, the references that lead to it is dropped, or not loaded either. */
export function causeOfLoading(
  comparison: Comparison,
  member: MemberId,
  seen = new Set<MemberId>(),
): MemberId[] {
  const { before, after, graph } = comparison;
  if (before.isLoaded[member] || seen.has(member)) return [];
  seen.add(member);
  const wanted = after.extractedFor[member];
  if (wanted === NONE) return [];
  const old = before.provider[wanted];
  const cause = old === NONE ? [] : causeOfAbsence(comparison, graph.inputs.symbols.member[old], seen);
  const wantedBy = after.extractedBy[member];
  return cause.length > 0 || wantedBy === NONE ? cause : causeOfLoading(comparison, wantedBy, seen);
}

export function causeOfMove(comparison: Comparison, old: SymbolId, now: SymbolId): MemberId[] {
  const { member } = comparison.graph.inputs.symbols;
  const lost = causeOfAbsence(comparison, member[old]);
  return lost.length > 0 ? lost : causeOfLoading(comparison, member[now]);
}
