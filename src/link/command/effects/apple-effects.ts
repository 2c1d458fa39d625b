import { type Effect, findOption } from '../line-option.js';
import { addInput } from './add-input.js';
import type { ApplyOption } from './effect.js';

/** Effects of options: options that only Apple's linkers and drivers have. */
export const appleEffects = {
  objc: (state) => {
    state.said.apple.loadsObjc = true;
  },
  'dead-strip': (state) => {
    state.said.apple.stripsDead = true;
  },
  // Either of Apple's two calls the other for these.
  'classic-linker': (state) => {
    state.said.linker = 'ld64';
  },
  'new-linker': (state) => {
    state.said.linker = 'ld-prime';
  },
  // Platform, oldest system, SDK.
  'platform-version': (state) => {
    state.said.apple.systemVersion = majorMinor(state.pieces[state.at - 2].text);
  },
  'system-version': (state, { value }) => {
    state.said.apple.systemVersion = majorMinor(value);
  },
  'shared-first': (state) => {
    state.said.apple.searchesSharedFirst = true;
  },
  'paths-first': (state) => {
    state.said.apple.searchesSharedFirst = false;
  },
  'hidden-file': (state, { value, from }) => addInput(state, 'path', value, from, { isHidden: true }),
  'hidden-library': (state, { value, from }) => addInput(state, 'library', value, from, { isHidden: true }),
  framework: (state, { value, piece, from }) => addInput(state, 'framework', value, from, { option: piece }),
  'framework-folder': (state, { value }) => state.said.apple.frameworkFolders.push(value),
  'system-root': (state, { value }) => state.said.apple.systemRoots.push(value),
  // An option of the driver's for one architecture alone.
  'for-architecture': (state, { piece, value }) => {
    if (findOption(state.program.dialects, value)?.option.effect !== 'none')
      state.said.notSimulated.push(`${piece.text} ${value}`);
  },
} satisfies Partial<Record<Effect, ApplyOption>>;

/** `10.15` of `10.15.4`, `11.0` of `11`. */
const majorMinor = (version: string): string => {
  const [major, minor = '0'] = version.split('.');
  return `${major}.${minor}`;
};
