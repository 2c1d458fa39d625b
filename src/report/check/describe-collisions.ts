import { comdatSizes } from '../../fix/problems/comdat-sizes.js';
import { foreignDefinitions } from '../../fix/problems/foreign-definitions.js';
import { weakCollisions } from '../../fix/problems/weak-collisions.js';
import { meansOther } from '../../fix/rivals/other-meaning.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';
import { type MemberRef, refTo } from '../plan/member-ref.js';

/** A name for which a link uses one definition, though another file has a different one. */
export interface CollisionReport {
  /** `comdat-function` and `comdat-data`: merged by design, and the sizes differ. */
  readonly kind: 'foreign-definition' | 'default-wins' | 'comdat-data' | 'comdat-function';
  readonly symbol: string;
  readonly bound: MemberRef;
  /** Bytes; 0 where the format does not say. */
  readonly boundSize: number;
  readonly other: MemberRef;
  readonly otherSize: number;
  /** A file that refers to the name. */
  readonly user: MemberRef;
}

/** Silent collisions of the first link before the plan: no linker reports them. */
export function describeCollisions({
  graph,
  twins,
  scenarios: [{ line, before }],
}: TrimPlan): CollisionReport[] {
  const { inputs } = graph;
  const { names, name, member, size } = inputs.symbols;
  const describe = (
    kind: CollisionReport['kind'],
    bound: SymbolId,
    other: SymbolId,
    user: MemberId,
  ): CollisionReport => ({
    kind,
    symbol: names.text(name[other]),
    bound: refTo(inputs, member[bound]),
    boundSize: size[bound],
    other: refTo(inputs, member[other]),
    otherSize: size[other],
    user: refTo(inputs, user),
  });
  return [
    ...[
      ...foreignDefinitions(graph, twins, before).filter(meansOther(graph, twins)),
      ...weakCollisions(graph, twins, line, before),
    ].map(({ kind, bound, meant, user }) =>
      describe(kind === 'other-layout' ? 'comdat-data' : kind, bound, meant, user),
    ),
    ...comdatSizes(graph, before).map(({ bound, other }) =>
      describe('comdat-function', bound, other, member[other]),
    ),
  ];
}
