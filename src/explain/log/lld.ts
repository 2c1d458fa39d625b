import type { Diagnostic, DiagnosticParser, LogLine, PrintedFile, Reading } from './diagnostic.js';
import { parsePrintedFile } from './printed-file.js';

/*
 * LLD in all its dialects, rust-lld, and mold's undefined names:
 *
 *   ld.lld: error: duplicate symbol: f
 *   >>> defined at a.c:1 (/src/a.c:1)
 *   >>>            a.o:(f) in archive liba.a
 *   >>> defined at b.o:(.text.f+0x0) in archive libb.a
 *
 *   ld64.lld: error: duplicate symbol: _f         lld-link says `at`, wasm-ld `in`
 *   >>> defined in liba.a(a.o)
 *
 *   ld.lld: error: undefined symbol: g
 *   >>> referenced by e.c
 *   >>>               e.o:(ext) in archive libe.a
 *   >>> referenced 3 more times
 *   >>> did you mean: h
 *   wasm-ld: error: libe.a(e.o): undefined symbol: g
 *
 * MSBuild writes `wasm-ld : error : duplicate`, and Markdown takes `>>>` for a quotation and removes it.
 */
const HEADER =
  /^(?:(\S+) ?: )?(error|warning) ?: (?:(.+\S): )?(duplicate|undefined(?: hidden| protected| internal)?) symbol: (.+)$/;
const PLACE = /^(?:defined|referenced) (?:at|by|in) (.+)$/;

function read(lines: readonly LogLine[], at: number): Reading | null {
  const header = HEADER.exec(lines[at].text);
  if (!header) return null;
  const [, program = null, severity, file, what, symbol] = header;
  const kind = what === 'duplicate' ? 'duplicate' : 'undefined';
  // mold puts both files of a duplicate on this line; it has a reader of its own.
  if (kind === 'duplicate' && file !== undefined) return null;
  const places: string[][] = file === undefined ? [] : [[file]];
  let next = at + 1;
  for (; next < lines.length && lines[next].text.startsWith('>>>'); next++) {
    for (const part of lines[next].text.split(/>>>(?= )/).slice(1)) addPlace(places, part);
  }
  if (next === at + 1) next = addBarePlaces(lines, next, places);
  // A blank line ends each message.
  if (next < lines.length && lines[next].text === '' && next > at + 1) next++;
  const files = places.map(fileOf).filter((found) => found !== null);
  const sources = places.map(([source]) => SOURCE_LINE.exec(source)?.[1]);
  const diagnostic: Diagnostic = {
    kind,
    severity: severity as Diagnostic['severity'],
    symbol,
    mangled: null,
    files: distinct(files),
    ...(kind === 'duplicate' && sources.length === 2 && sources.every((source) => source !== undefined)
      ? { sources }
      : {}),
    line: lines[at].number,
  };
  return { diagnostics: [diagnostic], next, program };
}

/** A line names a place, or says the last one once more: first the source, then the object. */
function addPlace(places: string[][], part: string): void {
  const place = PLACE.exec(part.trim());
  if (place) places.push([place[1]]);
  else if (/^ {4,}\S/.test(part)) places.at(-1)?.push(part.trim());
}

const OF_OBJECT = /\.(?:o|obj|bc|lo)\)?:\(.*\)(?: in archive .+)?$/;

/** Places that have lost their mark. @returns the first line that is not one */
function addBarePlaces(lines: readonly LogLine[], from: number, places: string[][]): number {
  let next = from;
  for (; next < lines.length; next++) {
    const { text, indent } = lines[next];
    const place = PLACE.exec(text);
    if (place) places.push([place[1]]);
    else if (next > from && indent >= 4 && OF_OBJECT.test(text)) places.at(-1)?.push(text);
    else break;
  }
  return next;
}

/** The file and line of `net.h:4 (/src/net.h:4)`. */
const SOURCE_LINE = /^([^:\\/()]+:\d+)(?: \(.*\))?$/;

/** The object of a place is on its last line; a place that names only a source file has no object. */
function fileOf(place: readonly string[]): PrintedFile | null {
  const text = place.at(-1) ?? '';
  const inArchive = /^(.+?):\(.*\) in archive (.+)$/.exec(text) ?? /^(.+?) in archive (.+)$/.exec(text);
  if (inArchive) return { archive: inArchive[2], member: inArchive[1], number: null };
  const object = /^(.+\.(?:o|obj|bc|lo)\)?):\(.*\)$/.exec(text)?.[1] ?? text;
  if (/\.(?:o|obj|bc|lo|a|lib|rlib|dll|so|dylib)$|\)$/i.test(object) && !/^\S+:\d+ \(.*\)$/.test(object))
    return parsePrintedFile(object);
  return null;
}

function distinct(files: readonly PrintedFile[]): PrintedFile[] {
  const seen = new Map(files.map((file) => [`${file.archive}\0${file.member}`, file]));
  return files.length === 2 ? [...files] : [...seen.values()];
}

export const lld: DiagnosticParser = { id: 'lld', title: 'LLD', read };
