import { expect, test } from 'vitest';
import type { OpenedLine } from '../../link/line/opened-line.js';
import { chosenLinker } from './chosen-linker.js';
import { UsageError } from './usage-error.js';

const MACHO = { inputs: { format: 'macho' } } as OpenedLine;
const none = () => null;

test('a setting for many lines names a family: lld is ld64.lld for Mach-O', () => {
  expect(chosenLinker('lld', MACHO, none, 'many-lines')?.id).toBe('ld64.lld');
  expect(() => chosenLinker('mold', MACHO, none, 'many-lines')).toThrow(UsageError);
});

test('an option for one line names the linker itself', () => {
  expect(chosenLinker('ld64.lld', MACHO, none, 'one-line')?.id).toBe('ld64.lld');
  expect(() => chosenLinker('lld', MACHO, none, 'one-line')).toThrow('does not link macho objects');
});
