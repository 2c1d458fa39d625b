import { writeFileSync } from 'node:fs';
import { normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { useFolder } from '../../test/use-folder.js';
import { firstIn } from '../link/inputs/find-library.js';
import { answerOf } from './answer.js';
import { detectLinker } from './detect-linker.js';
import { searchFolders } from './search-folders.js';

const at = useFolder();

/** Where a driver looks, queried with these words. */
function foldersOf(driver: string, words: readonly string[], folders: string[], own: NodeJS.ProcessEnv = {}) {
  const environment = { ...process.env, ...own };
  const detected = detectLinker(driver, 'driver', words, environment);
  const driverLines = answerOf(driver, ['-###', ...words], environment);
  return searchFolders({ driverLines, environment, folders, detected });
}

describe('where a driver searches for libraries', () => {
  for (const driver of ['gcc', 'g++', 'clang-14'])
    needsTool(driver)(`${driver}: its own folders behind those of the line`, ([path]) => {
      const [one, two] = [at('with blank'), at('two')];
      const found = foldersOf(path, [`-L${one}`, '-L', two, 'main.o', '-lz', '-o', 'a b'], [one, two]);
      expect(found.slice(0, 2)).toEqual([one, two]);
      expect(firstIn(found, ['libc.so'])).not.toBeNull();
      expect(new Set(found).size).toBe(found.length);
    });

  for (const driver of ['gcc', 'clang-14'])
    needsTool(driver)(`${driver}: those of LIBRARY_PATH`, ([path]) => {
      const found = foldersOf(path, ['main.o', '-lz'], [], { LIBRARY_PATH: at() });
      expect(found.map(normalize).map((folder) => folder.replace(/\/$/, ''))).toContain(at());
    });

  test('of one that says nothing, the folders of the line', () => {
    writeFileSync(at('cc'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(foldersOf(at('cc'), ['-Lone', '-lz'], ['one'])).toEqual(['one']);
    expect(foldersOf(at('none'), ['-Lone', '-lz'], ['one'])).toEqual(['one']);
  });
});

describe('where a linker looks by itself', () => {
  needsTool('ld.bfd')('GNU ld says', ([path]) => {
    const detected = detectLinker(path, 'linker', [], process.env);
    const link = { driverLines: null, environment: process.env, detected } as const;
    const found = searchFolders({ ...link, folders: ['own'] });
    expect(found[0]).toBe('own');
    expect(found).toContain('/usr/local/lib');
  });

  needsTool('ld.lld-14')('LLD has no folders of its own', ([path]) => {
    const detected = detectLinker(path, 'linker', [], process.env);
    const link = { driverLines: null, environment: process.env, detected } as const;
    expect(searchFolders({ ...link, folders: ['own'] })).toEqual(['own']);
  });
});
