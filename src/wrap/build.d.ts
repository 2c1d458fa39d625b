/** Made by tools/bundle/virtual-modules.ts. */
declare module 'virtual:build' {
  /** SHA-256 of the sources and of the packages that they use. */
  export const sourceDigest: string;
}
