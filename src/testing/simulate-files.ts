import { join, relative } from 'node:path';
import { buildLinkGraph } from '../link/link-graph.js';
import type { LinkerProfile } from '../link/linker-profile.js';
import { fileOf, type NotedLink } from '../link/notation-text.js';
import { openLine } from '../link/open-line.js';
import { resolve } from '../link/resolve.js';
import { NONE } from '../symbols/symbol-table.js';
import { answerOf, type LinkAnswer } from './link-answer.js';
import { labelsOf } from './real-linkers.js';

/** The simulation of a noted link by its files, so that what reads lines, archives and objects has a part in it. */
export function simulateFiles(link: NotedLink, folder: string, profile: LinkerProfile): LinkAnswer {
  const files = new Set([...link.members.map(fileOf), ...link.indexes.keys()]);
  const words = link.words.map((word) => {
    if (word === '-L.') return `-L${folder}`;
    return files.has(word) ? join(folder, word) : word;
  });
  const opened = openLine(words);
  try {
    const graph = buildLinkGraph(opened.inputs, opened.line);
    if (profile.trustsIndex) void graph.indexed;
    const nothing = new Uint8Array(opened.inputs.members.length);
    const labels = labelsByPlace(link);
    const named = opened.inputs.members.map(({ archive, name, ordinal }) => {
      const path = archive === NONE ? name : opened.inputs.archives[archive].path;
      return labels.get(`${relative(folder, path)} ${archive === NONE ? 0 : ordinal}`) ?? name;
    });
    return answerOf(graph, resolve(graph, opened.line, profile, nothing), named);
  } finally {
    opened.close();
  }
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
