import { append } from '../../bytes/append.js';
import { parseLine } from '../command/parse-line.js';
import type { ParsedLine } from '../command/parsed-line.js';

/** A symbol of a member: nm's letter, a name, and what nm does not show. */
export interface NotedSymbol {
  readonly letter: string;
  readonly name: string;
  /** Without brackets; a mark without a value has the empty one. */
  readonly marks: ReadonlyMap<string, string>;
}

export interface NotedMember {
  /** Path of its archive; null for an object on its own. */
  readonly archive: string | null;
  readonly name: string;
  /**
   * Marks of the member: `content`, `unreadable`, `not-object`, `bitcode`, `shared`, `recompiled`, `thin`.
   */
  readonly marks: ReadonlyMap<string, string>;
  readonly symbols: readonly NotedSymbol[];
}

/** An entry of an archive's index: a name, and the block of that archive that it lists (−1: no member). */
export interface NotedEntry {
  readonly name: string;
  readonly ordinal: number;
}

const FORMATS = ['elf', 'macho', 'wasm'] as const;
export type NotedFormat = (typeof FORMATS)[number];
/** The format of the notation for an object format. */
export const notedFormat = (format: string | null): NotedFormat =>
  FORMATS.find((one) => one === format) ?? 'elf';

/** A link as the notation says it. */
export interface NotedLink {
  readonly format: NotedFormat;
  readonly words: readonly string[];
  /** In the order of their blocks. */
  readonly members: readonly NotedMember[];
  /**
   * By archive path, where a row says so: its index, or null for none at all. Others list what their members define.
   */
  readonly indexes: ReadonlyMap<string, readonly NotedEntry[] | null>;
  /** By path: files that options name, such as version scripts. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** Text that is not in the notation. The message begins with its line number. */
export class NotationError extends Error {
  override readonly name = 'NotationError';
  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
  }
}

/** Letters of nm; lowercase ones are local, except `i u v w`. */
const LETTERS = new Set('ABCDRTUVWibdrtuvw');
const SYMBOL_MARKS = new Set(
  'hidden internal protected group tls size align init fini registry uses content autohide func notype value'.split(
    ' ',
  ),
);
const MEMBER_MARKS = new Set('content unreadable not-object bitcode shared recompiled thin'.split(' '));
const HEADER = /^([^\s(]+)(?:\((.+)\))?:((?:\s+\[[^\]]*\])*)$/;
const TOKEN = /"([^"]*)"|\[([^\]]*)\]|(\S+)/g;

interface OpenMember {
  archive: string | null;
  name: string;
  marks: Map<string, string>;
  symbols: NotedSymbol[];
}
interface Row {
  readonly line: number;
  readonly text: string;
}

/** @throws NotationError */
export function readNotation(text: string): NotedLink {
  const found: ReadRows = {
    format: 'elf',
    words: [],
    members: [],
    indexRows: [],
    linkRows: [],
    texts: new Map(),
  };
  for (const row of rowsOf(text)) readRow(row, found);
  const { format, words, members, indexRows, linkRows, texts } = found;
  const indexes = new Map(indexRows.map((row) => readIndex(row, members)));
  if (linkRows.length === 0) append(words, new Set(members.map(fileOf)));
  requireFiles(words, members, indexes, linkRows[0] ?? 1);
  return texts.size === 0 ? { format, words, members, indexes } : { format, words, members, indexes, texts };
}

interface ReadRows {
  format: NotedLink['format'];
  readonly words: string[];
  readonly members: OpenMember[];
  readonly indexRows: Row[];
  /** The numbers of the lines that begin with `link:`. */
  readonly linkRows: number[];
  readonly texts: Map<string, string>;
}

function readRow(row: Row, found: ReadRows): void {
  const { line, text } = row;
  const [, key, rest] = /^(link:|format:|index(?=\s)|text(?=\s))\s*(.*)$/.exec(text) ?? [];
  if (key !== undefined) {
    readKeyRow(key, { line, text: rest }, found);
    return;
  }
  const [header, file, member, marks] = HEADER.exec(text) ?? [];
  if (header !== undefined) {
    const archive = member === undefined ? null : file;
    const readable = { archive, name: member ?? file, marks: readMarks(marks, line, MEMBER_MARKS) };
    found.members.push({ ...readable, symbols: [] });
    return;
  }
  const current = found.members.at(-1);
  if (!current) throw new NotationError(line, `'${text}' belongs to no member`);
  readSymbols(current, text, line);
}

function readKeyRow(key: string, row: Row, found: ReadRows): void {
  const { line, text } = row;
  if (key === 'link:') {
    found.linkRows.push(line);
    append(found.words, text.split(/\s+/).filter(Boolean));
  } else if (key === 'format:') {
    found.format = notedFormat(text);
    if (found.format !== text) throw new NotationError(line, `format '${text}': ${FORMATS.join(', ')}`);
  } else if (key === 'index') found.indexRows.push(row);
  else {
    const [, path, content] = /^(\S+):\s*(.*)$/.exec(text) ?? [];
    if (path === undefined) throw new NotationError(line, 'text <path>: its content');
    found.texts.set(path, content.replaceAll('\\n', '\n'));
  }
}

/** The file on the line that a member comes from. */
export const fileOf = ({ archive, name }: Pick<NotedMember, 'archive' | 'name'>): string => archive ?? name;

/** `-lw` names libw.so if it has a block and shared libraries are allowed, otherwise libw.a. */
export function libraryFile(name: string, isStatic: boolean, files: ReadonlySet<string>): string {
  if (name.startsWith(':')) return name.slice(1);
  const shared = `lib${name}.so`;
  return !isStatic && files.has(shared) ? shared : `lib${name}.a`;
}

/** The files that a line names, as the blocks do. */
export function namedFiles(
  { inputs }: Pick<ParsedLine, 'inputs'>,
  members: readonly NotedMember[],
): string[] {
  const files = new Set(members.map(fileOf));
  return inputs.map(({ kind, text, isStatic }) =>
    kind === 'library' ? libraryFile(text, isStatic, files) : text,
  );
}

/** Lines that say something, without comments. A `#` within a word (`x.o#1`) begins none. */
const rowsOf = (text: string): Row[] =>
  text
    .split('\n')
    .map((row, at) => ({ line: at + 1, text: row.replace(/(^|\s)#.*$/, '').trim() }))
    .filter((row) => row.text !== '');

function readMarks(text: string, line: number, allowed: ReadonlySet<string>): Map<string, string> {
  const marks = new Map<string, string>();
  for (const [, mark] of text.matchAll(/\[([^\]]*)\]/g)) addMark(marks, mark, line, allowed);
  return marks;
}

function addMark(marks: Map<string, string>, mark: string, line: number, allowed: ReadonlySet<string>): void {
  const [, key, value = ''] = /^([^=]*)(?:=(.*))?$/.exec(mark) ?? [];
  if (!allowed.has(key)) throw new NotationError(line, `no mark [${key}]: ${[...allowed].join(', ')}`);
  marks.set(key, value);
}

/** `T f [hidden] g`: a symbol for each name; marks belong to the name before them. A row of marks is the member's. */
function readSymbols(member: OpenMember, row: string, line: number): void {
  if (row.startsWith('[')) {
    for (const [key, value] of readMarks(row, line, MEMBER_MARKS)) member.marks.set(key, value);
    return;
  }
  const [, letter, rest = ''] = /^(\S+)\s*(.*)$/.exec(row) ?? [];
  if (!LETTERS.has(letter) || letter.length !== 1)
    throw new NotationError(line, `no letter '${letter}': ${[...LETTERS].join(' ')}`);
  const symbols: { letter: string; name: string; marks: Map<string, string> }[] = [];
  for (const [, quoted, mark, bare] of rest.matchAll(TOKEN)) {
    if (mark === undefined) symbols.push({ letter, name: quoted ?? bare, marks: new Map() });
    else readSymbolMark(mark, symbols.at(-1)?.marks, member, line);
  }
  if (symbols.length === 0) throw new NotationError(line, `'${row}' names no symbol`);
  append(member.symbols, symbols);
}

/** Reads a mark after a name; some marks always apply to the member. @param marks of the preceding symbol */
function readSymbolMark(
  mark: string,
  marks: Map<string, string> | undefined,
  member: OpenMember,
  line: number,
): void {
  if (marks === undefined) throw new NotationError(line, `mark [${mark}] without a name before it`);
  const isOfMember = mark === 'unreadable' || mark.startsWith('bitcode');
  if (isOfMember) addMark(member.marks, mark, line, MEMBER_MARKS);
  else addMark(marks, mark, line, SYMBOL_MARKS);
}

/** `libk.a: g=k2.o f=k1.o`, `x.o#1` for the second member called x.o, `?` for an offset that is not a member's. */
function readIndex(
  { line, text }: Row,
  members: readonly NotedMember[],
): [string, readonly NotedEntry[] | null] {
  const [, archive, rest] = /^(\S+):\s*(.*)$/.exec(text) ?? [];
  if (archive === undefined) throw new NotationError(line, 'index <archive>: name=member … or none');
  if (rest === 'none') return [archive, null];
  const names = members.filter((member) => member.archive === archive).map(({ name }) => name);
  const entries = rest.split(/\s+/).filter(Boolean);
  return [archive, entries.map((entry) => readEntry(entry, names, line))];
}

function readEntry(entry: string, names: readonly string[], line: number): NotedEntry {
  const [, name, target, nth = '0'] = /^(.+)=(.+?)(?:#(\d+))?$/.exec(entry) ?? [];
  if (name === undefined) throw new NotationError(line, `'${entry}' is not name=member`);
  if (target === '?') return { name, ordinal: -1 };
  const ordinals = names.flatMap((known, ordinal) => (known === target ? [ordinal] : []));
  const ordinal = ordinals[Number(nth)];
  if (ordinal === undefined)
    throw new NotationError(line, `no member ${target}${nth === '0' ? '' : `#${nth}`}`);
  return { name, ordinal };
}

/** A file without a block, or a block that the line leaves out, is a slip of the pen. */
function requireFiles(
  words: readonly string[],
  members: readonly NotedMember[],
  indexes: ReadonlyMap<string, unknown>,
  line: number,
): void {
  const blocks = new Set([...members.map(fileOf), ...indexes.keys()]);
  const parsed = parseLine(words, () => '');
  const [option] = [...parsed.notSimulated, ...parsed.unknown];
  if (option !== undefined) throw new NotationError(line, `${option} is not simulated`);
  const files = namedFiles(parsed, members);
  const named = new Set(files);
  for (const [at, file] of files.entries())
    if (parsed.inputs[at].kind !== 'library' && !blocks.has(file))
      throw new NotationError(line, `no block for ${file}`);
  for (const file of blocks)
    if (!named.has(file)) throw new NotationError(line, `${file} is not on the line`);
}

/** The notation of a link, such that `readNotation` reads it back. */
export function printNotation(link: NotedLink): string {
  const rows = [
    ...(link.format === 'elf' ? [] : [`format: ${link.format}`]),
    `link: ${link.words.join(' ')}`,
  ];
  for (const [archive, entries] of link.indexes) {
    const names = link.members.filter((member) => member.archive === archive).map(({ name }) => name);
    rows.push(
      `index ${archive}: ${entries ? entries.map((entry) => printEntry(entry, names)).join(' ') : 'none'}`,
    );
  }
  for (const [path, text] of link.texts ?? []) rows.push(`text ${path}: ${text.replaceAll('\n', '\\n')}`);
  for (const member of link.members) {
    const place = member.archive === null ? member.name : `${member.archive}(${member.name})`;
    rows.push([`${place}:`, ...printMarks(member.marks)].join(' '));
    for (const symbol of member.symbols) rows.push(`  ${printSymbol(symbol)}`);
  }
  return `${rows.join('\n')}\n`;
}

function printEntry({ name, ordinal }: NotedEntry, names: readonly string[]): string {
  if (ordinal < 0) return `${name}=?`;
  const nth = names.slice(0, ordinal).filter((other) => other === names[ordinal]).length;
  return `${name}=${names[ordinal]}${nth > 0 ? `#${nth}` : ''}`;
}

/** A row in its one normal form: what the bytes of a member are made of. */
export const printSymbol = ({ letter, name, marks }: NotedSymbol): string =>
  [letter, /^[^\s"[]+$/.test(name) ? name : `"${name}"`, ...printMarks(marks)].join(' ');

const printMarks = (marks: ReadonlyMap<string, string>): string[] =>
  [...marks].map(([key, value]) => (value === '' ? `[${key}]` : `[${key}=${value}]`)).sort();
