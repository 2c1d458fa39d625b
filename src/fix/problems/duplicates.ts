import { cName } from '../../link/inputs/c-names.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Clash, Resolution } from '../../link/resolve/resolution.js';
import { reportedClashes } from '../../plan/reported-clashes.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import type { CureState, LinkState } from '../cure-state.js';

/** Number of definitions in a link beyond the first of each name, as its linker reports them. */
export const duplicatesIn = (clashes: readonly Clash[]): number =>
  clashes.reduce((sum, { definitions }) => sum + definitions.length - 1, 0);

/** The number on the linker that reports most. */
export const duplicatesOf = ({ subject: { prepared }, line, resolutions }: LinkState): number =>
  Math.max(0, ...resolutions.map((one) => duplicatesIn(reportedClashes(prepared.graph, line, one))));

/** Over all links of the command. */
export const allDuplicates = ({ links }: CureState): number =>
  links.reduce((sum, link) => sum + duplicatesOf(link), 0);

/** Names that a command which allows duplicates defines more than once; empty for other commands. */
export const allowedDuplicates = ({ parsed, links }: CureState): string[] => [
  ...new Set(
    (parsed.allowsDuplicates ? links : []).flatMap(
      ({ subject: { prepared }, line, resolutions: [resolution] }) =>
        reportedClashes(prepared.graph, line, resolution).map(({ name }) =>
          cName(prepared.graph.inputs, name),
        ),
    ),
  ),
];

/** The definition that references bind to, and those that lose. */
export function sidesOf(
  { winners }: Resolution,
  { name, definitions }: Clash,
): { readonly winner: SymbolId; readonly losers: readonly SymbolId[] } {
  const winner = definitions.includes(winners[name]) ? winners[name] : definitions[0];
  const at = definitions.indexOf(winner);
  return { winner, losers: definitions.filter((_, row) => row !== at) };
}

/** The archives of a pair of definitions; NONE for objects of the line. */
export const archiveOf = ({ inputs }: LinkGraph, symbol: SymbolId): number =>
  symbol === NONE ? NONE : inputs.members[inputs.symbols.member[symbol]].archive;
