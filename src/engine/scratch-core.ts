import { Core } from './core.js';

let scratch: Core | null = null;

/** A shared core for tasks without a symbol table of their own. Its content is valid only until the next task. */
export function scratchCore(): Core {
  scratch ??= new Core();
  return scratch;
}
