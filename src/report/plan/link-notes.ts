import type { LinkReport } from './plan-report.js';

/**
 * Notes about the linkers in rows of links: which were never run, and for which the winner is unknown.
 */
export const linkNotes = (links: readonly LinkReport[]): string[] => [
  ...notRunNotes(links),
  ...outcomeNotes(links),
];

/** Only where the plan is for such a linker alone: JSON has it for each. */
function notRunNotes(links: readonly LinkReport[]): string[] {
  const grounds = new Map(links.map(({ linker, outcomeOf, notRun }) => [outcomeOf ?? linker, notRun]));
  if (grounds.size > 1) return [];
  return [...grounds].flatMap(([linker, notRun]) =>
    notRun === undefined ? [] : [`${linker} was never run: its row follows ${notRun}`],
  );
}

/** Which linkers may use either of two definitions, and what each of their rows takes for granted. */
function outcomeNotes(links: readonly LinkReport[]): string[] {
  const outcomes = new Map<string, Map<string, string>>();
  for (const { linker, outcome, outcomeOf = linker } of links) {
    if (outcome === undefined) continue;
    const known = outcomes.get(outcomeOf) ?? new Map<string, string>();
    outcomes.set(outcomeOf, known.set(linker, outcome));
  }
  return [...outcomes].map(([linker, rows]) => {
    const each = [...rows].map(([name, outcome]) => `${name}: ${outcome}`);
    return `${winnerUnknown(linker)} (${each.join('; ')})`;
  });
}

export const winnerUnknown = (linker: string): string => `winner unknown on ${linker}: both outcomes shown`;
