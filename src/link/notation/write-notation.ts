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

/** A real link in the notation: what a bug report needs to say, without a byte of anybody's code. */
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
  let openGroup = NONE;
  let openLibrary = NONE;
  for (const [at, item] of line.items.entries()) {
    append(words, unreadAt(line, at));
    if (item.kind === 'definition') {
      words.push(printDefinition(inputs, item));
      continue;
    }
    if (item.group !== openGroup) {
      if (openGroup !== NONE) words.push('--end-group');
      if (item.group !== NONE) words.push('--start-group');
      openGroup = item.group;
    }
    const library = item.kind === 'lazy-object' ? item.library : NONE;
    if (library !== openLibrary) {
      if (openLibrary !== NONE) words.push('--end-lib');
      if (library !== NONE) words.push('--start-lib');
      openLibrary = library;
    }
    if (item.kind === 'object' || item.kind === 'lazy-object') words.push(inputs.members[item.member].name);
    else if (item.kind === 'shared-library') {
      const { name } = inputs.members[item.member];
      words.push(...(item.asNeeded ? ['--as-needed', name, '--no-as-needed'] : [name]));
    } else if (item.whole)
      words.push('--whole-archive', inputs.archives[item.archive].path, '--no-whole-archive');
    else words.push(inputs.archives[item.archive].path);
  }
  if (openLibrary !== NONE) words.push('--end-lib');
  if (openGroup !== NONE) words.push('--end-group');
  return [...words, ...unreadAt(line, line.items.length)];
}

const unreadAt = ({ unread }: LinkLine, at: number): string[] =>
  unread.filter((library) => library.at === at).map(({ what }) => what.replace(/^-framework /, '-l'));

/** An expression of several names is written as their sum: what else it is made of changes no link. */
const printDefinition = (
  inputs: Inputs,
  { name, references, isAlias }: Extract<LineItem, { kind: 'definition' }>,
): string => {
  const names = references.map((reference) => textOf(inputs, reference));
  return `--defsym=${textOf(inputs, name)}=${[...names, ...(isAlias ? [] : ['0'])].join('+')}`;
};

function noteMember(inputs: Inputs, member: MemberId): NotedMember {
  const { archive, name, size, source } = inputs.members[member];
  const content = inputs.contents[member];
  const marks = new Map<string, string>();
  if (content.kind !== 'object') marks.set(content.kind === 'shared-library' ? 'shared' : content.kind, '');
  // Members of equal bytes get equal rows; for all others the digest keeps them apart.
  const digest = createHash('sha256')
    .update(source.view(0, size, 'content').bytes)
    .digest('hex');
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
    const letter = letterOf(flags);
    const group = symbols.group[symbol];
    const marks = new Map<string, string>();
    if (isTls(flags)) marks.set('tls', '');
    if (isHidden(flags)) marks.set('hidden', '');
    if (visibilityOf(flags) === PROTECTED) marks.set('protected', '');
    if (isAutoHide(flags)) marks.set('autohide', '');
    if (kindName(flags) === 'none' && !isReference(flags) && !isAbsolute(flags)) marks.set('notype', '');
    if (group !== NONE) marks.set('group', textOf(inputs, symbols.groups[group].signature));
    if (!isReference(flags) && !isAbsolute(flags)) marks.set('size', String(symbols.size[symbol]));
    if (symbols.alignment[symbol] > 0) marks.set('align', String(symbols.alignment[symbol]));
    noted.push({ letter, name: textOf(inputs, symbols.name[symbol]), marks });
  }
  return noted;
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
