import { NONE } from '../table.js';
import { x86CodeOf } from './code-x86.js';
import {
  type ImageRelocation,
  type ImageSection,
  type ObjectImage,
  UNDEFINED_SECTION,
} from './object-image.js';
import type { SplitCode } from './split-code.js';
import { useTest } from './uses-x86.js';

/*
 * Assemblers resolve calls and jumps within a section, and leave no relocation for them. So a section is reached as a
 * whole, but for code of x86-64, in which such jumps are looked for: there each function is reached by itself.
 */

/** References to names and parts, without duplicates. */
interface References {
  /** Rows of the image's symbols to which references bind by name. */
  readonly names: readonly number[];
  /** Parts of the same object. */
  readonly parts: readonly number[];
}

/** The references of one part of an object. */
export interface PartReferences extends References {
  /** Those that are not only called, read or written: their addresses may be stored. */
  readonly taken: References;
}

/** An object as the pieces that code can reach one without the other. */
export interface ObjectParts {
  readonly image: ObjectImage;
  readonly count: number;
  /** Whether references that are called, read or written are told from those of which the address is taken. */
  readonly tellsUses: boolean;
  /** By part: the section that it is of. */
  sectionOf(part: number): number;
  partsOfSection(section: number): readonly number[];
  referencesOf(part: number): PartReferences;
  /** Parts that are reached from some, these included, without a linkage name. By part: 1 if it is. */
  reachedFrom(roots: Iterable<number>): Uint8Array;
  relocationsOf(part: number): Iterable<ImageRelocation>;
  /** The symbol that defines a name for other objects; NONE if it has none such. */
  definitionOf(name: string): number;
  /** Parts in which a symbol of this object is defined. */
  partsOfSymbol(symbol: number): readonly number[];
}

/** A section, or a function of it: bytes from `start` up to `end`. */
export interface Extent {
  readonly section: number;
  readonly start: number;
  readonly end: number;
}

interface Numbered {
  readonly image: ObjectImage;
  readonly extents: readonly Extent[];
  /** By section: its first part. */
  readonly first: readonly number[];
  readonly codes: readonly (SplitCode | null)[];
  readonly isInPlace: ReturnType<typeof useTest>;
}

export function partsOf(image: ObjectImage): ObjectParts {
  const numbered = numberParts(image);
  const { extents } = numbered;
  const references: (PartReferences | undefined)[] = [];
  /** By symbol: walks of many links ask for the same ones. */
  const places: (readonly number[] | undefined)[] = [];
  let definitions: Map<string, number> | undefined;
  return {
    image,
    count: extents.length,
    tellsUses: numbered.isInPlace !== null,
    sectionOf: (part) => extents[part].section,
    partsOfSection: (section) => partsOfSection(numbered, section),
    referencesOf: (part) => {
      references[part] ??= collectReferences(numbered, part);
      return references[part];
    },
    reachedFrom: (roots) => reachedFrom(numbered, roots),
    relocationsOf: (part) => {
      const { section, start, end } = extents[part];
      return relocationsIn(image.sections[section], start, end);
    },
    definitionOf: (name) => {
      definitions ??= collectDefinitions(image);
      return definitions.get(name) ?? NONE;
    },
    partsOfSymbol: (symbol) => {
      places[symbol] ??= findPlace(numbered, symbol);
      return places[symbol];
    },
  };
}

/** The start of a section that is one part. */
const WHOLE: readonly number[] = [0];

function numberParts(image: ObjectImage): Numbered {
  const extents: Extent[] = [];
  const first: number[] = [];
  const codeOf = x86CodeOf(image);
  const codes = image.sections.map(({ use }, row) => (use === 'code' ? codeOf(row) : null));
  for (let section = 0; section < image.sections.length; section++) {
    const { size } = image.sections[section];
    const starts = codes[section]?.starts ?? WHOLE;
    first.push(extents.length);
    for (let at = 0; at < starts.length; at++)
      extents.push({ section, start: starts[at], end: starts[at + 1] ?? size });
  }
  return { image, extents, first, codes, isInPlace: useTest(image) };
}

function partsOfSection({ extents, first }: Numbered, section: number): number[] {
  const parts: number[] = [];
  for (let part = first[section]; extents[part]?.section === section; part++) parts.push(part);
  return parts;
}

/** The part of a section at an offset; the nearest one for an offset before or after all parts. */
function partAt({ extents, first }: Numbered, section: number, place: number): number {
  let [low, high] = [first[section], first[section + 1] ?? extents.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (extents[middle].start <= place) low = middle;
    else high = middle;
  }
  return low;
}

const NO_PARTS: readonly number[] = [];

/** The part that a symbol is in, if it is in a section. */
function findPlace(numbered: Numbered, symbol: number): readonly number[] {
  const { section, value } = numbered.image.symbols[symbol];
  return section >= 0 ? [partAt(numbered, section, Number(value))] : NO_PARTS;
}

const NO_REFERENCES: PartReferences = { names: [], parts: [], taken: { names: [], parts: [] } };

function collectReferences(numbered: Numbered, part: number): PartReferences {
  const { image, extents, codes, isInPlace } = numbered;
  const { section, start, end } = extents[part];
  const code = codes[section];
  const from = image.sections[section];
  const { relocations, size } = from;
  if (relocations.length === 0 && code === null) return NO_REFERENCES;
  const used = { names: new Set<number>(), parts: new Set<number>() };
  const taken = { names: new Set<number>(), parts: new Set<number>() };
  for (let at = firstFrom(relocations, start); at < relocations.length; at++) {
    const relocation = relocations[at];
    if (relocation.offset >= end && end < size) break;
    const { names, parts } = isInPlace?.(from, relocation) ? used : taken;
    if (isByName(image, relocation)) names.add(relocation.symbol);
    else visitTargets(numbered, section, relocation, (target) => parts.add(target));
  }
  for (const { place, isAddress } of code?.targetsOf(start, end) ?? [])
    (isAddress ? taken : used).parts.add(partAt(numbered, section, place));
  return {
    names: joined(used.names, taken.names),
    parts: joined(used.parts, taken.parts),
    taken: { names: [...taken.names], parts: [...taken.parts] },
  };
}

/** Numbers of two sets, each once. */
function joined(one: ReadonlySet<number>, other: ReadonlySet<number>): number[] {
  if (other.size === 0) return [...one];
  return one.size === 0 ? [...other] : [...new Set([...one, ...other])];
}

function reachedFrom(numbered: Numbered, roots: Iterable<number>): Uint8Array {
  const { image, extents, codes } = numbered;
  const reached = new Uint8Array(extents.length);
  const queue: number[] = [];
  const visit = (part: number): void => {
    if (reached[part] === 1) return;
    reached[part] = 1;
    queue.push(part);
  };
  for (const root of roots) visit(root);
  for (let part = queue.pop(); part !== undefined; part = queue.pop()) {
    const { section, start, end } = extents[part];
    const { relocations, size } = image.sections[section];
    for (let at = firstFrom(relocations, start); at < relocations.length; at++) {
      const relocation = relocations[at];
      if (relocation.offset >= end && end < size) break;
      if (!isByName(image, relocation)) visitTargets(numbered, section, relocation, visit);
    }
    for (const { place } of codes[section]?.targetsOf(start, end) ?? [])
      visit(partAt(numbered, section, place));
  }
  return reached;
}

const isByName = ({ symbols }: ObjectImage, { symbol }: ImageRelocation): boolean =>
  symbol !== NONE && symbols[symbol].binding !== 'local';

/** Those of an extent: all, where it is the whole section, even one at its very end. */
function* relocationsIn(
  { relocations, size }: ImageSection,
  start: number,
  end: number,
): Generator<ImageRelocation> {
  for (let at = firstFrom(relocations, start); at < relocations.length; at++) {
    if (relocations[at].offset >= end && end < size) return;
    yield relocations[at];
  }
}

/** The first relocation that is not before an offset. */
function firstFrom(relocations: readonly ImageRelocation[], offset: number): number {
  let low = 0;
  let high = relocations.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (relocations[middle].offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const R_X86_64_64 = 1;
const R_X86_64_PC32 = 2;
const R_X86_64_PLT32 = 4;
const ABSOLUTE = new Set([R_X86_64_64, 10, 11]);

/** Visits parts of the same object that a relocation without a linkage name may name. */
function visitTargets(
  numbered: Numbered,
  from: number,
  relocation: ImageRelocation,
  visit: (part: number) => void,
): void {
  const { image, codes, extents, first } = numbered;
  const { symbol, type, addend } = relocation;
  const local = symbol === NONE ? null : image.symbols[symbol];
  const target = local === null ? relocation.section : local.section;
  if (target < 0) return;
  const isCall = (type === R_X86_64_PC32 || type === R_X86_64_PLT32) && image.sections[from].use === 'code';
  if (codes[target] === null || addend === null || !(isCall || ABSOLUTE.has(type))) {
    for (let part = first[target]; extents[part]?.section === target; part++) visit(part);
    return;
  }
  const place = Number(local?.value ?? 0n) + addend;
  if (isCall) visitCalled(numbered, target, place, visit);
  else visit(partAt(numbered, target, place));
}

/** In code the place is four bytes before the end of the instruction, or more where a number follows it. */
function visitCalled(numbered: Numbered, target: number, place: number, visit: (part: number) => void): void {
  const part = partAt(numbered, target, place + 4);
  visit(part);
  if (numbered.extents[part].start === place + 4) return;
  for (const more of [5, 6, 8]) visit(partAt(numbered, target, place + more));
}

function collectDefinitions({ symbols }: ObjectImage): Map<string, number> {
  const definitions = new Map<string, number>();
  for (const [row, { name, binding, section }] of symbols.entries())
    if (binding !== 'local' && section !== UNDEFINED_SECTION && !definitions.has(name))
      definitions.set(name, row);
  return definitions;
}
