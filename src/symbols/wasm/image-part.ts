import type { ByteSource } from '../../bytes/byte-source.js';
import type { ImageRelocation, ImageSection, SectionUse } from '../image/object-image.js';
import { NONE } from '../table.js';
import type { ImageLinking } from './image-linking.js';
import { R_WASM_TYPE_INDEX_LEB, type WasmRelocation } from './image-relocations.js';
import type { WasmSection } from './sections.js';
import type { WasmSymbol } from './symbols.js';

/** Data of the whole object that reading its parts needs. */
export interface Reading {
  readonly object: ByteSource;
  readonly sections: readonly WasmSection[];
  readonly linking: ImageLinking;
  readonly symbols: readonly WasmSymbol[];
  /** By number of a symbol: its row in the image, or NONE. */
  readonly rowOf: Int32Array;
  readonly relocations: ReadonlyMap<number, readonly WasmRelocation[]>;
}

/** A part as its section describes it. */
export interface Part {
  readonly number: number;
  readonly name: string;
  readonly use: SectionUse;
  readonly flags?: number;
  readonly alignment?: number;
  readonly isWritable?: boolean;
}

/** A range of a section's content as a part of its own, with the relocations that lie in it. */
export function partOf(
  reading: Reading,
  section: number,
  start: number,
  size: number,
  part: Part,
): ImageSection {
  const { object, sections, relocations } = reading;
  const bytes = Uint8Array.from(object.view(sections[section].offset + start, size, 'content').bytes);
  const own = within(relocations.get(section) ?? [], start, size);
  for (const { offset, width } of own) {
    if (offset + width > start + size)
      throw object.error(sections[section].offset + offset, 'a relocation past its part');
    bytes.fill(0, offset - start, offset - start + width);
  }
  return {
    type: 0,
    entrySize: 0,
    group: NONE,
    follows: NONE,
    ...part,
    flags: BigInt(part.flags ?? 0),
    alignment: part.alignment ?? 1,
    isWritable: part.isWritable ?? false,
    size,
    bytes,
    relocations: own.map((relocation) => imageRelocation(reading, relocation, start)),
  };
}

/** Relocations of a range; they are in the order of their offsets. */
function within(
  relocations: readonly WasmRelocation[],
  start: number,
  size: number,
): readonly WasmRelocation[] {
  const firstAt = (offset: number): number => {
    let [low, high] = [0, relocations.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (relocations[middle].offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return relocations.slice(firstAt(start), firstAt(start + size));
}

function imageRelocation(
  { object, symbols, rowOf }: Reading,
  { offset, type, index, addend }: WasmRelocation,
  start: number,
): ImageRelocation {
  const place = { offset: offset - start, type, section: NONE };
  // Types are attributes as they are stored, so their numbers are equal where those are.
  if (type === R_WASM_TYPE_INDEX_LEB) return { ...place, symbol: NONE, addend: index };
  if (index >= symbols.length) throw object.error(0, `a relocation to symbol ${index} of ${symbols.length}`);
  return { ...place, symbol: rowOf[index], addend };
}
