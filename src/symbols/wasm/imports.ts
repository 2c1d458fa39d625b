import {
  WASM_EXTERNAL_FUNCTION,
  WASM_EXTERNAL_GLOBAL,
  WASM_EXTERNAL_MEMORY,
  WASM_EXTERNAL_TABLE,
  WASM_EXTERNAL_TAG,
  WASM_LIMITS_FLAG_HAS_MAX,
  WASM_LIMITS_FLAG_HAS_PAGE_SIZE,
  WASM_LIMITS_FLAG_IS_64,
} from './constants.js';
import type { WasmName, WasmReader } from './reader.js';

/** Imports of an object. In each index space (functions, tables, globals) the imported items come first. */
export interface WasmImports {
  /** Field names; undefined symbols are called so unless they carry a name of their own. */
  readonly functions: readonly WasmName[];
  /** By imported function: row of the type section. */
  readonly functionTypes: readonly number[];
  readonly tables: readonly WasmName[];
  readonly globals: readonly WasmName[];
  readonly tags: readonly WasmName[];
  /** Whether addresses have 64 bits: every object imports the memory. */
  readonly isMemory64: boolean;
}

/** {module, field, kind u8, description} each. */
export function readImports(reader: WasmReader): WasmImports {
  const imports = {
    functions: [] as WasmName[],
    functionTypes: [] as number[],
    tables: [] as WasmName[],
    globals: [] as WasmName[],
    tags: [] as WasmName[],
    isMemory64: false,
  };
  if (reader.isAtEnd) return imports;
  const count = reader.uleb();
  for (let index = 0; index < count; index++) {
    reader.name();
    const field = reader.name();
    const kind = reader.u8();
    switch (kind) {
      case WASM_EXTERNAL_FUNCTION:
        imports.functions.push(field);
        imports.functionTypes.push(reader.uleb());
        break;
      case WASM_EXTERNAL_TABLE:
        imports.tables.push(field);
        reader.u8();
        readLimits(reader);
        break;
      case WASM_EXTERNAL_MEMORY:
        imports.isMemory64 ||= (readLimits(reader) & WASM_LIMITS_FLAG_IS_64) !== 0;
        break;
      case WASM_EXTERNAL_GLOBAL:
        imports.globals.push(field);
        reader.skip(2);
        break;
      case WASM_EXTERNAL_TAG:
        imports.tags.push(field);
        reader.skip(1);
        reader.uleb();
        break;
      default:
        throw reader.error(`import of kind ${kind}`);
    }
  }
  return imports;
}

export function readLimits(reader: WasmReader): number {
  const flags = reader.uleb();
  reader.uleb();
  if ((flags & WASM_LIMITS_FLAG_HAS_MAX) !== 0) reader.uleb();
  if ((flags & WASM_LIMITS_FLAG_HAS_PAGE_SIZE) !== 0) reader.uleb();
  return flags;
}
