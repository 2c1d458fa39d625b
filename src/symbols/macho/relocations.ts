import type { ByteSource } from '../../bytes/byte-source.js';
import type { MachoSection } from './commands.js';
import { CPU_ARCH_ABI64, CPU_TYPE_ARM, CPU_TYPE_X86, R_SCATTERED } from './constants.js';
import type { MachoHeader } from './header.js';

/** A relocation of one slot of a section. */
export interface MachoRelocation {
  readonly offset: number;
  /** Bytes of the slot. */
  readonly width: number;
  readonly target: RelocationTarget;
  /** The target's address is taken away from that of the relocation that follows, in the same slot. */
  readonly isSubtracted: boolean;
}

export type RelocationTarget =
  | { readonly kind: 'symbol'; readonly symbol: number }
  /** The slot holds the address, in the object, of something in a section. */
  | { readonly kind: 'section'; readonly section: number }
  /** The relocation itself names a place (in 32-bit objects); the slot holds that, and a number added to it. */
  | { readonly kind: 'address'; readonly address: number };

const X86_64_RELOC_SUBTRACTOR = 5;
const ARM64_RELOC_SUBTRACTOR = 1;
/** GENERIC_, ARM_ and PPC_RELOC_PAIR: what is subtracted, after the relocation that it belongs to. */
const RELOC_PAIR = 1;

/**
 * The relocations of a section in the order of their offsets; 8 bytes each: an address, and bit fields that the
 * byte order turns round. If the address has its top bit set, the first word holds the fields and the second a value.
 *
 *     r_symbolnum:24  r_pcrel:1  r_length:2  r_extern:1  r_type:4
 *     r_scattered:1  r_pcrel:1  r_length:2  r_type:4  r_address:24     r_value:32
 */
export function readRelocations(
  object: ByteSource,
  header: MachoHeader,
  section: MachoSection,
): MachoRelocation[] {
  const size = section.relocationCount * 8;
  const view = object.view(
    size === 0 ? 0 : section.relocationsOffset,
    size,
    'relocations',
    header.littleEndian,
  );
  const relocations: MachoRelocation[] = [];
  for (let at = 0; at < view.length; at += 8) {
    const first = view.u32(at);
    const second = view.u32(at + 4);
    const isScattered = header.bits === 32 && (first & R_SCATTERED) !== 0;
    relocations.push(isScattered ? scattered(first, second) : plain(header, first, second));
  }
  return relocations.sort((one, other) => one.offset - other.offset);
}

const scattered = (first: number, value: number): MachoRelocation => ({
  offset: first & 0xffffff,
  width: 1 << ((first >>> 28) & 3),
  target: { kind: 'address', address: value },
  isSubtracted: ((first >>> 24) & 15) === RELOC_PAIR,
});

function plain(header: MachoHeader, offset: number, fields: number): MachoRelocation {
  const { littleEndian } = header;
  const symbol = littleEndian ? fields & 0xffffff : fields >>> 8;
  const width = 1 << ((littleEndian ? fields >>> 25 : fields >>> 5) & 3);
  const isExternal = ((littleEndian ? fields >>> 27 : fields >>> 4) & 1) === 1;
  const type = littleEndian ? fields >>> 28 : fields & 15;
  return {
    offset,
    width,
    target: isExternal ? { kind: 'symbol', symbol } : { kind: 'section', section: symbol },
    isSubtracted: type === subtractorOf(header),
  };
}

function subtractorOf({ cpuType }: MachoHeader): number {
  if (cpuType === (CPU_TYPE_X86 | CPU_ARCH_ABI64)) return X86_64_RELOC_SUBTRACTOR;
  if (cpuType === (CPU_TYPE_ARM | CPU_ARCH_ABI64)) return ARM64_RELOC_SUBTRACTOR;
  return RELOC_PAIR;
}
