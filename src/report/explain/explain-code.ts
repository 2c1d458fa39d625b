import { pages } from 'virtual:explanations';

/** Codes of findings, reasons, evidence and advice that have a page, sorted. */
export const explainedCodes = (): string[] => Object.keys(pages).toSorted();

/**
 * The page of a code, for a terminal: links are reduced to their text.
 *
 * @returns null for text that is not a code
 */
export function explanationOf(code: string): string | null {
  if (!Object.hasOwn(pages, code)) return null;
  return `${pages[code].replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').trimEnd()}\n`;
}
