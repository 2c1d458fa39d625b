import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineError } from '../../src/link/command/line-error.js';
import { openLines } from '../../src/link/line/open-lines.js';
import type { OpenedLine } from '../../src/link/line/opened-line.js';
import type { EditKind } from '../../src/plan/edits/edit-plan.js';
import { archiveOf } from './archive-of.js';
import type { EquivalenceFormat } from './format.js';
import type { Program, ProgramMember } from './program.js';

/** Result of trying a program. */
export interface Trial {
  /**
   * `kept`: nothing is dropped, so that both links are one; `refused`: the planner or every linker refuses the line as
   * given; `same` and `different` as observed.
   */
  readonly outcome: 'kept' | 'refused' | 'same' | 'different';
  readonly drops: number;
  /** Pairs of links that were compared. */
  readonly compared: number;
  readonly differences: readonly string[];
  /** For `refused`: what was said. */
  readonly reason?: string;
  /** Edits of symbols, and their kinds. */
  readonly edits?: number;
  readonly kinds?: readonly EditKind[];
}

/** Conditions of a trial. */
export interface Trying {
  readonly format: EquivalenceFormat;
  /** The program's own; what is in it is overwritten. */
  readonly folder: string;
  /** bin/ardedup.js, where this program goes through `ardedup link`; null plans in this process. */
  readonly wrapper: string | null;
  /** Linkers to ask about a plan for any linker. */
  readonly atMost: number;
}

/** A program's line, read. */
export interface PreparedProgram {
  readonly opened: OpenedLine;
  readonly words: readonly string[];
}

/** Writes a program's files and opens its line. */
export async function prepareProgram(
  program: Program,
  { format, folder }: Pick<Trying, 'format' | 'folder'>,
): Promise<PreparedProgram | { readonly reason: string }> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'trimmed'), { recursive: true });
  await writeArchives(program, format, folder);
  const words = await lineOf(program, format, folder);
  const opened = openLine(program, words);
  return typeof opened === 'string' ? { reason: opened } : { opened, words };
}

async function writeArchives(program: Program, format: EquivalenceFormat, folder: string): Promise<void> {
  const { units } = program.world;
  const objectOf = ({ unit, variant }: ProgramMember) => format.compile(units[unit], variant);
  for (const { name, members } of program.archives) {
    const made: { name: string; data: Uint8Array }[] = [];
    for (const member of members) made.push({ name: member.name, data: await objectOf(member) });
    writeFileSync(join(folder, name), archiveOf(format.objects, made));
  }
  for (const [at, object] of program.objects.entries())
    writeFileSync(join(folder, `object${at}.o`), await objectOf(object));
}

async function lineOf(program: Program, format: EquivalenceFormat, folder: string): Promise<string[]> {
  const { before, after } = await format.prepare(program, folder);
  const { groupWords } = format;
  const [first, last] = (groupWords && program.group) ?? [-1, -1];
  const archives = program.line.flatMap(({ archive, isWhole }, at) => {
    const path = join(folder, archive);
    return [
      ...(at === first && groupWords ? [groupWords[0]] : []),
      ...(isWhole ? format.wholeWords(path) : [path]),
      ...(at === last && groupWords ? [groupWords[1]] : []),
    ];
  });
  const objects = program.objects.map((_, at) => join(folder, `object${at}.o`));
  return [...before, ...objects, ...archives, ...after];
}

function openLine({ linker }: Program, words: readonly string[]): OpenedLine | string {
  try {
    return openLines(words, { program: linker }).lines[0];
  } catch (error) {
    if (error instanceof LineError) return error.message;
    throw error;
  }
}

/** The linker that was planned for; of a plan for any, some of those that take the line, in turn. */
export function linkersFor(
  { linker, output, seed }: Program,
  { choices }: EquivalenceFormat,
  atMost: number,
): string[] {
  if (linker !== null) return [linker];
  const kind = choices.outputs.find(({ title }) => title === output);
  const willing = choices.linkers.filter((name) => kind?.linkers?.test(name) ?? true);
  return willing.map((_, at) => willing[(at + seed) % willing.length]).slice(0, atMost);
}
