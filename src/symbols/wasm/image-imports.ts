import {
  WASM_EXTERNAL_FUNCTION,
  WASM_EXTERNAL_GLOBAL,
  WASM_EXTERNAL_MEMORY,
  WASM_EXTERNAL_TABLE,
  WASM_EXTERNAL_TAG,
} from './constants.js';
import { readLimits } from './imports.js';
import { nameText, type WasmReader } from './reader.js';

/** The one global that wasm-ld defines for every program, and that debug information imports without using it. */
export const STACK_POINTER = '__stack_pointer';

/** Each import as text; not that of the stack pointer, which the symbols tell where it is used. */
export function importTexts(reader: WasmReader): string[] {
  const texts: string[] = [];
  const count = reader.isAtEnd ? 0 : reader.uleb();
  for (let index = 0; index < count; index++) {
    const [module, field] = [nameText(reader.name()), nameText(reader.name())];
    const kind = reader.u8();
    const start = reader.position;
    skipDescription(reader, kind);
    const description = Buffer.from(reader.view.bytes.subarray(start, reader.position)).toString('hex');
    if (kind === WASM_EXTERNAL_GLOBAL && field === STACK_POINTER) continue;
    texts.push(`import ${JSON.stringify(module)} ${JSON.stringify(field)} ${kind} ${description}`);
  }
  return texts;
}

function skipDescription(reader: WasmReader, kind: number): void {
  if (kind === WASM_EXTERNAL_FUNCTION) reader.uleb();
  else if (kind === WASM_EXTERNAL_TABLE) {
    reader.u8();
    readLimits(reader);
  } else if (kind === WASM_EXTERNAL_MEMORY) readLimits(reader);
  else if (kind === WASM_EXTERNAL_GLOBAL) reader.skip(2);
  else if (kind === WASM_EXTERNAL_TAG) {
    reader.skip(1);
    reader.uleb();
  } else throw reader.error(`import of kind ${kind}`);
}
