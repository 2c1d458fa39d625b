/**
 * Numbers of the WebAssembly core specification (chapter 5, Binary Format) and of the tool conventions' Linking.md,
 * under the names that LLVM's BinaryFormat/Wasm.h gives them.
 */

export const WASM_SEC_CUSTOM = 0;
export const WASM_SEC_TYPE = 1;
export const WASM_SEC_IMPORT = 2;
export const WASM_SEC_FUNCTION = 3;
export const WASM_SEC_EXPORT = 7;
export const WASM_SEC_START = 8;
export const WASM_SEC_ELEM = 9;
export const WASM_SEC_CODE = 10;
export const WASM_SEC_DATA = 11;

export const WASM_EXTERNAL_FUNCTION = 0;
export const WASM_EXTERNAL_TABLE = 1;
export const WASM_EXTERNAL_MEMORY = 2;
export const WASM_EXTERNAL_GLOBAL = 3;
export const WASM_EXTERNAL_TAG = 4;

export const WASM_TYPE_FUNC = 0x60;

export const WASM_LIMITS_FLAG_HAS_MAX = 0x1;
export const WASM_LIMITS_FLAG_IS_64 = 0x4;
/** Custom page sizes: a further number follows. */
export const WASM_LIMITS_FLAG_HAS_PAGE_SIZE = 0x8;

export const WASM_SEGMENT_INFO = 5;
export const WASM_INIT_FUNCS = 6;
export const WASM_COMDAT_INFO = 7;
export const WASM_SYMBOL_TABLE = 8;

export const WASM_SYMBOL_TYPE_FUNCTION = 0;
export const WASM_SYMBOL_TYPE_DATA = 1;
export const WASM_SYMBOL_TYPE_GLOBAL = 2;
export const WASM_SYMBOL_TYPE_SECTION = 3;
export const WASM_SYMBOL_TYPE_TAG = 4;
export const WASM_SYMBOL_TYPE_TABLE = 5;

export const WASM_SYMBOL_BINDING_WEAK = 0x1;
export const WASM_SYMBOL_BINDING_LOCAL = 0x2;
export const WASM_SYMBOL_VISIBILITY_HIDDEN = 0x4;
export const WASM_SYMBOL_UNDEFINED = 0x10;
export const WASM_SYMBOL_EXPORTED = 0x20;
export const WASM_SYMBOL_EXPLICIT_NAME = 0x40;
export const WASM_SYMBOL_TLS = 0x100;
export const WASM_SYMBOL_ABSOLUTE = 0x200;

export const WASM_SEGMENT_FLAG_TLS = 0x2;
export const WASM_SEGMENT_FLAG_RETAIN = 0x4;

export const WASM_COMDAT_DATA = 0;
export const WASM_COMDAT_FUNCTION = 1;
