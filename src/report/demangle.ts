import * as glue from 'gecko-profiler-demangle/index_bg.js';
import { demanglerBytes } from './demangle-wasm.js';

/*
 * Demangles names of Rust (legacy and v0) and C++ (Itanium and Microsoft) with gecko-profiler-demangle, which has the
 * demanglers of Firefox's profiler. Used for display only: decisions and saved plans use the names in the files.
 *
 * Names come from untrusted files, and a short one can expand to gigabytes: each `S_` of a C++ name repeats a part of
 * it, and parts nest. So the engine gets little memory, is replaced when it runs out of it, and is not used any more
 * when that happens often.
 */

/**
 * Longer names are shown as they are. Real names of 10 kB consist of nested templates, which are not readable anyway.
 */
const LONGEST_NAME = 4096;
/** Longer readable names are cut. */
const LONGEST_TEXT = 2000;
/** 64 kB each. Doubling a name until they are used up takes some 0.1 s. */
const MEMORY_PAGES = 64;
const MOST_FAILURES = 8;

/** The part of WebAssembly's types that is used here; TypeScript has them only in its browser library. */
interface WasmModule {
  readonly exports: { __wbindgen_start(): void };
}
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => unknown;
  Instance: new (module: unknown, imports: Record<string, unknown>) => WasmModule;
};

const MANGLED = /^_{0,3}(?:R[A-Z]|Z[A-Z0-9])|^\?/;

let compiled: unknown = null;
let isReady = false;
let failures = 0;
const known = new Map<string, string>();

/** The demangled name; the name itself if it is not mangled, malformed, or too large. */
export function demangle(name: string): string {
  if (!MANGLED.test(name) || name.length > LONGEST_NAME) return name;
  const before = known.get(name);
  if (before !== undefined) return before;
  const text = tryDemangle(name);
  known.set(name, text);
  return text;
}

/** Mangled names in a text; the ends of C++ and Rust names are those of the word. */
const MANGLED_WITHIN = /(?<![\w$.?@])(?:_{1,4}(?:Z[A-Z0-9]|R[A-Z])[\w$.]*\w|\?[\w?$@]+@@[\w?$@]+)/g;

/** A text with each mangled name in it demangled. */
export const demangleWithin = (text: string): string => text.replace(MANGLED_WITHIN, demangle);

function tryDemangle(name: string): string {
  if (failures >= MOST_FAILURES) return name;
  try {
    if (!isReady) start();
    const text = glue.demangle_any(name);
    // The demangler removes an underscore even from a name that it cannot read.
    if (name.endsWith(text)) return name;
    return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  } catch (error) {
    if (!isTrap(error)) throw error;
    failures++;
    isReady = false;
    return name;
  }
}

/** The engine ran out of memory or stack, or made bytes that are no text. */
const isTrap = (error: unknown): boolean =>
  error instanceof RangeError || error instanceof TypeError || (error as Error).name === 'RuntimeError';

function start(): void {
  compiled ??= new WebAssembly.Module(withMemoryLimit(demanglerBytes(), MEMORY_PAGES));
  const { exports } = new WebAssembly.Instance(compiled, { './index_bg.js': glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  isReady = true;
}

const MEMORY_SECTION = 5;

/**
 * The module with an upper limit for its one memory, in place of none: sections are an id, a size and that many bytes,
 * numbers in LEB128. Pages up to 127 are one byte.
 */
function withMemoryLimit(bytes: Uint8Array, pages: number): Uint8Array {
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at];
    let size = 0;
    let start = at + 1;
    for (let shift = 0, more = true; more; shift += 7, start++) {
      size |= (bytes[start] & 0x7f) << shift;
      more = bytes[start] >= 0x80;
    }
    if (id === MEMORY_SECTION) {
      const least = bytes.subarray(start + 2, start + size);
      const section = [id, size + 1, 1, 1, ...least, pages];
      return Buffer.concat([bytes.subarray(0, at), Uint8Array.from(section), bytes.subarray(start + size)]);
    }
    at = start + size;
  }
  throw new Error('the demangler has no memory of its own');
}
