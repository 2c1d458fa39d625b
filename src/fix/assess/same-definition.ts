import { equalBytes } from '../../bytes/equal-bytes.js';
import { cName } from '../../link/inputs/c-names.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Twins } from '../../plan/twins/twins.js';
import { isFunction } from '../../symbols/flags.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';
import { isCompilerHelper } from './compiler-helpers.js';

/** Whether it makes no difference which of two definitions of a name a program has. */
export function isSameDefinition(graph: LinkGraph, twins: Twins, one: SymbolId, other: SymbolId): boolean {
  const { member, flags } = graph.inputs.symbols;
  if (member[one] === member[other]) return true;
  if (isCopy(twins, member[one], member[other])) return true;
  if (twins.isInterchangeable(member[one], member[other])) return true;
  const name = cName(graph.inputs, graph.name[one]);
  if (name.startsWith('DW.ref.')) return true;
  return isFunction(flags[one]) && isFunction(flags[other]) && isCompilerHelper(name);
}

/** Whether two files are proved to be one. */
export function isCopy(twins: Twins, one: MemberId, other: MemberId): boolean {
  const relation = twins.relation(one, other);
  return relation !== null && relation.kind !== 'other-content' && relation.kind !== 'declared';
}

/** Whether two files have the same bytes. Such files are copies, unless --exclude-libs hides the names of one. */
export const haveEqualBytes = ({ members }: Inputs, one: MemberId, other: MemberId): boolean =>
  equalBytes(members[one].source, members[other].source);
