import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { useFolder } from '../../../test/use-folder.js';
import { openLine } from '../line/open-lines.js';
import { parseNotation } from '../notation/notation.js';
import { writeNotation } from '../notation/write-notation.js';

/** Libraries that are not found: their positions on the line are recorded. */

const FOUNDING = join(import.meta.dirname, '../../../fixtures/founding');
const elf = (name: string) => join(FOUNDING, 'elf', name);
const macho = (name: string) => join(FOUNDING, 'macho', name);

useFolder(() => {}, { enters: true });

/** Each library with the next item of the line and its group. */
function missing(...args: string[]): [string, string | undefined, number][] {
  const { line, inputs, close } = openLine(args);
  close();
  return line.missingLibraries.map(({ what, at, group }) => {
    const item = line.items[at];
    const name = item?.kind === 'archive' ? inputs.archives[item.archive].path.split('/').at(-1) : item?.kind;
    return [what, name, group];
  });
}

describe('a library that was not found', () => {
  const [main, http, std] = ['main.o', 'libext_http.a', 'libstdlib.a'].map(elf);

  test('has its position on the line', () => {
    expect(missing(main, '-lnone', http, '-L.', '-lother', std, '-llast')).toEqual([
      ['-lnone', 'libext_http.a', -1],
      ['-lother', 'libstdlib.a', -1],
      ['-llast', undefined, -1],
    ]);
  });

  test('is in its group', () => {
    const [[, before, group]] = missing(main, '--start-group', http, '-lnone', std, '--end-group');
    expect([before, group >= 0]).toEqual(['libstdlib.a', true]);
  });

  test('keeps its place among definitions of the line', () => {
    expect(missing(main, '--defsym=a=0', http, '--defsym=b=0', '-lnone', '--defsym=c=0', std)).toMatchObject([
      ['-lnone', 'libstdlib.a', -1],
    ]);
  });

  test('may be named by a linker script', () => {
    writeFileSync('libscript.so', `INPUT(${http} -lnone)\n`);
    expect(missing(main, '-L.', '-lscript', std)).toEqual([['-lnone', 'libstdlib.a', -1]]);
  });

  test('may be a framework', () => {
    const [object, wrapper, provider] = ['main.o', 'libext_http.a', 'libstdlib.a'].map(macho);
    expect(missing(object, wrapper, '-framework', 'None', provider)).toEqual([
      ['-framework None', 'libstdlib.a', -1],
    ]);
  });

  test('is written in the notation, and read back', () => {
    const { line, inputs, close } = openLine([main, http, '-lnone', std, '-llast']);
    const text = writeNotation(inputs, line);
    close();
    expect(parseNotation(text).line.missingLibraries).toEqual(line.missingLibraries);
  });
});
