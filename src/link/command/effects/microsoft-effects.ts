import { append } from '../../../bytes/append.js';
import { exportsIn } from '../export-lists.js';
import type { Effect } from '../line-option.js';
import { alternateOf, exportedName } from '../linker-directives.js';
import type { Piece } from '../pieces.js';
import { addInput } from './add-input.js';
import type { ApplyOption } from './effect.js';

/** Effects of options: options that only Microsoft's linkers have. */
export const microsoftEffects = {
  'root-if-offered': (state, { value }) => state.said.microsoft.optionalIncludes.push(value),
  'c-root': (state, { value }) => state.said.microsoft.unmangledRoots.push(value),
  export: (state, { value }) => state.said.microsoft.cExports.push(...exportedName(value)),
  'export-file': (state, { value }) =>
    append(state.said.microsoft.cExports, exportsIn(state.readFile(value))),
  alternate: (state, { value }) => state.said.microsoft.alternates.push(...alternateOf(value)),
  'default-library': (state, { value, from, piece }) =>
    addInput(state, 'default-library', value, from, { whole: false, prefix: prefixOf(piece, value) }),
  'without-default-library': (state, { value }) => {
    if (value === '') state.withoutAllDefaultLibraries = true;
    else state.withoutDefaultLibraries.push(value);
  },
  'whole-file-or-all': (state, { value, from, piece }) => {
    if (value === '') state.loadsAll = true;
    else addInput(state, 'searched-path', value, from, { whole: true, prefix: prefixOf(piece, value) });
  },
  'for-linker': (state) => {
    state.isForLinker = true;
  },
} satisfies Partial<Record<Effect, ApplyOption>>;

/** `/wholearchive:` of `/wholearchive:a.lib`. */
const prefixOf = ({ text }: Piece, value: string): string => text.slice(0, text.length - value.length);
