import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';

/** Fixtures as seeds. Larger ones would slow a fuzzer down and show it nothing new. */
const LARGEST_SEED = 16 << 10;

export const fixturesFolder = (): string => join(ROOT, 'fixtures');

/** The files of a folder of fixtures whose names match, in order. */
export function fixtures(folder: string, names: RegExp): Uint8Array[] {
  const path = join(fixturesFolder(), folder);
  return readdirSync(path)
    .filter((name) => names.test(name))
    .sort()
    .map((name) => readFileSync(join(path, name)))
    .filter(({ length }) => length <= LARGEST_SEED);
}

export const texts = (...seeds: readonly string[]): Uint8Array[] => seeds.map((seed) => Buffer.from(seed));
