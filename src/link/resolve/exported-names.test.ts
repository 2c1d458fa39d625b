import { expect, test } from 'vitest';
import { buildLinkGraph } from '../inputs/link-graph.js';
import { profilesOf } from '../linkers/find-profile.js';
import { parseNotation } from '../notation/notation.js';
import { exportedNames, HIDDEN_BY_FILE, NOT_EXPORTED } from './exported-names.js';
import { resolve } from './resolve.js';

test.each([
  ['no unique symbol', 'T f'],
  ['a unique symbol', 'u f'],
])('linkers that export unique symbols have all names examined: %s', (_, row) => {
  const { inputs, line } = parseNotation(`main.o:\n  T main\n  U _end [hidden]\n  ${row}\n`);
  const graph = buildLinkGraph(inputs, line);
  const name = inputs.symbols.names.find('_end');
  const exportOf = (id: string): number | undefined => {
    const profile = profilesOf('elf').find((one) => one.id === id);
    if (profile === undefined) throw new Error(`no linker ${id}`);
    return exportedNames(graph, line, resolve(graph, line, profile, new Uint8Array(inputs.members.length)))?.[
      name
    ];
  };
  for (const { id, exportsUnique } of profilesOf('elf'))
    expect(exportOf(id), id).toBe(exportsUnique ? HIDDEN_BY_FILE : NOT_EXPORTED);
});
