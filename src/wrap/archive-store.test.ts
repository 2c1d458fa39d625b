import { cpSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { useFolder } from '../../test/use-folder.js';
import { hashText, momentaryStampOf } from '../emit/file-stamp.js';
import { archiveStore, recordStored } from './archive-store.js';
import { readEntry } from './cache.js';

const at = useFolder();
const TEXT = '!<arch>\n';
const content = { kind: 'kept', members: [0, 2] } as const;

/** A cache with a trimmed archive, and a copy of that cache with other times. */
function copiedCache(): { readonly key: string; readonly path: string; isThere(): boolean } {
  const cache = { folder: at('cache') };
  const store = archiveStore(cache, hashText);
  const { path } = store.place('libw.a', 'libw.a', content);
  const [key] = path.split('/').slice(-2);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, TEXT);
  recordStored(cache, `${key}/libw.a`);
  renameSync(at('cache'), at('original'));
  cpSync(at('original'), at('cache'), { recursive: true });
  utimesSync(path, 1e9, 1e9);
  return { key, path, isThere: () => store.place('libw.a', 'libw.a', content).isThere };
}

test('an archive of a cache that was copied is there, and is hashed once', () => {
  const { key, path, isThere } = copiedCache();
  expect(isThere()).toBe(true);
  expect(readEntry({ folder: at('cache') }, 'archives', key)).toEqual({
    file: 'libw.a',
    sha256: hashText(TEXT),
    stamp: momentaryStampOf(path),
  });
});

test('an archive of a cache that was copied badly is not there', () => {
  const { path, isThere } = copiedCache();
  writeFileSync(path, TEXT.toUpperCase());
  expect(isThere()).toBe(false);
});
