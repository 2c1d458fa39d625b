import { stoppably } from '../emit/steps.js';
import { type Destination, type Output, trimmingSteps } from '../emit/trim-files.js';
import { LineError } from '../link/command/line-error.js';
import { parseLine } from '../link/command/parse-line.js';
import type { LineInput } from '../link/command/parsed-line.js';
import { programNamed } from '../link/command/program.js';
import { expandResponseFiles } from '../link/command/response-file.js';
import { rewriteWords } from '../link/command/rewrite-line.js';
import { readText } from '../link/inputs/read-text.js';
import { type OpenedLine, openLines } from '../link/line/open-line.js';
import { findProfile, profileFor } from '../link/linkers/find-profile.js';
import type { LinkerId, LinkerProfile } from '../link/linkers/linker-profile.js';
import { environmentBelow, findRealTool } from '../wrap/find-real-tool.js';
import { foldersOfLink, type LinkCommand, type QueriedLink, queryLink } from '../wrap/query-link.js';
import { ToolError } from '../wrap/run-tool.js';
import { baseName, firstSource, type ToolKind, toolKind } from '../wrap/tool-name.js';
import { adviceOfCures } from './advice/changed-command.js';
import type { Advice } from './advice/context.js';
import type { CureState, LinkState } from './cure-state.js';
import { type CureChange, changesOfCure, idOfCure, kindOfCure } from './describe-cure.js';
import { openSubject } from './open-subject.js';
import { type Cure, type Diagnosis, diagnose } from './search-cures.js';
import { summaryOf } from './summary.js';
import { verifyCure } from './verify-cure.js';

/** How a command is to be cured. */
export interface FixOptions {
  /** Where changed archives go. Without it none is written, and only a cure that changes the order or mode is applied. */
  readonly outDir?: string | undefined;
  /** Ids of cures that a person accepts. */
  readonly accept?: readonly string[];
  /** `auto`: the one that the command runs; `any`: a cure must hold on each of the format; or a linker's name. */
  readonly linker?: string;
  readonly architectures?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

export interface FixedCure {
  readonly id: string;
  /** Kinds, joined with `+`. */
  readonly kind: string;
  readonly requiresAcceptance: boolean;
  readonly summary: string;
  readonly changes: readonly CureChange[];
  readonly after: { readonly duplicates: number; readonly splitState: number; readonly unresolved: number };
  /** Null where it names archives that were not written. */
  readonly command: readonly string[] | null;
}

export interface FixReport {
  readonly before: { readonly duplicates: number; readonly splitState: number };
  readonly cures: readonly FixedCure[];
  readonly applied: string | null;
  /** With the applied cure in it; as it was given, where nothing has to change; null where it is not cured. */
  readonly command: readonly string[] | null;
  readonly advice: readonly Advice[];
}

/** What was found, for those who print more than the report. */
export interface FixResult {
  readonly report: FixReport;
  readonly linker: string;
  readonly isHealthy: boolean;
  /** Of the applied cure. */
  readonly outputs: readonly string[];
  readonly skipped: readonly string[];
}

/** An id that no cure of the command has. */
export class UnknownCureError extends Error {
  override readonly name = 'UnknownCureError';
}

/** Written archives that do not come to what was simulated. */
export class UnverifiedError extends Error {
  override readonly name = 'UnverifiedError';
}

/**
 * Finds the smallest change that makes a link command right, and applies it if it needs no acceptance or is accepted.
 * @param command the linker or compiler driver with its arguments
 * @throws UnknownCureError for an accepted id that no cure has; and whatever reading, planning and writing throw
 */
export async function fixLine(command: readonly string[], options: FixOptions = {}): Promise<FixResult> {
  const asked = askAbout(command, options);
  const { subject, close } = openSubject(asked.words, {
    ...asked.opening,
    isDriver: asked.kind === 'driver',
  });
  try {
    const diagnosis = diagnose(subject);
    return await report(command, asked, diagnosis, options);
  } finally {
    close();
  }
}

/** What is known of a command before its files are read. */
interface AskedCommand {
  readonly kind: ToolKind;
  /** Response files spelled out. */
  readonly words: readonly string[];
  readonly opening: Omit<Parameters<typeof openSubject>[1], 'isDriver'>;
}

function askAbout(
  [tool, ...given]: readonly string[],
  { linker = 'auto', architectures = [], environment = process.env }: FixOptions,
): AskedCommand {
  const program = programNamed(tool);
  const words = expandResponseFiles(given, readText, program.quoting);
  const kind = toolKind(tool) ?? 'driver';
  const source = kind === 'driver' ? firstSource(words) : undefined;
  if (source !== undefined)
    throw new LineError(
      `${source} is compiled and linked in one command, so its symbols are not known yet; compile it with -c first`,
    );
  const path = findTool(tool, environment);
  const queried = path === null ? null : query({ path, kind, words, environment });
  const parsed = parseLine(words, readText, program);
  const libraryFolders =
    queried === null ? null : foldersOfLink(queried.command, queried, parsed.libraryFolders);
  return {
    kind,
    words,
    opening: {
      architectures,
      program: baseName(tool),
      libraryFolders,
      handed: queried?.handed ? { ...queried.handed, given: words } : null,
      linkerFor: (opened) => linkerOf(linker, queried?.asked.linker ?? null, opened),
    },
  };
}

const query = (command: LinkCommand): QueriedLink & { readonly command: LinkCommand } => ({
  ...queryLink({ ...command, environment: environmentBelow(command.environment) }),
  command,
});

/** A tool that is not installed here cannot be asked; its command can be read. */
function findTool(tool: string, environment: NodeJS.ProcessEnv): string | null {
  try {
    return findRealTool(tool, environment);
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

/** @throws LineError for a linker that is not known, or links no such objects */
function linkerOf(setting: string, asked: LinkerId | null, opened: OpenedLine): LinkerProfile | null {
  const { format } = opened.inputs;
  if (setting === 'any' || format === null) return null;
  const found = setting === 'auto' ? (opened.parsed.linker ?? asked) : findProfile(setting)?.id;
  // What the program says of itself tells its version, too.
  const id = setting === 'auto' ? (asked ?? found) : found;
  if (id === undefined) throw new LineError(`no linker '${setting}' is known`);
  const profile = id === null ? null : profileFor(id, format);
  if (setting !== 'auto' && profile === null)
    throw new LineError(`${setting} does not link ${format} objects`);
  return profile;
}

async function report(
  command: readonly string[],
  asked: AskedCommand,
  diagnosis: Diagnosis,
  options: FixOptions,
): Promise<FixResult> {
  const { problems, cures, before } = diagnosis;
  const ids = cures.map(idOfCure);
  for (const id of options.accept ?? [])
    if (!ids.includes(id)) throw new UnknownCureError(`--accept ${id}: no cure of this link has that id`);
  const advice = [...diagnosis.advice.map(({ code, text }) => ({ code, text })), ...adviceOfCures(diagnosis)];
  const isHealthy =
    problems.duplicates === 0 &&
    problems.splitState === 0 &&
    problems.collisions.length === 0 &&
    advice.length === 0;
  const at = chosenCure(cures, ids, options);
  const cured = at === null ? null : await apply(command, asked, before, cures[at], options);
  const described = cures.map((cure, row): FixedCure => {
    const { duplicates, splitState, unresolved } = cure.assessment;
    return {
      id: ids[row],
      kind: kindOfCure(cure),
      requiresAcceptance: cure.reasons.length > 0,
      summary: summaryOf(cure),
      changes: changesOfCure(cure),
      after: { duplicates: before.parsed.allowsDuplicates ? 0 : duplicates, splitState, unresolved },
      command: row === at && cured !== null ? cured.command : commandOf(command, cure.state, []),
    };
  });
  return {
    report: {
      before: { duplicates: problems.duplicates, splitState: problems.splitState },
      cures: withoutRepeats(described),
      applied: at === null ? null : ids[at],
      command: cured?.command ?? (isHealthy ? [...command] : null),
      advice,
    },
    linker: before.links[0].subject.linkers[0].title,
    isHealthy,
    outputs: cured?.outputs ?? [],
    skipped: before.links.flatMap(({ subject }) =>
      subject.opened.skipped.map(({ what, reason }) => `${what}: ${reason}`),
    ),
  };
}

const withoutRepeats = (cures: readonly FixedCure[]): FixedCure[] =>
  cures.filter(({ id }, at) => cures.findIndex((cure) => cure.id === id) === at);

/** The accepted one, else the first that is proved; null where there is none, or its archives cannot go anywhere. */
function chosenCure(
  cures: readonly Cure[],
  ids: readonly string[],
  { accept = [], outDir }: FixOptions,
): number | null {
  const accepted = ids.findIndex((id) => accept.includes(id));
  const at = accepted >= 0 ? accepted : cures.findIndex(({ reasons }) => reasons.length === 0);
  if (at < 0) return null;
  return outDir === undefined && writesArchives(cures[at].state) ? null : at;
}

const writesArchives = ({ links }: CureState): boolean => links.some(({ drops }) => drops.length > 0);

/** Writes what a cure changes, reads it back, and compares. @throws UnverifiedError */
async function apply(
  command: readonly string[],
  asked: AskedCommand,
  before: CureState,
  cure: Cure,
  { outDir }: FixOptions,
): Promise<{ readonly command: readonly string[]; readonly outputs: readonly string[] }> {
  const { state } = cure;
  const outputs = writesArchives(state) ? await writeArchives(state, { kind: 'folder', path: outDir! }) : [];
  const fixed = commandOf(command, state, outputs);
  if (fixed === null) throw new UnverifiedError('the changed archives have no argument on the command line');
  const reopen = (words: readonly string[]) => openLines(words, asked.opening);
  const problems = verifyCure(before, cure, reopen, fixed.slice(1));
  if (problems.length > 0) throw new UnverifiedError(`the cure does not verify: ${problems[0]}`);
  return { command: fixed, outputs: [...new Set(outputs.flat().map(({ path }) => path))] };
}

async function writeArchives({ links }: CureState, destination: Destination): Promise<Output[][]> {
  const { paths } = links[0].subject.opened;
  return stoppably(trimmingSteps(links.map(decisionsOf), destination, { paths }));
}

function decisionsOf({ subject, drops, resolutions }: LinkState) {
  const { inputs } = subject.opened;
  const dropped = new Set(drops.map(({ member }) => member));
  return {
    graph: { inputs },
    verdicts: inputs.members.map(({ id }) => ({ kind: dropped.has(id) ? 'drop' : 'keep' })),
    scenarios: resolutions.map(({ profile }) => ({ profile })),
  };
}

/** The user's command with a cure in it; null where an archive that changes was not written, or has no argument. */
function commandOf(
  command: readonly string[],
  state: CureState,
  outputs: readonly (readonly Output[])[],
): readonly string[] | null {
  if (!writesArchives(state)) return state.changes.length === 0 ? command : [command[0], ...state.words];
  const paths = new Map<LineInput, string>();
  const lines = state.links.map(({ subject: { opened } }) =>
    state.changes.length === 0 ? opened : opened.relined(state.words),
  );
  const replaced = new Set<string>();
  for (const [at, { places }] of lines.entries())
    for (const [row, place] of places.entries()) {
      const output =
        place?.kind === 'archive' ? outputs[at]?.find(({ archive }) => archive === place.archive) : undefined;
      const input = lines[0].parsed.inputs[row];
      if (output === undefined || input.place.word < 0) continue;
      paths.set(input, output.path);
      replaced.add(output.path);
    }
  if (outputs.length === 0 || outputs.flat().some(({ path }) => !replaced.has(path))) return null;
  return [command[0], ...rewriteWords(lines[0].parsed, (input) => paths.get(input))];
}
