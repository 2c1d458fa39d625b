import { cpuOf } from '../../src/archive/architecture.js';

/** A universal file with these slices, in this order; offsets are multiples of 2 to the power of `align`. */
export function buildUniversal(
  parts: readonly { readonly architecture: string; readonly bytes: Uint8Array }[],
  { is64 = false, align = 3 } = {},
): Buffer {
  const entrySize = is64 ? 32 : 20;
  const table = Buffer.alloc(8 + parts.length * entrySize);
  table.writeUInt32BE(is64 ? 0xcafebabf : 0xcafebabe, 0);
  table.writeUInt32BE(parts.length, 4);
  let file = table;
  parts.forEach(({ architecture, bytes }, row) => {
    const { type, subtype } = cpuOf(architecture)!;
    const offset = Math.ceil(file.length / 2 ** align) * 2 ** align;
    file = Buffer.concat([file, Buffer.alloc(offset - file.length), bytes]);
    const at = 8 + row * entrySize;
    file.writeUInt32BE(type, at);
    file.writeUInt32BE(subtype, at + 4);
    if (is64) {
      file.writeBigUInt64BE(BigInt(offset), at + 8);
      file.writeBigUInt64BE(BigInt(bytes.length), at + 16);
    } else {
      file.writeUInt32BE(offset, at + 8);
      file.writeUInt32BE(bytes.length, at + 12);
    }
    file.writeUInt32BE(align, at + (is64 ? 24 : 16));
    file.copy(table, 0, 0, table.length);
  });
  return file;
}

/** Changes the CPU type in the headers of all 64-bit Mach-O objects of a file. The code itself stays as it was. */
export function retargeted(bytes: Uint8Array, architecture: string): Buffer {
  const { type, subtype } = cpuOf(architecture)!;
  const changed = Buffer.from(bytes);
  const magic = Buffer.from([0xcf, 0xfa, 0xed, 0xfe]);
  for (let at = changed.indexOf(magic); at >= 0; at = changed.indexOf(magic, at + 4)) {
    changed.writeUInt32LE(type, at + 4);
    changed.writeUInt32LE(subtype, at + 8);
  }
  return changed;
}
