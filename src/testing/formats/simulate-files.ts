import { buildLinkGraph } from '../../link/link-graph.js';
import { findProfile } from '../../link/linker-profile.js';
import { openLines } from '../../link/open-line.js';
import { programNamed } from '../../link/program.js';
import { refusalOf } from '../../link/refusals.js';
import { resolve } from '../../link/resolve.js';
import { answerOf, type LinkAnswer } from '../link-answer.js';
import { type FileLink, wordsIn } from './file-link.js';

/**
 * What the linker of that name is simulated to do with files in a folder, which are read as those of any line.
 * @returns the reason where it is said to refuse the line
 */
export function simulateFiles(program: string, link: FileLink, folder: string): LinkAnswer | string {
  const profile = findProfile(programNamed(program).linker ?? '');
  if (profile === null) throw new Error(`no profile for ${program}`);
  const { lines, close } = openLines(wordsIn(link, folder), { program });
  try {
    const [{ inputs, line }] = lines;
    const refusal = refusalOf(profile, line);
    if (refusal !== null) return refusal;
    const graph = buildLinkGraph(inputs, line);
    if (profile.trustsIndex) void graph.indexed;
    const answer = answerOf(graph, resolve(graph, line, profile, new Uint8Array(inputs.members.length)));
    const short = (label: string) => label.replaceAll(`${folder}/`, '');
    return {
      ...answer,
      members: answer.members.map(short),
      winners: new Map([...answer.winners].map(([name, winner]) => [name, short(winner)])),
    };
  } finally {
    close();
  }
}
