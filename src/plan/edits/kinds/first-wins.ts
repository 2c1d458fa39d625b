import { cName } from '../../../link/inputs/c-names.js';
import type { Clash, Resolution } from '../../../link/resolve/resolution.js';
import { isDefinition, isWeak } from '../../../symbols/flags.js';
import type { NameId } from '../../../symbols/names.js';
import { type MemberId, NONE, type SymbolId, type SymbolTable } from '../../../symbols/table.js';
import type { Prepared } from '../../plan-trim.js';
import { type EditProblem, type FoundEdits, type MemberEdit, markedName } from '../edit-plan.js';
import { type ClashingLink, editLinks } from '../edited-link.js';

/** A link before any edit: its clashes, and the definitions to which its linker binds. */
type LinkWinners = Pick<Resolution, 'clashes' | 'winners' | 'profile'>;

/**
 * Edits that make definitions weak that are overridden in each of these links.
 *
 * @param links before any edit; they have to agree on the winner of each name
 * @param names to weaken; null for all duplicate names
 */
export function firstWinsEdits(
  prepared: Prepared,
  links: readonly LinkWinners[],
  mark: string,
  action: 'weaken' | 'undefine' = 'weaken',
  names: ReadonlySet<NameId> | null = null,
): FoundEdits {
  const { inputs } = prepared.graph;
  const { member, names: table } = inputs.symbols;
  const edits = new Map<string, MemberEdit>();
  for (const { name, winner, losers } of overridden(inputs.symbols, links, names))
    for (const loser of losers) {
      const key = `${member[loser]} ${name}`;
      const provider = member[winner];
      if (!edits.has(key))
        edits.set(key, {
          member: member[loser],
          name,
          action,
          newName: markedName(table.text(name), mark),
          evidence:
            action === 'undefine'
              ? { kind: 'yield', pattern: cName(inputs, name), provider }
              : { kind: 'first-wins', provider },
        });
    }
  const problems = differentWinners(prepared, links, names);
  if (action === 'weaken') problems.push(...winnersLost(prepared, links, [...edits.values()]));
  return { edits: [...edits.values()], problems };
}

/** Each duplicate name of each link, with the definition that the linker keeps and the ones that it overrides. */
function* overridden(
  { flags }: SymbolTable,
  links: readonly LinkWinners[],
  names: ReadonlySet<NameId> | null,
) {
  for (const { clashes, winners, profile } of links)
    for (const clash of clashes) {
      if (names !== null && !names.has(clash.name)) continue;
      // To lld-link weak externals clash, too: those are weak already, and remain.
      const strong = clash.definitions.filter(
        (symbol) => isDefinition(flags[symbol]) && !isWeak(flags[symbol]),
      );
      const winner = winnerOf(clash, winners);
      if (!strong.includes(winner)) continue;
      const losers = strong.filter((symbol) => symbol !== winner);
      yield { name: clash.name, winner, losers, linker: profile.id };
    }
}

/** Names to which a link binds in a different member than the first link that has them twice. */
function differentWinners(
  { graph: { inputs } }: Prepared,
  links: readonly LinkWinners[],
  names: ReadonlySet<NameId> | null,
): EditProblem[] {
  const { member } = inputs.symbols;
  const first = new Map<NameId, MemberId>();
  const problems: EditProblem[] = [];
  for (const { name, winner, linker } of overridden(inputs.symbols, links, names)) {
    if (!first.has(name)) first.set(name, member[winner]);
    else if (first.get(name) !== member[winner])
      problems.push({ code: 'edit-linkers-differ', name, member: member[winner], linker });
  }
  return problems;
}

/** A definition that loses in one link may be the only definition in another link, where it must stay strong. */
function winnersLost(
  { graph: { inputs } }: Prepared,
  links: readonly LinkWinners[],
  edits: readonly MemberEdit[],
): EditProblem[] {
  const { member: memberOf } = inputs.symbols;
  return links.flatMap(({ clashes, winners, profile }) => {
    const duplicated = new Set(clashes.map(({ name }) => name));
    return edits
      .filter(({ name }) => !duplicated.has(name) && winners[name] !== NONE)
      .filter(({ name, member }) => memberOf[winners[name]] === member)
      .map(
        ({ name, member }) => ({ code: 'edit-linkers-differ', name, member, linker: profile.id }) as const,
      );
  });
}

const winnerOf = ({ name, definitions }: Clash, winners: Int32Array): SymbolId =>
  definitions.includes(winners[name]) ? winners[name] : definitions[0];

/**
 * Edits for duplicates that remain with the edits so far: the winners of the link without edits are kept. A name whose
 * winner is edited is not changed: weakening the other definitions would leave no strong one.
 */
export function firstWins(
  prepared: Prepared,
  links: readonly ClashingLink[],
  edits: readonly MemberEdit[],
  mark: string,
): FoundEdits {
  const found = firstWinsEdits(
    prepared,
    links.map(({ before, profile }) => ({ clashes: before.clashes, winners: before.winners, profile })),
    mark,
    'weaken',
    remainingDuplicates(prepared, links, edits),
  );
  if (found.edits.length > 0) return found;
  const none: EditProblem = { code: 'edit-no-effect', name: NONE, member: NONE as MemberId, linker: null };
  return { ...found, problems: [...found.problems, none] };
}

/** Duplicate names that the edits so far leave, and whose winner none of them changes. */
function remainingDuplicates(
  prepared: Prepared,
  links: readonly ClashingLink[],
  edits: readonly MemberEdit[],
): Set<NameId> {
  const remaining = new Set<NameId>();
  const staged = editLinks(prepared, links, { edits });
  const undropped = new Map(
    links.map(({ profile, clashes }) => [profile, new Set(clashes.map(({ name }) => name))]),
  );
  const { member } = prepared.graph.inputs.symbols;
  const isKept = (name: NameId, winner: SymbolId) =>
    winner === NONE || !staged.byMember.get(member[winner])?.has(name);
  for (const { before, after, profile } of staged.links)
    for (const { name } of after.clashes)
      if (undropped.get(profile)?.has(name) && isKept(name, before.winners[name])) remaining.add(name);
  return remaining;
}
