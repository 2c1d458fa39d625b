import { parseLine } from '../../src/link/command/parse-line.js';
import type { NotedLink, NotedSymbol } from '../../src/link/notation/notation-text.js';
import type { LinkAnswer } from '../link-answer.js';
import { labelsOf, type RealLinker } from './real-linkers.js';

/** Reduces an answer to what can be compared: leaves out names that the linker does not report. */
export function comparable({ profile }: RealLinker, link: NotedLink, answer: LinkAnswer): LinkAnswer {
  const silent = profile === 'lld-14' ? lostIn(link) : profile === 'lld' ? weaklyLostIn(link) : NO_NAMES;
  const wrapped = profile === 'lld-14' || profile === 'lld' ? wrappedIn(link) : NO_NAMES;
  // Some linkers keep names that only the line mentions, even without a reference.
  const known = hasDefinitions(link) ? namesOfLoaded(link, answer) : null;
  return {
    ...answer,
    winners: new Map([...answer.winners].filter(([name]) => known?.has(name) ?? true)),
    undefined: answer.undefined.filter((name) => !silent.has(name) && !wrapped.has(name)),
    // LLD 14 stops at duplicates before it resolves the names of --wrap.
    clashes:
      profile === 'lld-14' && wrapped.size > 0 ? [] : answer.clashes.filter((name) => !wrapped.has(name)),
  };
}

/**
 * LLD tells of no duplicate of a name of --wrap, and its messages are of either name: a reference becomes a weak one
 * where the definition is weak, a weak one strong where an archive has the name.
 */
const wrappedIn = ({ words }: NotedLink): Set<string> =>
  new Set(
    parseLine(words, () => '').symbols.wrapped.flatMap((name) => [name, `__wrap_${name}`, `__real_${name}`]),
  );

const hasDefinitions = ({ words }: NotedLink): boolean => words.some((word) => word.startsWith('--defsym='));

function namesOfLoaded(link: NotedLink, { members }: LinkAnswer): ReadonlySet<string> {
  const labels = labelsOf(link);
  const loaded = link.members.filter((_, at) => members.includes(labels[at]));
  return new Set(loaded.flatMap(({ symbols }) => symbols.map(nameOf)));
}

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * Names that LLD 14 does not report as undefined: it extracted a member for the name, and the definition was discarded
 * with its COMDAT group.
 */
const lostIn = ({ members }: NotedLink): Set<string> =>
  new Set(
    members.flatMap(({ archive, symbols }) =>
      archive === null ? [] : symbols.filter(isGrouped).map(nameOf),
    ),
  );

/** To LLD from 15 on a name whose only definitions are weak and went with their groups is a weak reference: it is 0. */
const weaklyLostIn = ({ members }: NotedLink): Set<string> =>
  new Set(members.flatMap(({ symbols }) => symbols.filter(isGrouped).filter(isWeakRow).map(nameOf)));

const isGrouped = ({ marks }: NotedSymbol): boolean => marks.has('group');
const isWeakRow = ({ letter }: NotedSymbol): boolean => 'WV'.includes(letter);
const nameOf = ({ name }: NotedSymbol): string => name;
