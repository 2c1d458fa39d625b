import { LineError } from '../../link/command/line-error.js';
import { noting, parseLine } from '../../link/command/parse-line.js';
import { programOf } from '../../link/command/program.js';
import { expandResponseFiles } from '../../link/command/response-file.js';
import type { Skipped } from '../../link/command/skipped.js';
import { readText } from '../../link/inputs/read-text.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import { findProfile, profileFor } from '../../link/linkers/find-profile.js';
import type { LinkerId, LinkerProfile } from '../../link/linkers/linker-profile.js';
import { environmentBelow, findRealTool } from '../../wrap/find-real-tool.js';
import { splitLauncher } from '../../wrap/launcher.js';
import { foldersOfLink, type LinkCommand, type QueriedLink, queryLink } from '../../wrap/query-link.js';
import { ToolError } from '../../wrap/run-tool.js';
import { baseName, firstSource, noLinkOption, type ToolKind, toolKind } from '../../wrap/tool-name.js';
import type { SubjectOptions } from './open-subject.js';

/** Information about a command before its files are read. */
export interface AskedCommand {
  /** Arguments in front of the tool that run it: `env LC_ALL=C ccache`. */
  readonly launcher: readonly string[];
  /** The tool with its arguments as they were given. */
  readonly command: readonly string[];
  readonly kind: ToolKind;
  /** The arguments, response files spelled out. */
  readonly words: readonly string[];
  readonly responseFiles: readonly string[];
  /** Why the compiler driver of the command does not link such a line; null where it may. */
  refusalFor(opened: OpenedLine): Skipped | null;
  readonly opening: Omit<SubjectOptions, 'isDriver' | 'mayWrite'>;
}

/** Settings for querying a command's tools. */
export interface Asking {
  /** `auto`: the linker that the command runs; `any`; or a linker's name. */
  readonly linker: string;
  /** The one that a log is of, where the tools do not tell. */
  readonly linkerOfLog: LinkerId | null;
  readonly architectures: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Asks the tools of a command what the link is: which linker reads it, and what a driver adds.
 * @throws LineError for a command that compiles, too
 */
export function askCommand(whole: readonly string[], asking: Asking): AskedCommand {
  const { launcher, variables, command: own } = splitLauncher(whole);
  const [tool, ...given] = own;
  const outer = { ...asking.environment, ...variables };
  requireLinkProgram(tool, outer);
  const program = programOf(tool, given);
  const responseFiles: string[] = [];
  const words = expandResponseFiles(given, noting(responseFiles, readText), program.quoting);
  const kind = toolKind(tool) ?? 'driver';
  const noLink = noLinkOption(kind, words);
  if (noLink !== undefined)
    throw new LineError(
      `${baseName(tool)} ${noLink}: this command does not link; give the command that links its output`,
    );
  const source = kind === 'driver' ? firstSource(words) : undefined;
  if (source !== undefined)
    throw new LineError(
      `${source} is compiled and linked in one command, so its symbols are not known yet; compile it with -c first`,
    );
  const path = findTool(tool, outer);
  const environment = environmentBelow(outer);
  const command: LinkCommand | null = path === null ? null : { path, kind, words, environment };
  const queried = command === null ? null : queryLink(command);
  const parsed = parseLine(words, readText, program);
  return {
    launcher,
    command: own,
    kind,
    words,
    responseFiles,
    refusalFor: (opened) => (queried === null ? null : refusalOfDriver(baseName(tool), queried, opened)),
    opening: {
      architectures: asking.architectures,
      program: baseName(tool),
      libraryFolders: command && queried && foldersOfLink(command, queried, parsed.libraryFolders),
      handed: queried?.handed ? { ...queried.handed, given: words } : null,
      linkerFor: (opened) => linkerOf(asking, queried?.detected.linker ?? null, opened),
    },
  };
}

/** A driver for another target than the objects does not read the line: its refusal says nothing then. */
function refusalOfDriver(
  tool: string,
  { refusal, detected: { linker } }: QueriedLink,
  { inputs: { format } }: OpenedLine,
): Skipped | null {
  if (refusal === null) return null;
  if (linker !== null && format !== null && profileFor(linker, format) === null) return null;
  return { what: tool, reason: `the compiler refuses this command: ${refusal}` };
}

/** Programs that run others, and how each prints the command that links. */
const BUILD_TOOLS: readonly (readonly [name: RegExp, printing: string])[] = [
  [/^(?:g|mingw32-|re)?make$/, 'make V=1 or make -n'],
  [/^(?:ninja|samu)$/, 'ninja -v or ninja -t commands'],
  [/^(?:cmake|meson)$/, 'a verbose build'],
  [/^(?:cargo|rustc)$/, 'cargo rustc -- --print link-args -C save-temps'],
  [/^xcodebuild$/, 'xcodebuild -verbose'],
  [/^(?:bazel|bazelisk|buck2?)$/, 'bazel build -s'],
  [
    /^(?:nmake|msbuild|dotnet|scons|waf|gradlew?|mvnw?|npm|npx|pnpm|yarn|just|go|swift|b2|xmake)$/i,
    'a verbose build',
  ],
];

/**
 * Requires a program that may link: a command of a build tool has no link of its own to read.
 *
 * @throws LineError for a build tool, and for a program that is neither installed nor known by its name
 */
export function requireLinkProgram(tool: string, environment: NodeJS.ProcessEnv): void {
  const found = BUILD_TOOLS.find(([name]) => name.test(baseName(tool)));
  if (found !== undefined)
    throw new LineError(`${tool} runs the link: give the command that it runs, which ${found[1]} prints`);
  if (toolKind(tool) === null && findTool(tool, environment) === null)
    throw new LineError(`${tool}: no such program in PATH, and not the name of a known compiler or linker`);
}

/** Path of the tool; null if it is not installed: its command is then only parsed. */
function findTool(tool: string, environment: NodeJS.ProcessEnv): string | null {
  try {
    return findRealTool(tool, environment);
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

/** @throws LineError for a linker that is not known, or links no such objects */
function linkerOf(
  { linker, linkerOfLog }: Asking,
  asked: LinkerId | null,
  { inputs: { format }, parsed }: OpenedLine,
): LinkerProfile | null {
  if (linker === 'any' || format === null) return null;
  // The output of --version also has the version.
  if (linker === 'auto') {
    const id = asked ?? parsed.linker ?? linkerOfLog;
    return id === null ? null : profileFor(id, format);
  }
  const named = findProfile(linker);
  if (named === null) throw new LineError(`unknown linker '${linker}'`);
  const profile = profileFor(named.id, format);
  if (profile === null) throw new LineError(`${linker} does not link ${format} objects`);
  return profile;
}
