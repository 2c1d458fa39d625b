import { byOffset, type WithinRange } from '../image/by-offset.js';
import type { GroupParts, ImageRelocation, ImageSection, ObjectImage } from '../image/object-image.js';
import { NONE } from '../table.js';
import { CPU_ARCH_ABI64, CPU_TYPE_X86, MH_SUBSECTIONS_VIA_SYMBOLS, N_ALT_ENTRY } from './constants.js';

/** A part of a section that ld keeps or discards on its own: from a symbol to the next. */
interface Atom {
  readonly row: number;
  readonly start: number;
  readonly end: number;
  /** Rows of the symbols at its start. */
  readonly symbols: readonly number[];
}

/** Uses of sections whose weak definitions are compared. Constructors and unknown sections act by being there. */
const COMPARED: ReadonlySet<ImageSection['use']> = new Set(['code', 'constant', 'data', 'zero', 'tls']);

/**
 * By symbol: what a weak definition (N_WEAK_DEF) is to a linker and to the program. Linkers coalesce those of one name.
 * Left out are those that refer to what is local to their object, as to string literals and tables of exception
 * handlers, and objects that are not divided by their symbols.
 */
export function weakAtomParts(image: ObjectImage): Map<string, GroupParts> {
  const found = new Map<string, GroupParts>();
  const head = headOf(image);
  if (head === null) return found;
  const atoms = atomsOf(image);
  const unwinding = unwindingOf(image);
  if (unwinding === null) return found;
  const hasFrames = image.sections.some(({ name }) => name.endsWith('__eh_frame'));
  const insides = sectionFinders(image, unwinding);
  for (const atom of atoms) {
    const own = atom.symbols.map((row) => image.symbols[row]);
    if (!own.some(({ binding }) => binding === 'weak')) continue;
    const parts = partsOfAtom(image, atom, insides[atom.row], hasFrames);
    if (parts === null) continue;
    const names = own.map(({ name, binding, type, other }) => `${name} ${binding} ${type} ${other}`);
    for (const { name, binding } of own)
      if (binding === 'weak') found.set(name, [...head, ...names.sort(), ...parts]);
  }
  return found;
}

/** Processor, flags and platform; null for an object whose sections are wholes, or that has data in its code. */
function headOf({ attributes }: ObjectImage): string[] | null {
  const flags = attributes.find((attribute) => attribute.startsWith('flags 0x'));
  if (flags === undefined || (Number.parseInt(flags.slice(8), 16) & MH_SUBSECTIONS_VIA_SYMBOLS) === 0)
    return null;
  const commands = attributes.flatMap(
    (attribute) => /^command \d+ (0x[0-9a-f]+) (.*)$/.exec(attribute) ?? [],
  );
  for (let at = 0; at < commands.length; at += 3)
    if (commands[at + 1] === DATA_IN_CODE && commands[at + 2] !== '') return null;
  return attributes.filter((attribute) => !attribute.startsWith('command '));
}

const DATA_IN_CODE = '0x29';

/** Sections with a symbol that belongs to the atom before it (N_ALT_ENTRY) are left out. */
function atomsOf({ sections, symbols }: ObjectImage): Atom[] {
  const starts = sections.map(() => new Map<number, number[]>());
  const skipped = new Set<number>();
  for (const [row, { section, value, binding, marker, other }] of symbols.entries()) {
    if (section < 0) continue;
    if ((other & N_ALT_ENTRY) !== 0) skipped.add(section);
    if (binding === 'local' && marker === null) continue;
    const at = Number(value);
    starts[section].set(at, [...(starts[section].get(at) ?? []), row]);
  }
  return sections.flatMap(({ use, size }, row) => {
    if (!COMPARED.has(use) || skipped.has(row)) return [];
    const sorted = [...starts[row]].sort(([one], [other]) => one - other);
    return sorted.map(([start, rows], at) => ({
      row,
      start,
      end: sorted[at + 1]?.[0] ?? size,
      symbols: rows,
    }));
  });
}

/**
 * Null for an atom that refers to what is local to its object, or that DWARF unwinds, which is not compared.
 *
 * @param hasFrames the object has `__eh_frame`, which is read for functions without an entry of their own
 */
function partsOfAtom(
  image: ObjectImage,
  atom: Atom,
  { relocationsIn, framesIn }: SectionFinder,
  hasFrames: boolean,
): GroupParts | null {
  const { name, use, type, flags, alignment, entrySize, bytes } = image.sections[atom.row];
  const { start, end } = atom;
  const place = `${alignment} ${start % alignment}`;
  const inside = relocationsIn(start, end);
  const frames = framesIn(start, end);
  const isUnread = hasFrames && use === 'code' && frames.length === 0;
  if (isUnread || frames.some(({ isDwarf }) => isDwarf)) return null;
  const texts = [
    ...targets(image, inside, start),
    ...frames.flatMap(({ text, entry, from }) => [text, ...targets(image, entry, from)]),
  ];
  if (texts.some((text) => text === null)) return null;
  const head = [name, use, type, flags, entrySize, place, end - start, inside.length, frames.length].join(
    ' ',
  );
  return [head, bytes.subarray(start, end), ...(texts as string[])];
}

/** Relocations and unwind entries inside a range of one section. */
interface SectionFinder {
  readonly relocationsIn: WithinRange<ImageRelocation>;
  readonly framesIn: WithinRange<Unwinding>;
}

/** By row of the section. */
function sectionFinders({ sections }: ObjectImage, unwinding: readonly Unwinding[]): SectionFinder[] {
  const frames = sections.map((): Unwinding[] => []);
  for (const frame of unwinding) frames[frame.section]?.push(frame);
  return sections.map(({ relocations }, row) => ({
    relocationsIn: byOffset(relocations),
    framesIn: byOffset(frames[row]),
  }));
}

/** Targets of relocations, by name; null for each that leads to what is local. */
function targets(
  { symbols }: ObjectImage,
  relocations: readonly ImageRelocation[],
  start: number,
): (string | null)[] {
  return relocations.map(({ offset, type, symbol, section, addend }) => {
    if (section !== NONE || symbol === NONE) return null;
    const { name, binding, other } = symbols[symbol];
    return binding === 'local' ? null : `${offset - start} ${type} ${addend} ${name} ${other}`;
  });
}

/** An entry of `__compact_unwind`, and where the function that it is of begins. */
interface Unwinding {
  readonly section: number;
  readonly offset: number;
  /** Length and encoding. */
  readonly text: string;
  /** The encoding says that `__eh_frame` tells how to unwind. */
  readonly isDwarf: boolean;
  /** Relocations but that of the function: of a personality, and of a table of handlers. */
  readonly entry: readonly ImageRelocation[];
  /** Where the entry begins. */
  readonly from: number;
}

/** On 64-bit processors: function, length, encoding, personality, handlers. */
const ENTRY = 32;
const MODE = 0x0f00_0000;
const X86_64_MODE_DWARF = 0x0400_0000;
const ARM64_MODE_DWARF = 0x0300_0000;
const X86_64 = (CPU_TYPE_X86 | CPU_ARCH_ABI64) >>> 0;

/**
 * Source: `compact_unwind_entry` of ld64 (src/ld/parsers/macho_relocatable_file.cpp).
 *
 * @returns null where an entry cannot be read
 */
function unwindingOf(image: ObjectImage): Unwinding[] | null {
  const found: Unwinding[] = [];
  const isX86 = image.attributes.some((attribute) => attribute.startsWith(`cpu ${X86_64} `));
  for (const { name, bytes, relocations } of image.sections) {
    if (!name.endsWith('__compact_unwind')) continue;
    if (bytes.length % ENTRY !== 0) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const relocationsIn = byOffset(relocations);
    for (let from = 0; from < bytes.length; from += ENTRY) {
      const own = relocationsIn(from, from + ENTRY);
      const start = own.find(({ offset }) => offset === from);
      if (start === undefined) return null;
      const entry = own.filter((relocation) => relocation !== start);
      const text = Buffer.from(bytes.subarray(from + 8, from + ENTRY)).toString('hex');
      const mode = view.getUint32(from + 12, true) & MODE;
      const isDwarf = mode === (isX86 ? X86_64_MODE_DWARF : ARM64_MODE_DWARF);
      found.push({ ...placeOf(image, start), text, isDwarf, entry, from });
    }
  }
  return found;
}

function placeOf({ symbols }: ObjectImage, { section, symbol, addend }: ImageRelocation) {
  if (section !== NONE) return { section, offset: addend ?? 0 };
  const { section: home, value } = symbols[symbol];
  return { section: home, offset: Number(value) + (addend ?? 0) };
}
