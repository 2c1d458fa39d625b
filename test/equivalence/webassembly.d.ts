/** The part of WebAssembly's types that is used; TypeScript has them only in its browser library. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Global {
    readonly value: number;
  }
  interface Table {
    get(index: number): (depth: number) => number;
  }
  type Exports = Readonly<Record<string, unknown>>;
  class Module {
    constructor(bytes: Uint8Array);
    static exports(module: Module): { readonly name: string; readonly kind: string }[];
    static imports(
      module: Module,
    ): { readonly module: string; readonly name: string; readonly kind: string }[];
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, unknown>>);
    readonly exports: Exports;
  }
}
