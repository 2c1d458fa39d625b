import type { Inputs } from '../../link/inputs/inputs.js';
import { storedImage } from '../../link/inputs/member-image.js';
import { byOffset, type WithinRange } from '../../symbols/image/by-offset.js';
import {
  eachTarget,
  type ImageRelocation,
  type ImageSymbol,
  type ObjectImage,
} from '../../symbols/image/object-image.js';
import type { NameId, NameTable } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';

/** References between the sections of one object. Rows are those of its image. */
export interface SectionGraph {
  readonly image: ObjectImage;
  /** Row of a section by its number in the object. */
  rowOf(section: number): number;
  /** Sections that a section refers to without a linkage name. */
  sectionsFrom(row: number): readonly number[];
  /** Linkage names that a section refers to. */
  namesFrom(row: number): readonly string[];
  /** The same, as the symbol table has them; NONE for a name that it does not have. */
  nameIdsFrom(row: number): readonly NameId[];
  /** Those of all sections. */
  readonly allNameIds: ReadonlySet<NameId>;
  /** The object's own definition of a linkage name; null without one. */
  definitionOf(name: string): ImageSymbol | null;
  /** The section that the object's own definition of a linkage name is in; NONE without one. */
  homeOf(name: string): number;
  /** Relocations of a section in a range of its bytes: `start` ≤ offset < `end`. */
  relocationsIn(row: number, start: number, end: number): readonly ImageRelocation[];
}

/** Section graphs of members, each read once; null for an object that cannot be read completely. */
export type SectionGraphs = (member: MemberId) => SectionGraph | null;

export function sectionGraphs(inputs: Inputs): SectionGraphs {
  return (member) => {
    const image = storedImage(inputs, member);
    if (image === null) return null;
    const graph = graphs.get(image) ?? graphOf(image, inputs.symbols.names);
    graphs.set(image, graph);
    return graph;
  };
}

/**
 * Bytes of a section that a definition has. Where its format records no size (COFF, Mach-O) it ends at the next symbol:
 * then padding counts as content, and two definitions may seem to differ that do not.
 */
export function extentOf(
  { sections, symbols }: ObjectImage,
  { section, value, size }: ImageSymbol,
): [number, number] {
  if (size > 0n) return [Number(value), Number(value + size)];
  let end = BigInt(sections[section].size);
  for (const other of symbols)
    if (other.section === section && other.value > value && other.value < end) end = other.value;
  return [Number(value), Number(end)];
}

const graphs = new WeakMap<ObjectImage, SectionGraph>();

function graphOf(image: ObjectImage, names: NameTable): SectionGraph {
  const rows = rowsByNumber(image);
  let definitions: ReadonlyMap<string, ImageSymbol> | undefined;
  const definitionOf = (name: string): ImageSymbol | null => {
    definitions ??= definitionsOf(image);
    return definitions.get(name) ?? null;
  };
  const ranges = new Map<number, WithinRange<ImageRelocation>>();
  // Decoded on demand, since only a part of most objects is reached.
  const targets: (Targets | undefined)[] = [];
  const readTargets = targetReader(image);
  const targetsFrom = (row: number): Targets => {
    targets[row] ??= readTargets(row);
    return targets[row];
  };
  /** Looked up on demand: a large object has thousands of names, each referenced by many sections. */
  const ids = new Int32Array(image.symbols.length).fill(UNKNOWN);
  const idOf = (symbol: number): NameId => {
    if (ids[symbol] === UNKNOWN) ids[symbol] = names.find(image.symbols[symbol].name);
    return ids[symbol];
  };
  let all: ReadonlySet<NameId> | undefined;
  return {
    image,
    rowOf: (section) => rows[section] ?? NONE,
    sectionsFrom: (row) => targetsFrom(row).sections,
    namesFrom: (row) => targetsFrom(row).symbols.map((symbol) => image.symbols[symbol].name),
    nameIdsFrom: (row) => targetsFrom(row).symbols.map(idOf),
    get allNameIds() {
      if (all !== undefined) return all;
      all = new Set(namedTargets(image).map(idOf));
      return all;
    },
    definitionOf,
    homeOf: (name) => definitionOf(name)?.section ?? NONE,
    relocationsIn: (row, start, end) => {
      const within = ranges.get(row) ?? byOffset(image.sections[row].relocations);
      ranges.set(row, within);
      return within(start, end);
    },
  };
}

/** By number of a section: its row. */
function rowsByNumber({ sections }: ObjectImage): Int32Array {
  const rows = new Int32Array(sections.reduce((most, { number }) => Math.max(most, number), NONE) + 1);
  rows.fill(NONE);
  for (let row = 0; row < sections.length; row++) rows[sections[row].number] = row;
  return rows;
}

/** The object's own definitions by linkage name, the first of each. */
function definitionsOf({ symbols }: ObjectImage): Map<string, ImageSymbol> {
  const definitions = new Map<string, ImageSymbol>();
  for (let row = 0; row < symbols.length; row++) {
    const { binding, section } = symbols[row];
    if (binding === 'local' || section < 0) continue;
    const { name } = symbols[row];
    if (!definitions.has(name)) definitions.set(name, symbols[row]);
  }
  return definitions;
}

/** Symbols with a linkage name that some section refers to. */
function namedTargets({ sections, symbols }: ObjectImage): number[] {
  const isTarget = new Uint8Array(symbols.length);
  for (let row = 0; row < sections.length; row++)
    eachTarget(sections[row], (symbol) => {
      if (symbol !== NONE) isTarget[symbol] = 1;
    });
  const found: number[] = [];
  for (let symbol = 0; symbol < symbols.length; symbol++)
    if (isTarget[symbol] === 1 && symbols[symbol].binding !== 'local') found.push(symbol);
  return found;
}

const UNKNOWN = -2;

interface Targets {
  readonly sections: readonly number[];
  /** Rows of symbols with a linkage name. */
  readonly symbols: readonly number[];
}

/** Finds the references of a section: to sections without a linkage name, and to linkage names. */
function targetReader({ sections, symbols }: ObjectImage): (row: number) => Targets {
  // By row: the last section, counted from 1, that refers to it.
  const lastSection = new Int32Array(sections.length);
  const lastSymbol = new Int32Array(symbols.length);
  /** By symbol: the section that it is in if it is local, otherwise `LINKAGE`. */
  const homes = new Int32Array(symbols.length).fill(UNKNOWN);
  const homeOf = (symbol: number): number => {
    if (homes[symbol] === UNKNOWN) {
      const { binding, section } = symbols[symbol];
      homes[symbol] = binding !== 'local' ? LINKAGE : Math.max(section, NONE);
    }
    return homes[symbol];
  };
  return (row) => {
    const found: { readonly sections: number[]; readonly symbols: number[] } = { sections: [], symbols: [] };
    const addSection = (target: number): void => {
      if (target === NONE || lastSection[target] === row + 1) return;
      lastSection[target] = row + 1;
      found.sections.push(target);
    };
    addSection(sections[row].follows);
    eachTarget(sections[row], (symbol, section) => {
      addSection(section);
      if (symbol === NONE) return;
      const home = homeOf(symbol);
      if (home !== LINKAGE) addSection(home);
      else if (lastSymbol[symbol] !== row + 1) {
        lastSymbol[symbol] = row + 1;
        found.symbols.push(symbol);
      }
    });
    return found;
  };
}

const LINKAGE = -3;

/** Sections that are reached from others without a linkage name, and linkage names that all those refer to. */
export function namesReached(graph: SectionGraph, from: readonly number[]): Set<string> {
  const names = new Set<string>();
  reach(graph, from, (name) => {
    names.add(name);
    return NONE;
  });
  return names;
}

/**
 * All sections that are reached from some.
 *
 * @param follow the section of the same object that a linkage name leads to; NONE where it leads out of it
 */
export function reach(
  graph: SectionGraph,
  from: readonly number[],
  follow: (name: string) => number,
): Set<number> {
  const reached = new Set(from.filter((row) => row !== NONE));
  const queue = [...reached];
  const add = (row: number) => {
    if (row === NONE || reached.has(row)) return;
    reached.add(row);
    queue.push(row);
  };
  for (let row = queue.pop(); row !== undefined; row = queue.pop()) {
    for (const target of graph.sectionsFrom(row)) add(target);
    for (const name of graph.namesFrom(row)) add(follow(name));
  }
  return reached;
}

/** Sections with effects that need no reference: constructors, registries, and unknown sections. */
export function actingSections({ image: { sections } }: SectionGraph): number[] {
  const acting: number[] = [];
  for (let row = 0; row < sections.length; row++) {
    const { use } = sections[row];
    if (use === 'constructors' || use === 'destructors' || use === 'other') acting.push(row);
  }
  return acting;
}
