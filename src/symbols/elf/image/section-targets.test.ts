import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../../../test/root.js';
import { ByteSource } from '../../../bytes/byte-source.js';
import { SHT_RELA } from '../../../core/elf/constants.js';
import { eachTarget, type ImageSection } from '../../image/object-image.js';
import { readImage } from '../../image/read-image.js';

/** The targets of a section are those of its relocations, however the object writes these. */

const FOLDER = join(ROOT, 'fixtures/objects/elf');
const OBJECTS = readdirSync(FOLDER).filter((name) => name.endsWith('.o'));

/** Bytes of a relocation with an addend, in ELF64. */
const ROW = 24;

/** The target of a relocation that names nothing, which need not be visited. */
const NOTHING = '-1 -1';

function visited(section: ImageSection): Set<string> {
  const targets = new Set<string>();
  eachTarget(section, (symbol, target) => targets.add(`${symbol} ${target}`));
  targets.delete(NOTHING);
  return targets;
}

/** How many targets were compared, of an object whose sections are decoded before or after. */
function compare(name: string, bytes: Uint8Array): number {
  const sections = () => readImage(ByteSource.of(name, bytes), 'elf').sections;
  let compared = 0;
  const decoded = sections().map(({ relocations }) => relocations);
  for (const [row, section] of sections().entries()) {
    const expected = new Set(decoded[row].map(({ symbol, section: target }) => `${symbol} ${target}`));
    expected.delete(NOTHING);
    expect(visited(section)).toEqual(expected);
    void section.relocations;
    expect(visited(section)).toEqual(expected);
    compared += expected.size;
  }
  return compared;
}

/** An image, or nothing for an object that has none. */
const readable = (name: string): boolean => {
  try {
    readImage(ByteSource.of(name, readFileSync(join(FOLDER, name))), 'elf');
    return true;
  } catch {
    return false;
  }
};

test('of all objects', () => {
  const counts = OBJECTS.filter(readable).map((name) => compare(name, readFileSync(join(FOLDER, name))));
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(5);
});

test('of a table that is not in the order of its offsets', () => {
  const name = 'constructors-x86_64.o';
  const bytes = Buffer.from(readFileSync(join(FOLDER, name)));
  const headers = Number(bytes.readBigUInt64LE(40));
  let turned = 0;
  for (let index = 1; index < bytes.readUInt16LE(60); index++) {
    const header = headers + 64 * index;
    const start = Number(bytes.readBigUInt64LE(header + 24));
    const end = start + Number(bytes.readBigUInt64LE(header + 32));
    if (bytes.readUInt32LE(header + 4) !== SHT_RELA || end - start <= ROW) continue;
    const rows = Array.from({ length: (end - start) / ROW }, (_, row) =>
      Buffer.from(bytes.subarray(start + row * ROW, start + (row + 1) * ROW)),
    );
    bytes.set(Buffer.concat(rows.toReversed()), start);
    turned++;
  }
  expect(turned).toBeGreaterThan(0);
  expect(compare(name, bytes)).toBeGreaterThan(0);
});
