import { createHash } from 'node:crypto';
import { append } from '../../bytes/append.js';
import { moduleHash } from '../../symbols/bitcode/module-hash.js';
import {
  DATA,
  isAbsolute,
  isAutoHide,
  isCommon,
  isFunction,
  isHidden,
  isLocalState,
  isReference,
  isTls,
  isUnique,
  isWeak,
  isWritable,
  kindName,
  kindOf,
  PROTECTED,
  visibilityOf,
} from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Inputs } from '../inputs/inputs.js';
import type { LineItem, LinkLine } from '../line/link-line.js';
import type { NotedEntry, NotedLink, NotedMember, NotedSymbol } from './notation-text.js';
import { notedFormat, printNotation } from './notation-text.js';

/** A real link in the notation: what a bug report needs to say, without a byte of the code. */
export function writeNotation(inputs: Inputs, line: LinkLine): string {
  const indexes: [string, NotedEntry[] | null][] = inputs.archives.map(({ path, index, firstMember }) => [
    path,
    index &&
      Array.from(index.name, (name, entry) => ({
        name: inputs.symbols.names.text(name),
        ordinal: index.member[entry] === NONE ? -1 : index.member[entry] - firstMember,
      })),
  ]);
  const members = inputs.members.map(({ id }) => noteMember(inputs, id));
  const format = notedFormat(inputs.format);
  const link: NotedLink = { format, words: wordsOf(inputs, line), members, indexes: new Map(indexes) };
  return printNotation(link);
}

function wordsOf(inputs: Inputs, line: LinkLine): string[] {
  const words = line.exportsSymbols ? [line.exports.output === 'relocatable' ? '-r' : '-shared'] : [];
  for (const { name, reason } of line.roots)
    if (reason !== 'start-up') words.push('-u', inputs.symbols.names.text(name));
  const open = { group: NONE, library: NONE };
  for (const [at, item] of line.items.entries()) {
    append(words, missingAt(line, at));
    if (item.kind !== 'definition') append(words, bracketsBefore(open, item));
    append(words, itemWords(inputs, item));
  }
  append(words, bracketsBefore(open, { group: NONE }));
  return [...words, ...missingAt(line, line.items.length)];
}

/** Ends the group and the library that the item is not in, and begins its own. */
function bracketsBefore(
  open: { group: number; library: number },
  { group, library = NONE }: { readonly group: number; readonly library?: number },
): string[] {
  const words: string[] = [];
  if (library !== open.library && open.library !== NONE) words.push('--end-lib');
  if (group !== open.group && open.group !== NONE) words.push('--end-group');
  if (group !== open.group && group !== NONE) words.push('--start-group');
  if (library !== open.library && library !== NONE) words.push('--start-lib');
  Object.assign(open, { group, library });
  return words;
}

function itemWords(inputs: Inputs, item: LineItem): string[] {
  if (item.kind === 'definition') return [printDefinition(inputs, item)];
  if (item.kind === 'archive') {
    const { path } = inputs.archives[item.archive];
    return item.whole ? ['--whole-archive', path, '--no-whole-archive'] : [path];
  }
  const { name } = inputs.members[item.member];
  return item.kind === 'shared-library' && item.asNeeded ? ['--as-needed', name, '--no-as-needed'] : [name];
}

const missingAt = ({ missingLibraries }: LinkLine, at: number): string[] =>
  missingLibraries
    .filter((library) => library.at === at)
    .map(({ what }) => what.replace(/^-framework /, '-l'));

/** An expression of several names is written as their sum: what else it is made of changes no link. */
const printDefinition = (
  inputs: Inputs,
  { name, references, isAlias }: Extract<LineItem, { kind: 'definition' }>,
): string => {
  const names = references.map((reference) => textOf(inputs, reference));
  return `--defsym=${textOf(inputs, name)}=${[...names, ...(isAlias ? [] : ['0'])].join('+')}`;
};

function noteMember(inputs: Inputs, member: MemberId): NotedMember {
  const { archive, name, source } = inputs.members[member];
  const content = inputs.contents[member];
  const marks = new Map<string, string>();
  if (content.kind !== 'object') marks.set(content.kind === 'shared-library' ? 'shared' : content.kind, '');
  // Members of equal bytes get equal rows; for all others the digest keeps them apart.
  const digest = createHash('sha256').update(source.bytes('content')).digest('hex');
  marks.set('content', digest.slice(0, 12));
  if (content.kind === 'object' && content.info.bitcode) {
    const { offset, size: length } = content.info.bitcode;
    const [hash] = moduleHash(source, offset, length);
    if (hash !== undefined) marks.set('bitcode', hash);
  }
  const path = archive === NONE ? null : inputs.archives[archive].path;
  return { archive: path, name, marks, symbols: [...symbolsOf(inputs, member), ...actingOf(inputs, member)] };
}

function symbolsOf(inputs: Inputs, member: MemberId): NotedSymbol[] {
  const { symbols } = inputs;
  const noted: NotedSymbol[] = [];
  for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++) {
    const flags = symbols.flags[symbol];
    const group = symbols.group[symbol];
    const marks = marksOf(flags);
    if (group !== NONE) marks.set('group', textOf(inputs, symbols.groups[group].signature));
    if (hasPlace(flags)) marks.set('size', String(symbols.size[symbol]));
    if (symbols.alignment[symbol] > 0) marks.set('align', String(symbols.alignment[symbol]));
    noted.push({ letter: letterOf(flags), name: textOf(inputs, symbols.name[symbol]), marks });
  }
  return noted;
}

const hasPlace = (flags: number): boolean => !isReference(flags) && !isAbsolute(flags);

function marksOf(flags: number): Map<string, string> {
  const marks: [string, boolean][] = [
    ['tls', isTls(flags)],
    ['hidden', isHidden(flags)],
    ['protected', visibilityOf(flags) === PROTECTED],
    ['autohide', isAutoHide(flags)],
    ['notype', kindName(flags) === 'none' && hasPlace(flags)],
  ];
  return new Map(marks.filter(([, isSet]) => isSet).map(([mark]) => [mark, '']));
}

/** Constructors and registries, as local symbols that slots point at. */
function actingOf(inputs: Inputs, member: MemberId): NotedSymbol[] {
  const content = inputs.contents[member];
  if (content.kind !== 'object') return [];
  return content.info.sideEffects.flatMap(({ kind, section, entries }) =>
    entries.map((entry): NotedSymbol => {
      const name = entry.replace(/[+-]0x[0-9a-f]+$/, '');
      const mark = kind === 'constructors' ? 'init' : 'registry';
      const value = kind === 'constructors' ? section.replace(/^\.init_array\.?/, '') : section;
      return { letter: 't', name, marks: new Map([[mark, value]]) };
    }),
  );
}

function letterOf(flags: number): string {
  if (isReference(flags)) return isWeak(flags) ? 'w' : 'U';
  if (isLocalState(flags)) return 'd';
  if (isCommon(flags)) return 'C';
  if (isAbsolute(flags)) return 'A';
  if (isUnique(flags)) return 'u';
  if (kindName(flags) === 'ifunc') return 'i';
  if (isWeak(flags)) return isWritable(flags) || kindOf(flags) === DATA ? 'V' : 'W';
  if (isFunction(flags)) return 'T';
  return isWritable(flags) || isTls(flags) ? 'D' : 'R';
}

const textOf = (inputs: Inputs, name: NameId): string => inputs.symbols.names.text(name);
