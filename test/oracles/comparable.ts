import { parseLine } from '../../src/link/command/parse-line.js';
import type { NotedLink, NotedSymbol } from '../../src/link/notation/notation-text.js';
import type { LinkAnswer } from '../link-answer.js';
import { labelsOf, type RealLinker } from './real-linkers.js';

/** What can be compared of an answer: names that a linker cannot be expected to tell of are left out. */
export function comparable({ profile }: RealLinker, link: NotedLink, answer: LinkAnswer): LinkAnswer {
  const silent = profile === 'lld-14' ? lostIn(link) : profile === 'lld' ? weaklyLostIn(link) : NOBODY;
  const wrapped = profile === 'lld-14' || profile === 'lld' ? wrappedIn(link) : NOBODY;
  // What the line alone speaks of is in some outputs though nobody asks for it.
  const known = hasDefinitions(link) ? namesOfLoaded(link, answer) : null;
  return {
    ...answer,
    winners: new Map([...answer.winners].filter(([name]) => known?.has(name) ?? true)),
    undefined: answer.undefined.filter((name) => !silent.has(name) && !wrapped.has(name)),
    // LLD 14 stops at duplicates before it looks for the names of --wrap.
    clashes:
      profile === 'lld-14' && wrapped.size > 0 ? [] : answer.clashes.filter((name) => !wrapped.has(name)),
  };
}

/**
 * LLD tells of no duplicate of a name of --wrap, and its messages are of either name: a reference becomes a weak one
 * where the definition is weak, a weak one strong where an archive has the name.
 */
const wrappedIn = ({ words }: NotedLink): Set<string> =>
  new Set(parseLine(words, () => '').wrapped.flatMap((name) => [name, `__wrap_${name}`, `__real_${name}`]));

const hasDefinitions = ({ words }: NotedLink): boolean => words.some((word) => word.startsWith('--defsym='));

function namesOfLoaded(link: NotedLink, { members }: LinkAnswer): ReadonlySet<string> {
  const labels = labelsOf(link);
  const loaded = link.members.filter((_, at) => members.includes(labels[at]));
  return new Set(loaded.flatMap(({ symbols }) => symbols.map(nameOf)));
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * LLD 14 takes a name for which it extracted a member for one that an archive has, even when the member's definition
 * went with its group, and then does not tell that nobody defines it.
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
