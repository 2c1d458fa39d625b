import { basename } from 'node:path';
import type { Decisions } from '../../emit/archive-files.js';
import { freeName } from '../../emit/destination.js';
import { inputStamp } from '../../emit/input-records.js';
import { stoppably } from '../../emit/steps.js';
import { trimmingSteps } from '../../emit/write-trimmed.js';
import { joinPath } from '../../link/command/join-path.js';
import { InputError } from '../../link/inputs/open-files.js';
import type { PlanReport } from '../../report/plan/plan-report.js';
import { decisionsOf, openAgain } from '../saved-plan.js';
import type { SettledLine } from './plan-together.js';

/** Destination of the archives of several lines, and further output files. */
export interface LinesDestination {
  /** By the file of the original: where its trimmed form goes. */
  readonly places: ReadonlyMap<string, string>;
  readonly planPath: string | undefined;
  readonly depfile: string | undefined;
}

/** Places in a folder for the archives that change, by file, in the order of the lines. */
export function placesIn(folder: string, lines: readonly SettledLine[]): Map<string, string> {
  const taken = new Set<string>();
  const places = new Map<string, string>();
  for (const { path, file } of lines.flatMap(changedArchives)) {
    if (places.has(file)) continue;
    const name = freeName(basename(path), taken);
    taken.add(name);
    places.set(file, joinPath(folder, name));
  }
  return places;
}

function changedArchives({
  reports,
  archives,
}: SettledLine): { readonly path: string; readonly file: string }[] {
  const changed = reports.flatMap((report) => report.archives.filter(({ dropped }) => dropped > 0));
  return changed.flatMap(({ path }) => {
    const file = archives.get(path);
    return file === undefined ? [] : { path, file };
  });
}

/**
 * Writes the archives of lines that were planned together, each once. Only lines that are needed to have every archive
 * are opened for it.
 * @throws OutputError, InputError as `trimmingSteps`, and for an input that was changed since its line was planned
 */
export async function writeLines(
  lines: readonly SettledLine[],
  { places, planPath, depfile }: LinesDestination,
): Promise<void> {
  requireUnchanged(lines);
  const paths = [...new Set(lines.flatMap(({ files }) => [...files.keys()]))];
  const closers: (() => void)[] = [];
  try {
    const decisions: Decisions[] = [];
    const placeOfPath = new Map<string, string>();
    for (const line of coveringLines(lines, new Set(places.keys()))) {
      const { lines: own, close } = openAgain(line.reports);
      closers.push(close);
      decisions.push(...own.map((one, at) => decisionsOf(one, line.reports[at], line.name)));
      for (const [path, file] of line.archives) {
        const place = places.get(file);
        if (place !== undefined) placeOfPath.set(path, place);
      }
    }
    const destination = { kind: 'places', places: placeOfPath } as const;
    await stoppably(trimmingSteps(decisions, destination, { planPath, depfile, paths }));
  } finally {
    for (const close of closers) close();
  }
}

/** The first lines that together have all files. */
function coveringLines(lines: readonly SettledLine[], files: Set<string>): SettledLine[] {
  return lines.filter(({ archives }) => {
    const own = [...archives.values()].filter((file) => files.delete(file));
    return own.length > 0;
  });
}

/** @throws InputError */
function requireUnchanged(lines: readonly SettledLine[]): void {
  for (const [path, stamp] of new Map(lines.flatMap(({ files }) => [...files])))
    if (inputStamp(path) !== stamp) throw new InputError(`${path}: has changed since it was read`);
}

/** The reports with what was written. */
export function withPlaces(
  { reports, archives, rewritten }: SettledLine,
  places: ReadonlyMap<string, string>,
): PlanReport[] {
  const placeOf = (path: string) => places.get(archives.get(path) ?? '');
  const rewrittenLine = rewritten(placeOf);
  return reports.map((report) => ({
    ...report,
    rewrittenLine,
    archives: report.archives.map((archive) => ({ ...archive, output: placeOf(archive.path) ?? null })),
  }));
}
