import type { StoredArchive, StoredMember, SymbolIndex } from '../../archive/archive.js';
import { ByteSource } from '../../bytes/byte-source.js';
import {
  ABSOLUTE,
  AUTO_HIDE,
  COMMON,
  DATA,
  DEFINITION,
  FUNCTION,
  HIDDEN,
  IFUNC,
  isDefined,
  LOCAL_STATE,
  PROTECTED,
  REFERENCE,
  TLS,
  UNIQUE,
  WEAK,
  WRITABLE,
} from '../../symbols/flags.js';
import type { MemberContent, SideEffect } from '../../symbols/object-format.js';
import type { SectionUse } from '../../symbols/object-image.js';
import { NONE, SymbolTableBuilder } from '../../symbols/table.js';
import { joinLayouts } from '../command/layout-patterns.js';
import { parseLine } from '../command/parse-line.js';
import { withHiddenArchives } from '../inputs/hidden-archives.js';
import type { Archive, InputPlace, Inputs, Member } from '../inputs/inputs.js';
import { withNamedArchives } from '../inputs/named-files.js';
import { wrappedNames } from '../inputs/wrapped-names.js';
import { itemAt, type LineItem, type LinkLine, type Root, withDefinitions } from '../line/link-line.js';
import { bitcodeWithHash } from './notation-bitcode.js';
import { imageOf } from './notation-image.js';
import {
  fileOf,
  type NotedEntry,
  type NotedLink,
  type NotedMember,
  type NotedSymbol,
  namedFiles,
  printSymbol,
  readNotation,
} from './notation-text.js';

export { NotationError, type NotedLink } from './notation-text.js';

/*
 * Link inputs in nm's letters, for tests and bug reports.
 *
 *     # A comment.
 *     format: elf                        macho or wasm
 *     link: -u g --start-group libalpha.a --end-group --whole-archive libc.a --no-whole-archive main.o -lw
 *     index libalpha.a: g=k2.o f=k1.o    stale on purpose; `none`: no index at all
 *     text v.map: { local: *; };         a file that an option names; `\n` is the end of a line
 *     main.o:
 *       U alpha beta
 *     libalpha.a(std.o): [content=A]
 *       T alpha [hidden] [group=sig]
 *
 * Letters: T function, D B data, R read-only data, C common, A absolute, u unique, i ifunc; W V weak function and
 * object; U reference, w v weak reference; b d local state, r t other locals. Marks of a symbol: hidden, internal, protected,
 * group=, tls, size=, align= (log2), init (a constructor slot points at it; init=00099 with a priority), fini, registry=set,
 * uses=f,g (what it refers to; without it, code refers to all that the member has),
 * content=, autohide, func, notype. Of a member: content=, unreadable, not-object, bitcode=<module hash>;
 * recompiled (it has intermediate code for LTO, too);
 * shared, of a file on its own: a shared library, with what it exports, `f@@V1` for the default version, and wants.
 * `-lx` without a block was not found. thin, of an archive's members: their archive has but their paths. Without a `link:` row the files stand on the line in the order of their blocks.
 */

/** Data of 8 bytes, unless `[size=]` says otherwise. */
const DEFAULT_SIZE = 8;

const LETTER_FLAGS: Readonly<Record<string, number>> = {
  T: DEFINITION | FUNCTION,
  D: DEFINITION | DATA | WRITABLE,
  B: DEFINITION | DATA | WRITABLE,
  R: DEFINITION | DATA,
  C: COMMON | DATA,
  A: DEFINITION | ABSOLUTE,
  W: DEFINITION | FUNCTION | WEAK,
  V: DEFINITION | DATA | WRITABLE | WEAK,
  u: DEFINITION | DATA | WRITABLE | UNIQUE,
  i: DEFINITION | IFUNC,
  U: REFERENCE,
  w: REFERENCE | WEAK,
  v: REFERENCE | WEAK | DATA,
  b: LOCAL_STATE | DATA | WRITABLE,
  d: LOCAL_STATE | DATA | WRITABLE,
};
/** Letters whose symbols are in no section. */
const UNPLACED = 'ACUwv';
const SECTIONS: Readonly<Record<string, number>> = { T: 1, W: 1, i: 1, R: 4, B: 3, b: 3 };
const DATA_SECTION = 2;
const KINDS = 7 << 4;

/** @throws NotationError with the line number of what is not in the notation */
export function parseNotation(text: string): { inputs: Inputs; line: LinkLine } {
  return buildInputs(readNotation(text));
}

/** The files of a noted link as if they had been read: a member's bytes are its rows, so equal rows are equal bytes. */
export function buildInputs(link: NotedLink): { inputs: Inputs; line: LinkLine } {
  const parsed = parseLine(link.words, (path) => link.texts?.get(path) ?? '');
  const files = namedFiles(parsed, link.members);
  const builder = new SymbolTableBuilder();
  const members: Member[] = [];
  const contents: MemberContent[] = [];
  const addMember = (noted: NotedMember, archive: number, ordinal: number) => {
    const id = builder.beginMember();
    const bytes = bytesOf(noted);
    const label = noted.archive === null ? noted.name : `${noted.archive}(${noted.name})`;
    const source = ByteSource.of(label, bytes);
    const image = () => imageOf(noted, slotsOf(link.format, noted.symbols));
    members.push({ id, archive, name: noted.name, ordinal, size: bytes.length, source, image });
    contents.push(contentOf(link.format, noted));
    if (contents[id].kind === 'object') addSymbols(builder, noted.symbols);
    if (contents[id].kind === 'shared-library') addShared(builder, noted.symbols);
  };
  const archives: Archive[] = [];
  const places = new Map<string, InputPlace>();
  for (const [at, file] of files.entries()) {
    if (places.has(file)) continue;
    const own = link.members.filter((noted) => fileOf(noted) === file);
    if (own.length === 0 && !link.indexes.has(file) && parsed.inputs[at].kind === 'library') continue;
    const isArchive = link.indexes.has(file) || own[0]?.archive !== null;
    const kind = own[0]?.marks.has('shared') ? 'shared-library' : 'object';
    const place: InputPlace = isArchive
      ? { kind: 'archive', archive: archives.length }
      : { kind, member: members.length };
    places.set(file, place);
    const firstMember = members.length;
    for (const [ordinal, noted] of own.entries())
      addMember(noted, isArchive ? archives.length : NONE, ordinal);
    if (!isArchive) continue;
    const entries = link.indexes.has(file) ? (link.indexes.get(file) ?? null) : definitionsOf(own);
    const stored = storeArchive(file, link.format, members.slice(firstMember), entries);
    const index = entries && {
      name: Int32Array.from(entries, ({ name }) => builder.names.internText(name)),
      member: Int32Array.from(entries, ({ ordinal }) => (ordinal < 0 ? NONE : firstMember + ordinal)),
    };
    archives.push({
      id: archives.length,
      path: file,
      kind: stored.kind,
      stored,
      firstMember,
      isFixed: false,
      index,
    });
  }
  const isUnread = (at: number) => parsed.inputs[at].kind === 'library' && !places.has(files[at]);
  const rows = parsed.inputs.map((_, at) => at).filter((at) => !isUnread(at));
  const read = rows.map(
    (at): LineItem => itemAt(places.get(files[at]) ?? { kind: 'object', member: NONE }, parsed.inputs[at]),
  );
  const items = withDefinitions(read, rows, parsed.definitions, builder.names);
  const unread = parsed.inputs.flatMap(({ text, group }, at) => {
    if (!isUnread(at)) return [];
    const next = read[rows.findIndex((row) => row > at)];
    return [{ what: `-l${text}`, at: next === undefined ? items.length : items.indexOf(next), group }];
  });
  const root = (text: string, reason: Root['reason']): Root => ({
    name: builder.names.internText(text),
    reason,
  });
  const roots = parsed.required.map((text) => root(text, 'option'));
  for (const name of parsed.startFunctions) roots.push(root(name, 'start-function'));
  if (parsed.entry !== null) roots.push(root(parsed.entry, 'entry'));
  // As on a real line: the C start-up objects refer to main.
  if (!parsed.isNoProgram && items.some(({ kind }) => kind === 'object'))
    roots.push(root(link.format === 'macho' ? '_main' : 'main', 'start-up'));
  const format = contents.some(({ kind }) => kind === 'object') ? link.format : null;
  const parts = { archives, members, contents, symbols: builder.finish(), format };
  const layout = joinLayouts(parsed.orders);
  const inputs = withNamedArchives(withHiddenArchives(parts, parsed), layout.files);
  return {
    inputs,
    line: {
      items,
      unread,
      roots,
      exportsSymbols: parsed.exportsSymbols,
      exports: parsed.exports,
      layout,
      stripsDead: parsed.stripsDead,
      collectsSections: parsed.collectsSections,
      commonExtracts: parsed.commonExtracts,
      wrapped: wrappedNames(inputs, parsed.wrapped),
      requests: new Map(),
      ownRequests: [],
    },
  };
}

/** What the symbol is in the table; null for locals that are no state. */
export function flagsOf({ letter, marks }: NotedSymbol): number | null {
  let flags = LETTER_FLAGS[letter];
  if (flags === undefined) return null;
  const ofKind = (kind: number) => (flags & ~KINDS) | kind;
  if (marks.has('tls')) flags = ofKind(TLS);
  if (marks.has('func')) flags = ofKind(FUNCTION) & ~WRITABLE;
  if (marks.has('notype')) flags = ofKind(0);
  if (marks.has('hidden') || marks.has('internal')) flags |= HIDDEN;
  if (marks.has('protected')) flags |= PROTECTED;
  if (marks.has('autohide')) flags |= AUTO_HIDE;
  return flags;
}

/** Bytes of a definition, as the notation gives them to it. */
export const sizeOf = ({ letter, marks }: NotedSymbol): number =>
  'UwvA'.includes(letter) ? 0 : Number(marks.get('size') ?? DEFAULT_SIZE);

function addSymbols(builder: SymbolTableBuilder, symbols: readonly NotedSymbol[]): void {
  const groups = new Map<string, number>();
  for (const symbol of symbols) {
    const flags = flagsOf(symbol);
    if (flags === null) continue;
    const { letter, name, marks } = symbol;
    const signature = marks.get('group');
    let group = NONE;
    if (signature !== undefined) {
      const key = signature || name;
      group = groups.get(key) ?? builder.group(builder.names.internText(key), 'any');
      groups.set(key, group);
    }
    const section = UNPLACED.includes(letter) ? NONE : (SECTIONS[letter] ?? DATA_SECTION);
    const alignment = Number(marks.get('align') ?? 0);
    builder.symbol(builder.names.internText(name), flags, section, sizeOf(symbol), group, alignment);
  }
}

/**
 * A default definition of a version serves the name with it and without it: see symbols/elf-shared.ts. References stand
 * first, as in every table with a GNU hash.
 */
function addShared(builder: SymbolTableBuilder, symbols: readonly NotedSymbol[]): void {
  const isWanted = ({ letter }: NotedSymbol) => 'Uwv'.includes(letter);
  const ordered = [...symbols.filter(isWanted), ...symbols.filter((symbol) => !isWanted(symbol))];
  for (const symbol of ordered) {
    const flags = flagsOf(symbol);
    if (flags === null) continue;
    const [plain, version] = symbol.name.split('@@');
    const names = version === undefined ? [plain] : [plain, `${plain}@${version}`];
    for (const name of names)
      builder.symbol(builder.names.internText(name), flags & ~WRITABLE, NONE, 0, NONE, 0);
  }
}

const MACHINES = { elf: 'x86-64', macho: 'arm64', wasm: 'wasm32' } as const;

function contentOf(format: NotedLink['format'], { marks, symbols }: NotedMember): MemberContent {
  if (marks.has('not-object')) return { kind: 'not-object' };
  if (marks.has('unreadable'))
    return { kind: 'unreadable', problem: marks.get('unreadable') || 'not readable' };
  const target = {
    format,
    machine: MACHINES[format],
    bits: format === 'wasm' ? 32 : 64,
    littleEndian: true,
  } as const;
  if (marks.has('shared'))
    return { kind: 'shared-library', info: { ...target, reexported: [], problem: null } };
  const bitcode = marks.get('bitcode');
  const stream = bitcode === undefined ? null : bitcodeWithHash(bitcode);
  const textSize = textOf(marks, symbols).length;
  return {
    kind: 'object',
    info: {
      ...target,
      sideEffects: sideEffectsOf(format, symbols),
      bitcode: stream && { offset: textSize, size: stream.length },
      isRecompiled: marks.has('recompiled'),
      notIndexed: [],
    },
  };
}

function sideEffectsOf(format: NotedLink['format'], symbols: readonly NotedSymbol[]): SideEffect[] {
  return slotsOf(format, symbols).map(({ kind, section, names }) => ({
    kind,
    section,
    entries: names.map((name) => `${name}+0x0`),
  }));
}

interface NotedSlots {
  readonly kind: SideEffect['kind'];
  readonly use: SectionUse;
  readonly section: string;
  readonly names: string[];
}

/** Sections that hold addresses of a member's symbols. */
function slotsOf(format: NotedLink['format'], symbols: readonly NotedSymbol[]): NotedSlots[] {
  const sections = new Map<string, NotedSlots>();
  const add = (kind: SideEffect['kind'], section: string, name: string) => {
    const use = kind === 'constructors' || kind === 'destructors' ? kind : 'other';
    const known = sections.get(section) ?? { kind, use, section, names: [] };
    known.names.push(name);
    sections.set(section, known);
  };
  for (const { name, marks } of symbols) {
    const [init, fini, registry] = ['init', 'fini', 'registry'].map((mark) => marks.get(mark));
    if (init !== undefined) add('constructors', initSection(format, init), name);
    if (fini !== undefined) add('destructors', finiSection(format, fini), name);
    if (registry !== undefined) add('registry', registry, name);
  }
  return [...sections.values()];
}

/** Where a constructor's slot is. */
export const initSection = (format: NotedLink['format'], priority: string): string =>
  format === 'macho' ? '__DATA,__mod_init_func' : priority === '' ? '.init_array' : `.init_array.${priority}`;

const finiSection = (format: NotedLink['format'], priority: string): string =>
  format === 'macho' ? '__DATA,__mod_term_func' : priority === '' ? '.fini_array' : `.fini_array.${priority}`;

/** The index as llvm-ar and GNU ar write it: definitions, common ones too, member by member. */
function definitionsOf(members: readonly NotedMember[]): NotedEntry[] {
  return members.flatMap(({ symbols, marks }, ordinal) =>
    marks.has('unreadable') || marks.has('not-object')
      ? []
      : symbols.filter((symbol) => isDefined(flagsOf(symbol) ?? 0)).map(({ name }) => ({ name, ordinal })),
  );
}

const textOf = (marks: NotedMember['marks'], symbols: readonly NotedSymbol[]): Buffer => {
  const content = marks.has('content') ? [`[content=${marks.get('content')}]`] : [];
  return Buffer.from([...content, ...symbols.map(printSymbol)].map((row) => `${row}\n`).join(''), 'latin1');
};

function bytesOf({ marks, symbols }: NotedMember): Uint8Array {
  const bitcode = marks.get('bitcode');
  const text = textOf(marks, symbols);
  return bitcode === undefined ? text : Buffer.concat([text, bitcodeWithHash(bitcode)]);
}

/** The archive as a reader would describe it, were there one of these bytes behind blank headers. */
function storeArchive(
  path: string,
  format: NotedLink['format'],
  members: readonly Member[],
  entries: readonly NotedEntry[] | null,
): StoredArchive {
  const parts: Uint8Array[] = [Buffer.from('!<arch>\n', 'latin1')];
  const stored: StoredMember[] = [];
  let headerOffset = 8;
  for (const { name, ordinal, size, source } of members) {
    const dataOffset = headerOffset + 60;
    stored.push({ name, ordinal, headerOffset, dataOffset, size, nameOffset: -1, nameSuffix: '' });
    parts.push(Buffer.alloc(60, ' '), source.view(0, size, 'rows').bytes, Buffer.alloc(size % 2, '\n'));
    headerOffset = dataOffset + size + (size % 2);
  }
  return {
    kind: format === 'macho' ? 'darwin' : 'gnu',
    isThin: false,
    source: ByteSource.of(path, Buffer.concat(parts)),
    members: stored,
    index: entries && storeIndex(entries),
    tables: [],
    firstIndex: null,
    ecIndex: null,
  };
}

function storeIndex(entries: readonly NotedEntry[]): SymbolIndex {
  const names = entries.map(({ name }) => Buffer.from(`${name}\0`, 'latin1'));
  const nameStart = new Int32Array(names.length);
  for (let entry = 1; entry < names.length; entry++)
    nameStart[entry] = nameStart[entry - 1] + names[entry - 1].length;
  return {
    length: entries.length,
    names: Buffer.concat(names),
    nameStart,
    nameEnd: nameStart.map((start, entry) => start + names[entry].length - 1),
    ordinal: Int32Array.from(entries, ({ ordinal }) => ordinal),
    littleEndian: false,
  };
}

/** Members by the notation's own names: `main.o`, `libalpha.a(std.o)`; the second of a name is `libalpha.a(std.o#1)`. */
export function memberLabels(inputs: Inputs): string[] {
  const seen = new Map<string, number>();
  return inputs.members.map(({ archive, name }: Member) => {
    const key = `${archive}:${name}`;
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const text = nth > 0 ? `${name}#${nth}` : name;
    return archive === NONE ? text : `${inputs.archives[archive].path}(${text})`;
  });
}
