import { expect, test } from 'vitest';
import { buildLinkGraph } from '../../link/inputs/link-graph.js';
import { findProfile } from '../../link/linkers/find-profile.js';
import { parseNotation } from '../../link/notation/notation.js';
import { resolve } from '../../link/resolve/resolve.js';
import { linkPartsOf } from './link-parts.js';
import { areFollowedAlike, type LinkCode } from './reach.js';

const { inputs, line } = parseNotation(`
link: -shared main.o hider.o liba.a libb.a
main.o:
  T main
  U f
hider.o:
  U main [hidden]
liba.a(f.o):
  T f
liba.a(unused.o):
  T unused
libb.a(g.o): [content=F]
  T f
`);
const graph = buildLinkGraph(inputs, line);
const parts = linkPartsOf(graph);

/** The link without some members, by their names. */
function linkWithout(...names: readonly string[]): LinkCode {
  const dropped = Uint8Array.from(inputs.members, ({ name }) => (names.includes(name) ? 1 : 0));
  return { parts, line, resolution: resolve(graph, line, findProfile('gnu-ld')!, dropped) };
}

test('code is followed alike in links that bind alike, whatever else they drop', () => {
  expect(areFollowedAlike(linkWithout(), linkWithout('unused.o'))).toBe(true);
  expect(areFollowedAlike(linkWithout(), linkWithout('f.o'))).toBe(false);
});

test('and not on another line, or where a file that is not loaded hides a name no more', () => {
  const one = linkWithout();
  expect(areFollowedAlike(one, { ...one, line: { ...line } })).toBe(false);
  const loaded = one.resolution.loaded.filter((member) => inputs.members[member].name !== 'hider.o');
  expect(areFollowedAlike(one, { ...one, resolution: { ...one.resolution, loaded } })).toBe(false);
});
