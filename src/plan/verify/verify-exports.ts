import { cName } from '../../link/inputs/c-names.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import {
  EXPORTED_WITH_OTHERS,
  exportedNames,
  HIDDEN_BY_FILE,
  NOT_EXPORTED,
  requiredByVersions,
  WANTED,
  WANTED_WEAKLY,
} from '../../link/resolve/exported-names.js';
import { neededLibraries } from '../../link/resolve/needed-libraries.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { isCompilerPrivate } from '../../origin/origin.js';
import { NONE } from '../../symbols/table.js';
import { isMarkedName } from '../edits/edit-plan.js';

/** One of two links that are compared. */
export interface VerifiedLink {
  readonly graph: LinkGraph;
  readonly line: LinkLine;
  readonly resolution: Resolution;
}

/** Checks that the output exports the same names as before. */
export function compareExports(
  before: VerifiedLink,
  after: VerifiedLink,
  report: (problem: string) => void,
): void {
  const [old, now] = [before, after].map(exportsOf);
  for (const [name, how] of old) if (now.get(name) !== how) report(`'${name}' is no longer ${how}`);
  for (const [name, how] of now) if (old.get(name) !== how) report(`'${name}' is newly ${how}`);
  for (const name of requiredByVersions(before.graph, before.line, before.resolution)) {
    const text = before.graph.inputs.symbols.names.text(name);
    const left = after.graph.inputs.symbols.names.find(text);
    if (before.graph.isDefinedHere(name) && (left === NONE || !after.graph.isDefinedHere(left)))
      report(`'${text}' has no definition left for the version script`);
  }
}

const WORDS: Readonly<Record<number, string>> = {
  [HIDDEN_BY_FILE]: 'hidden',
  [WANTED]: 'left undefined for the next link',
  [WANTED_WEAKLY]: 'left weakly undefined for the next link',
};

/** By name that the output exports or leaves undefined for the next link: how it does so. */
function exportsOf({ graph, line, resolution }: VerifiedLink): Map<string, string> {
  const found = new Map<string, string>();
  const exported = exportedNames(graph, line, resolution);
  for (let name = 0; exported !== null && name < exported.length; name++) {
    if (exported[name] === NOT_EXPORTED) continue;
    const isNamed = exported[name] !== EXPORTED_WITH_OTHERS;
    if (isNamed || !isCompilerPrivate(cName(graph.inputs, name)))
      found.set(graph.inputs.symbols.names.text(name), WORDS[exported[name]] ?? 'exported');
  }
  return found;
}

/** Checks that the output exports no name that an edit made. @param given the files without edits */
export function compareNewNames(given: Inputs, after: VerifiedLink, report: (problem: string) => void): void {
  if (after.line.exports.output === 'relocatable') return;
  const { names, name } = given.symbols;
  const isGiven = (text: string) => name.includes(names.find(text));
  for (const text of exportsOf(after).keys())
    if (isMarkedName(text) && !isGiven(text)) report(`'${text}' of an edit is exported`);
}

/** Checks that the output needs the same shared libraries as before, those under --as-needed included. */
export function compareNeeded(
  before: VerifiedLink,
  after: VerifiedLink,
  report: (problem: string) => void,
): void {
  const needs = ({ graph, line, resolution }: VerifiedLink) =>
    [...neededLibraries(graph, line, resolution)].map(
      ([library, need]) => [graph.inputs.members[library].source.label, need] as const,
    );
  const old = new Map(needs(before));
  for (const [library, need] of needs(after)) {
    const was = old.get(library) ?? need;
    if (need !== was) report(`${library} is ${need < was ? 'no longer' : 'newly'} needed`);
  }
}
