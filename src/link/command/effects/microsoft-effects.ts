import { append } from '../../../bytes/append.js';
import { exportsIn } from '../export-lists.js';
import type { Effect } from '../line-option.js';
import { alternateOf, exportedName } from '../linker-directives.js';
import type { Token } from '../tokens.js';
import { addInput } from './add-input.js';
import type { ApplyOption } from './effect.js';

/** Effects of options: options that only Microsoft's linkers have. */
export const microsoftEffects = {
  'root-if-offered': (state, { value }) => state.collected.microsoft.optionalIncludes.push(value),
  'c-root': (state, { value }) => state.collected.microsoft.unmangledRoots.push(value),
  export: (state, { value }) => state.collected.microsoft.cExports.push(...exportedName(value)),
  'export-file': (state, { value }) =>
    append(state.collected.microsoft.cExports, exportsIn(state.readFile(value))),
  alternate: (state, { value }) => state.collected.microsoft.alternates.push(...alternateOf(value)),
  'default-library': (state, { value, from, token }) =>
    addInput(state, 'default-library', value, from, { whole: false, prefix: prefixOf(token, value) }),
  'without-default-library': (state, { value }) => {
    if (value === '') state.withoutAllDefaultLibraries = true;
    else state.withoutDefaultLibraries.push(value);
  },
  'whole-file-or-all': (state, { value, from, token }) => {
    if (value === '') state.loadsAll = true;
    else addInput(state, 'searched-path', value, from, { whole: true, prefix: prefixOf(token, value) });
  },
  'for-linker': (state) => {
    state.isForLinker = true;
  },
} satisfies Partial<Record<Effect, ApplyOption>>;

/** `/wholearchive:` of `/wholearchive:a.lib`. */
const prefixOf = ({ text }: Token, value: string): string => text.slice(0, text.length - value.length);
