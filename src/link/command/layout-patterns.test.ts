import { expect, test } from 'vitest';
import { readLayout, SORTED_FILES } from './layout-patterns.js';
import { parseLine } from './parse-line.js';
import { programNamed } from './program.js';

const sections = (text: string) => readLayout(`SECTIONS { .x : { ${text} } }`);

test.each([
  ['*(.init_array .init_array.*)', false],
  ['KEEP (*(SORT_BY_INIT_PRIORITY(.init_array.*) SORT_BY_INIT_PRIORITY(.ctors.*)))', false],
  ['KEEP (*(.init_array EXCLUDE_FILE (*crtbegin.o) .ctors))', false],
  ['*(.init_array) *(.app_init)', false],
  ['*(.init_array .app_init)', true],
  ['KEEP(*(SORT(.app*) SORT(.ctors*)))', true],
  ['*(*)', true],
  ['*(.text .data.*)', false],
])('constructors share a description with others: %s', (text, isMixed) => {
  expect(sections(text)).toMatchObject({ hasSections: true, mixesConstructors: isMixed });
});

test.each([
  ['KEEP(SORT(*)(.ctors))', [SORTED_FILES]],
  ['SORT_BY_NAME(*.o)(.data)', ['*.o', SORTED_FILES]],
  ['*(SORT(.data.*))', []],
])('files in the order of their names: %s', (text, files) => {
  expect(sections(text).files).toEqual(files);
});

test('names that a script provides', () => {
  expect(sections('PROVIDE(end = .); PROVIDE (top=.); PROVIDE_HIDDEN(own = .);').provided).toEqual([
    'end',
    'top',
  ]);
});

test.each(['--shuffle-sections', '--shuffle-sections=*=1', '--reverse-sections'])(
  '%s orders sections in a way that is not simulated',
  (option) => {
    const read = () => {
      throw new Error('no file');
    };
    expect(parseLine([option, 'a.o'], read, programNamed('ld.lld')).notSimulated).toEqual([option]);
  },
);
