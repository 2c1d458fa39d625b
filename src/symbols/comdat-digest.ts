import { createHash } from 'node:crypto';
import {
  type ImageGroup,
  type ImageRelocation,
  type ImageSection,
  type ObjectImage,
  type SectionUse,
  UNDEFINED_SECTION,
} from './object-image.js';
import { NONE } from './table.js';
import { type FrameEntry, frameEntries } from './unwind-frames.js';

/** What a COMDAT group may consist of to be compared. Constructors, registries and directives act by being there. */
const COMPARED: ReadonlySet<SectionUse> = new Set<SectionUse>([
  'code',
  'constant',
  'data',
  'zero',
  'tls',
  'unwind',
]);

/** Facts of a COMDAT group, one after the other, that are equal for equal groups. */
export type GroupParts = readonly (string | Uint8Array)[];

/**
 * By signature: what a COMDAT group is to a linker and to the program. Groups are left out that refer to what is local to
 * their object outside of them, or that something local outside refers to: their bytes do not say all.
 */
export function comdatParts(image: ObjectImage): Map<string, GroupParts> {
  const found = new Map<string, GroupParts>();
  const repeated = new Set<string>();
  const outside = referencesFromOutside(image);
  const frames = frameEntries(image);
  if (frames === null) return found;
  const framesOf = new Map<number, FrameEntry[]>();
  for (const frame of frames) addTo(framesOf, frame.of, frame);
  const symbolsOf = symbolsBySection(image);
  for (const [row, group] of image.groups.entries()) {
    if (group.rule !== 'comdat') continue;
    if (found.has(group.signature)) repeated.add(group.signature);
    const parts = outside.has(row) ? null : partsOfGroup(image, group, framesOf, symbolsOf);
    if (parts !== null) found.set(group.signature, parts);
  }
  for (const signature of repeated) found.delete(signature);
  return found;
}

/** By signature: text that is equal exactly for equal parts. */
export function comdatDigests(image: ObjectImage): Map<string, string> {
  return new Map([...comdatParts(image)].map(([signature, parts]) => [signature, digestOf(parts)]));
}

function digestOf(parts: GroupParts): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    // Lengths first: no two lists of parts give one stream of bytes.
    hash.update(`${bytes.length} `).update(bytes);
  }
  return hash.digest('base64');
}

/** Groups to which sections outside of them refer by a local symbol, by their section, or by following it. */
function referencesFromOutside(image: ObjectImage): Set<number> {
  const referenced = new Set<number>();
  const note = (from: ImageSection, to: number) => {
    if (to < 0) return;
    const { group } = image.sections[to];
    if (group !== NONE && group !== from.group) referenced.add(group);
  };
  for (const section of image.sections) {
    if (section.use === 'ignored' || section.use === 'addrsig') continue;
    if (section.follows !== NONE) note(section, section.follows);
    // Entries of unwind tables are compared with the group that they are of.
    if (section.name === '.eh_frame') continue;
    for (const { symbol, section: target } of section.relocations) {
      if (target !== NONE) note(section, target);
      else if (symbol !== NONE && image.symbols[symbol].binding === 'local')
        note(section, image.symbols[symbol].section);
    }
  }
  return referenced;
}

/** Rows of symbols whose addresses matter; null where nothing says that those of others do not. */
function significantSymbols(image: ObjectImage): ReadonlySet<number> | null {
  const tables = image.sections.filter(({ use }) => use === 'addrsig');
  if (tables.length === 0) return null;
  return new Set(tables.flatMap(({ relocations }) => relocations.map(({ symbol }) => symbol)));
}

/** Null for a group that cannot be compared. */
function partsOfGroup(
  image: ObjectImage,
  group: ImageGroup,
  framesOf: ReadonlyMap<number, readonly FrameEntry[]>,
  symbolsOf: ReadonlyMap<number, readonly string[]>,
): GroupParts | null {
  const rows = group.sections.filter((row) => image.sections[row].use !== 'ignored');
  const place = new Map(rows.map((row, at) => [row, at]));
  const parts: (string | Uint8Array)[] = [...image.attributes, String(rows.length)];
  const addRelocations = (relocations: readonly ImageRelocation[], start: number): boolean => {
    for (const relocation of relocations) {
      const target = targetOf(image, place, relocation);
      if (target === null) return false;
      parts.push(`${relocation.offset - start} ${relocation.type} ${relocation.addend ?? '-'} ${target}`);
    }
    return true;
  };
  for (const row of rows) {
    const section = image.sections[row];
    const leader = section.follows === NONE ? NONE : place.get(section.follows);
    if (!COMPARED.has(section.use) || leader === undefined) return null;
    const { name, use, type, flags, alignment, entrySize, size, bytes, relocations } = section;
    parts.push([name, use, type, flags, alignment, entrySize, size, leader].join(' '), bytes);
    if (!addRelocations(relocations, 0)) return null;
  }
  for (const row of rows)
    for (const entry of framesOf.get(row) ?? [])
      for (const { bytes, relocations, start } of [entry.common, entry]) {
        parts.push('unwind', bytes);
        if (!addRelocations(relocations, start)) return null;
      }
  for (const row of rows)
    for (const symbol of symbolsOf.get(row) ?? []) parts.push(`${place.get(row)} ${symbol}`);
  return parts;
}

/** By row of their section: symbols that bind by name, and local ones that instruct a linker. */
function symbolsBySection(image: ObjectImage): Map<number, string[]> {
  const significant = significantSymbols(image);
  const bySection = new Map<number, string[]>();
  for (const [row, symbol] of image.symbols.entries()) {
    const { name, section, value, size, binding, type, other, marker } = symbol;
    if (section < 0 || (binding === 'local' && marker === null)) continue;
    const isSignificant = significant === null || significant.has(row);
    const text = `${value} ${size} ${binding} ${type} ${other} ${isSignificant} ${marker ?? name}`;
    addTo(bySection, section, text);
  }
  return bySection;
}

/** A name for what binds by name, a place within the group for what is local to it; null for what is local to the object. */
function targetOf(
  image: ObjectImage,
  place: ReadonlyMap<number, number>,
  { symbol, section }: ImageRelocation,
): string | null {
  if (section !== NONE) return place.has(section) ? `section ${place.get(section)}` : null;
  if (symbol === NONE) return 'nothing';
  const { name, section: home, value, size, type, other, binding } = image.symbols[symbol];
  if (binding !== 'local') return `symbol ${binding} ${other} ${home === UNDEFINED_SECTION} ${name}`;
  return place.has(home) ? `local ${place.get(home)} ${value} ${size} ${type} ${other}` : null;
}

function addTo<Value>(lists: Map<number, Value[]>, key: number, value: Value): void {
  const known = lists.get(key);
  if (known) known.push(value);
  else lists.set(key, [value]);
}
