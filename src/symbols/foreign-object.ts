/** IMAGE_FILE_MACHINE_* of objects that occur: i386, ARM (Thumb), ARMNT, ARM64, ARM64EC, ARM64X, x86-64, … */
const COFF_MACHINES = new Set([
  0x14c, 0x8664, 0x1c0, 0x1c2, 0x1c4, 0xaa64, 0xa641, 0xa64e, 0x200, 0x5032, 0x5064, 0x6232, 0x6264,
]);

/** The format of an object that linkers accept but ardedup cannot read; null if it is not a known one. */
export function foreignObject(head: Uint8Array, size: number): string | null {
  if (head.length < 4) return null;
  const data = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = data.getUint32(0, true);
  if (magic === 0xdec04342) return 'LLVM bitcode without native code';
  if (magic === 0x0b17c0de) return 'LLVM bitcode in a wrapper, without native code';
  if (magic === 0x6d736100) return 'a WebAssembly module';
  if (magic === 0xffff0000) return anonymousObject(data);
  const xcoff = data.getUint16(0, false);
  if ((xcoff === 0x01df || xcoff === 0x01f7) && head.length >= 20) return 'an XCOFF object';
  return isCoff(data, size) ? 'a COFF object' : null;
}

/** Sig1 0, Sig2 0xFFFF: version 0 is an import library's member, 1 and above carry a class id. */
function anonymousObject(data: DataView): string | null {
  if (data.byteLength < 20) return null;
  if (!COFF_MACHINES.has(data.getUint16(6, true))) return null;
  return data.getUint16(4, true) === 0 ? 'a COFF import member' : 'a COFF object (bigobj or link-time code)';
}

/**
 * COFF has no magic number, only a machine. Plausible: no optional header (objects have none), and section headers
 * (40 bytes each, after a header of 20) and the symbol table (18 bytes each) that lie within the file.
 */
function isCoff(data: DataView, size: number): boolean {
  if (data.byteLength < 20 || !COFF_MACHINES.has(data.getUint16(0, true))) return false;
  const sections = data.getUint16(2, true);
  const symbolsAt = data.getUint32(8, true);
  const symbols = data.getUint32(12, true);
  const optionalHeader = data.getUint16(16, true);
  return optionalHeader === 0 && 20 + sections * 40 <= size && symbolsAt + symbols * 18 <= size;
}
