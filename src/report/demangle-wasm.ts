import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The demangler's WebAssembly, from the package that has it. `tools/build-single.ts` puts the bytes in its place. */
export function demanglerBytes(): Uint8Array {
  // A bundle of CommonJS has a `require`, and to make another one takes a part of a report's time.
  const own = typeof require === 'function' ? require : createRequire(import.meta.url);
  return readFileSync(own.resolve('gecko-profiler-demangle/index_bg.wasm'));
}
