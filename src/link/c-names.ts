import { NONE } from '../symbols/symbol-table.js';
import type { Inputs } from './inputs.js';

/** Whether C names have an underscore before them: on Mach-O, and on 32-bit x86 for Windows. */
export function hasUnderscores({ format, contents }: Pick<Inputs, 'format' | 'contents'>): boolean {
  if (format !== 'coff') return format === 'macho';
  const at = contents.findIndex(({ kind }) => kind === 'object');
  const content = at === NONE ? null : contents[at];
  return content?.kind === 'object' && content.info.machine === 'i386';
}

/** What start-up code that stands on no line refers to, or the linker itself: the names as the object files have them. */
export function startUpNames(inputs: Pick<Inputs, 'format' | 'contents'>): readonly string[] {
  const names =
    inputs.format === 'coff'
      ? ['main', 'mainCRTStartup']
      : inputs.format === 'wasm'
        ? ['main', '_start']
        : ['main'];
  return hasUnderscores(inputs) ? names.map((name) => `_${name}`) : names;
}

/** A name as objects have it, of one that C code spells. Names that are decorated already stay. */
export const objectName = (inputs: Pick<Inputs, 'format' | 'contents'>, name: string): string =>
  hasUnderscores(inputs) && !/^[@?]|@/.test(name) ? `_${name}` : name;
