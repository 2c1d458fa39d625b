import { createHash } from 'node:crypto';
import { NONE } from '../table.js';
import {
  ABSOLUTE_SECTION,
  COMMON_SECTION,
  type ImageRelocation,
  type ImageSection,
  type ImageSymbol,
  type ObjectImage,
  UNDEFINED_SECTION,
} from './object-image.js';

/**
 * One fact of an object that a linker can see. Two objects are the same image exactly when their parts are equal, one
 * after the other: attributes, sections in their order with bytes and relocations, groups, symbols in their order.
 * Debug information, comments, names of local symbols and names of source files are in no part.
 */
export interface ImagePart {
  /** The part of the object: `section .text`, `symbol main`. */
  readonly what: string;
  readonly content: string | Uint8Array;
}

/** Rows as they are compared: ignored sections and local symbols do not count. */
interface Numbering {
  readonly image: ObjectImage;
  /** By row of `sections`: place among those that are compared, or NONE. */
  readonly section: Int32Array;
  /** By row of `symbols`: place among those that are not local, or NONE. */
  readonly symbol: Int32Array;
}

export function* partsOf(image: ObjectImage): Generator<ImagePart> {
  const numbering = numberRows(image);
  for (const attribute of image.attributes) yield { what: 'header', content: attribute };
  for (const section of image.sections) if (isCompared(section)) yield* partsOfSection(numbering, section);
  for (const { signature, rule, sections } of image.groups) {
    const compared = sections.map((row) => numbering.section[row]).filter((place) => place !== NONE);
    // A group of debug information alone is not compared either.
    if (compared.length > 0 || sections.length === 0)
      yield { what: `group ${signature}`, content: `${rule} ${compared.join(' ')}` };
  }
  for (const [row, symbol] of image.symbols.entries()) {
    const content = symbolContent(numbering, symbol, row);
    if (content !== null)
      yield { what: `symbol ${symbol.binding === 'local' ? symbol.marker : symbol.name}`, content };
  }
}

/**
 * The image of a COFF object after `strip -x`: without the symbols of its sections, of which those of COMDAT sections
 * tell the rule, and without `@feat.00`, the features that it was compiled for.
 */
export const withoutComdats = (image: ObjectImage): ObjectImage => ({
  ...image,
  attributes: image.attributes.filter((attribute) => !attribute.startsWith('@feat.00 ')),
  groups: [],
  sections: image.sections.map((section) => ({ ...section, group: NONE, follows: NONE })),
});

/** Equal for two objects exactly when they are the same image. */
export function imageDigest(image: ObjectImage): string {
  const hash = createHash('sha256');
  for (const { what, content } of partsOf(image)) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    // Lengths first: no two lists of parts give one stream of bytes.
    hash.update(`${Buffer.byteLength(what)} ${bytes.length} ${what}`).update(bytes);
  }
  return hash.digest('base64');
}

/** Description of the first difference between two images; null if they are equal. */
export function firstDifference(one: ObjectImage, other: ObjectImage): string | null {
  const rest = partsOf(other);
  for (const part of partsOf(one)) {
    const next = rest.next();
    if (next.done || next.value.what !== part.what || !isEqual(next.value.content, part.content))
      return part.what;
  }
  const next = rest.next();
  return next.done ? null : next.value.what;
}

function isEqual(one: string | Uint8Array, other: string | Uint8Array): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return Buffer.compare(one, other) === 0;
}

const isCompared = ({ use }: ImageSection): boolean => use !== 'ignored' && use !== 'addrsig';

/**
 * Whether the address-significance tables (`.llvm_addrsig`) of two images agree. The table only lets a linker fold
 * functions whose addresses are not compared, and tools that renumber symbols drop it: so a missing table agrees with
 * any other.
 */
export function haveSameAddressSignificance(one: ObjectImage, other: ObjectImage): boolean {
  const [mine, its] = [one, other].map(addressSignificance);
  return mine === null || its === null || mine === its;
}

/** The symbols whose addresses matter, as text that is equal for equal sets; null when nothing says. */
export function addressSignificance(image: ObjectImage): string | null {
  const tables = image.sections.filter(({ use }) => use === 'addrsig');
  if (tables.length === 0) return null;
  const numbering = numberRows(image);
  const targets = tables.flatMap(({ relocations }) => relocations.map((one) => targetOf(numbering, one)));
  return [...new Set(targets)].sort().join('\n');
}

/** Names that linkers define for every program may be in an object without use: they bind to nothing else. */
export const LINKER_DEFINED: readonly [string, string] = ['_GLOBAL_OFFSET_TABLE_', '__stack_pointer'];

function isUnusedLinkerName(image: ObjectImage, { marker }: ImageSymbol, row: number): boolean {
  if (marker !== 'linker-defined') return false;
  return !image.sections.some(({ relocations }) => relocations.some(({ symbol }) => symbol === row));
}

function numberRows(image: ObjectImage): Numbering {
  const numberIn = <Row>(rows: readonly Row[], counts: (row: Row, at: number) => boolean): Int32Array => {
    let next = 0;
    return Int32Array.from(rows, (row, at) => (counts(row, at) ? next++ : NONE));
  };
  return {
    image,
    section: numberIn(image.sections, isCompared),
    symbol: numberIn(
      image.symbols,
      (symbol, row) => symbol.binding !== 'local' && !isUnusedLinkerName(image, symbol, row),
    ),
  };
}

function* partsOfSection(numbering: Numbering, section: ImageSection): Generator<ImagePart> {
  const { name, use, type, flags, alignment, entrySize, size, bytes, relocations, follows } = section;
  const leader = follows === NONE ? NONE : numbering.section[follows];
  yield {
    what: `section ${name}`,
    content: [use, type, flags, alignment, entrySize, size, leader].join(' '),
  };
  yield { what: `bytes of ${name}`, content: bytes };
  if (relocations.length > 0)
    yield {
      what: `relocations of ${name}`,
      content: relocations.map((relocation) => relocationContent(numbering, relocation)).join('\n'),
    };
}

const relocationContent = (numbering: Numbering, relocation: ImageRelocation): string =>
  `${relocation.offset} ${relocation.type} ${targetOf(numbering, relocation)} ${relocation.addend ?? '-'}`;

/** A name for symbols that bind by name; for local ones the place and everything but the name. */
function targetOf(numbering: Numbering, { symbol, section }: ImageRelocation): string {
  if (section !== NONE) return `section ${placeOf(numbering, section)}`;
  if (symbol === NONE) return 'nothing';
  if (numbering.symbol[symbol] !== NONE) return `symbol ${numbering.symbol[symbol]}`;
  const { section: home, value, size, type, other } = numbering.image.symbols[symbol];
  return `local ${placeOf(numbering, home)} ${value} ${size} ${type} ${other}`;
}

function symbolContent(numbering: Numbering, symbol: ImageSymbol, row: number): string | null {
  const { section, value, size, binding, type, other, marker } = symbol;
  const place = placeOf(numbering, section);
  if (binding !== 'local')
    return numbering.symbol[row] === NONE
      ? null
      : `${place} ${value} ${size} ${binding} ${type} ${other} ${marker ?? ''}`;
  const isMarker = marker !== null && !(section >= 0 && numbering.section[section] === NONE);
  return isMarker ? `${place} ${value} ${other}` : null;
}

/** The number of a compared section; of an ignored one the name. */
function placeOf({ section: places, image }: Numbering, section: number): string {
  if (section === UNDEFINED_SECTION) return 'undefined';
  if (section === ABSOLUTE_SECTION) return 'absolute';
  if (section === COMMON_SECTION) return 'common';
  if (section < 0) return 'unlisted';
  return places[section] === NONE ? `ignored ${image.sections[section].name}` : String(places[section]);
}
