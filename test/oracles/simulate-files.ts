import { join, relative } from 'node:path';
import type { Inputs } from '../../src/link/inputs/inputs.js';
import { buildLinkGraph } from '../../src/link/inputs/link-graph.js';
import { openLines } from '../../src/link/line/open-lines.js';
import { refusalOf } from '../../src/link/line/refusals.js';
import type { LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import { memberLabels } from '../../src/link/notation/notation.js';
import { fileOf, type NotedLink } from '../../src/link/notation/notation-text.js';
import { resolve } from '../../src/link/resolve/resolve.js';
import { NONE } from '../../src/symbols/table.js';
import { answerOf, type LinkAnswer } from '../link-answer.js';
import { labelsOf } from './real-linkers.js';

/** A line whose files are in a folder. */
export interface FilesLine {
  readonly words: readonly string[];
  readonly folder: string;
  readonly profile: LinkerProfile;
  /** Whose dialect the line is in; null for any. */
  readonly program: string | null;
}

/**
 * Simulates a linker on files, which are read like those of any line.
 * @param nameMembers labels of members in the answer; by default their names on the line, without the folder
 * @returns the reason if the linker would reject the line
 */
export function simulateLine(
  { words, folder, profile, program }: FilesLine,
  nameMembers: (inputs: Inputs) => readonly string[] = (inputs) =>
    memberLabels(inputs).map((label) => label.replaceAll(`${folder}/`, '')),
): LinkAnswer | string {
  const { lines, close } = openLines(words, { program });
  try {
    const [{ inputs, line }] = lines;
    const refusal = refusalOf(profile, line);
    if (refusal !== null) return refusal;
    const graph = buildLinkGraph(inputs, line);
    if (profile.trustsIndex) void graph.indexed;
    const resolution = resolve(graph, line, profile, new Uint8Array(inputs.members.length));
    return answerOf(graph, resolution, nameMembers(inputs));
  } finally {
    close();
  }
}

/** The simulation of a noted link by its files, so that what reads lines, archives and objects has a part in it. */
export function simulateFiles(link: NotedLink, folder: string, profile: LinkerProfile): LinkAnswer | string {
  const files = new Set([...link.members.map(fileOf), ...link.indexes.keys()]);
  const words = link.words.map((word) => {
    if (word === '-L.') return `-L${folder}`;
    return files.has(word) ? join(folder, word) : word;
  });
  const labels = labelsByPlace(link);
  return simulateLine({ words, folder, profile, program: null }, ({ members, archives }) =>
    members.map(({ archive, name, ordinal }) => {
      const path = archive === NONE ? name : archives[archive].path;
      return labels.get(`${relative(folder, path)} ${archive === NONE ? 0 : ordinal}`) ?? name;
    }),
  );
}

/** By file and ordinal: thin archives have paths for names. */
function labelsByPlace(link: NotedLink): Map<string, string> {
  const labels = labelsOf(link);
  const counts = new Map<string, number>();
  const places = new Map<string, string>();
  for (const [at, member] of link.members.entries()) {
    const file = fileOf(member);
    const ordinal = counts.get(file) ?? 0;
    counts.set(file, ordinal + 1);
    places.set(`${file} ${ordinal}`, labels[at]);
  }
  return places;
}
