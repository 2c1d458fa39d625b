import { dialectOf } from './line-option.js';

/**
 * lld-link and link.exe: `/option:value`, also spelt `-option:value`, in any case.
 *
 * Source: lld/COFF/Options.td, Microsoft's linker reference.
 */
export const msvcDialect = dialectOf('slashes', [
  ['root', 'equals', '/include'],
  ['entry', 'equals', '/entry'],
  ['not-simulated', 'equals-or-none', '/wholearchive'],
]);
