import { writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StoppedError } from '../emit/steps.js';
import { OutputError } from '../emit/write-file.js';
import { LineError } from '../link/command/line-error.js';
import { expandResponseFiles } from '../link/command/response-file.js';
import { readText } from '../link/inputs/read-text.js';
import { printable } from '../report/place.js';
import { shellCommand } from '../report/shell-command.js';
import { version } from '../version.js';
import { type Cache, usualCacheFolder } from '../wrap/cache.js';
import { environmentBelow, findRealTool } from '../wrap/find-real-tool.js';
import { REPLACEMENT, rawWords, shellScript } from '../wrap/raw-words.js';
import { quotingOf, wordsToPass } from '../wrap/re-emit.js';
import { lineKey, recallLine } from '../wrap/remembered-line.js';
import { type Ended, endLike, runTool } from '../wrap/run-tool.js';
import { searchVariables } from '../wrap/search-folders.js';
import { baseName, mayLinkArchives, toolKind } from '../wrap/tool-name.js';
import { type WorkFolder, workFolder } from '../wrap/work-folder.js';
import type { LinkArguments } from './options/link-options.js';
import { type LinkSettings, mergeLinkSettings } from './options/link-settings.js';
import type { LinkToPlan, PlannedLink } from './plan-link.js';

/** What we say when it is us who failed, and not the tool. */
const EXIT_FAILED = 2;
/** Set for what runs below a link that was planned: a driver's linker has nothing more to plan. */
const INSIDE = 'ARDEDUP_INSIDE';

/**
 * Runs a linker or compiler driver, with trimmed archives in the place of those on its line, and ends as it ended.
 * What is no link of archives is run as it is, and at once.
 */
export async function runLink(given: LinkArguments, environment = process.env): Promise<never> {
  const work = workFolder();
  try {
    const path = findRealTool(given.tool, environment);
    const below = environmentBelow(environment);
    const words = expandedWords(given);
    const planned = words === null ? null : await plannedOrNull(given, path, words, environment, work);
    if (given.isPrint) {
      print([path, ...(planned?.words ?? given.words)]);
      process.exit(0);
    }
    const ended = planned
      ? await runTool(path, wordsToPass(baseName(given.tool), planned.words, words !== given.words, work), {
          ...below,
          [INSIDE]: '1',
        })
      : await runAsItIs(path, given.words, below, work);
    work.remove();
    endLike(ended);
  } catch (error) {
    work.remove();
    if (error instanceof StoppedError) endLike({ kind: 'signal', signal: error.signal });
    say(`${(error as Error).message}`);
    process.exit(EXIT_FAILED);
  }
}

/** With the very words that we were given: what is no UTF-8 of them goes by a shell, for Node passes text alone. */
async function runAsItIs(
  path: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  work: WorkFolder,
): Promise<Ended> {
  const raw = rawWords(words);
  if (raw === null) return runTool(path, words, environment);
  const script = join(work.path(), 'line.sh');
  writeFileSync(script, shellScript(path, raw));
  return runTool('/bin/sh', [script], environment);
}

/** The words, response files spelled out; the very same array where there is none; null where one cannot be read. */
function expandedWords({ tool, words }: LinkArguments): readonly string[] | null {
  if (!words.some((word) => word.startsWith('@'))) return words;
  try {
    return expandResponseFiles(words, readText, quotingOf(baseName(tool), words));
  } catch {
    // The tool will say what is wrong with it.
    return null;
  }
}

/** @returns null where the line is to be run as it is */
async function plannedOrNull(
  given: LinkArguments,
  path: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  work: WorkFolder,
): Promise<PlannedLink | null> {
  const kind = toolKind(given.tool) ?? 'driver';
  if (environment.ARDEDUP === 'off' || environment[INSIDE] || !mayLinkArchives(kind, words)) return null;
  const lossy = words.find((word) => word.includes(REPLACEMENT));
  const { standingSettings } = await import('./options/config-file.js');
  const standing = await standingSettings(given.config, environment);
  const settings = mergeLinkSettings(standing, given.settings);
  const planPath = given.planPath ?? (environment.ARDEDUP_PLAN || null);
  const now = Date.now();
  const { tool } = given;
  try {
    if (lossy !== undefined) throw new LineError(`${lossy}: a word of the line is not UTF-8`);
    const cache = cacheOf(settings, environment);
    const { providers, owners, linker } = settings;
    const variables = searchVariables(environment);
    const key = lineKey(version, path, tool, words, providers, owners, linker, variables);
    const planned =
      (cache && planPath === null ? recallLine(cache, key, now) : null) ??
      (await planWithCache({
        tool: baseName(tool),
        path,
        kind,
        words,
        environment: environmentBelow(environment),
        settings,
        cache,
        lineKey: key,
        planPath,
        work,
        now,
      }));
    if (settings.verbose) for (const line of planned.summary) say(line);
    return planned;
  } catch (error) {
    return explainFailure(error as Error, settings);
  }
}

function cacheOf({ cache, cacheDir }: LinkSettings, environment: NodeJS.ProcessEnv): Cache | null {
  const folder = cache ? (cacheDir ?? usualCacheFolder(environment)) : null;
  return folder === null ? null : { folder };
}

/** A cache that cannot be written, as in the sandboxes of some builds, costs time and no drop. */
async function planWithCache(link: LinkToPlan): Promise<PlannedLink> {
  const { planLink } = await import('./plan-link.js');
  try {
    return await planLink(link);
  } catch (error) {
    if (link.cache === null || !isOfFiles(error as Error)) throw error;
    const planned = await planLink({ ...link, cache: null });
    say(`warning: planned without the cache: ${(error as Error).message}`);
    return planned;
  }
}

const isOfFiles = (error: Error): boolean => error instanceof OutputError || 'syscall' in error;

/** Whatever went wrong, be it our own mistake: the build must not suffer for it unless it asked to. @throws the error */
function explainFailure(error: Error, { strict }: LinkSettings): null {
  if (strict || error instanceof StoppedError) throw error;
  say(`warning: linked as it is: ${error.message}`);
  return null;
}

const print = (words: readonly string[]): void => write(1, `${shellCommand(words)}\n`);
const say = (text: string): void => write(2, `ardedup: ${printable(text)}\n`);

/** Written at once, so that it stands before what the tool says; nobody may be listening any more. */
function write(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // EPIPE: whoever closed the stream does not want to know. The tool's status is what counts.
  }
}
