import type { ArchiveId } from '../../link/inputs/inputs.js';
import { NO_DEMAND, type Resolution } from '../../link/resolve/resolution.js';
import { instanceKey } from '../../origin/origin.js';
import {
  DATA,
  isDefined,
  isDefinition,
  isLocalState,
  isReference,
  isState,
  isTls,
  isWeak,
  kindOf,
} from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { Prepared } from '../plan-trim.js';
import type { StateKey } from '../state/state.js';
import { type EditCode, type EditProblem, type MemberEdit, markedName } from './edit-plan.js';
import { actingSections, type SectionGraph, type SectionGraphs } from './section-graph.js';

/** All units that an archive has of one build of a crate, and those of a provider that are proved copies of them. */
export interface CrateCopy {
  readonly units: readonly MemberId[];
  readonly providers: ReadonlyMap<MemberId, { readonly unit: MemberId; readonly proof: Proof }>;
}

type Proof = 'module-hash' | 'identical-bytes';

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
  const { graph, twins } = prepared;
  const { inputs } = graph;
  const rankOf = new Map(rank.map((archive, at) => [archive, at]));
  const instances = new Map<string, { units: MemberId[]; archive: ArchiveId; key: string }>();
  for (const { id, archive } of inputs.members) {
    const origin = twins.origins[id];
    if (!origin || archive === NONE) continue;
    const key = instanceKey(origin);
    const known = instances.get(`${archive}:${key}`);
    if (known) known.units.push(id);
    else instances.set(`${archive}:${key}`, { units: [id], archive, key });
  }
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
function copyIn(
  { twins }: Prepared,
  units: readonly MemberId[],
  others: readonly MemberId[],
): CrateCopy | null {
  const providers = new Map<MemberId, { unit: MemberId; proof: Proof }>();
  for (const unit of units)
    for (const other of others) {
      const relation = twins.relation(unit, other);
      const proof =
        relation?.kind === 'identical-bytes'
          ? 'identical-bytes'
          : relation?.kind === 'same-unit' && relation.proof === 'module-hash'
            ? 'module-hash'
            : null;
      if (proof !== null && !providers.has(unit)) providers.set(unit, { unit: other, proof });
    }
  return providers.size === units.length ? { units, providers } : null;
}

/** E10, E11: whether some unit is proved to be a copy and another is not, or none is. */
const whyNoCopy = ({ twins }: Prepared, units: readonly MemberId[], others: readonly MemberId[]): EditCode =>
  units.some((unit) =>
    others.some((other) => {
      const relation = twins.relation(unit, other);
      return (
        relation?.kind === 'identical-bytes' ||
        (relation?.kind === 'same-unit' && relation.proof === 'module-hash')
      );
    }),
  )
    ? 'edit-half-crate'
    : 'edit-other-content';

/** Definitions of a crate that the provider's serve for, as edits. */
export function redirectEdits(
  prepared: Prepared,
  { units, providers }: CrateCopy,
  mark: string,
): MemberEdit[] {
  const { inputs } = prepared.graph;
  const { flags, firstSymbol, name, names, group, size } = inputs.symbols;
  const provided = new Map<NameId, SymbolId>();
  for (const { unit } of providers.values())
    for (let symbol = firstSymbol[unit]; symbol < firstSymbol[unit + 1]; symbol++)
      if (isStrong(flags[symbol]) && group[symbol] === NONE) provided.set(name[symbol], symbol);
  const { member: memberOf } = inputs.symbols;
  return units.flatMap((member) => {
    const edits: MemberEdit[] = [];
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      const kept = provided.get(name[symbol]);
      if (!isStrong(flags[symbol]) || group[symbol] !== NONE || kept === undefined) continue;
      const isSized = kindOf(flags[symbol]) === DATA || isTls(flags[symbol]);
      if (kindOf(flags[symbol]) !== kindOf(flags[kept]) || (isSized && size[symbol] !== size[kept])) continue;
      const proof = providers.get(member)?.proof ?? 'module-hash';
      edits.push({
        member,
        name: name[symbol],
        action: 'undefine',
        newName: markedName(names.text(name[symbol]), mark),
        evidence: { kind: 'redirect', provider: memberOf[kept], proof },
      });
    }
    return edits;
  });
}

const isStrong = (flags: number): boolean => isDefinition(flags) && !isWeak(flags);

/**
 * E10: what stays defined reaches no state that the provider has; state of its own is local, and the redirected code does not
 * use it: the provider's LTO may have folded that.
 */
export function* keptCodeHasNoState(
  prepared: Prepared,
  { units, providers }: CrateCopy,
  edits: readonly MemberEdit[],
  links: readonly Resolution[],
  images: SectionGraphs,
): Generator<EditProblem> {
  const problem = (code: EditCode, name: NameId, member: MemberId): EditProblem => ({
    code,
    name,
    member,
    linker: null,
  });
  for (const unit of units) if (images(unit) === null) return yield problem('edit-not-editable', NONE, unit);
  const crate = crateSections(units, images);
  const redirected = new Set(edits.map(({ name }) => name));
  const { inputs } = prepared.graph;
  const { flags, name, section, member } = inputs.symbols;
  const idOf = (text: string) => inputs.symbols.names.find(text);
  const kept = crate.reach(keptRoots(prepared, units, redirected, links, images), (text) =>
    redirected.has(idOf(text)),
  );
  const given = crate.reach(
    edits.flatMap(({ member: unit, name: id }) => crate.homeOf(unit, inputs.symbols.names.text(id))),
    () => false,
  );
  const theirs = new Set<StateKey>();
  for (const { unit } of providers.values())
    for (const symbol of stateOf(prepared, unit)) theirs.add(prepared.state.key[symbol]);
  for (const unit of units)
    for (const symbol of stateOf(prepared, unit)) {
      const place = crate.placeOf(unit, section[symbol]);
      if (place === null || !kept.has(place)) continue;
      const isShared = prepared.state.key[symbol] !== NONE && theirs.has(prepared.state.key[symbol]);
      if (isShared || given.has(place) || !isLocalState(flags[symbol]))
        yield problem('edit-kept-state', name[symbol], member[symbol]);
    }
}

function stateOf({ graph }: Prepared, member: MemberId): SymbolId[] {
  const { firstSymbol, flags } = graph.inputs.symbols;
  const found: SymbolId[] = [];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isState(flags[symbol])) found.push(symbol);
  return found;
}

/** Where kept code begins: definitions that stay and that some link wants, and what acts by itself. */
function keptRoots(
  { graph }: Prepared,
  units: readonly MemberId[],
  redirected: ReadonlySet<NameId>,
  links: readonly Resolution[],
  images: SectionGraphs,
): string[] {
  const { firstSymbol, flags, name, section } = graph.inputs.symbols;
  const wanted = new Set<NameId>();
  for (let symbol = 0; symbol < flags.length; symbol++)
    if (isReference(flags[symbol])) wanted.add(name[symbol]);
  const isWanted = (id: NameId) => wanted.has(id) || links.some(({ demand }) => demand[id] !== NO_DEMAND);
  return units.flatMap((unit) => {
    const image = images(unit);
    if (image === null) return [];
    const roots = actingSections(image).map((row) => `${unit} ${row}`);
    for (let symbol = firstSymbol[unit]; symbol < firstSymbol[unit + 1]; symbol++) {
      if (!isDefined(flags[symbol]) || isLocalState(flags[symbol]) || redirected.has(name[symbol])) continue;
      const row = image.rowOf(section[symbol]);
      if (row !== NONE && isWanted(name[symbol])) roots.push(`${unit} ${row}`);
    }
    return roots;
  });
}

/** The sections of several units as one: a place is a unit and a row of its image. */
function crateSections(units: readonly MemberId[], images: SectionGraphs) {
  const graphs = new Map(
    units.flatMap((unit): [MemberId, SectionGraph][] => {
      const graph = images(unit);
      return graph === null ? [] : [[unit, graph]];
    }),
  );
  const homeOf = (unit: MemberId, text: string): string[] => {
    const own = graphs.get(unit)?.homeOf(text) ?? NONE;
    if (own !== NONE) return [`${unit} ${own}`];
    for (const [other, graph] of graphs)
      if (graph.homeOf(text) !== NONE) return [`${other} ${graph.homeOf(text)}`];
    return [];
  };
  const placeOf = (unit: MemberId, section: number): string | null => {
    const row = graphs.get(unit)?.rowOf(section) ?? NONE;
    return row === NONE ? null : `${unit} ${row}`;
  };
  const reach = (from: readonly string[], isCut: (name: string) => boolean): Set<string> => {
    const reached = new Set(from);
    const queue = [...reached];
    const add = (place: string) => {
      if (reached.has(place)) return;
      reached.add(place);
      queue.push(place);
    };
    for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
      const [unit, row] = place.split(' ').map(Number);
      const graph = graphs.get(unit);
      if (graph === undefined) continue;
      for (const target of graph.sectionsFrom(row)) add(`${unit} ${target}`);
      for (const text of graph.namesFrom(row))
        if (!isCut(text)) for (const target of homeOf(unit, text)) add(target);
    }
    return reached;
  };
  return { homeOf, placeOf, reach };
}
