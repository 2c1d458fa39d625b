/** Made by tools/bundle/virtual-modules.ts of src/core. */
declare module 'virtual:core' {
  /** A WebAssembly module, in base 64. */
  export const core: string;
}
