import type { ArchiveId } from '../../../link/inputs/inputs.js';
import { instanceKey } from '../../../origin/origin.js';
import { type MemberId, NONE, type SymbolId } from '../../../symbols/table.js';
import type { Prepared } from '../../plan-trim.js';
import type { Relation } from '../../verdict.js';
import type { EditCode, EditProblem } from '../edit-plan.js';

/** All units that an archive has of one build of a crate, and those of a provider that are proved copies of them. */
export interface CrateCopy {
  readonly units: readonly MemberId[];
  readonly providers: ReadonlyMap<MemberId, { readonly unit: MemberId; readonly proof: Proof }>;
}

type Proof = 'module-hash' | 'identical-bytes' | 'same-image';

/** The proof that two units are the same; null if only their names agree. */
function proofOf(relation: Relation | null): Proof | null {
  if (relation?.kind === 'identical-bytes' || relation?.kind === 'same-image') return relation.kind;
  return relation?.kind === 'same-unit' && relation.proof === 'module-hash' ? 'module-hash' : null;
}

/** The units of one build of a crate that one archive has. */
export interface CrateInstance {
  readonly archive: ArchiveId;
  readonly key: string;
  readonly units: readonly MemberId[];
}

/** By archive and key of the build. */
export function crateInstances({ graph, twins }: Prepared): ReadonlyMap<string, CrateInstance> {
  const instances = new Map<string, { units: MemberId[]; archive: ArchiveId; key: string }>();
  for (const { id, archive } of graph.inputs.members) {
    const origin = twins.origins[id];
    if (!origin || archive === NONE) continue;
    const key = instanceKey(origin);
    const instance = instances.get(`${archive}:${key}`);
    if (instance) instance.units.push(id);
    else instances.set(`${archive}:${key}`, { units: [id], archive, key });
  }
  return instances;
}

/**
 * Crates of which an archive's own build clashes with a provider's, each as a whole.
 *
 * @param clashes names that would still clash
 * @param rank archives by their claim to keep a copy, strongest first
 */
export function crateCopies(
  prepared: Prepared,
  clashes: readonly { readonly definitions: readonly SymbolId[] }[],
  rank: readonly ArchiveId[],
): { readonly copies: CrateCopy[]; readonly problems: EditProblem[] } {
  const { inputs } = prepared.graph;
  const rankOf = new Map(rank.map((archive, at) => [archive, at]));
  const instances = crateInstances(prepared);
  const clashing = new Set(
    clashes.flatMap(({ definitions }) => definitions.map((one) => inputs.symbols.member[one])),
  );
  const copies: CrateCopy[] = [];
  const problems: EditProblem[] = [];
  for (const { units, archive, key } of instances.values()) {
    if (!units.some((unit) => clashing.has(unit))) continue;
    const stronger = [...instances.values()]
      .filter((other) => other.key === key && (rankOf.get(other.archive) ?? 0) < (rankOf.get(archive) ?? 0))
      .sort((one, other) => (rankOf.get(one.archive) ?? 0) - (rankOf.get(other.archive) ?? 0));
    if (stronger.length === 0) continue;
    const copy = stronger.map((other) => copyIn(prepared, units, other.units)).find((one) => one !== null);
    if (copy) copies.push(copy);
    else
      problems.push({
        code: whyNoCopy(prepared, units, stronger[0].units),
        name: NONE,
        member: units[0],
        linker: null,
      });
  }
  return { copies, problems };
}

/** E11: every unit has a proved copy there, or the crate is not redirected at all. */
export function copyIn(
  { twins }: Prepared,
  units: readonly MemberId[],
  others: readonly MemberId[],
): CrateCopy | null {
  const providers = new Map<MemberId, { unit: MemberId; proof: Proof }>();
  for (const unit of units)
    for (const other of others) {
      const proof = proofOf(twins.relation(unit, other));
      if (proof !== null && !providers.has(unit)) providers.set(unit, { unit: other, proof });
    }
  return providers.size === units.length ? { units, providers } : null;
}

/** E10, E11: whether some unit is proved to be a copy and another is not, or none is. */
export const whyNoCopy = (
  { twins }: Prepared,
  units: readonly MemberId[],
  others: readonly MemberId[],
): EditCode =>
  units.some((unit) => others.some((other) => proofOf(twins.relation(unit, other)) !== null))
    ? 'edit-half-crate'
    : 'edit-other-content';
