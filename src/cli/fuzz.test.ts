import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { runMain } from '../../test/run-main.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/founding');

/** Damage to a file: bytes flipped, overwritten, cut or doubled. */
type Damage =
  | { readonly kind: 'set'; readonly at: number; readonly value: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'remove'; readonly at: number; readonly length: number }
  | { readonly kind: 'double'; readonly at: number; readonly length: number };

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
/** Values that lengths and offsets go wrong with, beside any other. */
const value = fc.oneof(
  fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x20, 0x39, 0x0a),
  fc.integer({ min: 0, max: 255 }),
);
const length = fc.integer({ min: 1, max: 64 });
const damage: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('set' as const), at: place, value }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: place, length }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('double' as const), at: place, length }) },
);

function damaged(bytes: Buffer, damages: readonly Damage[], from: number, span: number): Buffer {
  return damages.reduce<Buffer>((now, one) => {
    const at = Math.min(now.length, Math.floor(from + one.at * span));
    if (one.kind === 'cut') return now.subarray(0, at);
    if (one.kind === 'remove') return Buffer.concat([now.subarray(0, at), now.subarray(at + one.length)]);
    if (one.kind === 'double') return Buffer.concat([now.subarray(0, at + one.length), now.subarray(at)]);
    const changed = Buffer.from(now);
    if (at < changed.length) changed[at] = one.value;
    return changed;
  }, bytes);
}

describe('whatever a file holds, check ends with 0, 1 or 2 and at most one line', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-fuzz-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(['elf', 'macho'])('damaged archives, %s', async (format) => {
    const wrapper = readFileSync(join(FIXTURES, format, 'libext_pinned.a'));
    const path = join(folder, `${format}.a`);
    const line = [join(FIXTURES, format, 'main.o'), path, join(FIXTURES, format, 'libstdlib.a')];
    await fc.assert(
      fc.asyncProperty(
        fc.array(damage, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(200, 1500, wrapper.length),
        fc.constantFrom(0, 0.5),
        fc.constantFrom('check', 'inspect'),
        async (damages, span, from, command) => {
          const start = Math.floor(from * wrapper.length);
          writeFileSync(path, damaged(wrapper, damages, start, Math.min(span, wrapper.length - start)));
          const args = command === 'check' ? ['check', '-q', ...line] : ['inspect', '-m', path];
          const { exitCode, out, error } = await runMain(args);
          if (![0, 1, 2].includes(exitCode)) throw new Error(`exit code ${exitCode}`);
          const isRefusal = /^ardedup: [^\n]+\n$/.test(error) && out === '';
          if (exitCode === 2 ? !isRefusal : error !== '') throw new Error(`printed ${error}`);
        },
      ),
      { numRuns: 400, seed: 8930 },
    );
  });

  test.each(['elf', 'macho'])('damaged objects on their own, %s', async (format) => {
    const object = readFileSync(join(FIXTURES, format, 'main.o'));
    const path = join(folder, `${format}.o`);
    const line = [path, join(FIXTURES, format, 'libext_http.a'), join(FIXTURES, format, 'libstdlib.a')];
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
        writeFileSync(path, damaged(object, damages, 0, object.length));
        const { exitCode, out, error } = await runMain(['check', '-q', ...line]);
        if (![0, 1, 2].includes(exitCode)) throw new Error(`exit code ${exitCode}`);
        if (exitCode === 2 && (!/^ardedup: [^\n]+\n$/.test(error) || out !== ''))
          throw new Error(`printed ${error}`);
      }),
      { numRuns: 300, seed: 9121 },
    );
  });
});
