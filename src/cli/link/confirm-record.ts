import { buildLinkGraph } from '../../link/inputs/link-graph.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import { outcomesOf } from '../../link/linkers/find-profile.js';
import type { LinkerProfile } from '../../link/linkers/linker-profile.js';
import { compareRecord, type RecordComparison } from '../../link/record/compare-record.js';
import type { LinkerRecord } from '../../link/record/linker-record.js';
import { resolve } from '../../link/resolve/resolve.js';

/** A line whose archives are trimmed, and how it was linked. */
export interface TrimmedLink {
  readonly opened: OpenedLine;
  /** The linkers that may have read the line. */
  readonly profiles: readonly LinkerProfile[];
  /** Archives that trimmed ones replace. */
  readonly replaced: readonly string[];
  readonly mayAddFiles: boolean;
}

const DISCARDS = /^(?:-Wl,(?:.*,)?)?(?:--?gc-sections|-dead_strip|[/-]opt:ref)\b/i;

/**
 * Simulates the trimmed line again, from its files, and compares what is loaded with a linker's record. A record that
 * several linkers write the same way is compared with each of them: it confirms the simulation of one.
 */
export function confirmRecord(record: LinkerRecord, link: TrimmedLink): RecordComparison {
  const { opened, replaced, mayAddFiles } = link;
  const { inputs, line, parsed } = opened;
  const written = link.profiles.filter(
    ({ id, outcomeOf }) => record.linkers.length === 0 || record.linkers.includes(outcomeOf ?? id),
  );
  if (written.length === 0)
    return { confirmed: 0, problems: [`the ${record.title} is of a linker that the plan is not for`] };
  const graph = buildLinkGraph(inputs, line);
  const profiles = [...new Set(written.flatMap((profile) => outcomesOf(profile)))];
  if (profiles.some(({ trustsIndex }) => trustsIndex)) void graph.indexed;
  const nothing = new Uint8Array(inputs.members.length);
  const discardsSections = parsed.args.some((word) => DISCARDS.test(word));
  let closest: RecordComparison | null = null;
  for (const profile of profiles) {
    const resolution = resolve(graph, line, profile, nothing);
    const found = compareRecord(record, { graph, resolution, replaced, mayAddFiles, discardsSections });
    if (found.problems.length === 0) return found;
    if (closest === null || found.problems.length < closest.problems.length) closest = found;
  }
  return closest!;
}
