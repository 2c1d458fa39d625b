import { refusalOf } from '../src/link/line/refusals.js';
import { profilesOf } from '../src/link/linkers/find-profile.js';
import { buildInputs, memberLabels } from '../src/link/notation/notation.js';
import { readNotation } from '../src/link/notation/notation-text.js';
import { NONE } from '../src/symbols/table.js';
import { type Simulated, sharedWinners, simulate } from './link-answer.js';

/**
 * The simulation of a link in a file, as text: files in load order with what extracted them,
 * winners, clashes, and what is missing; a section for each
 * different answer, with the linkers that give it.
 */
export function answerOfLink(text: string): string {
  const link = readNotation(text);
  const sections = new Map<string, string[]>();
  for (const profile of profilesOf(link.format)) {
    const refusal = refusalOf(profile, buildInputs(link).line);
    const answer = refusal === null ? describe(simulate(link, profile)) : `  ${refusal}\n`;
    sections.set(answer, [...(sections.get(answer) ?? []), profile.id]);
  }
  return [...sections].map(([answer, linkers]) => `${linkers.join(', ')}:\n${answer}`).join('\n');
}

function describe({ inputs, graph, resolution, answer }: Simulated): string {
  const labels = memberLabels(inputs);
  const { extractedFor, extractedBy } = resolution;
  const rows = resolution.loaded.map((member) => {
    const wanted = extractedFor[member];
    if (wanted === NONE) return labels[member];
    const by = extractedBy[member] === NONE ? 'the line' : labels[extractedBy[member]];
    return `${labels[member]}, for ${inputs.symbols.names.text(wanted)} of ${by}`;
  });
  for (const [name, winner] of answer.winners) rows.push(`${name} is of ${winner}`);
  for (const [name, library] of sharedWinners(graph, resolution)) rows.push(`${name} is of ${library}`);
  for (const { name, definitions } of resolution.clashes) {
    const files = definitions.map((symbol) => labels[inputs.symbols.member[symbol]]);
    rows.push(`clash of ${inputs.symbols.names.text(name)}: ${files.join(', ')}`);
  }
  for (const name of answer.undefined) rows.push(`${name} is undefined`);
  return rows.map((row) => `  ${row}\n`).join('');
}
