import type { ArchiveId } from '../../../link/inputs/inputs.js';
import { DATA, isDefinition, isTls, isWeak, kindOf } from '../../../symbols/flags.js';
import type { NameId } from '../../../symbols/names.js';
import { NONE, type SymbolId } from '../../../symbols/table.js';
import type { Prepared } from '../../plan-trim.js';
import type { Marks } from '../archive-marks.js';
import { type EditProblem, type MemberEdit, markedName } from '../edit-plan.js';
import type { ClashingLink } from '../edited-link.js';
import { judge } from '../judge-edits.js';
import type { SectionGraphs } from '../section-graph.js';
import { type CrateCopy, crateCopies } from './crate-copies.js';
import { withDistinctTwins } from './new-names.js';

/** Edits that redirect a crate's definitions to those of the provider. */
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

/** E10, E11: redirects each crate on its own; crates that are not proved copies keep their definitions. */
export function redirect(
  prepared: Prepared,
  links: readonly ClashingLink[],
  rank: readonly ArchiveId[],
  images: SectionGraphs,
  mark: Marks,
): { readonly edits: MemberEdit[]; readonly skipped: EditProblem[] } {
  const found = crateCopies(
    prepared,
    links.flatMap(({ clashes }) => clashes),
    rank,
  );
  const skipped = [...found.problems];
  const { inputs } = prepared.graph;
  const own = found.copies.map((copy) =>
    withDistinctTwins(inputs, redirectEdits(prepared, copy, mark.of(inputs.members[copy.units[0]].archive))),
  );
  const problemsOf = (edits: readonly MemberEdit[]) =>
    edits.length === 0 ? [] : judge(prepared, links, { edits }, () => false, images).problems;
  if (problemsOf(own.flat()).length === 0) return { edits: own.flat(), skipped };
  const edits: MemberEdit[] = [];
  for (const more of own) {
    const [problem] = problemsOf([...edits, ...more]);
    if (problem === undefined) edits.push(...more);
    else skipped.push(problem);
  }
  return { edits, skipped };
}
