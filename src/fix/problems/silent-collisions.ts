import type { LinkState } from '../cure-state.js';
import { meansOther } from '../rivals/other-meaning.js';
import { foreignDefinitions } from './foreign-definitions.js';
import { overruns } from './overruns.js';
import type { SilentCollision } from './silent-collision.js';
import { weakCollisions } from './weak-collisions.js';

/** All silent collisions of a link on its first linker, by name. */
export function silentCollisions(state: LinkState, link: number): SilentCollision[] {
  const { graph, twins } = state.subject.prepared;
  const [resolution] = state.resolutions;
  const found = [
    ...foreignDefinitions(graph, twins, resolution).filter(meansOther(graph, twins)),
    ...weakCollisions(graph, twins, state.line, resolution),
  ];
  const names = new Set(found.map(({ name }) => name));
  return [...found, ...overruns(state).filter(({ name }) => !names.has(name))].map((one) => ({
    ...one,
    link,
  }));
}
