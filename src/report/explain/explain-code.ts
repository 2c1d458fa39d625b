import { pages } from 'virtual:explanations';

/** Codes that have a page, sorted; terms of several words have one as well. */
export const explainedCodes = (): string[] =>
  Object.keys(pages)
    .filter((code) => /^[\w-]+$/.test(code))
    .toSorted();

/**
 * The page of a code, for a terminal: links are reduced to their text, and to the command or document for more.
 *
 * @returns null for text that is not a code
 */
export function explanationOf(code: string): string | null {
  if (!Object.hasOwn(pages, code)) return null;
  const text = pages[code].replace(/\[([^\]]+)\]\(([^)]+)\)/g, (_, label: string, target: string) =>
    linkText(label, target),
  );
  return `${text.trimEnd()}\n`;
}

/** @param target a URL, or a path in the repository */
function linkText(label: string, target: string): string {
  if (Object.hasOwn(pages, label.replaceAll('`', ''))) return label;
  const code = target.split('#')[1] ?? '';
  if (Object.hasOwn(pages, code)) return `${label} (\`ardedup explain ${code}\`)`;
  return label.endsWith('.md') ? target : `${label} (${target})`;
}

/** The steps under "What to do" of a code's page, without links; empty where it has none. */
export function adviceOf(code: string): string[] {
  const [, section = ''] =
    /^## What to do\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(explanationOf(code) ?? '') ?? [];
  return section
    .trim()
    .split(/\n(?=\d+\. |- )|\n\n/)
    .map((step) =>
      step
        .replace(/^(?:\d+\. |- )/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((step) => step !== '');
}
