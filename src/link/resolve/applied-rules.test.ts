import { expect, test } from 'vitest';
import { diceOf } from '../../../test/random/dice.js';
import { randomLink } from '../../../test/random/random-link.js';
import { answerOf } from '../../../test/resolution-answer.js';
import type { ObjectFormatId } from '../../symbols/object-format.js';
import { buildLinkGraph } from '../inputs/link-graph.js';
import { archivesOf, type LinkLine, withArchivesRepeated, withOneGroup } from '../line/link-line.js';
import { refusalOf } from '../line/refusals.js';
import { profilesOf } from '../linkers/find-profile.js';
import { buildInputs } from '../notation/notation.js';
import type { NotedLink } from '../notation/notation-text.js';
import { appliedRules, isSameLink } from './applied-rules.js';
import { rulesFor } from './read-link.js';
import { resolve } from './resolve.js';

/** Seeds of random links. Those of odd numbers have no COMMON, so that more linkers coincide. */
const RUNS = Number(process.env.ARDEDUP_PROPERTY_RUNS ?? 800);
/** By format: which linkers coincide on some line. */
const COINCIDING: readonly (readonly [ObjectFormatId, readonly string[]])[] = [
  ['elf', ['gnu-ld gold', 'lld-14 lld']],
  ['macho', ['ld64 ld-prime', 'ld64 ld-prime-last', 'ld64.lld ld64.lld-16']],
  ['coff', ['lld-link lld-link-19']],
  ['wasm', ['wasm-ld wasm-ld-16', 'wasm-ld wasm-ld-19']],
];

function linkOf(seed: number, format: ObjectFormatId) {
  const link = randomLink(seed);
  const isPlain = ({ letter }: { readonly letter: string }) =>
    letter !== 'C' && letter !== 'u' && letter !== 'A';
  const members =
    seed % 2 === 0
      ? link.members
      : link.members.map((member) => ({ ...member, symbols: member.symbols.filter(isPlain) }));
  const { inputs, line } = buildInputs({ ...link, format: format as NotedLink['format'], members });
  const graph = buildLinkGraph(inputs, line);
  void graph.indexed;
  return { graph, line };
}

/** The line, and changes of it that some linkers do not see. */
function variantsOf(line: LinkLine): LinkLine[] {
  return [line, withOneGroup(line), withArchivesRepeated(line, archivesOf(line).slice(0, 1))];
}

test.each(COINCIDING)(
  '%s: linkers with equal rules link every line the same way, whatever is dropped',
  (format, pairs) => {
    const merged = new Set<string>();
    let sameLines = 0;
    for (let seed = 1; seed <= RUNS / COINCIDING.length; seed++) {
      const { graph, line } = linkOf(seed, format);
      const dice = diceOf(seed);
      const links = variantsOf(line).flatMap((varied) =>
        profilesOf(format)
          .filter((profile) => refusalOf(profile, varied) === null)
          .map((profile) => ({
            line: varied,
            profile,
            rules: appliedRules(graph, varied, rulesFor(profile, varied)),
          })),
      );
      for (const share of [0, 0.3]) {
        const dropped = Uint8Array.from(graph.inputs.members, () => (dice.chance(share) ? 1 : 0));
        const first = new Map<string, (typeof links)[number][]>();
        for (const link of links) {
          const alike = first.get(link.rules) ?? [];
          first.set(link.rules, alike);
          const other = alike.find((one) => isSameLink(one.line, link.line, link.profile));
          alike.push(link);
          if (other === undefined) continue;
          if (other.line !== link.line) sameLines++;
          else merged.add(`${other.profile.id} ${link.profile.id}`);
          const [one, two] = [other, link].map((of) =>
            answerOf(resolve(graph, of.line, of.profile, dropped)),
          );
          expect(one, `seed ${seed}: ${other.profile.id}, ${link.profile.id}`).toEqual(two);
        }
      }
    }
    expect([...merged].sort()).toEqual([...pairs].sort());
    expect(sameLines).toBeGreaterThan(0);
  },
);
