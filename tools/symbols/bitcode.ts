// Compares the symbols of bitcode with those that llvm-nm of the same LLVM prints, by names and letters, sorted.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFiles } from '../../src/link/inputs/open-files.js';
import { eachLine, llvmTool } from '../shared/llvm.js';
import { type BitcodeFile, makeBitcode, rustLibraries } from './bitcode-samples.js';
import { MOST_NOTES, type Note, type SymbolRow } from './comparison.js';
import type { Outcome } from './outcome.js';
import { type ReadMember, readMember, readMembers } from './read-members.js';

/** rustc's own libraries embed bitcode; clang and opt make more of it, in the format of each LLVM that is here. */
export async function compareBitcode(work: string, outcome: Outcome): Promise<void> {
  for (const file of rustLibraries()) await compareFile(file, embeddedModules, work, outcome);
  for (const file of makeBitcode(work)) await compareFile(file, (read) => read, work, outcome);
}

const embeddedModules = (members: readonly ReadMember[]): ReadMember[] =>
  members.flatMap(({ object, info, name }) =>
    info?.bitcode ? [readMember(object.slice(info.bitcode.offset, info.bitcode.size, name), name, true)] : [],
  );

async function compareFile(
  { version, path, title }: BitcodeFile,
  modulesOf: (members: readonly ReadMember[]) => readonly ReadMember[],
  work: string,
  outcome: Outcome,
): Promise<void> {
  const files = openFiles();
  try {
    const modules = modulesOf(readMembers(files.open(path).source));
    if (modules.length > 0) await compareModules(version, modules, title, work, outcome);
  } finally {
    files.close();
  }
}

async function compareModules(
  version: string,
  modules: readonly ReadMember[],
  title: string,
  work: string,
  outcome: Outcome,
): Promise<void> {
  const folder = join(work, 'bitcode');
  mkdirSync(folder);
  const paths = modules.map(({ object }, at) => {
    const path = join(folder, `${at}.bc`);
    writeFileSync(path, object.bytes('module'));
    return path;
  });
  const tool = `llvm-nm ${version}`;
  outcome.addMembers('bitcode', modules);
  for (const { name, problem } of modules)
    if (problem !== null) outcome.problem(`${title}, ${name}: ${problem}`);
  const note: Note = (member, ours, theirs) =>
    outcome.note(`${tool}, ${title}, ${member}\n    only ours   ${ours}\n    only theirs ${theirs}`);
  const found = await compareWithNm(llvmTool(version, 'llvm-nm'), paths, modules, note);
  outcome.addDifferences('bitcode', tool, found);
  rmSync(folder, { recursive: true });
}

/** Sections and kinds of weak symbols depend on code that is yet to be made: D means all data, W all weak. */
const GENERAL: Readonly<Record<string, string>> = { B: 'D', R: 'D', S: 'D', V: 'W', v: 'w' };

function letterOf({ role, weak, kind }: SymbolRow): string {
  if (role === 'reference') return weak ? 'w' : 'U';
  if (role === 'common') return 'C';
  if (weak) return 'W';
  return kind === 'function' ? 'T' : 'D';
}

/** @param paths of the modules, each in a file of its own @returns the number of modules that differ */
async function compareWithNm(
  tool: string,
  paths: readonly string[],
  modules: readonly ReadMember[],
  note: Note,
): Promise<number> {
  const printed = await linesOfNm(tool, paths);
  let differences = 0;
  for (const [at, path] of paths.entries()) {
    const ours = modules[at].rows((row) => `${row.name} ${letterOf(row)}`).sort();
    const theirs = printed.get(path)!.sort();
    if (ours.join('\n') === theirs.join('\n')) continue;
    differences++;
    if (differences <= MOST_NOTES) note(modules[at].name, onlyIn(ours, theirs), onlyIn(theirs, ours));
  }
  return differences;
}

/** Output of llvm-nm for each file. */
async function linesOfNm(tool: string, paths: readonly string[]): Promise<Map<string, string[]>> {
  const lines = new Map<string, string[]>(paths.map((path) => [path, []]));
  let list = paths.length === 1 ? lines.get(paths[0]) : undefined;
  await eachLine(tool, ['-g', ...paths], (line) => {
    if (line.endsWith(':')) list = lines.get(line.slice(0, -1)) ?? list;
    const match = /^[-0-9a-f ]+ ([A-Za-z]) (.+)$/.exec(line);
    if (match) list?.push(`${match[2]} ${GENERAL[match[1]] ?? match[1]}`);
  });
  return lines;
}

/** A few lines of one list that are not in the other. */
function onlyIn(lines: readonly string[], others: readonly string[]): string {
  const known = new Set(others);
  const only = [...new Set(lines)].filter((line) => !known.has(line));
  return only.slice(0, 3).join('; ');
}
