import { basename, join, relative } from 'node:path';
import type { Destination } from '../../emit/destination.js';
import { hashFile } from '../../emit/file-stamp.js';
import { inputPaths } from '../../emit/input-files.js';
import { absolutePath, workingFolder } from '../../link/command/join-path.js';
import { LineError } from '../../link/command/line-error.js';
import { parseLine } from '../../link/command/parse-line.js';
import type { ParsedLine } from '../../link/command/parsed-line.js';
import { programOf } from '../../link/command/program.js';
import { rewriteWords } from '../../link/command/rewrite-line.js';
import { optionsNotUnderstood } from '../../link/inputs/find-inputs.js';
import { InterfaceRecorder } from '../../link/inputs/object-interface.js';
import { readText } from '../../link/inputs/read-text.js';
import { type HandedLine, lineReader } from '../../link/line/line-opening.js';
import { openLines } from '../../link/line/open-lines.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import type { LinkerId } from '../../link/linkers/linker-profile.js';
import type { EditedPlan } from '../../plan/edits/plan-with-edits.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { makeColors } from '../../report/colors.js';
import { summariesOfMembers } from '../../report/plan/describe-plan.js';
import { changeLinesOf } from '../../report/plan/plan-text.js';
import { archiveStore, archivesFolder, recordStored } from '../../wrap/archive-store.js';
import { type Cache, shrinkCache, writeEntry } from '../../wrap/cache.js';
import { absentLinkers, type DetectedLinker, detectLinker, isIndirect } from '../../wrap/detect-linker.js';
import { handedLineIn } from '../../wrap/driver-line.js';
import { type FilesOfLine, filesOfLine } from '../../wrap/files-of-line.js';
import { interfacesOf } from '../../wrap/object-interfaces.js';
import { type OptionFiles, optionFilesOf } from '../../wrap/option-files.js';
import { OWN_FOLDER } from '../../wrap/private-folder.js';
import { driverLinesOf } from '../../wrap/query-link.js';
import {
  contentsOfLine,
  knownFile,
  knownOutput,
  type RememberedLine,
  type RememberedPlan,
  recallPlan,
  rememberLine,
} from '../../wrap/remembered-line.js';
import { searchFolders } from '../../wrap/search-folders.js';
import { type CachedSnapshots, cachedSnapshots } from '../../wrap/snapshot-store.js';
import { variableNotFollowed } from '../../wrap/tool-environment.js';
import { firstSource, type ToolKind } from '../../wrap/tool-name.js';
import type { WorkFolder } from '../../wrap/work-folder.js';
import { type Choices, planLines } from '../line-plans.js';
import { chosenLinker, profileOn } from '../options/chosen-linker.js';
import type { LinkSettings } from '../options/link-settings.js';
import { type WrittenPlans, writePlans } from '../write-plans.js';
import { planKey } from './plan-key.js';

/** A link that is to be planned, as the wrapper was called for it. */
export interface LinkToPlan {
  /** The name that the tool was called by, and where it really is. */
  readonly tool: string;
  readonly path: string;
  readonly kind: ToolKind;
  /** Response files are spelled out. */
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly settings: LinkSettings;
  /** Null: nothing is looked up or kept. */
  readonly cache: Cache | null;
  /** Of the line in the cache. */
  readonly lineKey: string;
  /** Where the plan is to be saved: then it is made again, since the cache keeps none. */
  readonly planPath: string | null;
  readonly work: WorkFolder;
  /** Milliseconds, for the cache alone. */
  readonly now: number;
}

/** The command to run, and the actions after it has ended. */
export type PlannedLink = Pick<RememberedLine, 'words' | 'summary' | 'dependencyFiles' | 'replaced'> & {
  /** The linker that reads the line, and where libraries are searched; unknown for a cached line. */
  readonly linker?: LinkerId | null;
  readonly libraryFolders?: readonly string[] | null;
};

/**
 * Plans a link for the linker that the command runs, and writes the changed archives.
 * @throws errors of opening, planning and writing
 */
export async function planLink(link: LinkToPlan): Promise<PlannedLink> {
  const { cache, planPath } = link;
  const queried = queryTools(link);
  const { parsed, detected, libraryFolders, handed } = queried;
  const contents: ReadonlyMap<string, string> =
    cache === null ? new Map() : contentsOfLine(cache, link.lineKey, link.now);
  const found = filesOfLine(parsed, contents);
  const key = planKey(link.settings, parsed, found, detected);
  const recalled = cache !== null && planPath === null ? recallPlan(cache, key) : null;
  const folder = cache === null ? join(link.work.path(), 'archives') : archivesFolder(cache);
  const linker = detected.path === null ? parsed.linker : detected.linker;
  const snapshots = cache === null ? null : cachedSnapshots(cache, found.hashes, link.now);
  const plan =
    recalled ?? (await makePlan(link, { linker, libraryFolders, handed, found, folder, snapshots }));
  found.requireUnchanged();
  const files = new Map(
    plan.replacements.map(({ input, file }) => [parsed.inputs[input], join(folder, file)]),
  );
  const originals = new Map(found.found.map(({ input, named }) => [input, named.file.path]));
  const planned: PlannedLink = {
    words: rewriteWords(parsed, (input) => files.get(input)),
    summary: plan.summary,
    dependencyFiles: parsed.dependencyFiles,
    replaced: [...files].map(([input, trimmed]) => [trimmed, originals.get(input) ?? input.text]),
  };
  snapshots?.write();
  if (cache !== null) {
    if (recalled === null) writeEntry(cache, 'plans', key, plan);
    const outputs = plan.outputs.map(({ file, sha256 }) => [join(folder, file), sha256] as const);
    rememberPlanned(cache, link, { ...queried, planned, plan, found, key, outputs, contents });
  }
  return { ...planned, linker, libraryFolders };
}

/** The answers of a link's tools, and the line as they read it. */
interface QueriedTools {
  /** With the inputs that a driver adds. */
  readonly parsed: ParsedLine;
  /** The line that a driver hands to its linker; null for a linker. It names temporary files, and is in no key. */
  readonly handed: HandedLine | null;
  readonly detected: DetectedLinker;
  readonly libraryFolders: string[] | null;
  readonly optionFiles: OptionFiles;
}

/** @throws LineError for a link whose line does not determine what the tool does */
function queryTools({ kind, words, tool, path, environment }: LinkToPlan): QueriedTools {
  const given = parseLine(words, readText, programOf(tool, words));
  const source = kind === 'driver' ? firstSource(words) : undefined;
  if (source !== undefined)
    throw new LineError(
      `${source} is compiled and linked in one command, so its symbols are not known yet; compile it with -c first`,
    );
  const [odd] = optionsNotUnderstood(given);
  if (odd !== undefined) throw new LineError(`${odd.what}: ${odd.reason}`);
  const detected = detectLinker(path, kind, words, environment);
  const variable = variableNotFollowed({ tool, kind, words, linker: detected.linker }, environment);
  if (variable !== null)
    throw new LineError(
      `the environment variable ${variable} changes the options of ${tool}, which is not simulated`,
    );
  const driverLines = driverLinesOf({ path, kind, words, environment });
  const optionFiles =
    driverLines === null ? { paths: [], absent: [] } : optionFilesOf(path, driverLines, environment);
  const handed = handedLineIn(driverLines, words);
  const completed = lineReader(words, { program: tool, handed }).complete(given);
  const isSearching = completed.inputs.some((input) => input.kind !== 'path');
  const folders = given.libraryFolders;
  const libraryFolders = isSearching ? searchFolders({ driverLines, environment, folders, detected }) : null;
  const parsed = libraryFolders === null ? completed : { ...completed, libraryFolders };
  return { parsed, handed, detected, libraryFolders, optionFiles };
}

interface PlannedAndFound extends QueriedTools {
  readonly planned: PlannedLink;
  readonly plan: RememberedPlan;
  readonly found: FilesOfLine;
  /** Of the plan. */
  readonly key: string;
  readonly outputs: readonly (readonly [path: string, sha256: string])[];
  /** Of files that need not be read for it, by absolute path. */
  readonly contents: ReadonlyMap<string, string>;
}

function rememberPlanned(
  cache: Cache,
  link: LinkToPlan,
  { parsed, detected, optionFiles, planned, plan, found, key, outputs, contents }: PlannedAndFound,
): void {
  const { path, words, environment, now } = link;
  const inputs = new Map(found.found.map(({ input, named }) => [input, named.file.path]));
  const interfaces = new Map(
    plan.interfaces.map((one) => [inputs.get(parsed.inputs[one.input]), one.interface] as const),
  );
  const programs = [path, detected.path].filter((program) => program !== null);
  const read = [...parsed.nameListFiles, ...parsed.responseFiles, ...optionFiles.paths, ...programs];
  const files = [
    ...found.hashes,
    ...plan.others.map(({ path, sha256 }) => [path, sha256] as const),
    ...read.map((file) => [file, contents.get(absolutePath(file)) ?? hashFile(file)] as const),
  ].map(([file, sha256]) => knownFile(file, now, sha256, interfaces.get(file)));
  const lookedFor = link.kind === 'driver' ? absentLinkers(detected, path, words, environment) : [];
  rememberLine(cache, link.lineKey, {
    ...planned,
    plan: key,
    files: [...files, ...outputs.map(([file, sha256]) => knownOutput(file, sha256))],
    absent: [...found.absent, ...optionFiles.absent, ...lookedFor],
    detected: programs.some(isIndirect) ? detected : null,
  });
  shrinkCache(cache, link.settings.cacheSize, now);
}

/** The answers about a link, and the destination of its archives. */
interface LinkContext {
  readonly linker: LinkerId | null;
  readonly libraryFolders: readonly string[] | null;
  readonly handed: HandedLine | null;
  readonly found: FilesOfLine;
  readonly folder: string;
  readonly snapshots: CachedSnapshots | null;
}

async function makePlan(
  link: LinkToPlan,
  { linker, libraryFolders, handed, found, folder, snapshots }: LinkContext,
): Promise<RememberedPlan> {
  const recorder = link.planPath === null && link.cache !== null ? new InterfaceRecorder() : null;
  const opening = { program: link.tool, libraryFolders, handed };
  const { lines, close } = openLines(link.words, { ...opening, kept: { recorder, snapshots } });
  try {
    for (const { inputs } of lines) snapshots?.openFacts(inputs);
    const planned = planLines(lines, choicesOf(link.settings, linker), opening);
    const plans = planned.map(({ plan }) => plan);
    const { replaced, reports } = await writePlans(planned, {
      destination: destinationOf(link, found, folder),
      planPath: link.planPath ?? undefined,
      hasRemedies: false,
      requireUsable: requireReplaced,
    });
    const [{ parsed }] = lines;
    const files = [...new Set([...replaced.values()].map((path) => relative(folder, path)))];
    const others = othersOf(lines, plans);
    const isThin = plans.some(({ graph }) => graph.inputs.archives.some(({ stored }) => stored.isThin));
    return {
      replacements: [...replaced].map(([input, path]) => ({
        input: parsed.inputs.indexOf(input),
        file: relative(folder, path),
      })),
      outputs: files.map((file) => ({
        file,
        sha256: link.cache === null ? '' : recordStored(link.cache, file),
      })),
      others: others.map((path) => ({ path, sha256: hashFile(path) })),
      folder: others.length > 0 || isThin ? workingFolder() : null,
      summary: reports.flatMap((report, at) =>
        changeLinesOf(report, summariesOfMembers(plans[at]), makeColors(false)),
      ),
      interfaces: interfacesKnown(lines, plans, recorder),
    };
  } finally {
    close();
  }
}

/** The settings hold for all links of a build. */
const choicesOf = (
  { providers, owners, edits, linker }: LinkSettings,
  detected: LinkerId | null,
): Choices => ({
  providers,
  owners,
  edits,
  scopes: { providers: 'many-lines', owners: 'many-lines', edits: 'many-lines' },
  linkerOf: (opened) => chosenLinker(linker, opened, () => profileOn(detected, opened), 'many-lines'),
});

/** Edits depend on more than interfaces: what an object's code reaches. */
const interfacesKnown = (
  lines: readonly OpenedLine[],
  [plan, ...others]: readonly EditedPlan[],
  recorder: InterfaceRecorder | null,
): RememberedPlan['interfaces'] =>
  others.length > 0 || recorder === null || plan.edits !== null ? [] : interfacesOf(lines[0], plan, recorder);

/** Where trimmed archives go: into the store of the cache, or a folder of this run. */
const destinationOf = ({ cache }: LinkToPlan, { hashes }: FilesOfLine, folder: string): Destination =>
  cache === null
    ? { kind: 'folder', path: folder, mode: OWN_FOLDER }
    : {
        kind: 'store',
        store: archiveStore(cache, (path) => hashes.get(path) ?? hashFile(path)),
        mode: OWN_FOLDER,
      };

/** Checks that no changed archive is named only by a linker script. @throws LineError */
function requireReplaced({ outputs, replaced }: Pick<WrittenPlans, 'outputs' | 'replaced'>): void {
  const paths = new Set(replaced.values());
  const lost = outputs.flat().find(({ path }) => !paths.has(path));
  if (lost !== undefined)
    throw new LineError(
      `${basename(lost.path)} is named by a linker script and cannot be replaced on the command line`,
    );
}

/**
 * Files that were read but are not on the line: members of thin archives, libraries of linker directives.
 */
function othersOf(lines: readonly OpenedLine[], plans: readonly TrimPlan[]): string[] {
  const named = new Set(lines.flatMap(({ paths }) => paths));
  const read = plans.flatMap(({ graph }) => inputPaths(graph.inputs));
  return [...new Set(read)].filter((path) => !named.has(path));
}
