import { type Core, unsigned } from '../../engine/core.js';
import { scratchCore } from '../../engine/scratch-core.js';

/** The scratch core, for the rows of one object. */
export function coreForOneObject(): Core {
  const core = scratchCore();
  core.clear();
  core.exports.beginMember();
  return core;
}

/** Whether a writable section of this name holds state that the program changes. */
export function holdsState(name: string): boolean {
  const core = scratchCore();
  const text = `${name}\0`;
  const staged = unsigned(core.exports.stageName(text.length));
  core.heapTo(staged + text.length).write(text, staged, 'latin1');
  return core.exports.elfHoldsState() !== 0;
}
