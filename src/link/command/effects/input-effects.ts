import { NONE } from '../../../symbols/table.js';
import { LineError } from '../line-error.js';
import type { Effect } from '../line-option.js';
import type { LineState, Modes } from '../line-state.js';
import { addInput } from './add-input.js';
import type { ApplyOption } from './effect.js';

/** Effects of options: inputs, and modes of the inputs that follow. */
export const inputEffects = {
  folder: (state, { value }) => state.libraryFolders.push(value),
  library: (state, { value, token, from }) =>
    addInput(state, 'library', value, from, { option: from === token ? null : token }),
  script: (state, { value, from }) => addInput(state, 'script', value, from),
  sysroot: (state, { value }) => {
    state.collected.sysroot = value;
  },
  // The option stays, since it applies to any path that follows.
  'whole-file': (state, { value, from }) => addInput(state, 'path', value, from, { whole: true }),
  'group-start': (state) => {
    if (state.openGroup !== NONE) throw new LineError('--start-group within a group: groups do not nest');
    if (state.openLibrary !== NONE) throw new LineError('--start-group within --start-lib');
    state.openGroup = state.groups++;
  },
  'group-end': (state) => {
    if (state.openGroup === NONE) throw new LineError('--end-group without --start-group');
    state.openGroup = NONE;
  },
  // LLD and gold reject each of these; only mold accepts them.
  'lazy-start': (state) => {
    if (state.openLibrary !== NONE) throw new LineError('--start-lib within --start-lib');
    if (state.openGroup !== NONE) throw new LineError('--start-lib within a group');
    state.openLibrary = state.libraries++;
  },
  'lazy-end': (state) => {
    if (state.openLibrary === NONE) throw new LineError('--end-lib without --start-lib');
    state.openLibrary = NONE;
  },
  'whole-archives': (state) => setMode(state, { whole: true }),
  'lazy-archives': (state) => setMode(state, { whole: false }),
  'as-needed': (state) => setMode(state, { asNeeded: true }),
  'no-as-needed': (state) => setMode(state, { asNeeded: false }),
  'all-as-needed': (state) => {
    state.dropsUnneeded = true;
  },
  'static-libraries': (state) => setMode(state, { isStatic: true }),
  'shared-libraries': (state) => setMode(state, { isStatic: false }),
  'static-program': (state) => {
    state.isStaticProgram = true;
  },
  'push-state': (state) => state.pushedModes.push(state.modes),
  'pop-state': (state) => {
    const modes = state.pushedModes.pop();
    if (modes === undefined) throw new LineError('--pop-state without --push-state');
    state.modes = modes;
  },
  'all-whole': (state) => {
    state.loadsAll = true;
  },
  // ld64 ignores the option as obsolete; LLD does not.
  'not-all-whole': (state, { token }) => {
    const { linker } = state.collected;
    if (!state.loadsAll || linker === 'ld64' || linker === 'ld-prime') return;
    if (linker === null || !linker.startsWith('ld64.lld')) state.collected.notSimulated.push(token.text);
    state.loadsAll = false;
  },
  'without-dependent-libraries': (state) => {
    state.collected.withoutDependentLibraries = true;
  },
  file: (state, { value, from }) => addInput(state, 'path', value, from),
} satisfies Partial<Record<Effect, ApplyOption>>;

function setMode(state: LineState, changed: Partial<Modes>): void {
  state.modes = { ...state.modes, ...changed };
}
