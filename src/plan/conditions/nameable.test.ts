import { expect, test } from 'vitest';
import { nameableReference } from '../../../test/reference/unknown-users.js';
import { buildLinkGraph } from '../../link/inputs/link-graph.js';
import { parseNotation } from '../../link/notation/notation.js';
import { nameableElsewhere } from './nameable.js';

const HASH = '17h0123456789abcdefE';

/** Names, and whether C can spell them where no underscore precedes names. */
const NAMES: Readonly<Record<string, boolean>> = {
  f: true,
  _: true,
  'f.part': true,
  'f.llvm.5813 [hidden]': false,
  'g [hidden]': true,
  _R: false,
  _RNvCs1_1a1f: false,
  R_: true,
  _ZN: true,
  _ZN1a1fEv: true,
  [`_ZN1a1f${HASH}`]: false,
  [`_ZN1a1f${HASH}.llvm.123`]: false,
  [`_ZN${HASH}`]: false,
  [`_ZN1a1f${HASH.toUpperCase()}`]: true,
  [`_ZN1a1f${HASH.slice(0, -1)}`]: true,
  [`_ZN1a1f${HASH.slice(0, -2)}E`]: true,
  [`a${HASH}`]: true,
};

const linkOf = (format: string, rows: readonly string[]) =>
  parseNotation(`format: ${format}\na.o:\n${rows.map((row) => `  T ${row}\n`).join('')}`);

test('names that only a compiler can spell are of no use to objects that were not given', () => {
  const { inputs, line } = linkOf('elf', Object.keys(NAMES));
  const { names } = inputs.symbols;
  const expected = Object.entries(NAMES).flatMap(([row, isNameable]) =>
    isNameable ? [row.split(' ')[0]] : [],
  );
  const found = nameableElsewhere(buildLinkGraph(inputs, line), true);
  expect([...found].map((name) => names.text(name))).toEqual(expected);
});

test.each(['elf', 'macho', 'wasm'])('the core finds what the reference finds: %s', (format) => {
  const rows = Object.keys(NAMES).flatMap((row) => [row, `_${row}`, `__imp_${row}`, `__imp__${row}`]);
  const { inputs, line } = linkOf(format, rows);
  for (const given of [inputs, { ...inputs, format: 'coff' as const }]) {
    const graph = buildLinkGraph(given, line);
    for (const ofObjects of [true, false])
      expect([...nameableElsewhere(graph, ofObjects)]).toEqual(nameableReference(graph, ofObjects));
  }
});
