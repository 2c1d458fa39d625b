import { cName } from '../../link/inputs/c-names.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { EXPORTED_BY_NAME, exportedNames, NOT_EXPORTED } from '../../link/resolve/exported-names.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { isCompilerPrivate } from '../../origin/origin.js';

/** One of two links that are compared. */
export interface VerifiedLink {
  readonly graph: LinkGraph;
  readonly line: LinkLine;
  readonly resolution: Resolution;
}

/** What the output offered to others is offered still, and nothing else. */
export function compareExports(
  before: VerifiedLink,
  after: VerifiedLink,
  report: (problem: string) => void,
): void {
  const [old, now] = [before, after].map(exportsOf);
  for (const name of old) if (!now.has(name)) report(`'${name}' is no longer exported`);
  for (const name of now) if (!old.has(name)) report(`'${name}' is newly exported`);
}

/** The names that others may look for in the output. */
function exportsOf({ graph, line, resolution }: VerifiedLink): Set<string> {
  const found = new Set<string>();
  const exported = exportedNames(graph, line, resolution);
  for (let name = 0; exported !== null && name < exported.length; name++) {
    if (exported[name] === NOT_EXPORTED) continue;
    const isNamed = exported[name] === EXPORTED_BY_NAME;
    if (isNamed || !isCompilerPrivate(cName(graph.inputs, name)))
      found.add(graph.inputs.symbols.names.text(name));
  }
  return found;
}
