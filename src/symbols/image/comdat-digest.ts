import { createHash } from 'node:crypto';
import { weakAtomParts } from '../macho/weak-atoms.js';
import type { ObjectFormatId } from '../object-format.js';
import { NONE } from '../table.js';
import {
  eachTarget,
  type GroupParts,
  type ImageGroup,
  type ImageRelocation,
  type ObjectImage,
  type SectionUse,
  UNDEFINED_SECTION,
} from './object-image.js';
import { type FrameEntry, frameEntries } from './unwind-frames.js';

/** Sections that a COMDAT group may have to be compared. Constructors, registries and directives have side effects. */
const COMPARED: ReadonlySet<SectionUse> = new Set<SectionUse>([
  'code',
  'constant',
  'data',
  'zero',
  'tls',
  'unwind',
]);

/**
 * Rules by which linkers merge groups of one name: of ELF; of COFF what SELECTIONS (coff/comdats.ts) reads as ANY,
 * SAME_SIZE, EXACT_MATCH and LARGEST.
 */
const MERGED: ReadonlySet<string> = new Set([
  'comdat',
  'selection 0',
  'selection 2',
  'selection 3',
  'selection 4',
  'selection 6',
]);

/**
 * By signature: a digest of all properties of a COMDAT group that a linker or the program can observe. Groups are left
 * out that refer to what is local to their object outside of them, or that something local outside refers to: their
 * bytes do not say all.
 */
function comdatParts(image: ObjectImage): Map<string, GroupParts> {
  const found = new Map<string, GroupParts>();
  if (image.groups.length === 0) return found;
  const repeated = new Set<string>();
  const homes = groupsOfSections(image);
  const outside = referencesFromOutside(image, homes);
  const frames = frameEntries(image);
  if (frames === null) return found;
  const framesOf = listsBy(frames, ({ of }) => of);
  const symbolsOf = symbolsBySection(image);
  const rowsOf = listsBy(homes.keys(), (row) => homes[row]);
  for (const [row, group] of image.groups.entries()) {
    // A COFF group without a name competes with nothing.
    if (!MERGED.has(group.rule) || group.signature === '') continue;
    if (found.has(group.signature)) repeated.add(group.signature);
    const whole = { ...group, sections: rowsOf.get(row) ?? [] };
    const parts = outside.has(row) ? null : partsOfGroup(image, whole, framesOf, symbolsOf);
    if (parts !== null) found.set(group.signature, parts);
  }
  for (const signature of repeated) found.delete(signature);
  return found;
}

/**
 * Definitions that linkers merge by name: groups by their signature; of Mach-O, which has none, weak definitions by
 * their symbol.
 */
export const mergedParts = (image: ObjectImage, format: ObjectFormatId): Map<string, GroupParts> =>
  format === 'macho' ? weakAtomParts(image) : comdatParts(image);

/** The same as text that is equal exactly for equal parts. */
export function mergedDigests(image: ObjectImage, format: ObjectFormatId): Map<string, string> {
  return new Map([...mergedParts(image, format)].map(([signature, parts]) => [signature, digestOf(parts)]));
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

/**
 * The group that each section is kept or discarded with. A COFF group is one section and those that follow it.
 */
function groupsOfSections({ sections, groups }: ObjectImage): number[] {
  const homeOf = (row: number, depth: number): number => {
    const { group, follows } = sections[row];
    if (group !== NONE || follows < 0 || depth > sections.length) return group;
    const home = homeOf(follows, depth + 1);
    return home !== NONE && groups[home].rule.startsWith('selection') ? home : NONE;
  };
  return sections.map((_, row) => homeOf(row, 0));
}

/** Groups to which outside sections refer by a local symbol or a section, or which outside sections follow. */
function referencesFromOutside(image: ObjectImage, homes: readonly number[]): Set<number> {
  const referenced = new Set<number>();
  const localHome = localHomes(image);
  for (const [row, section] of image.sections.entries()) {
    const { use, follows, name } = section;
    if (use === 'ignored' || use === 'addrsig') continue;
    const add = (target: number): void => {
      const home = target < 0 ? NONE : homes[target];
      if (home !== NONE && home !== homes[row]) referenced.add(home);
    };
    add(follows);
    // Entries of unwind tables are compared with the group that they are of.
    if (name !== '.eh_frame')
      eachTarget(section, (symbol, target) => {
        if (target !== NONE) add(target);
        else if (symbol !== NONE) add(localHome(symbol));
      });
  }
  return referenced;
}

/** The section of a local symbol; negative for one with a linkage name. */
function localHomes({ symbols }: ObjectImage): (symbol: number) => number {
  const known = new Int32Array(symbols.length).fill(UNKNOWN);
  return (symbol) => {
    if (known[symbol] === UNKNOWN) {
      const { binding, section } = symbols[symbol];
      known[symbol] = binding === 'local' ? section : NONE;
    }
    return known[symbol];
  };
}

/** Neither a row nor one of the numbers in place of a row. */
const UNKNOWN = -0x8000_0000;

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
  const relocationParts = (relocations: readonly ImageRelocation[], start: number): (string | null)[] =>
    relocations.map((relocation) => {
      const target = targetOf(image, place, relocation);
      const { offset, type, addend } = relocation;
      return target === null ? null : `${offset - start} ${type} ${addend ?? '-'} ${target}`;
    });
  const sectionParts = rows.flatMap((row): GroupPart[] => {
    const { name, use, type, flags, alignment, entrySize, size, bytes, relocations, follows } =
      image.sections[row];
    const leader = follows === NONE ? NONE : place.get(follows);
    if (!COMPARED.has(use) || leader === undefined) return [null];
    const head = [name, use, type, flags, alignment, entrySize, size, leader].join(' ');
    return [head, bytes, ...relocationParts(relocations, 0)];
  });
  const unwindParts = rows
    .flatMap((row) => framesOf.get(row) ?? [])
    .flatMap((entry) => [entry.common, entry])
    .flatMap(({ bytes, relocations, start }): GroupPart[] => [
      'unwind',
      bytes,
      ...relocationParts(relocations, start),
    ]);
  const symbolParts = rows.flatMap((row) =>
    (symbolsOf.get(row) ?? []).map((symbol) => `${place.get(row)} ${symbol}`),
  );
  const parts = [
    ...image.attributes,
    group.rule,
    String(rows.length),
    ...sectionParts,
    ...unwindParts,
    ...symbolParts,
  ];
  return parts.every((part) => part !== null) ? parts : null;
}

/** Null: what cannot be compared. */
type GroupPart = string | Uint8Array | null;

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

/**
 * A name for what binds by name, a place within the group for what is local to it; null for what is local to the
 * object.
 */
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

function listsBy<Value>(values: Iterable<Value>, keyOf: (value: Value) => number): Map<number, Value[]> {
  const lists = new Map<number, Value[]>();
  for (const value of values) addTo(lists, keyOf(value), value);
  return lists;
}

function addTo<Value>(lists: Map<number, Value[]>, key: number, value: Value): void {
  const known = lists.get(key);
  if (known) known.push(value);
  else lists.set(key, [value]);
}
