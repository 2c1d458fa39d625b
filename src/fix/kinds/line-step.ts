import { changeWords, type WordChange } from '../../link/command/change-words.js';
import { LineError } from '../../link/command/line-error.js';
import type { LineInput } from '../../link/command/parsed-line.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { CureKindId } from '../cure-kind-id.js';
import { type CureState, simulate } from '../cure-state.js';

/** The state after one more change of the command's arguments; null if the changed command cannot be parsed. */
export function withChange(state: CureState, part: CureKindId, change: WordChange): CureState | null {
  const { subject } = state;
  const changes = [...state.changes, change];
  const words = changeWords(subject.parsed, changes, subject.isDriver);
  if (words === null) return null;
  const lines = relined(state, words);
  if (lines === null) return null;
  return {
    ...state,
    parts: state.parts.includes(part) ? state.parts : [...state.parts, part],
    changes,
    words,
    links: state.links.map((link, at) => simulate(link.subject, lines[at], link.drops, link.edits)),
  };
}

function relined({ links }: CureState, words: readonly string[]): LinkLine[] | null {
  try {
    return links.map(({ subject: { opened } }) => opened.relined(words).line);
  } catch (error) {
    if (error instanceof LineError) return null;
    throw error;
  }
}

/** By archive of a link: the user's arguments that name it, as the command was given. */
export function mentionsOf({ subject }: CureState, link: number, archive: number): LineInput[] {
  const { parsed, places } = subject.links[link].opened;
  return parsed.inputs.filter((input, at) => {
    const place = places[at];
    return input.place.argument !== -1 && place?.kind === 'archive' && place.archive === archive;
  });
}
