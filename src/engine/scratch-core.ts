import { Core } from './core.js';

let scratch: Core | null = null;

/** One core for all that is done with no table of symbols at hand: what it holds is good for one task. */
export function scratchCore(): Core {
  scratch ??= new Core();
  return scratch;
}
