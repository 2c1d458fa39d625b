import { ByteSource } from '../../bytes/byte-source.js';
import type { MemberContent } from '../../symbols/object-format.js';
import { NONE, SymbolTableBuilder } from '../../symbols/table.js';
import { parseLine } from '../command/parse-line.js';
import type { ParsedLine } from '../command/parsed-line.js';
import { withHiddenArchives } from '../inputs/hidden-archives.js';
import type { Archive, InputPlace, Inputs, Member } from '../inputs/inputs.js';
import { withNamedArchives } from '../inputs/named-files.js';
import type { LinkLine } from '../line/link-line.js';
import { layoutOf, makeLinkLine } from '../line/make-link-line.js';
import { archiveOf, definitionsOf } from './notation-archive.js';
import { bytesOf, contentOf, slotsOf } from './notation-content.js';
import { imageOf } from './notation-image.js';
import { addShared, addSymbols } from './notation-symbols.js';
import { fileOf, type NotedLink, type NotedMember, namedFiles, readNotation } from './notation-text.js';

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
 * object; U reference, w v weak reference; b d local state, r t other locals. Marks of a symbol: hidden, internal,
 * protected, group=, tls, size=, align= (log2), init (a constructor slot points at it; init=00099 with a priority),
 * fini, registry=set, uses=f,g (its references; without it, code references all symbols of the member), content=,
 * autohide, func, notype. Marks of a member: content=, unreadable, not-object, bitcode=<module hash>; recompiled (it
 * also has intermediate code for LTO); shared (a file outside of archives: a shared library with its exports, `f@@V1`
 * for the default version, and its undefined symbols); thin (a member of a thin archive, which has only paths). `-lx`
 * without a block was not found. Without a `link:` row the files are on the line in the order of their blocks.
 */

/** @throws NotationError with the line number of what is not in the notation */
export function parseNotation(text: string): { inputs: Inputs; line: LinkLine } {
  return buildInputs(readNotation(text));
}

/** The files of a noted link as if they had been read, and its line. */
export function buildInputs(link: NotedLink): { inputs: Inputs; line: LinkLine } {
  const parsed = parseLine(link.words, (path) => link.texts?.get(path) ?? '');
  const files = namedFiles(parsed, link.members);
  const { parts, places } = readFiles(link, parsed, files);
  const inputs = withNamedArchives(withHiddenArchives(parts, parsed), layoutOf(parsed, []).files);
  const isMissing = (at: number) => parsed.inputs[at].kind === 'library' && !places.has(files[at]);
  const placed = parsed.inputs.flatMap((input, at) =>
    isMissing(at) ? [] : [[input, places.get(files[at]) ?? WITHOUT_BLOCK] as const],
  );
  const missing = parsed.inputs.flatMap(({ text, group }, at) =>
    isMissing(at) ? [{ what: `-l${text}`, group, behind: parsed.inputs.slice(at + 1) }] : [],
  );
  const line = makeLinkLine({
    inputs,
    parsed,
    scripts: [],
    placeOf: new Map(placed),
    missing,
    requests: new Map(),
    reexported: new Map(),
  });
  return { inputs, line };
}

/** A file of the line that the notation has no block for: an object without symbols. */
const WITHOUT_BLOCK: InputPlace = { kind: 'object', member: NONE };

/** Each file of the line once. @param files their names, by input of the line */
function readFiles(
  link: NotedLink,
  parsed: ParsedLine,
  files: readonly string[],
): { parts: Inputs; places: ReadonlyMap<string, InputPlace> } {
  const builder = new SymbolTableBuilder();
  const members: Member[] = [];
  const contents: MemberContent[] = [];
  const archives: Archive[] = [];
  const places = new Map<string, InputPlace>();
  const addMember = (noted: NotedMember, archive: number, ordinal: number) => {
    members.push(memberOf(link.format, noted, builder.beginMember(), archive, ordinal));
    const content = contentOf(link.format, noted);
    contents.push(content);
    if (content.kind === 'object') addSymbols(builder, noted.symbols);
    if (content.kind === 'shared-library') addShared(builder, noted.symbols);
  };
  for (const [at, file] of files.entries()) {
    if (places.has(file)) continue;
    const own = link.members.filter((noted) => fileOf(noted) === file);
    if (parsed.inputs[at].kind === 'library' && !isInLink(link, file, own)) continue;
    const firstMember = members.length;
    const place = placeFor(link, file, own, archives.length, firstMember);
    places.set(file, place);
    const archive = place.kind === 'archive' ? place.archive : NONE;
    for (const [ordinal, noted] of own.entries()) addMember(noted, archive, ordinal);
    if (archive === NONE) continue;
    const entries = indexOf(link, file, own);
    const content = members.slice(firstMember);
    archives.push(
      archiveOf(link.format, { id: archive, path: file, firstMember }, content, entries, builder.names),
    );
  }
  const format = contents.some(({ kind }) => kind === 'object') ? link.format : null;
  return { parts: { archives, members, contents, symbols: builder.finish(), format }, places };
}

/** The index that the notation gives to an archive, or that lists its definitions; null for one without an index. */
const indexOf = ({ indexes }: NotedLink, file: string, own: readonly NotedMember[]) =>
  indexes.get(file) ?? (indexes.has(file) ? null : definitionsOf(own));

const isInLink = ({ indexes }: NotedLink, file: string, own: readonly NotedMember[]): boolean =>
  own.length > 0 || indexes.has(file);

/** @param own the members that the notation gives to the file */
function placeFor(
  { indexes }: NotedLink,
  file: string,
  own: readonly NotedMember[],
  archive: number,
  member: number,
): InputPlace {
  if (indexes.has(file) || own[0]?.archive !== null) return { kind: 'archive', archive };
  return { kind: own[0].marks.has('shared') ? 'shared-library' : 'object', member };
}

function memberOf(
  format: NotedLink['format'],
  noted: NotedMember,
  id: number,
  archive: number,
  ordinal: number,
): Member {
  const bytes = bytesOf(noted);
  const label = noted.archive === null ? noted.name : `${noted.archive}(${noted.name})`;
  const image = () => imageOf(noted, slotsOf(format, noted.symbols));
  const source = ByteSource.of(label, bytes);
  return { id, archive, name: noted.name, ordinal, size: bytes.length, source, image };
}

/**
 * Members by the notation's own names: `main.o`, `libalpha.a(std.o)`; the second of a name is `libalpha.a(std.o#1)`.
 */
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
