import { rmSync } from 'node:fs';
import { stoppably } from '../../emit/steps.js';
import { type Output, trimmingSteps } from '../../emit/write-trimmed.js';
import { isOfUser } from '../../link/command/driver-inputs.js';
import type { LineInput } from '../../link/command/parsed-line.js';
import { rewriteWords } from '../../link/command/rewrite-line.js';
import { openLines } from '../../link/line/open-lines.js';
import type { AskedCommand } from '../command/ask-command.js';
import type { Cure } from '../cure.js';
import type { CureState, LinkState } from '../cure-state.js';
import { UnverifiedError } from '../fix-errors.js';
import { verifyCure, writesArchives } from './verify-cure.js';

/** A cure, written. */
export interface AppliedCure {
  readonly cure: Cure;
  readonly command: readonly string[];
  /** By link of the command. */
  readonly outputs: readonly (readonly Output[])[];
}

/**
 * Writes what a cure changes, reads it back, and compares.
 * @param outDir where changed archives go; may be undefined for a cure that writes none
 * @throws UnverifiedError, and what writing throws
 */
export async function applyCure(
  command: readonly string[],
  { opening }: AskedCommand,
  before: CureState,
  cure: Cure,
  outDir: string | undefined,
): Promise<AppliedCure> {
  const outputs = outDir === undefined || !writesArchives(cure.state) ? [] : await write(cure.state, outDir);
  try {
    const fixed = commandOf(command, cure.state, outputs);
    if (fixed === null) throw new UnverifiedError('a changed archive has no argument on the command line');
    const [problem] = verifyCure(before, cure, (words) => openLines(words, opening), fixed.slice(1));
    if (problem !== undefined) throw new UnverifiedError(`the cure does not verify: ${problem}`);
    return { cure, command: fixed, outputs };
  } catch (error) {
    for (const { path } of outputs.flat()) rmSync(path, { force: true });
    throw error;
  }
}

async function write({ links }: CureState, path: string): Promise<Output[][]> {
  const { paths } = links[0].subject.opened;
  return stoppably(trimmingSteps(links.map(decisionsOf), { kind: 'folder', path }, { paths }));
}

function decisionsOf({ subject, drops, edits, resolutions }: LinkState) {
  const { inputs } = subject.opened;
  const dropped = new Set(drops.map(({ member }) => member));
  return {
    graph: { inputs },
    verdicts: inputs.members.map(({ id }) => ({ kind: dropped.has(id) ? 'drop' : 'keep' })),
    edits,
    scenarios: resolutions.map(({ profile }) => ({ profile })),
  };
}

/** The user's command with a cure in it; null where an archive that changes was not written, or has no argument. */
export function commandOf(
  command: readonly string[],
  state: CureState,
  outputs: readonly (readonly Output[])[],
): readonly string[] | null {
  if (!writesArchives(state)) return state.changes.length === 0 ? command : [command[0], ...state.words];
  const lines = state.links.map(({ subject: { opened } }) =>
    state.changes.length === 0 ? opened : opened.relined(state.words),
  );
  const [{ parsed }] = lines;
  const paths = new Map<LineInput, string>();
  for (const [at, { places }] of lines.entries())
    for (const [row, place] of places.entries()) {
      const input = parsed.inputs[row];
      if (place?.kind !== 'archive' || !isOfUser(input)) continue;
      const output = outputs[at]?.find(({ archive }) => archive === place.archive);
      if (output !== undefined) paths.set(input, output.path);
    }
  const replaced = new Set(paths.values());
  if (outputs.length === 0 || outputs.flat().some(({ path }) => !replaced.has(path))) return null;
  return [command[0], ...rewriteWords(parsed, (input) => paths.get(input))];
}
