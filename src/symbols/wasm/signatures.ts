import { createHash } from 'node:crypto';
import type { ByteSource } from '../../bytes/byte-source.js';
import { UnreadableError } from '../object-format.js';
import { WASM_SEC_FUNCTION, WASM_SEC_TYPE, WASM_TYPE_FUNC } from './constants.js';
import type { WasmImports } from './imports.js';
import type { WasmReader } from './reader.js';
import { openSection, type WasmSection } from './sections.js';

/**
 * Digests of function signatures, by function index: the first 48 bits of SHA-256 over the encoded signature, so equal
 * signatures have equal digests in all objects. They must be compared, because wasm-ld only warns if signatures differ
 * and replaces the call by a trap. WebAssembly functions have no size, so the size column holds the digest.
 */
export type Signatures = readonly number[];

export function readSignatures(
  object: ByteSource,
  sections: readonly WasmSection[],
  imports: WasmImports,
): Signatures {
  const open = (id: number, what: string) =>
    openSection(
      object,
      sections.find((section) => section.id === id),
      what,
    );
  const types = readTypes(open(WASM_SEC_TYPE, 'type section'));
  const functions = open(WASM_SEC_FUNCTION, 'function section');
  const signatures: number[] = [];
  const add = (type: number) => {
    if (type >= types.length) throw functions.error(`no type ${type} of ${types.length}`);
    signatures.push(types[type]);
  };
  for (const type of imports.functionTypes) add(type);
  const count = functions.isAtEnd ? 0 : functions.uleb();
  for (let index = 0; index < count; index++) add(functions.uleb());
  return signatures;
}

function readTypes(reader: WasmReader): number[] {
  const digests: number[] = [];
  const count = reader.isAtEnd ? 0 : reader.uleb();
  for (let index = 0; index < count; index++) {
    const form = reader.u8();
    if (form !== WASM_TYPE_FUNC)
      throw new UnreadableError(`WebAssembly types of form 0x${form.toString(16)}, not functions`);
    const start = reader.position;
    skipValueTypes(reader);
    skipValueTypes(reader);
    digests.push(digestOf(reader.view.bytes.subarray(start, reader.position)));
  }
  return digests;
}

/** Typed references (0x63, 0x64) take a further number, all other value types are a byte each. */
function skipValueTypes(reader: WasmReader): void {
  const count = reader.uleb();
  for (let index = 0; index < count; index++) {
    const type = reader.u8();
    if (type === 0x63 || type === 0x64) reader.sleb();
  }
}

const digestOf = (signature: Uint8Array): number =>
  createHash('sha256').update(signature).digest().readUIntBE(0, 6);
