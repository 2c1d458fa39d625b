import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ByteSource } from '../../../bytes/byte-source.js';
import type { ImageSymbol, ObjectImage } from '../../image/object-image.js';
import { partsOf } from '../../image/object-parts.js';
import { readOrNull } from '../../image/read-image.js';
import { readElfImage } from '../image/elf-image.js';
import { reachedPlaces } from './reached-places.js';
import { isImageSection, isRootSection, readSectionGraph, sectionsReachedFrom } from './section-graph.js';

/** References between sections against the parts of a whole image. */

const folder = fileURLToPath(new URL('../../../../fixtures/objects/elf/', import.meta.url));
const objects = readdirSync(folder).filter((name) => name.endsWith('.o'));
const sourceOf = (name: string): ByteSource => ByteSource.of(name, readFileSync(join(folder, name)));

const isVisible = ({ binding, section }: ImageSymbol): boolean => binding !== 'local' && section >= 0;

const rootsOf = ({ sections }: ObjectImage): number[] =>
  sections
    .filter(({ use }) => use === 'constructors' || use === 'destructors' || use === 'other')
    .map(({ number }) => number);

test.each(objects)('%s', (name) => {
  const graph = readOrNull(() => readSectionGraph(sourceOf(name)));
  if (graph === null) return;
  const image = readElfImage(sourceOf(name));
  const parts = partsOf(image);
  const numbers = image.sections.map(({ number }) => number);
  expect(parts.count).toBe(numbers.length);
  const all = [...graph.uses.keys()];
  expect(all.filter((number) => isImageSection(graph, number))).toEqual(numbers);
  expect(all.filter((number) => isRootSection(graph, number))).toEqual(rootsOf(image));
  expect([...graph.visible]).toEqual(image.symbols.filter(isVisible).map(({ section }) => numbers[section]));
  const { places } = graph;
  const expectedPlaces = reachedPlaces(sourceOf(name));
  expect(numbers.map((number) => places[number])).toEqual(numbers.map((number) => expectedPlaces[number]));
  for (const [row, number] of numbers.entries()) {
    const reached = parts.reachedFrom(parts.partsOfSection(row));
    const expected = numbers.filter((_, other) => reached[other] === 1);
    const found = sectionsReachedFrom(graph, [number]);
    expect([number, all.filter((other) => found[other] === 1)]).toEqual([number, expected]);
  }
});

test('some objects have such a graph, others have code that shares a section', () => {
  const graphs = objects.map((name) => readOrNull(() => readSectionGraph(sourceOf(name))));
  const without = graphs.filter((graph) => graph === null).length;
  expect(without).toBeGreaterThan(0);
  expect(without).toBeLessThan(objects.length);
});
