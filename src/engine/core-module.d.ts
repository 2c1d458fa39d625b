/** Made by tools/virtual-modules.js of src/core. */
declare module 'virtual:core' {
  /** A WebAssembly module, in base 64. */
  export const core: string;
}
