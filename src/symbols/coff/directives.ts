import { budgetOf } from '../budget.js';
import type { SideEffect } from '../object-format.js';
import { type CoffSections, sectionBytes } from './sections.js';
import type { CoffSurvey } from './survey.js';

/** Linker options in `.drectve`, in the order of the text. */
export interface Directives {
  readonly options: readonly string[];
  /** log2 of the alignment of commons that need more than their size implies: `-aligncomm:"x",4`. */
  readonly alignments: ReadonlyMap<string, number>;
}

const NONE: Directives = { options: [], alignments: new Map() };

export function readDirectives(sections: CoffSections, { directives }: CoffSurvey): Directives {
  if (directives.length === 0) return NONE;
  const options: string[] = [];
  const alignments = new Map<string, number>();
  for (const text of directiveTexts(sections, directives)) {
    for (const token of tokens(text)) {
      const alignment = /^[-/]aligncomm:(.*),(\d{1,2})$/i.exec(token);
      if (alignment) alignments.set(alignment[1], Math.min(Number(alignment[2]), 31));
      else options.push(optionOf(token));
    }
  }
  return { options, alignments };
}

function directiveTexts(sections: CoffSections, directives: CoffSurvey['directives']): string[] {
  const spend = budgetOf(sections.object, 'linker directives');
  return directives.map((section) => {
    spend(section.size);
    const text = Buffer.from(sectionBytes(sections, section, 'linker directives').bytes).toString('latin1');
    // MSVC marks UTF-8 with a byte order mark; without it the text is in the code page of the compiler.
    return text.startsWith('\xef\xbb\xbf') ? text.slice(3) : text;
  });
}

/** Splits the text at spaces outside of quotes, and removes the quotes. Assemblers pad with NUL. */
function tokens(text: string): string[] {
  const found = text.match(/(?:"[^"]*"?|[^\s\0"])+/g) ?? [];
  return found.map((token) => token.replaceAll('"', '')).filter((token) => token !== '');
}

/** All options of a text of directives. */
export const optionsIn = (text: string): string[] => tokens(text).map(optionOf);

/** `-export:f` and `/EXPORT:f` are one option. */
function optionOf(token: string): string {
  const colon = token.indexOf(':');
  const end = colon < 0 ? token.length : colon;
  return token.replace(/^-/, '/').slice(0, end).toUpperCase() + token.slice(end);
}

export const directivesEffect = ({ options }: Directives): SideEffect[] =>
  options.length === 0 ? [] : [{ kind: 'linker-options', section: '.drectve', entries: options }];
