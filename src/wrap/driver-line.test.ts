import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { useFolder } from '../../test/use-folder.js';
import { driverInputs, isOfUser, withDriverInputs } from '../link/command/driver-inputs.js';
import { parseLine } from '../link/command/parse-line.js';
import { programNamed } from '../link/command/program.js';
import { answerOf } from './answer.js';
import { linkerLineIn } from './driver-line.js';

const at = useFolder(() => {}, { enters: true });

const noFile = (path: string): string => {
  throw new Error(path);
};
const parse = (words: readonly string[], program: string) => parseLine(words, noFile, programNamed(program));

describe('the command line that a driver passes to its linker', () => {
  test('is the last command that links', () => {
    const text = [
      'gcc version 12.2.0',
      'COLLECT_GCC_OPTIONS=-o a.out',
      ' /usr/lib/gcc/x86_64-linux-gnu/12/collect2 -o "a b" crt1.o main.o -lc',
      ' "/usr/bin/objcopy" "x"',
    ].join('\n');
    expect(linkerLineIn(text)).toEqual({
      program: '/usr/lib/gcc/x86_64-linux-gnu/12/collect2',
      words: ['-o', 'a b', 'crt1.o', 'main.o', '-lc'],
    });
    expect(linkerLineIn('nothing')).toBeNull();
    expect(linkerLineIn(" it's no command")).toBeNull();
  });

  for (const driver of ['gcc', 'clang-14'])
    needsTool(driver)(`${driver}: names with quotes, blanks and line breaks are whole`, ([path]) => {
      const name = 'lib "P$x`\'\n\nn.a';
      for (const one of ['main.o', name]) writeFileSync(at(one), '');
      const handed = linkerLineIn(answerOf(path, ['-###', 'main.o', name], process.env));
      expect(handed?.words).toContain(name);
      expect(handed?.words).toContain('main.o');
    });

  for (const driver of ['gcc', 'g++', 'clang-14'])
    needsTool(driver)(
      `${driver}: start files come before the user's inputs, and libc behind them`,
      ([path]) => {
        // clang hands nothing on where an input is missing.
        for (const name of ['main.o', 'libx.a']) writeFileSync(at(name), '');
        const given = [
          '-o',
          'a.out',
          'main.o',
          '-lgcc',
          '-Wl,--whole-archive',
          'libx.a',
          '-Wl,--no-whole-archive',
        ];
        const handed = linkerLineIn(answerOf(path, ['-###', ...given], process.env));
        const own = parse(given, driver);
        const driverAdds = driverInputs(own, parse(handed?.words ?? [], 'ld'));
        expect(driverAdds).not.toBeNull();
        const { inputs } = withDriverInputs(own, driverAdds!);
        expect(inputs.filter(isOfUser).map(({ text, whole }) => [text, whole])).toEqual([
          ['main.o', false],
          ['gcc', false],
          ['libx.a', true],
        ]);
        const texts = inputs.map(({ text }) => text);
        expect(texts.findIndex((text) => text.endsWith('crt1.o'))).toBeLessThan(texts.indexOf('main.o'));
        expect(texts.lastIndexOf('c')).toBeGreaterThan(texts.indexOf('libx.a'));
      },
    );

  test('is not taken for that of other inputs', () => {
    const own = parse(['a.o', 'b.o'], 'cc');
    expect(driverInputs(own, parse(['crt1.o', 'b.o', 'a.o'], 'ld'))).toBeNull();
    expect(driverInputs(own, parse(['crt1.o', 'a.o'], 'ld'))).toBeNull();
  });
});
