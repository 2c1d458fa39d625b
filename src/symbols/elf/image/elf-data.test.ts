import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../../../bytes/byte-source.js';
import { MalformedError } from '../../../bytes/malformed-error.js';
import { dataOfImage } from '../../image/image-data.js';
import { readImage } from '../../image/read-image.js';
import { UnreadableError } from '../../object-format.js';
import { readElfData } from './elf-data.js';

const folder = fileURLToPath(new URL('../../../../fixtures/objects/elf/', import.meta.url));
const objects = readdirSync(folder)
  .filter((name) => name.endsWith('.o'))
  .sort();
const sourceOf = (name: string): ByteSource => ByteSource.of(name, readFileSync(join(folder, name)));

/** Null where one of the readers does not read the object. */
function readOrRefuse<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableError || error instanceof MalformedError) return null;
    throw error;
  }
}

describe('data of names', () => {
  test('is what the image of the whole object has', () => {
    let compared = 0;
    for (const name of objects) {
      const image = readOrRefuse(() => readImage(sourceOf(name), 'elf'));
      if (image === null) continue;
      const asked = new Set(image.symbols.map((symbol) => symbol.name));
      const data = readOrRefuse(() => readElfData(sourceOf(name), asked));
      if (data === null) continue;
      const ofImage = dataOfImage(image).of;
      for (const each of asked)
        expect({ name, each, data: data.get(each) }).toEqual({ name, each, data: ofImage(each) });
      compared += data.size;
    }
    expect(compared).toBeGreaterThan(150);
  });

  test('is of the names asked for only', () => {
    const data = readElfData(sourceOf('state.o'), new Set(['no_such_name']));
    expect([...data]).toEqual([]);
  });

  test('a damaged object is refused', () => {
    const sound = readFileSync(join(folder, 'state.o'));
    const asked = new Set(readImage(sourceOf('state.o'), 'elf').symbols.map(({ name }) => name));
    const read = (bytes: Uint8Array) =>
      readOrRefuse(() => readElfData(ByteSource.of('damaged.o', bytes), asked));
    let refused = 0;
    for (let length = 0; length < sound.length; length++)
      if (read(sound.subarray(0, length)) === null) refused++;
    for (let at = 0; at < sound.length; at++) {
      const damaged = Uint8Array.from(sound);
      damaged[at] ^= 0xff;
      read(damaged);
    }
    expect(refused).toBeGreaterThan(sound.length / 2);
  });
});
