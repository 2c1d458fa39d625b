import { constantAfter } from './image/code-x86.js';
import type { ImageRelocation, ImageSymbol, ObjectImage } from './image/object-image.js';
import { NONE } from './table.js';

/*
 * References to a definition of the same object that do not use its linkage name: through the section symbol, a local
 * alias (LLVM's `.Lname$local`) or an anchor (GCC's `.LANCHOR0`, LLVM's `_MergedGlobals`). They still refer to the
 * object's own definition if the linker binds the name to another one.
 */

/** Types of ELF relocations whose place is four bytes or more before what the addend says. */
const PC_RELATIVE: Readonly<Record<number, ReadonlySet<number>>> = {
  // R_X86_64_PC32, PLT32, GOTPCREL, TLSGD, TLSLD, GOTTPOFF, GOTPCRELX, REX_GOTPCRELX, CODE_4_GOTPCRELX
  62: new Set([2, 4, 9, 19, 20, 22, 41, 42, 43]),
  // R_386_PC32, R_386_PLT32
  3: new Set([2, 4]),
};

/**
 * Whether a relocation may refer to a definition by its place. Code of processors other than x86 adds offsets in
 * instructions of their own, so that any local reference from it to the section counts.
 *
 * @param from row of the section that has the relocation
 * @param definition row of the symbol
 */
export function mayReferTo(
  image: ObjectImage,
  from: number,
  relocation: ImageRelocation,
  definition: number,
): boolean {
  const { symbols, sections } = image;
  const { symbol, section, addend, type, offset } = relocation;
  const local = symbol === NONE ? null : symbols[symbol];
  const target = symbols[definition];
  if (local !== null && local.binding !== 'local') return false;
  if ((local?.section ?? section) !== target.section) return false;
  const { use, bytes } = sections[from];
  if (use === 'ignored' || use === 'unwind' || use === 'addrsig') return false;
  const relative = PC_RELATIVE[machineOf(image)];
  if (addend === null || (use === 'code' && relative === undefined)) return true;
  const place = Number(local?.value ?? 0n) + addend;
  const end = endOf(image, target);
  const isWithin = (at: number) => at >= target.value && at < end;
  if (!relative?.has(type)) return isWithin(place);
  return constantAfter(bytes, offset).some((more) => isWithin(place + 4 + more));
}

/** Of ELF; NaN of other formats. */
const machineOf = ({ attributes }: ObjectImage): number =>
  Number(/^machine (\d+) /.exec(attributes.find((text) => text.startsWith('machine ')) ?? '')?.[1] ?? NaN);

/** Where the next definition of the section begins, if the format does not record sizes. */
function endOf({ symbols, sections }: ObjectImage, { section, value, size }: ImageSymbol): bigint {
  if (size > 0n) return value + size;
  let end = BigInt(sections[section].size);
  for (const other of symbols)
    if (other.section === section && other.value > value && other.value < end) end = other.value;
  return end;
}
