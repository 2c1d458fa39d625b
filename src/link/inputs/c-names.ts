import type { NamePattern } from '../../origin/name-pattern.js';
import type { NameId } from '../../symbols/names.js';
import { NONE } from '../../symbols/table.js';
import type { Inputs } from './inputs.js';

/** Whether C names have an underscore before them: on Mach-O, and on 32-bit x86 for Windows. */
export function hasUnderscores({ format, contents }: Pick<Inputs, 'format' | 'contents'>): boolean {
  if (format !== 'coff') return format === 'macho';
  const at = contents.findIndex(({ kind }) => kind === 'object');
  const content = at === NONE ? null : contents[at];
  return content?.kind === 'object' && content.info.machine === 'i386';
}

/**
 * Names that the C start-up code or the linker itself references, as object files spell them.
 */
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

/** `__imp_f` is a pointer to `f`, for code that may find `f` in a DLL. */
const IMPORT_PREFIX = '__imp_';

/** A name as C spells it: without the underscore that some targets put before each, and COFF's prefix of imports. */
export const cName = (inputs: Inputs, name: NameId): string => cText(inputs, inputs.symbols.names.text(name));

/** The same for the text of a name. */
export function cText(inputs: Inputs, name: string): string {
  const isImport = inputs.format === 'coff' && name.startsWith(IMPORT_PREFIX);
  const text = isImport ? name.slice(IMPORT_PREFIX.length) : name;
  return text.startsWith('_') && hasUnderscores(inputs) ? text.slice(1) : text;
}

/** Patterns of names as objects spell them, of those that C code spells. None begins with an import's prefix. */
export function objectPatterns(
  inputs: Pick<Inputs, 'format' | 'contents'>,
  patterns: readonly NamePattern[],
): NamePattern[] {
  const spelt = hasUnderscores(inputs)
    ? patterns.flatMap((pattern): NamePattern[] => [
        `_${pattern}`,
        ...(pattern.startsWith('_') ? [] : [pattern]),
      ])
    : patterns;
  const imported =
    inputs.format === 'coff' ? spelt.map((pattern): NamePattern => `${IMPORT_PREFIX}${pattern}`) : [];
  return [...spelt, ...imported];
}
