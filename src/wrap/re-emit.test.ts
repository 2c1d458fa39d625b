import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { splitResponseFile, splitWindowsCommandLine } from '../link/command/response-file.js';
import { readText } from '../link/inputs/read-text.js';
import { wordsToPass } from './re-emit.js';
import { workFolder } from './work-folder.js';

const WORDS = [
  '/out:a.exe',
  'C:\\some folder\\',
  'say "no"',
  'back\\"slash',
  '',
  'tab\there',
  "it's",
  'naïve.obj',
];

test.each([
  ['ld.lld', splitResponseFile],
  ['lld-link', splitWindowsCommandLine],
  ['link.exe', splitWindowsCommandLine],
])('%s reads the words that it was to get', (tool, split) => {
  const work = workFolder();
  const [file, ...more] = wordsToPass(tool, WORDS, true, work);
  expect(more).toEqual([]);
  expect(split(readText(file.slice(1)))).toEqual(WORDS);
  work.remove();
  expect(() => readFileSync(file.slice(1))).toThrow(/ENOENT/);
});

test('a short line stays as it is, and no folder is made', () => {
  const work = { path: () => expect.unreachable(), remove: () => {} };
  expect(wordsToPass('cc', WORDS, false, work)).toEqual(WORDS);
});
