import { writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { isStopped } from '../../emit/steps.js';
import { LineError } from '../../link/command/line-error.js';
import { linkerName } from '../../link/command/linker-name.js';
import { expandResponseFiles } from '../../link/command/response-file.js';
import { reasonOf } from '../../link/inputs/open-files.js';
import { readText } from '../../link/inputs/read-text.js';
import { shellCommand } from '../../report/shell-command.js';
import { version } from '../../version.js';
import { type Cache, openCache, usualCacheFolder } from '../../wrap/cache.js';
import { codeStore } from '../../wrap/code-store.js';
import { environmentBelow, findRealTool } from '../../wrap/find-real-tool.js';
import { isSetting } from '../../wrap/launcher.js';
import { REPLACEMENT, rawWords, shellScript } from '../../wrap/raw-words.js';
import { quotingOf, wordsToPass } from '../../wrap/re-emit.js';
import { lineKey, recallLine } from '../../wrap/remembered-line.js';
import { type Ended, exitLike, runTool } from '../../wrap/run-tool.js';
import { linkVariables, type WholeLine, withLinkVariables } from '../../wrap/tool-environment.js';
import { baseName, mayLinkArchives, toolKind } from '../../wrap/tool-name.js';
import { type WorkFolder, workFolder } from '../../wrap/work-folder.js';
import { keepCode, useCodeStore } from '../built-program.js';
import { namesEdits } from '../options/edit-option-table.js';
import type { LinkArguments } from '../options/link-options.js';
import { type LinkSettings, mergeLinkSettings } from '../options/link-settings.js';
import { complaint } from '../terminal/complaint.js';
import type { Confirmation } from './confirm-link.js';
import type { LinkToPlan, PlannedLink } from './plan-link.js';

/** Exit code if ardedup failed and not the tool. */
const EXIT_FAILED = 2;
/** Output of a wrapped tool is not wrapped, and neither is our own next to it. */
const LINE_TERMINAL = { columns: Number.POSITIVE_INFINITY, colors: true };
/** Replaced archives that are named when a link fails. */
const MOST_NOTES = 8;
/** Set for what runs below a link that was planned: a driver's linker has nothing more to plan. */
const INSIDE = 'ARDEDUP_INSIDE';

/**
 * Runs a linker or compiler driver with trimmed archives instead of those on its line, and ends as the tool ended. A
 * command that links no archives is run unchanged, at once.
 */
export async function runLink(given: LinkArguments, outer = process.env): Promise<never> {
  const work = workFolder();
  const isSet = Object.keys(given.variables).length > 0;
  const environment = isSet ? { ...outer, ...given.variables } : outer;
  try {
    const path = findRealTool(given.tool, environment);
    const below = environmentBelow(environment);
    const planned = await plannedOrNull(given, path, environment, work);
    if (given.isPrint) {
      print([...given.launcher, path, ...(planned?.words ?? given.words)]);
      process.exit(0);
    }
    const ended = planned
      ? await runPlanned(given, path, planned, work)
      : await runAsItIs(given, path, below, work);
    work.remove();
    exitLike(ended);
  } catch (error) {
    work.remove();
    if (isStopped(error)) exitLike({ kind: 'signal', signal: error.signal });
    complain((error as Error).message);
    process.exit(EXIT_FAILED);
  }
}

async function confirmationOf(
  planned: PlannedWords,
  { tool, words: given }: LinkArguments,
  path: string,
  work: WorkFolder,
): Promise<Confirmation> {
  const { confirmation } = await import('./confirm-link.js');
  const kind = toolKind(tool) ?? 'driver';
  return confirmation(planned, { tool: baseName(tool), path, kind }, given, work.path());
}

/** Runs the tool on the rewritten line. @throws ConfirmError if a requested confirmation fails */
async function runPlanned(
  link: LinkArguments,
  path: string,
  planned: PlannedWords,
  work: WorkFolder,
): Promise<Ended> {
  const { tool } = link;
  const inside = { ...environmentBelow(planned.environment), [INSIDE]: '1' };
  const pass = (words: readonly string[]) => wordsToPass(baseName(tool), words, planned.cameInFile, work);
  const asked = planned.isConfirmed ? await confirmationOf(planned, link, path, work) : null;
  const [program, ...front] = launched(link, path, inside);
  const ended = await runTool(
    program,
    [...front, ...pass(asked?.words ?? planned.words)],
    inside,
    asked?.taken,
  );
  if (planned.dependencyFiles.length > 0) {
    const { nameOriginals } = await import('../../wrap/dependency-files.js');
    nameOriginals(planned.dependencyFiles, planned.replaced);
  }
  const confirmed = asked?.check(ended, write) ?? null;
  if (confirmed !== null) say(confirmed);
  if (ended.kind === 'exit' && ended.code !== 0)
    for (const note of [...replacementNotes(planned.replaced), ...(await causeOf(link, planned))]) say(note);
  return ended;
}

/** Why a link failed, if its files show the cause; errors of this analysis are not reported. */
async function causeOf(link: LinkArguments, planned: PlannedWords): Promise<string[]> {
  try {
    return (await import('./link-failure.js')).linkFailure(link, planned);
  } catch {
    return [];
  }
}

/** Notes for the messages of a failed link: which library each trimmed archive replaces. */
function replacementNotes(replaced: PlannedWords['replaced']): string[] {
  const texts = replaced.map(([trimmed, original]) => `note: ${trimmed} is ${original}, trimmed`);
  const distinct = [...new Set(texts)];
  const more = distinct.length - MOST_NOTES;
  return [
    ...distinct.slice(0, MOST_NOTES),
    ...(more > 0 ? [`note: and ${more} more; --print prints the line`] : []),
  ];
}

/**
 * Runs the tool with the original bytes of all arguments: a shell passes arguments that are not UTF-8, since Node
 * passes only text.
 */
async function runAsItIs(
  given: LinkArguments,
  path: string,
  environment: NodeJS.ProcessEnv,
  work: WorkFolder,
): Promise<Ended> {
  const [program, ...front] = launched(given, path, environment);
  const raw = rawWords(given.words);
  if (raw === null) return runTool(program, [...front, ...given.words], environment);
  const script = join(work.path(), 'line.sh');
  writeFileSync(script, shellScript(program, [...front.map((word) => Buffer.from(word)), ...raw]));
  return runTool('/bin/sh', [script], environment);
}

/** The program to run with its first arguments: the tool, or what runs it. @throws ToolError */
function launched(
  { launcher }: LinkArguments,
  path: string,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  const [first, ...rest] = launcher.filter((word) => !isSetting(word));
  return first === undefined ? [path] : [findRealTool(first, environment), ...rest, path];
}

/** A planned link with the tool to run and its environment. */
interface PlannedWords extends PlannedLink {
  /** Without what is an argument now. */
  readonly environment: NodeJS.ProcessEnv;
  readonly cameInFile: boolean;
  readonly isConfirmed: boolean;
}

/** @returns null if the line must be run unchanged */
async function plannedOrNull(
  given: LinkArguments,
  path: string,
  environment: NodeJS.ProcessEnv,
  work: WorkFolder,
): Promise<PlannedWords | null> {
  if (environment.ARDEDUP === 'off' || environment[INSIDE]) return null;
  const kind = toolKind(given.tool) ?? 'driver';
  const line = expandedLine(given, environment);
  const isRead = !(line instanceof Error);
  if (isRead && !mayLinkArchives(kind, line.words)) return null;
  const { standingSettings } = await import('../options/config-file.js');
  const configured = await standingSettings(given.config, environment);
  const settings = mergeLinkSettings(configured, given.settings);
  try {
    if (!isRead) throw line;
    const lossy = line.words.find((word) => word.includes(REPLACEMENT));
    if (lossy !== undefined) throw new LineError(`${lossy}: an argument of the line is not UTF-8`);
    const read = { ...line, path, kind, settings, work };
    const isFixed = settings.fix && !namesEdits(settings.edits);
    const planned = (isFixed ? await fixedOrNull(given, read) : null) ?? (await planOf(given, read));
    if (settings.verbose) for (const text of planned.summary) say(text);
    const cameInFile =
      line.words.length !== given.words.length && given.words.some((word) => word.startsWith('@'));
    return { ...planned, environment: line.environment, cameInFile, isConfirmed: settings.confirm };
  } catch (error) {
    return explainFailure(error as Error, settings);
  }
}

/** The arguments, response files spelled out and those of the environment added; an error where one cannot be read. */
function expandedLine({ tool, words }: LinkArguments, environment: NodeJS.ProcessEnv): WholeLine | Error {
  const whole = withLinkVariables(tool, words, environment);
  if (!whole.words.some((word) => word.includes('@'))) return whole;
  try {
    const quoting = quotingOf(linkerName(baseName(tool), words), words);
    return { ...whole, words: expandResponseFiles(whole.words, readText, quoting) };
  } catch (error) {
    return error as Error;
  }
}

/**
 * A link with the cure that `fix` applies; null without a cure: then it is planned without edits.
 * @throws errors of reading, planning and writing
 */
async function fixedOrNull(given: LinkArguments, line: ReadLine): Promise<PlannedLink | null> {
  const { fixForLink } = await import('./fix-link.js');
  const { planned, notes } = await fixForLink({
    launcher: given.launcher,
    tool: given.tool,
    words: line.words,
    settings: line.settings,
    environment: line.environment,
    outDir: join(line.work.path(), 'fixed'),
    planPath: given.planPath ?? (line.environment.ARDEDUP_PLAN || null),
  });
  for (const note of notes) say(note);
  return planned;
}

type ReadLine = Pick<LinkToPlan, 'words' | 'environment' | 'path' | 'kind' | 'settings' | 'work'>;

/** The plan from the cache, or a new one. @throws errors of planning */
async function planOf(given: LinkArguments, line: ReadLine): Promise<PlannedLink> {
  const { words, environment, path, kind, settings } = line;
  const { tool } = given;
  const planPath = given.planPath ?? (environment.ARDEDUP_PLAN || null);
  const now = Date.now();
  const cache = cacheOf(settings, environment);
  const { providers, owners, linker, edits } = settings;
  const said = [providers, owners, linker, edits];
  const key = lineKey(version, path, tool, words, ...said, linkVariables(environment));
  if (cache !== null) useCodeStore(codeStore(cache, now));
  const below = environmentBelow(environment);
  const known =
    cache && planPath === null && !settings.confirm
      ? await recallLine(cache, key, now, async () =>
          (await import('../../wrap/detect-linker.js')).detectLinker(path, kind, words, below),
        )
      : null;
  if (known !== null) return known;
  const link = { ...line, tool: baseName(tool), environment: below, cache, lineKey: key, planPath, now };
  const planned = await planWithCache(link);
  keepCode();
  return planned;
}

function cacheOf({ cache, cacheDir }: LinkSettings, environment: NodeJS.ProcessEnv): Cache | null {
  const folder = cache ? (cacheDir ?? usualCacheFolder(environment)) : null;
  try {
    return folder === null ? null : openCache(folder);
  } catch (error) {
    complain(`warning: the cache is not used: ${(error as Error).message}`);
    return null;
  }
}

/** A cache that cannot be written, as in the sandboxes of some builds, costs time but no drop. */
async function planWithCache(link: LinkToPlan): Promise<PlannedLink> {
  const { planLink } = await import('./plan-link.js');
  try {
    return await planLink(link);
  } catch (error) {
    if (link.cache === null || !isOfFiles(error as Error)) throw error;
    const planned = await planLink({ ...link, cache: null });
    complain(`warning: planned without the cache: ${cacheProblem(error as Error, link.cache)}`);
    return planned;
  }
}

/** The error without the path within the cache, and what to do. */
function cacheProblem(error: Error, { folder }: Cache): string {
  const isInside = error.message.startsWith(folder);
  const problem = isInside ? error.message.slice(folder.length).replace(/^[^:]*: /, '') : reasonOf(error);
  return `${folder}: ${problem}; use --no-cache, or another folder with --cache-dir`;
}

/** Compared by name, since the planner's bundle has its own copy of the class. */
const isOfFiles = (error: Error): boolean => error.name === 'OutputError' || 'syscall' in error;

/**
 * Reports an error, even an internal one, without failing the build, unless `--strict` is set. @throws the error
 */
function explainFailure(error: Error, { strict }: LinkSettings): null {
  if (strict || isStopped(error)) throw error;
  complain(`warning: linked unchanged: ${error.message}`);
  return null;
}

const print = (words: readonly string[]): void => write(1, `${shellCommand(words)}\n`);
const say = (text: string): void => write(2, complaint(text, null));

/** An error or a warning. */
const complain = (text: string): void =>
  write(2, complaint(text, isatty(2) && !process.env.NO_COLOR ? LINE_TERMINAL : null));

/** Writes synchronously, so that the text precedes the output of the tool. The reader may have closed the stream. */
function write(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // EPIPE: the reader has closed the stream. Only the tool's status matters then.
  }
}
