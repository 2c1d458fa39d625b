import type { Inputs } from '../src/link/inputs/inputs.js';
import type { LinkGraph } from '../src/link/inputs/link-graph.js';
import { buildLinkGraph } from '../src/link/inputs/link-graph.js';
import type { LinkerProfile } from '../src/link/linkers/linker-profile.js';
import { buildInputs, memberLabels } from '../src/link/notation/notation.js';
import type { NotedLink } from '../src/link/notation/notation-text.js';
import { type Resolution, UNREFERENCED } from '../src/link/resolve/resolution.js';
import { resolve } from '../src/link/resolve/resolve.js';
import { isAbsolute, isCommon, isReference, isWeak } from '../src/symbols/flags.js';
import { NONE } from '../src/symbols/table.js';

/** Result of a link, in the same form for a real linker and the simulation. */
export interface LinkAnswer {
  /** The files that are in, by the notation's names, in the order they were loaded. */
  readonly members: readonly string[];
  /** By name: the member whose definition won, `common of 8 bytes`, or `absolute`. */
  readonly winners: ReadonlyMap<string, string>;
  /** Names with two strong definitions. */
  readonly clashes: readonly string[];
  /** Names with a strong reference and no definition. */
  readonly undefined: readonly string[];
}

/** The simulation of a noted link, and what it is made of. */
export interface Simulated {
  readonly answer: LinkAnswer;
  readonly inputs: Inputs;
  readonly graph: LinkGraph;
  readonly resolution: Resolution;
}

export function simulate(link: NotedLink, profile: LinkerProfile): Simulated {
  const { inputs, line } = buildInputs(link);
  const graph = buildLinkGraph(inputs, line);
  const resolution = resolve(graph, line, profile, new Uint8Array(inputs.members.length));
  return { inputs, graph, resolution, answer: answerOf(graph, resolution) };
}

export function answerOf(
  graph: LinkGraph,
  resolution: Resolution,
  labels: readonly string[] = memberLabels(graph.inputs),
): LinkAnswer {
  const { inputs } = graph;
  const { names, firstSymbol, flags, size, member: memberOf } = inputs.symbols;
  const winners = new Map<string, string>();
  for (const [name, symbol] of resolution.winners.entries()) {
    // Definitions of a shared library are not in the output.
    if (symbol === NONE || isShared(inputs, memberOf[symbol])) continue;
    const winner = isCommon(flags[symbol])
      ? commonOf(size[symbol])
      : isAbsolute(flags[symbol])
        ? 'absolute'
        : labels[memberOf[symbol]];
    winners.set(names.text(name), winner);
  }
  const missing = new Set<string>();
  for (const member of resolution.loaded) {
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      const name = graph.name[symbol];
      if (!isReference(flags[symbol]) || isWeak(flags[symbol])) continue;
      // A name without a reference strength is a number that the line defines.
      const isMissing =
        resolution.winners[name] === NONE && resolution.referenceStrength[name] !== UNREFERENCED;
      if (isMissing) missing.add(names.text(name));
    }
  }
  return {
    members: resolution.loaded.map((member) => labels[member]),
    winners,
    clashes: resolution.clashes.map(({ name }) => names.text(name)).sort(),
    undefined: [...missing].sort(),
  };
}

const isShared = ({ contents }: Inputs, member: number): boolean =>
  contents[member].kind === 'shared-library';

/** By name: the shared library that provides it to files of the link. */
export function sharedWinners(
  { inputs }: LinkGraph,
  { winners, referenceStrength }: Resolution,
): [string, string][] {
  const { names, member } = inputs.symbols;
  return [...winners.entries()].flatMap(([name, symbol]): [string, string][] =>
    symbol !== NONE && referenceStrength[name] !== UNREFERENCED && isShared(inputs, member[symbol])
      ? [[names.text(name), inputs.members[member[symbol]].name]]
      : [],
  );
}

export const commonOf = (size: number): string => `common of ${size} bytes`;

/** In what two answers differ, a sentence each. Order of loading counts only where it is asked for. */
export function differences(expected: LinkAnswer, found: LinkAnswer, order = false): string[] {
  const problems: string[] = [];
  const compare = (what: string, ours: readonly string[], theirs: readonly string[]) => {
    if (ours.join('\n') !== theirs.join('\n'))
      problems.push(`${what}: simulated ${ours.join(' ') || 'none'}, linked ${theirs.join(' ') || 'none'}`);
  };
  const sorted = (texts: readonly string[]) => [...texts].sort();
  const hasSameMembers = sorted(expected.members).join() === sorted(found.members).join();
  if (order && hasSameMembers) compare('order', expected.members, found.members);
  else compare('members', sorted(expected.members), sorted(found.members));
  compare('clashes', expected.clashes, found.clashes);
  compare('undefined', expected.undefined, found.undefined);
  for (const name of new Set([...expected.winners.keys(), ...found.winners.keys()])) {
    const [ours, theirs] = [expected.winners.get(name), found.winners.get(name)];
    if (ours !== theirs)
      problems.push(`winner of ${name}: simulated ${ours ?? 'none'}, linked ${theirs ?? 'none'}`);
  }
  return problems;
}
