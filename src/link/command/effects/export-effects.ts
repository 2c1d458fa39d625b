import { append } from '../../../bytes/append.js';
import { listedNames, withoutPatterns } from '../export-lists.js';
import type { LineExports } from '../line-exports.js';
import type { Effect } from '../line-option.js';
import type { LineState } from '../line-state.js';
import { readDynamicList, readVersionScript } from '../version-script.js';

import type { ApplyOption } from './effect.js';

/** Effects of options: the kind of the output, and the names that it exports. */
export const exportEffects = {
  'export-root': (state, { value }) => {
    state.exported.push(value);
    state.exports.added.push(value);
  },
  'export-root-if-defined': (state, { value }) => {
    state.exportedIfDefined.push(value);
    state.exports.added.push(value);
  },
  exported: (state, { value }) => exportOnly(state, [value]),
  'exported-list': (state, { value }) => exportOnly(state, listedNames(state.readFile(value))),
  unexported: (state, { value }) => state.exports.without.push(value),
  'unexported-list': (state, { value }) => append(state.exports.without, listedNames(state.readFile(value))),
  'excluded-names': (state, { value }) => append(state.exports.without, value.split(/[,:]/)),
  exports: (state) => {
    state.collected.exportsSymbols = true;
    state.exports.isDynamic = true;
  },
  'no-exports': (state) => {
    state.exports.isDynamic = false;
  },
  'exports-all': (state) => {
    state.collected.exportsSymbols = true;
    state.exports.isAll = true;
  },
  'exports-named': (state) => {
    state.exports.isNamedOnly = true;
  },
  'exports-data': (state) => {
    state.collected.exportsSymbols = true;
    state.exports.hasData = true;
  },
  'exports-operators': (state) => addExports(state, OPERATORS),
  'exports-type-info': (state) => addExports(state, TYPE_INFO),
  'exported-name': (state, { value }) => addExports(state, [value]),
  'dynamic-list': (state, { value }) => addExports(state, readDynamicList(state.readFile(value))),
  'version-script': (state, { value }) =>
    state.exports.versions.push(readVersionScript(state.readFile(value))),
  'hidden-archives': (state, { value }) => append(state.exports.excludedArchives, value.split(/[,:]/)),
  'no-program': (state) => setOutput(state, 'shared'),
  relocatable: (state) => setOutput(state, 'relocatable'),
  'named-only': (state) => {
    setOutput(state, 'shared');
    state.exports.isNamedOnly = true;
  },
} satisfies Partial<Record<Effect, ApplyOption>>;

/** The output exports only the names in such options. */
function exportOnly({ required, exports }: LineState, listed: readonly string[]): void {
  append(required, withoutPatterns(listed));
  exports.only = [...(exports.only ?? []), ...listed];
}

/** `operator new`, `operator delete` and their arrays. */
const OPERATORS = ['_Znw*', '_Zna*', '_Zdl*', '_Zda*'];
const TYPE_INFO = ['_ZTI*', '_ZTS*'];

function addExports({ collected, exports }: LineState, names: readonly string[]): void {
  collected.exportsSymbols = true;
  append(exports.added, names);
}

/** Not a program: nothing calls its `main`, and other files link with it. */
function setOutput({ collected, exports }: LineState, output: LineExports['output']): void {
  collected.exportsSymbols = true;
  collected.isSharedOrRelocatable = true;
  exports.output = output;
}
