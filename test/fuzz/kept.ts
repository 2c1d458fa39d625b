import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixturesFolder } from './fixtures.js';

/** The folder of the inputs that were found for a target. */
export const corpusFolder = (target: string): string => join(fixturesFolder(), 'fuzz', target);

/** Those inputs, in the order of their names. */
export function keptInputs(target: string): Uint8Array[] {
  try {
    return readdirSync(corpusFolder(target))
      .sort()
      .map((name) => readFileSync(join(corpusFolder(target), name)));
  } catch {
    return [];
  }
}
