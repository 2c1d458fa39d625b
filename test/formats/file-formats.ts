import { coffFormat, mingwFormat } from './coff-format.js';
import type { FileFormat } from './file-link.js';
import { machoFormat } from './macho-format.js';
import { wasmFormat } from './wasm-format.js';

/** The formats beside ELF whose linkers are asked about random links. */
export const fileFormats: readonly FileFormat[] = [machoFormat, coffFormat, mingwFormat, wasmFormat];
