import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The demangler's WebAssembly, from the package that has it. `tools/build-single.ts` puts the bytes in its place. */
export function demanglerBytes(): Uint8Array {
  const { resolve } = typeof require === 'function' ? (require as NodeJS.Require) : ownRequire();
  return readFileSync(resolve('gecko-profiler-demangle/index_bg.wasm'));
}

/** For modules: a bundle of CommonJS has a `require`, and to make another one takes a part of a report's time. */
const ownRequire = (): NodeJS.Require => createRequire(import.meta.url);
