import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ByteSource } from '../../../bytes/byte-source.js';
import type { ObjectImage } from '../../image/object-image.js';
import { readImage } from '../../image/read-image.js';
import { mayReferTo } from '../../local-target.js';
import { possiblePlaces, reachedPlaces } from './reached-places.js';

const FOLDER = fileURLToPath(new URL('../../../../fixtures/objects/elf/', import.meta.url));
const OBJECTS = readdirSync(FOLDER).filter((name) =>
  /^(constructors|everything|acting|clang).*\.o$/.test(name),
);

/** Numbers of sections with a definition that a relocation names by its place, or that has a second linkage name. */
function placesOf({ sections, symbols, ...image }: ObjectImage): Set<number> {
  const reached = new Set<number>();
  for (const [row, { binding, section, value }] of symbols.entries()) {
    if (binding === 'local' || section < 0) continue;
    const isShared = symbols.some(
      (other, at) =>
        at !== row && other.binding !== 'local' && other.section === section && other.value === value,
    );
    const isNamed = sections.some(({ relocations }, from) =>
      relocations.some((one) => mayReferTo({ sections, symbols, ...image }, from, one, row)),
    );
    if (isShared || isNamed) reached.add(sections[section].number);
  }
  return reached;
}

test('no section is missed in which a definition is reached by its place', () => {
  let places = 0;
  let left = 0;
  let impossible = 0;
  for (const name of OBJECTS) {
    const source = ByteSource.of(name, readFileSync(`${FOLDER}${name}`));
    const image = readImage(source, 'elf');
    const found = reachedPlaces(source);
    const possible = possiblePlaces(source);
    expect(possible).toHaveLength(found.length);
    for (const [section, isReached] of found.entries()) if (isReached) expect(possible[section]).toBe(1);
    impossible += image.sections.filter(({ number }) => possible[number] === 0).length;
    for (const section of placesOf(image)) {
      places++;
      expect(found[section], `${name}: section ${section}`).toBe(1);
    }
    left += image.sections.filter(({ number }) => found[number] === 0).length;
  }
  expect(places).toBeGreaterThan(0);
  expect(left).toBeGreaterThan(0);
  expect(impossible).toBeGreaterThan(0);
});
