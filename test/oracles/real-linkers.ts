import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finalTargets } from '../../src/link/command/line-definition.js';
import { parseLine } from '../../src/link/command/parse-line.js';
import { findProfile } from '../../src/link/linkers/find-profile.js';
import type { LinkerId } from '../../src/link/linkers/linker-profile.js';
import { flagsOf } from '../../src/link/notation/notation-symbols.js';
import { fileOf, type NotedLink, type NotedMember } from '../../src/link/notation/notation-text.js';
import { isDefined } from '../../src/symbols/flags.js';
import { writeGnuArchive } from '../builders/write-archive.js';
import { writeElf } from '../builders/write-elf.js';
import { commonOf, type LinkAnswer } from '../link-answer.js';
import { tool } from './find-tool.js';
import type { RunLinker } from './linker-server.js';
import { type Linked, readMarkers } from './read-markers.js';

/** A linker that is installed here, and the profile that is to predict it. */
export interface RealLinker {
  readonly name: string;
  readonly profile: LinkerId;
  readonly path: string;
  /** Duplicates stop it whatever else is said, so the output then comes from a second run that allows them. */
  readonly needsSecondRun: boolean;
  /** Words of a line on which its profile, being that of newer versions, does not hold: docs/linkers.md says why. */
  readonly unlike?: RegExp;
  /** Runs the linker without starting a process for each link, if possible. */
  readonly run?: RunLinker;
}

/** Programs, where they are installed; the profile of each is the one that its name selects. */
const KNOWN: readonly Omit<RealLinker, 'path' | 'run' | 'profile'>[] = [
  { name: 'ld.bfd', needsSecondRun: false },
  { name: 'ld.gold', needsSecondRun: false },
  { name: 'ld.lld-14', needsSecondRun: true },
  { name: 'ld.lld-15', needsSecondRun: true, unlike: /^--wrap=/ },
  { name: 'ld.lld-16', needsSecondRun: true },
  { name: 'ld.lld-19', needsSecondRun: false },
  { name: 'ld.lld-22', needsSecondRun: false },
  { name: 'mold', needsSecondRun: false },
];

/** @throws for a name without a profile */
function profileOf(name: string): LinkerId {
  const profile = findProfile(name);
  if (profile === null) throw new Error(`${name}: no profile has this name`);
  return profile.id;
}

/** Linkers that can be asked, where they are installed. */
export const knownLinkers: readonly Omit<RealLinker, 'path' | 'run'>[] = KNOWN.map((linker) => ({
  ...linker,
  profile: profileOf(linker.name),
}));

/** The ELF linkers of this machine. */
export function installedLinkers(): RealLinker[] {
  return knownLinkers.flatMap((linker) => {
    const path = tool(linker.name);
    return path === null ? [] : [{ ...linker, path }];
  });
}

/** Marker ids: a member's place in the link, and in its lower bits a symbol's place in the member. */
const SYMBOL_BITS = 10;

/** Writes the files of a link into a folder. The line's words name them as they are. */
export function writeFiles(link: NotedLink, folder: string): void {
  const objects = link.members.map((member, at) => bytesOf(member, at));
  for (const file of new Set([...link.members.map(fileOf), ...link.indexes.keys()])) {
    const own = [...link.members.entries()].filter(([, member]) => fileOf(member) === file);
    const isArchive = link.indexes.has(file) || own[0]?.[1].archive !== null;
    if (!isArchive) {
      const [at, { marks }] = own[0];
      writeFileSync(join(folder, marks.has('shared') ? `${file}.o` : file), objects[at]);
      continue;
    }
    const isThin = own.some(([, { marks }]) => marks.has('thin'));
    const made = own.map(([at, { name }], ordinal) => ({
      name: isThin ? writeAside(join(`${file}.members`, String(ordinal)), name, objects[at], folder) : name,
      data: objects[at],
    }));
    const index = link.indexes.has(file)
      ? link.indexes.get(file)
      : definitionsOf(own.map(([, member]) => member));
    writeFileSync(join(folder, file), writeGnuArchive(made, index ?? null, isThin));
  }
}

/** @returns the file's path in the folder */
function writeAside(place: string, name: string, data: Uint8Array, folder: string): string {
  mkdirSync(join(folder, place), { recursive: true });
  writeFileSync(join(folder, place, name), data);
  return join(place, name);
}

function bytesOf(member: NotedMember, at: number): Uint8Array {
  if (member.marks.has('not-object')) return Buffer.from('no object at all\n');
  return writeElf(member, { member: at, firstSymbol: at << SYMBOL_BITS });
}

function definitionsOf(members: readonly NotedMember[]) {
  return members.flatMap(({ symbols, marks }, ordinal) =>
    marks.has('not-object')
      ? []
      : symbols.filter((symbol) => isDefined(flagsOf(symbol) ?? 0)).map(({ name }) => ({ name, ordinal })),
  );
}

const ELF_HEADER_SIZE = 64;
const TOLERANT = ['--noinhibit-exec', '--warn-unresolved-symbols'];

/**
 * Links what `writeFiles` wrote, tolerating whatever a linker can tolerate, and reads off the output and the
 * messages what it did.
 * @returns null when the linker refused, with what it said
 */
export async function askLinker(
  linker: RealLinker,
  link: NotedLink,
  folder: string,
): Promise<{ answer: LinkAnswer | null; messages: string }> {
  const output = join(folder, `out.${linker.name}`);
  rmSync(output, { force: true });
  await makeShared(linker, link, folder);
  const words = ['-o', output, ...TOLERANT, ...limitsOf(linker), ...link.words];
  let messages = await runLinker(linker, words, folder);
  const sham = await defineRestricted(linker, messages, output, (options) =>
    runLinker(linker, [...words, ...options], folder),
  );
  if (linker.needsSecondRun && !existsSync(output)) {
    const strict = messages;
    messages = await runLinker(linker, ['-z', 'muldefs', ...words], folder);
    messages += strict.replace(/^.*undefined symbol.*$/gm, '');
  }
  let file: Buffer;
  try {
    file = readFileSync(output);
  } catch {
    return { answer: null, messages };
  }
  // A truncated output of a linker that failed.
  if (file.length < ELF_HEADER_SIZE) return { answer: null, messages };
  const linked = readMarkers(file);
  if (isWrittenOver(link, linked)) return { answer: null, messages: `${messages}its output is damaged\n` };
  const { members, winners } = readOutput(link, linked);
  for (const name of sham) winners.delete(name);
  const needed = neededBy(link, members);
  const missing = undefinedIn(messages).filter((name) => needed.has(name));
  const answer = { members, winners, clashes: clashesIn(messages), undefined: missing };
  return { answer, messages };
}

/** Shared libraries are made by the linker that is asked, from the objects that `writeFiles` wrote for them. */
async function makeShared(linker: RealLinker, link: NotedLink, folder: string): Promise<void> {
  for (const { name, symbols } of link.members.filter((member) => member.marks.has('shared'))) {
    const versions = new Set(symbols.flatMap((symbol) => /@@?(.+)$/.exec(symbol.name)?.[1] ?? []));
    const script = join(folder, `${name}.versions`);
    writeFileSync(script, [...versions].map((version) => `${version} {};\n`).join(''));
    const words = ['-shared', '-o', name, `${name}.o`];
    if (versions.size > 0) words.push(`--version-script=${script}`);
    const messages = await runLinker(linker, words, folder);
    if (!existsSync(join(folder, name))) throw new Error(`${linker.name}: ${name}: ${messages}`);
  }
}

/**
 * GNU ld writes no output when a hidden name has no definition, and reports one such name at a time. A definition at
 * the end of the line, where no other input can use it, lets it write the output.
 * @param again links once more with these options at the end of the line, and returns the messages
 * @returns the names that were defined so
 */
export async function defineRestricted(
  { name: linker }: RealLinker,
  messages: string,
  output: string,
  again: (options: readonly string[]) => Promise<string>,
): Promise<string[]> {
  const names: string[] = [];
  for (let said = messages; linker === 'ld.bfd' && !existsSync(output); ) {
    const [, name] = /(?:hidden|internal|protected) symbol `([^']+)' isn't defined/.exec(said) ?? [];
    if (name === undefined || names.includes(name)) break;
    names.push(name);
    said = await again(names.map((one) => `--defsym=${one}=0`));
  }
  return names;
}

const limitsOf = ({ name }: RealLinker): string[] =>
  name.startsWith('ld.lld') ? ['--error-limit=0', '--threads=1'] : [];

/**
 * Names that files of the link need. Linkers also complain of names that are wanted by -u and weak references alone.
 */
function neededBy(link: NotedLink, members: readonly string[]): Set<string> {
  const labels = labelsOf(link);
  const loaded = link.members.filter((_, at) => members.includes(labels[at]));
  const references = loaded.flatMap(({ symbols }) => symbols.filter(({ letter }) => letter === 'U'));
  const { symbols } = parseLine(link.words, () => '');
  const ofWrapped = symbols.wrapped.flatMap((name) => [name, `__wrap_${name}`]);
  return new Set([...references.map(({ name }) => name), ...ofWrapped]);
}

/**
 * Whether a definition's place in the file holds no marker. mold 1.10 writes more relocations than it made room for
 * where a reference is protected and a shared library has the name, over what comes behind.
 */
const isWrittenOver = ({ members }: NotedLink, { definitions }: Linked): boolean => {
  const names = new Set(members.flatMap(({ symbols }) => symbols.map(({ name }) => name)));
  return definitions.some(
    ({ name, id, offset, isAbsolute, isLocal }) =>
      names.has(name) && id < 0 && offset >= 0 && !isAbsolute && !(isLocal && name.startsWith('local')),
  );
};

function readOutput(link: NotedLink, linked: Linked): { members: string[]; winners: Map<string, string> } {
  const labels = labelsOf(link);
  const winners = new Map<string, string>();
  const { aliases, numbers } = ofTheLine(link);
  const known = new Map(
    link.members.flatMap(({ symbols }) => symbols.map((symbol) => [symbol.name, symbol.letter] as const)),
  );
  for (const { name, id, size, isLocal, isAbsolute } of linked.definitions) {
    if (!known.has(name) || numbers.has(name)) continue;
    if (id < 0) {
      if (!isLocal || !'dbrt'.includes(known.get(name) ?? ''))
        winners.set(name, isAbsolute ? 'absolute' : commonOf(size));
      continue;
    }
    const member = id >> SYMBOL_BITS;
    const row = link.members[member].symbols[id & ((1 << SYMBOL_BITS) - 1)];
    // A local symbol never wins a name, and neither does the local signature of a group.
    const isMeant = row.name === name || aliases.get(name) === row.name;
    if (isMeant && !'dbrt'.includes(row.letter)) winners.set(name, labels[member]);
  }
  return { members: [...new Set(linked.members)].map((at) => labels[at]), winners };
}

/** Names that the line itself defines (--defsym): aliases of other names, and numbers, which no member defines. */
function ofTheLine({ words }: NotedLink): { aliases: Map<string, string>; numbers: Set<string> } {
  const aliases = new Map<string, string>();
  const numbers = new Set<string>();
  for (const [name, target] of finalTargets(parseLine(words, () => '').symbols.definitions))
    if (target === null) numbers.add(name);
    else aliases.set(name, target);
  return { aliases, numbers };
}

/** As `memberLabels` gives them to the simulation. */
export function labelsOf(link: NotedLink): string[] {
  const seen = new Map<string, number>();
  return link.members.map(({ archive, name }) => {
    const key = `${archive}:${name}`;
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const text = nth > 0 ? `${name}#${nth}` : name;
    return archive === null ? text : `${archive}(${text})`;
  });
}

const allOf = (messages: string, pattern: RegExp): string[] =>
  [
    ...new Set(
      [...messages.matchAll(pattern)].map(
        (match) => match.slice(1).find((group) => group !== undefined) ?? '',
      ),
    ),
  ].sort();

/** Names of which a linker told that they are defined twice. */
export const clashesIn = (messages: string): string[] =>
  allOf(
    messages,
    /multiple definition of [`']([^']+)'|duplicate symbol: (?:[^\s:]+: [^\s:]+: )?([^\s:]+)$/gm,
  );
/**
 * Names that a linker reported as undefined, with the version of the reference, which mold does not print.
 */
export const undefinedIn = (messages: string): string[] =>
  allOf(
    messages.replace(/', version '/g, '@'),
    /undefined references? to [`']([^']+)'|(?:undefined (?:hidden |internal |protected )?symbol|refers to a (?:symbol in a )?discarded section): (\S+)$|refers to global symbol "([^"]+)", which is defined in a discarded/gm,
  );

const runLinker = ({ path, run }: RealLinker, args: readonly string[], cwd: string): Promise<string> =>
  run ? run(args, cwd) : start(path, args, cwd);

function start(path: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((done) => {
    execFile(
      path,
      args,
      { cwd, env: { ...process.env, LC_ALL: 'C' }, timeout: 60_000, maxBuffer: 1 << 26 },
      (error, stdout, stderr) =>
        done(`${stdout}${stderr}${error?.signal ? `\nkilled by ${error.signal}\n` : ''}`),
    );
  });
}

/** A fresh folder for one link, in memory where the system has such a place. */
export function linkFolder(base: string, name: string): string {
  const folder = join(base, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
