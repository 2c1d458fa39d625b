import type { ByteSource } from '../bytes/byte-source.js';
import { MalformedError } from '../bytes/malformed-error.js';
import { readBitcodeFile } from './bitcode/file.js';
import { openBitcode } from './bitcode/stream.js';
import { coffProducers } from './coff/producers.js';
import { elfProducers } from './elf/producers.js';
import { machoProducers } from './macho/producers.js';
import { type ObjectFormatId, type ObjectInfo, UnreadableError } from './object-format.js';
import { wasmProducers } from './wasm/producers.js';

const READERS: Partial<Record<ObjectFormatId, (object: ByteSource) => readonly string[]>> = {
  elf: elfProducers,
  macho: machoProducers,
  coff: coffProducers,
  wasm: wasmProducers,
  bitcode: bitcodeProducers,
};

/**
 * The tools that made an object, as it says itself, each once; then the compiler of the bitcode that it embeds. Empty
 * where it does not say. Nothing depends on them, so what cannot be read is left out.
 */
export function producersOf(object: ByteSource, { format, bitcode }: ObjectInfo): readonly string[] {
  const own = orNothing(() => READERS[format]?.(object) ?? []);
  const embedded =
    bitcode === null
      ? []
      : orNothing(() => bitcodeProducers(object.slice(bitcode.offset, bitcode.size, object.label)));
  return [...new Set([...own, ...embedded.map((producer) => `bitcode of ${producer}`)])];
}

/** The identification block: `LLVM22.1.2-rust-1.95.0-stable`. */
function bitcodeProducers(object: ByteSource): readonly string[] {
  const { producer } = readBitcodeFile(openBitcode(object));
  return producer === '' ? [] : [producer];
}

function orNothing(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedError || error instanceof UnreadableError) return [];
    throw error;
  }
}
