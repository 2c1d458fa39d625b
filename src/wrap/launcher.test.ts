import { expect, test } from 'vitest';
import { splitLauncher } from './launcher.js';

test.each([
  ['cc a.o', '', {}],
  ['ccache cc a.o', 'ccache', {}],
  ['/usr/bin/ccache distcc cc a.o', '/usr/bin/ccache distcc', {}],
  ['A=1 B= cc a.o', 'env A=1 B=', { A: '1', B: '' }],
  ['env A=1 ccache cc a.o', 'env A=1 ccache', { A: '1' }],
  ['/usr/bin/env A=1 cc a.o', 'env A=1', { A: '1' }],
  ['env cc a.o', 'env', {}],
  ['time env A=1 env A=2 cc a.o', 'time env A=1 env A=2', { A: '2' }],
])('%s is launched by: %s', (words, launcher, variables) => {
  expect(splitLauncher(words.split(' '))).toEqual({
    launcher: launcher === '' ? [] : launcher.split(' '),
    variables,
    command: ['cc', 'a.o'],
  });
});

test.each(['nice -n 5 cc a.o', 'env -i cc a.o', 'A=1 -o b a.o', 'ccache', 'A=1', 'env', 'strace cc a.o', ''])(
  'the program of "%s" is the first argument',
  (text) => {
    const words = text.split(' ');
    expect(splitLauncher(words)).toEqual({ launcher: [], variables: {}, command: words });
  },
);
