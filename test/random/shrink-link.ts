import { fileOf, libraryFile, type NotedLink } from '../../src/link/notation/notation-text.js';

/**
 * Reduces a disagreement: removes arguments, files, members, symbols and marks, one at a time, while the
 * link that is left still differs.
 */
export async function shrinkLink(
  link: NotedLink,
  differs: (smaller: NotedLink) => Promise<boolean>,
): Promise<NotedLink> {
  let small = link;
  for (let changed = true; changed; ) {
    changed = false;
    for (const candidate of smallerLinks(small)) {
      if (!isSound(candidate) || !(await differs(candidate))) continue;
      small = candidate;
      changed = true;
      break;
    }
  }
  return small;
}

/** Linkers go wrong in ways of their own where a name that the line defines is another one for nothing. */
function isSound({ words, members }: NotedLink): boolean {
  const defined = members
    .filter(({ archive, marks }) => archive === null && marks.size === 0)
    .flatMap(({ symbols }) => symbols.filter(({ letter }) => 'TDR'.includes(letter)).map(({ name }) => name));
  const targets = words.flatMap((word) => /^--defsym=.*=([^\d].*)$/.exec(word)?.[1] ?? []);
  return targets.every((name) => defined.includes(name));
}

function* smallerLinks(link: NotedLink): Generator<NotedLink> {
  const { members, indexes } = link;
  for (const file of new Set(members.map(fileOf))) yield withoutFile(link, file);
  for (const archive of indexes.keys())
    yield { ...link, indexes: new Map([...indexes].filter(([path]) => path !== archive)) };
  yield* fewerWords(link);
  for (const [at, { archive }] of members.entries()) {
    const isLast = members.filter((other) => other.archive === archive).length === 1;
    if (archive !== null && !indexes.has(archive) && !isLast)
      yield { ...link, members: members.toSpliced(at, 1) };
  }
  for (const [at, member] of members.entries()) {
    const replaced = (symbols: typeof member.symbols) => ({
      ...link,
      members: members.with(at, { ...member, symbols }),
    });
    for (const mark of member.marks.keys()) {
      if (mark !== 'thin') continue;
      const marks = new Map([...member.marks].filter(([key]) => key !== mark));
      yield { ...link, members: members.with(at, { ...member, marks }) };
    }
    for (const row of member.symbols.keys()) yield replaced(member.symbols.toSpliced(row, 1));
    for (const [row, symbol] of member.symbols.entries())
      for (const mark of symbol.marks.keys()) {
        if (mark === 'tls' || mark === 'size') continue;
        const marks = new Map([...symbol.marks].filter(([key]) => key !== mark));
        yield replaced(member.symbols.with(row, { ...symbol, marks }));
      }
  }
}

const BRACKETS: Readonly<Record<string, string>> = {
  '--start-group': '--end-group',
  '--whole-archive': '--no-whole-archive',
  '--start-lib': '--end-lib',
  '--as-needed': '--no-as-needed',
  '--push-state': '--pop-state',
};
const fileOfWord = (word: string): string =>
  word.startsWith('-l') ? libraryFile(word.slice(2), true, new Set()) : word;

function* fewerWords(link: NotedLink): Generator<NotedLink> {
  const { words } = link;
  for (const [at, word] of words.entries()) {
    if (/^--(defsym|exclude-libs)=/.test(word)) yield { ...link, words: words.toSpliced(at, 1) };
    else if (word === '-u' || word === '-e') yield { ...link, words: words.toSpliced(at, 2) };
    else if (words[at - 1] === '-u' || words[at - 1] === '-e') continue;
    else if (word in BRACKETS) {
      const end = words.indexOf(BRACKETS[word], at);
      yield { ...link, words: words.toSpliced(end, 1).toSpliced(at, 1) };
    } else if (words.some((other, place) => place < at && fileOfWord(other) === fileOfWord(word)))
      if (!word.startsWith('-') || word.startsWith('-l')) yield { ...link, words: words.toSpliced(at, 1) };
  }
}

function withoutFile(link: NotedLink, file: string): NotedLink {
  const isKept = (word: string, at: number) =>
    fileOfWord(word) !== file || ['-u', '-e'].includes(link.words[at - 1]);
  return {
    ...link,
    words: withoutEmptyBrackets(link.words.filter(isKept)),
    members: link.members.filter((member) => fileOf(member) !== file),
    indexes: new Map([...link.indexes].filter(([path]) => path !== file)),
  };
}

function withoutEmptyBrackets(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word, place) => word in BRACKETS && words[place + 1] === BRACKETS[word]);
  return at < 0 ? words : withoutEmptyBrackets(words.toSpliced(at, 2));
}
