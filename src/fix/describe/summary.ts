import { basename } from 'node:path';
import { nameOf } from '../../link/inputs/archive-name.js';
import type { Cure } from '../cure.js';
import { inputText } from './file-label.js';

const NAMED = 3;

/** One-line summary of a cure. */
export function summaryOf({ state }: Cure): string {
  const moves = state.changes.map((change) => {
    if (change.kind === 'require')
      return `require ${change.symbol}, so that ${change.file} is loaded in its old place`;
    const archive = inputText(change.input);
    if (change.kind === 'remove')
      return change.equal === null
        ? `name ${archive} once`
        : `remove ${archive}, which equals ${change.equal}`;
    if (change.kind === 'on-demand') return `load ${archive} on demand`;
    return `put ${archive} ${change.kind === 'move-before' ? 'before' : 'after'} ${inputText(change.target)}`;
  });
  // An archive that is loaded whole twice takes two changes of the same text.
  return [...new Set(moves), ...editSummaries(state), ...dropSummaries(state)].join(', then ');
}

const EDITS = { redirect: 'redirect', yield: 'yield', isolate: 'isolate', 'first-wins': 'weaken' } as const;

/** A part for each kind of edit, in the order in which they are made. */
function editSummaries({ links }: Cure['state']): string[] {
  const [found] = links.flatMap((link) => (link.edits ? [link.edits] : []));
  if (found === undefined) return [];
  const { members, archives, symbols } = found.inputs;
  return Object.entries(EDITS).flatMap(([kind, verb]) => {
    const edits = found.edits.filter(({ evidence }) => evidence.kind === kind);
    if (edits.length === 0) return [];
    const from = [...new Set(edits.map(({ member }) => nameOf({ archives }, members[member].archive)))];
    const names = [...new Set(edits.map(({ name }) => symbols.names.text(name)))];
    return [`${verb} ${count(names.length, 'symbol')} of ${shortList(from)} (${shortList(names)})`];
  });
}

function dropSummaries({ links }: Cure['state']): string[] {
  const [{ subject, drops }] = links.filter((link) => link.drops.length > 0).concat(links[0]);
  if (drops.length === 0) return [];
  const { members, archives } = subject.opened.inputs;
  const homeOf = (member: number) => {
    const { archive, name } = members[member];
    return archive < 0 ? basename(name) : nameOf({ archives }, archive);
  };
  const homes = (files: readonly number[]) => shortList([...new Set(files.map(homeOf))]);
  const [declared, copies] = [true, false].map((wanted) => {
    const own = drops.filter(({ evidence }) => (evidence.kind === 'declared') === wanted);
    const [from, keepers] = [homes(own.map(({ member }) => member)), homes(own.map(({ twin }) => twin))];
    return { number: own.length, from, keepers };
  });
  return [
    ...(copies.number > 0
      ? [
          `drop ${count(copies.number, 'duplicate member')} from ${copies.from} (copies stay in ${copies.keepers})`,
        ]
      : []),
    ...(declared.number > 0
      ? [
          `replace ${count(declared.number, 'member')} of ${declared.from} by those of ${declared.keepers}, whose content differs`,
        ]
      : []),
  ];
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const shortList = (items: readonly string[]): string =>
  items.length <= NAMED
    ? items.join(', ')
    : `${items.slice(0, NAMED).join(', ')} and ${items.length - NAMED} more`;
