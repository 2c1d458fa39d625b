import { makeColors } from '../colors.js';
import { printable } from '../place.js';
import { count } from '../quantities.js';
import { titleOf } from './explain-cause-text.js';
import type { ExplainReport } from './explain-report.js';
import { nameText } from './explain-words.js';

/** The main cause of duplicates, an example, and the command that explains more; empty without duplicates. */
export function failureLines(
  { link, causes }: Pick<ExplainReport, 'link' | 'causes'>,
  command: string,
): string[] {
  const [cause] = causes;
  if (link === null || cause === undefined) return [];
  const title = titleOf(cause, 0, makeColors(false)).replace(/^1\. /, '');
  const more = causes.length > 1 ? `, and ${count(causes.length - 1, 'more cause')}` : '';
  const [{ winner, loser }] = cause.pairs;
  const files = [...new Set([winner.label, loser.label])].map(printable).join(' and in ');
  return [
    `cause: ${count(link.duplicates, 'duplicate definition')} on ${link.title}: ${title}${more}`,
    `cause: such as ${nameText(cause.such[0])} in ${files}`,
    `cause: for more, run ${command}`,
  ];
}
