import { type Effect, findOption } from '../line-option.js';
import { addInput } from './add-input.js';
import type { ApplyOption } from './effect.js';

/** Effects of options: options that only Apple's linkers and drivers have. */
export const appleEffects = {
  objc: (state) => {
    state.collected.apple.loadsObjc = true;
  },
  'dead-strip': (state) => {
    state.collected.apple.stripsDead = true;
  },
  // Either of Apple's two calls the other for these.
  'classic-linker': (state) => {
    state.collected.linker = 'ld64';
  },
  'new-linker': (state) => {
    state.collected.linker = 'ld-prime';
  },
  // Platform, oldest system, SDK.
  'platform-version': (state) => {
    state.collected.apple.systemVersion = majorMinor(state.tokens[state.at - 2].text);
  },
  'system-version': (state, { value }) => {
    state.collected.apple.systemVersion = majorMinor(value);
  },
  'shared-first': (state) => {
    state.collected.apple.searchesSharedFirst = true;
  },
  'paths-first': (state) => {
    state.collected.apple.searchesSharedFirst = false;
  },
  'hidden-file': (state, { value, from }) => addInput(state, 'path', value, from, { isHidden: true }),
  'hidden-library': (state, { value, from }) => addInput(state, 'library', value, from, { isHidden: true }),
  framework: (state, { value, token, from }) => addInput(state, 'framework', value, from, { option: token }),
  'framework-folder': (state, { value }) => state.collected.apple.frameworkFolders.push(value),
  'system-root': (state, { value }) => state.collected.apple.systemRoots.push(value),
  // An option of the driver's for one architecture alone.
  'for-architecture': (state, { token, value }) => {
    if (findOption(state.program.dialects, value)?.option.effect !== 'none')
      state.collected.notSimulated.push(`${token.text} ${value}`);
  },
} satisfies Partial<Record<Effect, ApplyOption>>;

/** `10.15` of `10.15.4`, `11.0` of `11`. */
const majorMinor = (version: string): string => {
  const [major, minor = '0'] = version.split('.');
  return `${major}.${minor}`;
};
