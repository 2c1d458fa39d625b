import { ALL_BUT_DROPS, membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** Functions of nvcc's device link, which register device code, one per unit. */
const REGISTRATION = /^(?:__cudaRegisterLinkedBinary_|__fatbinwrap_|__hip_register|__hipRegister)/;

/** Libraries that each hold the output of a device link of their own. */
export const deviceLinkOnce: AdviceDetector = {
  code: 'device-link-once',
  detect(context) {
    const { pairs, label } = context;
    const own = pairs.filter(({ text }) => REGISTRATION.test(text));
    if (own.length === 0) return null;
    const files = [...new Set(own.flatMap((pair) => membersOf(context, pair)).map(label))];
    return {
      code: this.code,
      text: `${files.join(' and ')} are outputs of two device links that register the same device code (${namesText(own.map(({ text }) => text))}). Leave them out of the libraries, and link device code once for the program: nvcc -dlink over all objects (CMake: CUDA_RESOLVE_DEVICE_SYMBOLS OFF on the libraries)`,
      explains: own.map(({ name }) => name),
      refuses: ['drop', ...ALL_BUT_DROPS],
    };
  },
};
