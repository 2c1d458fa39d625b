/** The half of the package that is not WebAssembly: its own types cover `index.js` alone, which Node 20 cannot load. */
declare module 'gecko-profiler-demangle/index_bg.js' {
  export function demangle_any(name: string): string;
  export function __wbg_set_wasm(exports: unknown): void;
}
