/** Made by tools/bundle/virtual-modules.ts of what is in `client/`. */
declare module 'virtual:page-assets' {
  export const script: string;
  export const style: string;
}
