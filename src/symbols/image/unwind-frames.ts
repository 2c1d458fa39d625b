import { NONE } from '../table.js';
import type { ImageRelocation, ImageSection, ObjectImage } from './object-image.js';

/** Some bytes of `.eh_frame`, without the distance to other entries. */
interface FrameBytes {
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly relocations: readonly ImageRelocation[];
}

/** An unwind entry (FDE) for the functions of one section. */
export interface FrameEntry extends FrameBytes {
  /** Row of the section that it is of. */
  readonly of: number;
  /** Its CIE, which it shares with other entries. */
  readonly common: FrameBytes;
}

/**
 * All entries (FDE) of an object's `.eh_frame` sections; null if their boundaries cannot be determined.
 *
 * Source: "Exception Frames" of the Linux Standard Base Core Specification 5.0, section 10.6.
 */
export function frameEntries(image: ObjectImage): FrameEntry[] | null {
  const littleEndian = image.attributes.some((attribute) => /^machine .* little$/.test(attribute));
  const entries: FrameEntry[] = [];
  for (const section of image.sections) {
    if (section.name !== '.eh_frame') continue;
    const own = entriesOf(image, section, littleEndian);
    if (own === null) return null;
    for (const entry of own) entries.push(entry);
  }
  return entries;
}

function entriesOf(image: ObjectImage, section: ImageSection, littleEndian: boolean): FrameEntry[] | null {
  const { bytes, relocations } = section;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const common = new Map<number, FrameBytes>();
  const entries: FrameEntry[] = [];
  let next = 0;
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = view.getUint32(at, littleEndian);
    if (length === 0) break;
    const end = at + 4 + length;
    if (length === 0xffffffff || length < 4 || end > bytes.length) return null;
    const distance = view.getUint32(at + 4, littleEndian);
    const from = next;
    while (next < relocations.length && relocations[next].offset < end) next++;
    const own = relocations.slice(from, next);
    const content = { start: at, bytes: bytes.subarray(at + 8, end), relocations: own };
    if (distance === 0) common.set(at, content);
    else {
      const entry = entryOf(image, content, common.get(at + 4 - distance));
      if (entry === null) return null;
      entries.push(entry);
    }
    at = end;
  }
  return entries;
}

/** @param common its CIE; undefined if it was not found */
function entryOf(image: ObjectImage, content: FrameBytes, common: FrameBytes | undefined): FrameEntry | null {
  const place = content.relocations.find(({ offset }) => offset === content.start + 8);
  const of = sectionOf(image, place);
  return common === undefined || of === NONE ? null : { ...content, of, common };
}

function sectionOf(image: ObjectImage, relocation: ImageRelocation | undefined): number {
  if (relocation === undefined) return NONE;
  if (relocation.section !== NONE) return relocation.section;
  return relocation.symbol === NONE ? NONE : Math.max(NONE, image.symbols[relocation.symbol].section);
}
