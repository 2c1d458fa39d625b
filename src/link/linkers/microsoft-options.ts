import type { LinkerId } from './linker-profile.js';

/** Whether a linker takes the options of link.exe (`/include:`, `/wholearchive`) and its environment variables. */
export const takesMicrosoftOptions = (linker: LinkerId | null): boolean =>
  linker === 'link.exe' || linker?.startsWith('lld-link') === true;
