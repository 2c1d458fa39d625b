import type { Inputs } from '../../link/inputs/inputs.js';
import { extentOf, type SectionGraph, type SectionGraphs } from '../../plan/edits/section-graph.js';
import type { ImageRelocation, ImageSection, ObjectImage } from '../../symbols/image/object-image.js';
import { NONE, type SymbolId } from '../../symbols/table.js';

/**
 * How the contents of two definitions of one name relate, as evidence for what a user means, never as a proof. `equal`:
 * the same code or data, except that each may use static data of its own with the same initial value.
 */
export type RivalContent = 'equal' | 'different' | 'unknown';

export function compareRivals(
  { symbols }: Inputs,
  images: SectionGraphs,
  one: SymbolId,
  other: SymbolId,
): RivalContent {
  const [mine, its] = [one, other].map((symbol) =>
    definitionOf(images(symbols.member[symbol]), symbols.names.text(symbols.name[symbol])),
  );
  if (mine === null || its === null) return 'unknown';
  if (mine.section.isWritable !== its.section.isWritable) return 'different';
  if (Buffer.compare(mine.bytes, its.bytes) !== 0) return 'different';
  if (mine.relocations.length !== its.relocations.length) return 'different';
  for (const [at, relocation] of mine.relocations.entries()) {
    const found = compareTargets(mine, relocation, its, its.relocations[at]);
    if (found !== 'equal') return found;
  }
  return 'equal';
}

interface Definition {
  readonly image: ObjectImage;
  readonly section: ImageSection;
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly relocations: readonly ImageRelocation[];
}

function definitionOf(graph: SectionGraph | null, name: string): Definition | null {
  const symbol = graph?.definitionOf(name) ?? null;
  if (graph === null || symbol === null) return null;
  const { image } = graph;
  const section = image.sections[symbol.section];
  const [start, end] = extentOf(image, symbol);
  const relocations = graph.relocationsIn(symbol.section, start, end);
  return { image, section, start, bytes: withoutPadding(section, start, end), relocations };
}

/** Bytes that assemblers fill gaps between functions with. */
const PADDING: ReadonlySet<number> = new Set([0x00, 0x90, 0xcc]);

/** The length counts where the bytes are not in the file. */
function withoutPadding({ bytes, use }: ImageSection, start: number, end: number): Uint8Array {
  if (use === 'zero') return Uint8Array.of(end - start);
  let last = Math.min(end, bytes.length);
  if (use === 'code') while (last > start && PADDING.has(bytes[last - 1])) last--;
  return bytes.subarray(start, last);
}

function compareTargets(
  mine: Definition,
  relocation: ImageRelocation,
  its: Definition,
  other: ImageRelocation,
): RivalContent {
  if (relocation.type !== other.type || relocation.offset - mine.start !== other.offset - its.start)
    return 'different';
  const [one, two] = [nameOf(mine, relocation), nameOf(its, other)];
  if (one !== null && two !== null)
    return one === two && relocation.addend === other.addend ? 'equal' : 'different';
  if (one !== null || two !== null) return 'unknown';
  return compareLocal(localTarget(mine, relocation), localTarget(its, other));
}

function nameOf({ image }: Definition, { symbol }: ImageRelocation): string | null {
  const target = image.symbols[symbol];
  return target !== undefined && target.binding !== 'local' ? target.name : null;
}

interface LocalTarget {
  readonly section: ImageSection;
  readonly offset: number | null;
}

function localTarget(
  { image }: Definition,
  { symbol, section, addend }: ImageRelocation,
): LocalTarget | null {
  const target = image.symbols[symbol];
  const row = target === undefined ? section : target.section;
  if (row === NONE || row < 0) return null;
  const offset = addend === null ? null : addend + Number(target?.value ?? 0);
  return { section: image.sections[row], offset };
}

/** Static data and code of two files: equal where the whole sections are, and the places in them. */
function compareLocal(one: LocalTarget | null, other: LocalTarget | null): RivalContent {
  if (one === null || other === null) return 'unknown';
  const [mine, its] = [one.section, other.section];
  if (mine.use !== its.use) return 'different';
  const isSamePlace = one.offset === other.offset;
  if (mine.use === 'code') return isSamePlace ? 'equal' : 'unknown';
  const isSame = mine.size === its.size && Buffer.compare(mine.bytes, its.bytes) === 0;
  if (isSame && isSamePlace) return 'equal';
  // Text of two libraries: constants of two builds are merged in another order, and hold the same.
  return mine.use === 'constant' && !haveCommonText(mine.bytes, its.bytes) ? 'different' : 'unknown';
}

function haveCommonText(one: Uint8Array, other: Uint8Array): boolean {
  const texts = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').split('\0').filter(Boolean);
  const known = new Set(texts(one));
  return known.size === 0 || texts(other).some((text) => known.has(text));
}
