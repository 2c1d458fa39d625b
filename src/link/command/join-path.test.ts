import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { useFolder } from '../../../test/use-folder.js';
import { isFile } from './file-kind.js';
import { joinPath } from './join-path.js';

const at = useFolder();

test.each([
  ['', 'x.a', 'x.a'],
  ['.', 'x.a', 'x.a'],
  ['./lib/', './x.a', 'lib/x.a'],
  ['lib/..', 'x.a', 'lib/../x.a'],
  ['/', 'x.a', '/x.a'],
  ['/usr//lib', 'x.a', '/usr/lib/x.a'],
  ['.', '.', '.'],
])('%s and %s are %s', (folder, file, joined) => {
  expect(joinPath(folder, file)).toBe(joined);
});

test('the folder above a linked folder is where the link leads', () => {
  mkdirSync(at('real/inner'), { recursive: true });
  symlinkSync('real/inner', at('link'));
  writeFileSync(at('real/x.a'), '');
  expect(isFile(joinPath(`${at('link')}/..`, 'x.a'))).toBe(true);
});
