import { findProfile } from '../link/linkers/find-profile.js';
import type { LinkerId, LinkerProfile } from '../link/linkers/linker-profile.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import type { ObjectFormatId } from '../symbols/object-format.js';
import { type Cause, findCauses } from './causes.js';
import type { Demangle } from './find-names.js';
import type { LogReading } from './log/read-log.js';
import { findFiles, type LogMatch, matchDuplicates } from './match-log.js';
import { groupSplitState, type SplitGroup } from './state-users.js';
import { findUndefined, type UndefinedCause } from './undefined.js';

/** Causes of a link's problems, from its plan and, if given, the linker's log. */
export interface Explanation {
  readonly plan: TrimPlan;
  readonly causes: readonly Cause[];
  /** Null without a log. */
  readonly match: LogMatch | null;
  readonly undefinedCauses: readonly UndefinedCause[];
  readonly split: readonly SplitGroup[];
}

export function explainLink(plan: TrimPlan, log: LogReading | null, demangle: Demangle): Explanation {
  const causes = findCauses(plan);
  const split = groupSplitState(plan);
  if (log === null) return { plan, causes, match: null, undefinedCauses: [], split };
  const finder = findFiles(plan.graph.inputs);
  const duplicates = log.diagnostics.filter(({ kind }) => kind === 'duplicate');
  const missing = log.diagnostics.filter(({ kind }) => kind === 'undefined');
  const undefinedCauses = missing.length > 0 ? findUndefined(plan, finder, missing, demangle) : [];
  return { plan, causes, match: matchDuplicates(finder, causes, duplicates), undefinedCauses, split };
}

/** LLD for other formats than ELF. */
const LLD: Readonly<Partial<Record<ObjectFormatId, string>>> = {
  macho: 'ld64.lld',
  coff: 'lld-link',
  wasm: 'wasm-ld',
};

/** The simulated linker that a log's messages are of, or comes nearest; null when the log does not tell. */
export function linkerOfLog(
  { family, program }: LogReading,
  format: ObjectFormatId | null,
): LinkerProfile | null {
  const [, version] = /(\d+)(?:\.\d+)*(?:\.exe)?$/.exec((program ?? '').slice(-64)) ?? [];
  for (const name of nearestLinkers(family, version, format)) {
    const profile = findProfile(name);
    if (profile && profile.format === format) return profile;
  }
  return null;
}

/** Whether a log's messages are of other linkers than this one and its versions; false where they do not tell. */
export function isOfOtherLinker(log: LogReading, { id, format }: LinkerProfile): boolean {
  const nearest = linkerOfLog(log, format) ?? linkerOfLog(log, null);
  return nearest !== null && log.family !== 'zig' && familyOf(nearest.id) !== familyOf(id);
}

/** Linkers of one family print the same messages. */
const familyOf = (id: LinkerId): string =>
  /lld|wasm-ld/.test(id) ? 'lld' : /^(?:ld64|ld-prime)$/.test(id) ? 'ld64' : id.replace('mingw-ld', 'gnu-ld');

/** Names of linkers with messages of this family, the nearest first. */
function nearestLinkers(
  family: LogReading['family'],
  version: string | undefined,
  format: ObjectFormatId | null,
): readonly string[] {
  if (family === 'gnu-ld') return [format === 'coff' ? 'mingw-ld' : 'gnu-ld'];
  if (family === 'link') return ['link.exe', 'lld-link'];
  if (family === 'ld64') return ['ld-prime', 'ld64'];
  if (family === 'gold' || family === 'mold' || family === 'wild') return [family];
  if (family !== 'lld' && family !== 'zig') return [];
  const flavour = (format && LLD[format]) ?? 'lld';
  return [version === undefined ? flavour : `${flavour}-${version}`];
}
