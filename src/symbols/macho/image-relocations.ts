import { ByteView } from '../../bytes/byte-view.js';
import { exactNumber } from '../image/exact-number.js';
import type { ImageRelocation } from '../image/object-image.js';
import { UnreadableError } from '../object-format.js';
import { NONE } from '../table.js';
import type { MachoSection } from './commands.js';
import { CPU_ARCH_ABI64, CPU_TYPE_X86 } from './constants.js';
import type { SectionReading } from './image-reading.js';
import { takeSlot } from './image-slots.js';
import { unwindPointers } from './image-unwind.js';

const UNSIGNED = 0;
const ARM64_SUBTRACTOR = 1;
const ARM64_POINTER_TO_GOT = 7;
const ARM64_ADDEND = 10;
const X86_64_SUBTRACTOR = 5;
/** By how much more than the slot's end the address is that SIGNED_1, _2 and _4 count from. */
const X86_64_BEHIND: Readonly<Record<number, number>> = { 6: 1, 7: 2, 8: 4 };

/** A relocation_info, decoded. */
interface Relocation {
  readonly offset: number;
  readonly type: number;
  readonly isRelative: boolean;
  readonly width: number;
  readonly isExternal: boolean;
  readonly number: number;
}

/** The bytes of a section, and what is relocated in them. */
export function readImageRelocations(
  reading: SectionReading,
  section: MachoSection,
): { readonly bytes: Uint8Array; readonly relocations: readonly ImageRelocation[] } {
  const { object, header } = reading;
  const content = object.view(section.offset, section.size, 'section content', header.littleEndian);
  const slots = new ByteView(
    Uint8Array.from(content.bytes),
    content.what,
    content.label,
    content.fileOffset,
    content.littleEndian,
  );
  const table = readTable(reading, section);
  const relocations: ImageRelocation[] = [];
  for (const [at, relocation] of table.entries()) {
    // On arm64 an addend has a relocation of its own before the one that it belongs to.
    if (isAddend(reading, relocation)) continue;
    const before = at > 0 && table[at - 1].offset === relocation.offset ? table[at - 1] : null;
    relocations.push(resolve(reading, section, slots, relocation, before));
  }
  if (section.name === '__eh_frame')
    for (const pointer of unwindPointers(reading, section, slots, relocations)) relocations.push(pointer);
  return { bytes: slots.bytes, relocations: relocations.sort((one, other) => one.offset - other.offset) };
}

function readTable({ object, header }: SectionReading, section: MachoSection): Relocation[] {
  const size = section.relocationCount * 8;
  const view = object.view(
    size === 0 ? 0 : section.relocationsOffset,
    size,
    'relocations',
    header.littleEndian,
  );
  const relocations: Relocation[] = [];
  for (let at = 0; at < size; at += 8) {
    const fields = view.u32(at + 4);
    relocations.push({
      offset: view.u32(at),
      number: fields & 0xff_ffff,
      isRelative: ((fields >>> 24) & 1) === 1,
      width: 1 << ((fields >>> 25) & 3),
      isExternal: ((fields >>> 27) & 1) === 1,
      type: fields >>> 28,
    });
  }
  // Compilers write them backwards; of one slot the first stays the first.
  return relocations.sort((one, other) => one.offset - other.offset);
}

const isX86 = ({ header }: SectionReading): boolean => header.cpuType === (CPU_TYPE_X86 | CPU_ARCH_ABI64);
const isAddend = (reading: SectionReading, { type }: Relocation): boolean =>
  !isX86(reading) && type === ARM64_ADDEND;

const isSubtractor = (reading: SectionReading, { type }: Relocation): boolean =>
  type === (isX86(reading) ? X86_64_SUBTRACTOR : ARM64_SUBTRACTOR);

function resolve(
  reading: SectionReading,
  section: MachoSection,
  slots: ByteView,
  relocation: Relocation,
  before: Relocation | null,
): ImageRelocation {
  const { offset, number, isExternal, isRelative, width, type } = relocation;
  const kind = type | (isRelative ? 0x10 : 0) | (width << 5) | (isExternal ? 0x200 : 0);
  if (!isExternal) return { ...toSection(reading, section, slots, relocation, before), type: kind };
  if (number >= reading.rowOf.length)
    throw slots.error(offset, `a relocation to symbol ${number} of ${reading.rowOf.length}`);
  const isData = isX86(reading) || type === UNSIGNED || type === ARM64_POINTER_TO_GOT;
  const inSlot = isData && !isSubtractor(reading, relocation) ? takeSlot(slots, offset, width) : 0n;
  return {
    offset,
    type: kind,
    symbol: reading.rowOf[number],
    section: NONE,
    addend:
      exactNumber(inSlot) + (before !== null && isAddend(reading, before) ? (before.number << 8) >> 8 : 0),
  };
}

/** A slot that holds an address of this object, in the section that the relocation names. */
function toSection(
  reading: SectionReading,
  section: MachoSection,
  slots: ByteView,
  relocation: Relocation,
  before: Relocation | null,
): Omit<ImageRelocation, 'type'> {
  const { offset, number, isRelative, width, type } = relocation;
  const target = reading.sections[number - 1];
  if (target === undefined)
    throw slots.error(offset, `a relocation to section ${number} of ${reading.sections.length}`);
  const place = { offset, symbol: NONE, section: number - 1 };
  // The addend of a SUBTRACTOR is in the slot of the following relocation.
  if (isSubtractor(reading, relocation)) return { ...place, addend: 0 };
  const isKnown = type === UNSIGNED ? !isRelative : isX86(reading) && isRelative;
  if (!isKnown) throw new UnreadableError(`a relocation of type ${type} to a section`);
  const end = isRelative ? section.address + offset + 4 + (X86_64_BEHIND[type] ?? 0) : 0;
  const isDifference = before !== null && isSubtractor(reading, before) && !before.isExternal;
  const subtracted = isDifference ? (reading.sections[before.number - 1]?.address ?? 0) : 0;
  const address = takeSlot(slots, offset, width) + BigInt(end + subtracted);
  return { ...place, addend: exactNumber(address - BigInt(target.address)) };
}
