import { expect, test } from 'vitest';
import { splitShellCommands } from './shell-commands.js';

test.each([
  ['cc -o a a.o libx.a', [['cc', '-o', 'a', 'a.o', 'libx.a']]],
  [': && /usr/bin/cc a.o -o a && :', [[':'], ['/usr/bin/cc', 'a.o', '-o', 'a'], [':']]],
  [
    'cd \'a b\'; ar "c d\\"" e\\ f',
    [
      ['cd', 'a b'],
      ['ar', 'c d"', 'e f'],
    ],
  ],
  ['cc a.o # why', [['cc', 'a.o']]],
  ['cc "" -D\'x y\'z', [['cc', '', '-Dx yz']]],
  ['', []],
])('%s', (line, commands) => {
  expect(splitShellCommands(line)).toEqual(commands);
});

test.each(['cc a.o > log', 'cc a.o | tee log', 'cc $OBJS', 'cc "$OBJS"', 'cc `ls`', 'cc *.o', 'cc & cc'])(
  '%s is not read',
  (line) => {
    expect(() => splitShellCommands(line)).toThrow('a shell would interpret');
  },
);

test('an open quote', () => {
  expect(() => splitShellCommands("cc 'a.o")).toThrow("the line ends within ' quotes");
});
