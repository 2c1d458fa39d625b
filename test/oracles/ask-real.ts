import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import type { Resolution } from '../../src/link/resolve/resolution.js';
import { IFUNC, isCommon, isMergeable, isReference, isTls, isWeak, kindOf } from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../src/symbols/table.js';
import { type MapDialect, type MappedLink, readMappedLink } from './link-map.js';
import { clashesIn, defineRestricted, type RealLinker, undefinedIn } from './real-linkers.js';

/** Result of a linker for a link of real files. */
export interface RealAnswer {
  /** Files of the link in the order of the linker's trace; mold, which has no such trace, tells only what it placed. */
  readonly files: readonly string[];
  readonly map: MappedLink;
  readonly clashes: readonly string[];
  readonly undefined: ReadonlySet<string>;
}

const dialectOf = ({ name }: RealLinker): MapDialect =>
  name === 'mold' ? 'mold' : name.startsWith('ld.lld') ? 'lld' : 'gnu';

/** Two of them make GNU ld name members, and not archives alone. */
const TRACE: Readonly<Record<string, readonly string[]>> = { 'ld.bfd': ['-t', '-t'], mold: [] };

/** Links real files, tolerating what the linker can tolerate. @returns what it said, when it would not */
export async function askReal(
  linker: RealLinker,
  words: readonly string[],
  folder: string,
): Promise<RealAnswer | string> {
  const output = join(folder, `out.${linker.name}`);
  const map = join(folder, `map.${linker.name}`);
  rmSync(output, { force: true });
  const limits = linker.name.startsWith('ld.lld') ? ['--error-limit=0'] : [];
  const tolerant = ['--noinhibit-exec', '--warn-unresolved-symbols', '--no-demangle', ...limits];
  const command = [...tolerant, `-Map=${map}`, ...(TRACE[linker.name] ?? ['-t']), '-o', output, ...words];
  const strict = await run(linker.path, command, folder);
  const sham = await defineRestricted(linker, strict.messages, output, async (options) => {
    const { messages } = await run(linker.path, [...command, ...options], folder);
    return messages;
  });
  const loose = existsSync(output) ? strict : await run(linker.path, ['-z', 'muldefs', ...command], folder);
  if (!existsSync(output)) return loose.messages;
  const mapped = readMappedLink(output, map, dialectOf(linker));
  return {
    files: linker.name === 'mold' ? [...mapped.files] : tracedFiles(loose.trace),
    map: { ...mapped, defined: new Set([...mapped.defined].filter((name) => !sham.includes(name))) },
    clashes: clashesIn(strict.messages),
    undefined: new Set([...undefinedIn(loose.messages), ...mapped.missing, ...sham]),
  };
}

/** `lib.a(member.o)`, or as GNU ld has it, `(lib.a)member.o`. */
function tracedFiles(trace: string): string[] {
  return trace
    .split('\n')
    .filter((row) => /\.o\)?$|^\(.*\.a\)|\)$/.test(row))
    .map((row) => row.replace(/^\((.*\.a)\)(.*)$/, '$1($2)'));
}

function run(
  path: string,
  args: readonly string[],
  cwd: string,
): Promise<{ trace: string; messages: string }> {
  return new Promise((done) => {
    const options = { cwd, env: { ...process.env, LC_ALL: 'C' }, timeout: 3_600_000, maxBuffer: 1 << 28 };
    execFile(path, args, options, (_error, stdout, stderr) =>
      done({ trace: stdout, messages: `${stderr}\n${stdout}` }),
    );
  });
}

/** In what the simulation and the linker differ, a sentence each. */
export function realDifferences(
  linker: RealLinker,
  graph: LinkGraph,
  resolution: Resolution,
  found: RealAnswer,
): string[] {
  const { names } = graph.inputs.symbols;
  const clashes = resolution.clashes.map(({ name }) => names.text(name));
  return [
    ...fileDifferences(linker, graph, resolution, found),
    ...winnerDifferences(graph, resolution, found),
    ...setDifference('duplicate', clashes, found.clashes),
    ...undefinedDifferences(linker, graph, resolution, found),
  ];
}

/** As linkers write it: members of one name look alike. */
function labelOf({ inputs }: LinkGraph, member: MemberId): string {
  const { archive, name } = inputs.members[member];
  return archive === NONE ? name : `${inputs.archives[archive].path}(${name})`;
}

const fileOf = (graph: LinkGraph, symbol: SymbolId): string =>
  symbol === NONE ? '' : labelOf(graph, graph.inputs.symbols.member[symbol]);

function fileDifferences(
  linker: RealLinker,
  graph: LinkGraph,
  resolution: Resolution,
  { files }: RealAnswer,
): string[] {
  const expected = resolution.loaded.map((member) => labelOf(graph, member));
  if (linker.name !== 'mold') {
    const problems = setDifference('file', expected, files);
    const at = expected.findIndex((file, place) => file !== files[place]);
    if (problems.length > 0 || at < 0) return problems;
    return [`order of files: simulated ${expected[at]} as number ${at}, linked ${files[at]}`];
  }
  // A file that placed nothing is not in mold's map; one that has a winner must be.
  const told = new Set(files);
  const winners = new Set(Array.from(resolution.winners, (symbol) => fileOf(graph, symbol)));
  const isTold = (file: string) => told.has(file) || winners.has(file);
  return setDifference(
    'file',
    [...new Set(expected)].filter(isTold),
    files.filter((file) => !file.startsWith('<')),
  );
}

function setDifference(what: string, expected: readonly string[], found: readonly string[]): string[] {
  const count = (all: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
    return counts;
  };
  const [ours, theirs] = [count(expected), count(found)];
  const surplus = [...ours].filter(([one, times]) => times > (theirs.get(one) ?? 0)).map(([one]) => one);
  const lacking = [...theirs].filter(([one, times]) => times > (ours.get(one) ?? 0)).map(([one]) => one);
  return [
    ...surplus.map((one) => `${what} ${one}: simulated only`),
    ...lacking.map((one) => `${what} ${one}: linked only`),
  ];
}

/** Names whose place the map tells, in the one and the other. */
function winnerDifferences(graph: LinkGraph, { winners }: Resolution, { map }: RealAnswer): string[] {
  const { names, flags } = graph.inputs.symbols;
  const problems: string[] = [];
  for (const [name, symbol] of winners.entries()) {
    if (symbol === NONE || isCommon(flags[symbol]) || isMergeable(flags[symbol])) continue;
    if (kindOf(flags[symbol]) === IFUNC || isTls(flags[symbol])) continue;
    const text = names.text(name);
    const winner = map.winners.get(text);
    const expected = fileOf(graph, symbol);
    if (winner !== undefined && winner !== expected)
      problems.push(`winner of ${text}: simulated ${expected}, linked ${winner}`);
  }
  return problems;
}

/** Names that files of the link refer to strongly. Linkers also tell of names that options alone ask for. */
function neededNames(graph: LinkGraph, { loaded }: Resolution): NameId[] {
  const { firstSymbol, flags } = graph.inputs.symbols;
  const needed = new Set<NameId>();
  for (const member of loaded)
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (isReference(flags[symbol]) && !isWeak(flags[symbol])) needed.add(graph.name[symbol]);
  return [...needed];
}

/**
 * Linkers do not miss these: calls of the one become accesses without a call, the other gold makes and does not show.
 */
const NEVER_MISSED = new Set(['__tls_get_addr', '_GLOBAL_OFFSET_TABLE_']);

/** Differences in the undefined names: those with a strong reference and no definition, not even the linker's. */
function undefinedDifferences(
  linker: RealLinker,
  graph: LinkGraph,
  resolution: Resolution,
  found: RealAnswer,
): string[] {
  const { names } = graph.inputs.symbols;
  const needed = neededNames(graph, resolution).filter((name) => !NEVER_MISSED.has(names.text(name)));
  const missing = needed.filter((name) => resolution.winners[name] === NONE).map((name) => names.text(name));
  const isTold = (name: string) =>
    found.undefined.has(name) || (linker.name === 'mold' && found.undefined.has(name.split('@')[0]));
  return setDifference(
    'undefined',
    missing.filter((name) => !found.map.defined.has(name)),
    needed.map((name) => names.text(name)).filter(isTold),
  );
}
