import { neededLibraries, optionalLibraries } from '../../link/resolve/needed-libraries.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { causeOfAbsence, causeOfLoading } from './blame.js';
import type { Comparison, Violation } from './comparison.js';

/**
 * C6 and C14, too: a shared library that the output needs only because of references (--as-needed, DLLs) stays needed
 * or unneeded, since its constructors and its definitions for other libraries depend on that.
 */
export function* librariesStayNeeded(comparison: Comparison): Generator<Violation> {
  const { graph, line, lineBefore = line, before, after } = comparison;
  const old = neededLibraries(graph, lineBefore, before);
  if (old.size === 0) return;
  const now = neededLibraries(graph, line, after);
  for (const [library, need] of now) {
    const was = old.get(library) ?? need;
    if (need === was) continue;
    const isLost = need < was;
    const users = isLost
      ? usersOnlyIn(comparison, before, after, library)
      : usersOnlyIn(comparison, after, before, library);
    const blame = users.flatMap((user) => (isLost ? causeOfAbsence : causeOfLoading)(comparison, user));
    yield { code: isLost ? 'side-effect-lost' : 'side-effect-added', name: NONE, by: library, blame };
  }
}

/** Files of one link that are absent from another, and whose references bind to a library. */
function usersOnlyIn(
  { graph, line }: Comparison,
  { loaded, winners }: Resolution,
  { isLoaded }: Resolution,
  library: MemberId,
): MemberId[] {
  const libraries = optionalLibraries(graph, line);
  const { first, row } = graph.rows.references;
  const { member: memberOf } = graph.inputs.symbols;
  return loaded.filter((member) => {
    if (isLoaded[member]) return false;
    for (let at = first[member]; at < first[member + 1]; at++) {
      const definition = winners[graph.name[row[at]]];
      if (definition !== NONE && libraries.get(memberOf[definition]) === library) return true;
    }
    return false;
  });
}
