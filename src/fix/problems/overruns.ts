import { reportedClashes } from '../../plan/reported-clashes.js';
import { sizeDifference } from '../../plan/unequal-data.js';
import type { LinkState } from '../cure-state.js';
import { sidesOf } from './duplicates.js';
import type { SilentCollision } from './silent-collision.js';

/**
 * Data of several sizes in a link whose command allows duplicates, of which a smaller definition is used: code that was
 * compiled for the larger may write past its end.
 */
export function overruns({
  subject,
  line,
  resolutions: [resolution],
}: LinkState): Omit<SilentCollision, 'link'>[] {
  const { prepared, opened } = subject;
  if (!opened.parsed.allowsDuplicates) return [];
  const { inputs } = prepared.graph;
  const { size, member } = inputs.symbols;
  return reportedClashes(prepared.graph, line, resolution).flatMap((clash) => {
    if (sizeDifference(inputs, clash.definitions) === 0) return [];
    const { winner: bound, losers } = sidesOf(resolution, clash);
    const [meant] = losers.toSorted((one, other) => size[other] - size[one]);
    if (size[meant] <= size[bound]) return [];
    return [{ kind: 'other-layout' as const, name: clash.name, bound, meant, user: member[meant] }];
  });
}
