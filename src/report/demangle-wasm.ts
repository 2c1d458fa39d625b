import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The demangler's WebAssembly, from the package that has it. `tools/build-single.ts` puts the bytes in its place. */
export const demanglerBytes = (): Uint8Array =>
  readFileSync(createRequire(import.meta.url).resolve('gecko-profiler-demangle/index_bg.wasm'));
