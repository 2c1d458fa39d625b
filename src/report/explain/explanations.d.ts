/** Made by tools/bundle/virtual-modules.ts from docs/findings, docs/safety.md, docs/advice.md and docs/evidence.md. */
declare module 'virtual:explanations' {
  /** By code, Markdown. */
  export const pages: Readonly<Record<string, string>>;
}
