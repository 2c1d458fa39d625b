import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { useFolder } from '../../test/use-folder.js';
import { hashFile } from '../emit/file-stamp.js';
import { type CachePart, readEntry, writeEntry } from './cache.js';
import { recallLine, recallPlan } from './remembered-line.js';

const at = useFolder();
const cache = {
  get folder() {
    return at('cache');
  },
};
const PLACES: Readonly<Record<CachePart, string>> = {
  lines: 'lines/key.json',
  plans: 'plans/key.json',
  archives: 'archives/key/archive.json',
  snapshots: 'snapshots/key',
  facts: 'facts/key.json',
  program: 'program/key',
};

/** Another process, another version or another person may have been there. */
describe.each(['lines', 'plans', 'archives', 'facts'] as const)(
  'an entry of %s that is not what was written is a miss',
  (part) => {
    const path = () => join(cache.folder, PLACES[part]);

    const replace = (make: () => void, place = path()): void => {
      rmSync(place, { recursive: true });
      make();
    };

    beforeEach(() => {
      writeEntry(cache, part, 'key', { words: ['x.o'] });
      expect(readEntry(cache, part, 'key')).toEqual({ words: ['x.o'] });
    });

    test.each<[string, () => void]>([
      ['cut short', () => truncateSync(path(), 30)],
      ['empty', () => truncateSync(path(), 0)],
      ['of another tool', () => writeFileSync(path(), '{"words":[]}')],
      ['null', () => writeFileSync(path(), 'null')],
      ['with other content', () => writeFileSync(path(), readFileSync(path(), 'utf8').replace('x.o', 'y.o'))],
      ['larger than any text', () => truncateSync(path(), 2 ** 33)],
      ['a folder', () => replace(() => mkdirSync(path()))],
      ['a link to what has no end', () => replace(() => symlinkSync('/dev/zero', path()))],
      ['a link to itself', () => replace(() => symlinkSync(path(), path()))],
      ['below a file', () => replace(() => writeFileSync(dirname(path()), ''), dirname(path()))],
    ])('%s', (_, change) => {
      change();
      expect(readEntry(cache, part, 'key')).toBeNull();
    });

    needsTool('mkfifo')('a pipe without a writer', ([mkfifo]) => {
      rmSync(path());
      execFileSync(mkfifo, [path()]);
      expect(readEntry(cache, part, 'key')).toBeNull();
      expect(() => hashFile(path())).toThrow('not a regular file');
    });
  },
);

test.each([null, 'x', [], {}, { words: [1] }, { words: ['x'], absent: [], files: [null] }])(
  'a whole entry that is none of ours is a miss: %j',
  async (content) => {
    for (const part of ['lines', 'plans'] as const) writeEntry(cache, part, 'key', content);
    expect([
      await recallLine(cache, 'key', 0, async () => ({ path: null, version: '', linker: null })),
      recallPlan(cache, 'key'),
    ]).toEqual([null, null]);
  },
);
