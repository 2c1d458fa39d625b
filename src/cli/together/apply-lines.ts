import { depfileText } from '../../emit/depfile.js';
import {
  filesRead,
  inputStamp,
  RecordedContents,
  requireSameContent,
  requireSameFiles,
} from '../../emit/input-records.js';
import { writeTextWhole } from '../../emit/write-file.js';
import { type PlanReport, planJson } from '../../report/plan/plan-report.js';
import { appliedText } from '../../report/plan/plan-text.js';
import { type DestinationOptions, depfileTarget } from '../options/destination.js';
import { UsageError } from '../options/usage-error.js';
import { decisionsOf, openAgain, stalePlan } from '../saved-plan.js';
import type { Streams } from '../streams.js';
import { colorsOf, printText } from '../terminal/print-text.js';
import { rewritingOf, type SettledLine } from './plan-together.js';
import { linkLines } from './trim-lines.js';
import { placesIn, withPlaces, writeLines } from './write-lines.js';

/** `ardedup apply` for the plan of several link lines. */
export async function applyLines(
  path: string,
  plans: readonly PlanReport[],
  options: DestinationOptions,
  streams: Streams,
): Promise<void> {
  if (options.output !== undefined)
    throw new UsageError('apply: the plan is of several link lines: expected --out-dir, got -o');
  const target = depfileTarget('apply', options);
  const contents = new RecordedContents();
  const lines = byLine(plans).map((reports) => lineOf(reports, path, contents));
  const places = options.outDir === undefined ? placesOfPlan(path, lines) : placesIn(options.outDir, lines);
  const files = [...new Set([path, ...lines.flatMap(({ files }) => [...files.keys()])])];
  const depfile = target === null ? '' : depfileText(target, files);
  const planPath = options.plan ?? path;
  await writeLines(lines, { places, planPath, depfile: options.depfile });
  const applied = lines.map((line) => ({ ...line, reports: withPlaces(line, places) }));
  const reports = applied.flatMap((line) => line.reports);
  if (options.plan !== undefined) writeTextWhole(options.plan, planJson(reports));
  if (target !== null) writeTextWhole(options.depfile!, depfile);
  printText(streams, appliedText(onceAnArchive(reports), colorsOf(streams)));
  printText(streams, linkLines(applied, streams).trimStart());
}

/** Plans of one line and several architectures together. */
export function byLine(plans: readonly PlanReport[]): PlanReport[][] {
  const lines = new Map<string | undefined, PlanReport[]>();
  for (const plan of plans) lines.set(plan.lineName, [...(lines.get(plan.lineName) ?? []), plan]);
  return [...lines.values()];
}

/** @throws InputError where the files of a line are not what they were */
function lineOf(reports: readonly PlanReport[], path: string, contents: RecordedContents): SettledLine {
  const [{ lineName: name = '', inputs: records }] = reports;
  if (records === undefined)
    throw new UsageError(`apply: ${path} does not record its inputs; save the plan with trim --plan`);
  requireSameContent(records, contents);
  const { lines: opened, close } = openAgain(reports);
  try {
    requireSameFiles(opened, records);
    if (opened.length !== reports.length) throw stalePlan(path);
    for (const [at, one] of opened.entries()) decisionsOf(one, reports[at], path);
    const files = new Map(filesRead(opened).map((file) => [file, inputStamp(file)]));
    const { allowsDuplicates } = opened[0].parsed;
    return { name, reports, ...rewritingOf(opened), files, allowsDuplicates };
  } finally {
    close();
  }
}

/** @throws UsageError for the plan of a dry run */
function placesOfPlan(path: string, lines: readonly SettledLine[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const { reports, archives } of lines)
    for (const { rewrittenLine, archives: own } of reports) {
      if (!rewrittenLine)
        throw new UsageError(
          `apply: ${path} is of a dry run and has no output paths; add --out-dir <folder>`,
        );
      for (const { path: original, output } of own) {
        const file = archives.get(original);
        if (file !== undefined && output) places.set(file, output);
      }
    }
  return places;
}

/** For a summary: an archive is named where it first appears. */
function onceAnArchive(reports: readonly PlanReport[]): PlanReport[] {
  const seen = new Set<string>();
  return reports.map((report) => ({
    ...report,
    archives: report.archives.map((archive) => {
      const key = `${archive.path}\0${report.architecture ?? ''}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew ? archive : { ...archive, dropped: 0 };
    }),
  }));
}
