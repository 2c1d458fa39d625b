import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../bytes/byte-source.js';
import { describeObject } from './describe-object.js';

const folder = fileURLToPath(new URL('../../fixtures/objects/', import.meta.url));

/** A missing snapshot is written; `npx vitest run src/symbols -u` rewrites all of them. */
describe('objects in fixtures/objects', () => {
  const objects = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of objects.filter((path) => /\.(o|obj)$/.test(path)).sort()) {
    test(name, async () => {
      const object = ByteSource.of(name, readFileSync(join(folder, name)));
      await expect(describeObject(object)).toMatchFileSnapshot(join(folder, `${name}.symbols`));
    });
  }
});
