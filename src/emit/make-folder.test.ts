import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useFolder } from '../../test/use-folder.js';
import { makeFolder } from './make-folder.js';
import { requirePlace } from './write-file.js';

const at = useFolder();
const isLinux = process.platform === 'linux';

describe('folders', () => {
  test.each(['a', 'a/b/c', 'a/./b', 'a/../b', 'a/b/'])('%s is made', (path) => {
    makeFolder(`${at()}/${path}`);
    makeFolder(`${at()}/${path}`);
    expect(statSync(`${at()}/${path}`).isDirectory()).toBe(true);
  });

  test('none in the place of a file, or below one', () => {
    writeFileSync(at('file'), '');
    expect(() => makeFolder(at('file'))).toThrow(/EEXIST/);
    expect(() => makeFolder(at('file/below'))).toThrow(/ENOTDIR/);
  });

  test.runIf(isLinux)('where none can be made it ends', () => {
    expect(() => makeFolder('/proc/ardedup/below')).toThrow(/ENOENT/);
  });
});

describe('places of outputs', () => {
  test.runIf(isLinux)('no device, nor what leads to one, is replaced: /dev/stdout is a link', () => {
    symlinkSync('/dev', at('devices'));
    for (const path of [
      '/dev/stdout',
      '/dev/fd/1',
      '/dev/null',
      '/proc/self/fd/1',
      `${at('devices')}/stdout`,
    ])
      expect(() => requirePlace(path)).toThrow(/devices|not a regular file/);
    expect(() => requirePlace('/dev/shm/plan.json')).not.toThrow();
  });

  test('no folder is replaced, a file and a link may be', () => {
    mkdirSync(at('folder'));
    writeFileSync(at('file'), '');
    symlinkSync('file', at('link'));
    expect(() => requirePlace(at('folder'))).toThrow(/not a regular file/);
    for (const name of ['file', 'link', 'new', 'no/where'])
      expect(() => requirePlace(at(name))).not.toThrow();
  });
});
