/** Text that is markup already. */
export interface Markup {
  readonly text: string;
}

/** Trusts text to be markup. */
export const markup = (text: string): Markup => ({ text });

type Part = string | Markup | readonly Part[];

/** Markup of a template: what is put in is text, and escaped, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return markup(strings.reduce((text, string, at) => text + render(parts[at - 1]) + string));
}

function render(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part);
  if ('text' in part) return part.text;
  return part.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
