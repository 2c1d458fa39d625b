import { instanceKey } from '../../origin/origin.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { EditCode, EditProblem, MemberEdit } from './edit-plan.js';
import type { EditedLinks } from './edited-link.js';
import { keptCodeHasNoState } from './kept-code.js';
import { type CrateInstance, copyIn, crateInstances, whyNoCopy } from './kinds/crate-copies.js';
import type { SectionGraphs } from './section-graph.js';

/**
 * E10, E11: each redirected crate is a proved copy of the provider's as a whole, and what stays of it shares no state
 * with it.
 */
export function* redirectsAreProved(
  { original, edits, links }: EditedLinks,
  images: SectionGraphs,
): Generator<EditProblem> {
  const redirects = edits.filter(({ evidence }) => evidence.kind === 'redirect');
  if (redirects.length === 0) return;
  const instances = crateInstances(original);
  const before = links.map((link) => link.before);
  for (const own of byInstance(redirects, (member) => instanceOf(member)).values()) {
    const [{ member, evidence, name }] = own;
    const unitsOf = (file: MemberId) => instanceOf(file)?.units ?? [];
    const provider = evidence.kind === 'redirect' ? evidence.provider : NONE;
    const [units, others] = [unitsOf(member), unitsOf(provider)];
    const copy = units.length === 0 ? null : copyIn(original, units, others);
    if (copy === null) yield problem(whyNoCopy(original, units, others), name, member);
    else yield* keptCodeHasNoState(original, copy, own, before, images);
    for (const edit of own)
      if (edit.evidence.kind === 'redirect' && !others.includes(edit.evidence.provider))
        yield problem('edit-half-crate', edit.name, edit.member);
  }

  function instanceOf(member: MemberId): CrateInstance | null {
    const origin = original.twins.origins[member];
    const { archive } = original.graph.inputs.members[member];
    return origin ? (instances.get(`${archive}:${instanceKey(origin)}`) ?? null) : null;
  }
}

const problem = (code: EditCode, name: NameId, member: MemberId): EditProblem => ({
  code,
  name,
  member,
  linker: null,
});

/** Edits of one crate of one archive together; those of a file of no crate by their file. */
function byInstance(
  edits: readonly MemberEdit[],
  instanceOf: (member: MemberId) => CrateInstance | null,
): Map<CrateInstance | MemberId, MemberEdit[]> {
  const groups = new Map<CrateInstance | MemberId, MemberEdit[]>();
  for (const edit of edits) {
    const key = instanceOf(edit.member) ?? edit.member;
    groups.set(key, [...(groups.get(key) ?? []), edit]);
  }
  return groups;
}
