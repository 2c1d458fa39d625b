import { basename } from 'node:path';
import { append } from '../../bytes/append.js';
import type { Colors } from '../colors.js';
import { printable } from '../place.js';
import { bytesText, count, digits, shortList } from '../quantities.js';
import { editTexts, memberEditText } from './edits-text.js';
import type { ArchiveInspection, Inspection, MemberInspection, UniversalInspection } from './inspection.js';
import { oddityWords } from './quirks.js';

/** As many members, crates, tools as are named; the others are counted. */
const MOST = 4;

/** A summary of each archive, however many members it has; a line or two for each member where they are asked for. */
export function inspectionText(inspected: Inspection, withMembers: boolean, colors: Colors): string {
  const lines: string[] = [];
  const universal = new Map(inspected.universal?.map((file) => [file.path, file.slices]));
  const listSlices = (path: string): void => {
    const slices = universal.get(path);
    if (!slices) return;
    lines.push(`${colors.bold(printable(basename(path)))}: universal file, ${count(slices.length, 'slice')}`);
    append(lines, slices.map(sliceLine));
    universal.delete(path);
  };
  for (const archive of inspected.archives) {
    listSlices(archive.path);
    const slice = archive.architecture === undefined ? '' : ` (${archive.architecture})`;
    lines.push(
      `${colors.bold(printable(basename(archive.path)))}${slice}: ${archive.kind} archive, ${count(archive.members.length, 'member')}`,
    );
    append(lines, archiveLines(archive));
    if (withMembers) append(lines, memberLines(archive.members));
  }
  for (const path of [...universal.keys()]) listSlices(path);
  for (const object of inspected.objects) append(lines, objectLines(object, colors));
  return `${lines.join('\n')}\n`;
}

const sliceLine = ({
  architecture,
  offset,
  size,
  alignment,
}: UniversalInspection['slices'][number]): string =>
  `  ${architecture.padEnd(10)}  ${bytesText(size)} at ${digits(offset)}, aligned to ${digits(alignment)}`;

const line = (what: string, text: string): string => `  ${what.padEnd(11)} ${text}`;

function archiveLines(archive: ArchiveInspection): string[] {
  const { members } = archive;
  return [
    line('content', contentText(members)),
    line('symbols', symbolsText(members)),
    line('index', indexText(archive)),
    ...disagreementLines(archive),
    ...sharedLines(members),
    ...editLines(members),
    ...oddityLines(archive),
    ...unreadableLines(members),
  ];
}

const sum = (members: readonly MemberInspection[], of: (member: MemberInspection) => number): number =>
  members.reduce((total, member) => total + of(member), 0);

function contentText(members: readonly MemberInspection[]): string {
  const kinds = tally(members.map(kindText));
  const bytes = bytesText(sum(members, ({ size }) => size));
  return `${bytes}: ${kinds.map(([kind, number]) => `${digits(number)} ${kind}`).join(', ') || 'nothing'}`;
}

function symbolsText(members: readonly MemberInspection[]): string {
  const total = (key: 'defined' | 'weak' | 'common' | 'undefined' | 'state') =>
    sum(members, (member) => member[key]);
  const definitions = `${count(total('defined'), 'definition')} (${total('weak')} weak, ${total('common')} common)`;
  return `${definitions}, ${count(total('undefined'), 'reference')}, ${count(total('state'), 'mutable global')}`;
}

const ORDERS = {
  members: 'in the order of the members',
  names: 'sorted by name',
  other: 'in no known order',
} as const;

function indexText(archive: ArchiveInspection): string {
  const { indexEntries, ecIndexEntries, indexPolicy, indexDisagreements, members } = archive;
  if (indexEntries === null || indexPolicy === null) return 'none';
  const policy = [
    ORDERS[indexPolicy.order],
    ...(indexPolicy.isOneEach ? ['one a name'] : []),
    ...(indexPolicy.listsCommons || sum(members, ({ common }) => common) === 0 ? [] : ['without commons']),
    ...(indexPolicy.listsWeak ? [] : ['without weak names']),
  ];
  const agreement =
    indexDisagreements.length === 0
      ? 'as the members define'
      : `${count(indexDisagreements.length, 'member defines', 'members define')} other names than it lists`;
  const ec = ecIndexEntries === undefined ? '' : ` and ${digits(ecIndexEntries)} for ARM64EC`;
  return `${count(indexEntries, 'entry', 'entries')}${ec} ${policy.join(', ')}; ${agreement}`;
}

function disagreementLines({ indexDisagreements, members }: ArchiveInspection): string[] {
  const lines = indexDisagreements
    .slice(0, MOST)
    .map(({ ordinal, missing, stale }) =>
      line(
        '',
        `${memberName(members[ordinal])}: lacks ${count(missing, 'name')}, has ${digits(stale)} too many`,
      ),
    );
  const more = indexDisagreements.length - lines.length;
  return more > 0 ? [...lines, line('', `and ${count(more, 'more member')}`)] : lines;
}

/** Common properties of members, the most frequent first. */
function sharedLines(members: readonly MemberInspection[]): string[] {
  const lines: string[] = [];
  const crates = tally(
    members.flatMap(({ origin }) =>
      origin ? [[origin.crate, origin.build].filter((part) => part !== '').join('-')] : [],
    ),
  );
  const names = crates.map(([crate]) => printable(crate));
  if (crates.length > 0)
    lines.push(line('crates', `${digits(crates.length)}: ${shortList(names, MOST, 'crate')}`));
  const list = (what: string, items: readonly string[], noun: string, plural: string): void => {
    const texts = tally(items).map(([item, number]) => `${digits(number)} × ${printable(item)}`);
    if (texts.length > 0) lines.push(line(what, shortList(texts, MOST, noun, plural)));
  };
  list(
    'made by',
    members.flatMap(({ producers }) => producers),
    'tool',
    'tools',
  );
  list(
    'acts on load',
    members.flatMap(({ sideEffects }) => sideEffects.map(({ kind, section }) => `${section} (${kind})`)),
    'kind of section',
    'kinds of section',
  );
  list(
    'imports',
    members.flatMap((member) => (member.import ? [member.import.dll] : [])),
    'DLL',
    'DLLs',
  );
  const bitcode = members.filter(({ hasBitcode }) => hasBitcode).length;
  if (bitcode > 0)
    lines.push(
      line('bitcode', `${count(bitcode, 'member embeds', 'members embed')} it; the native symbols are read`),
    );
  return lines;
}

const editLines = (members: readonly MemberInspection[]): string[] =>
  editTexts(members.map(({ edits = [] }) => edits)).map((text, at) => line(at === 0 ? 'edits' : '', text));

function oddityLines({ oddities, members }: ArchiveInspection): string[] {
  return oddities.map(({ code, members: ordinals }, at) => {
    const names = shortList([...new Set(ordinals.map((ordinal) => memberName(members[ordinal])))], 2, 'name');
    const about = ordinals.length === 0 ? '' : `${count(ordinals.length, 'member')} (${names}): `;
    return line(at === 0 ? 'quirks' : '', `${about}${oddityWords(code)}`);
  });
}

function unreadableLines(members: readonly MemberInspection[]): string[] {
  const unread = members.filter(({ problem }) => problem !== undefined);
  const lines = unread
    .slice(0, MOST)
    .map((member) => line('unreadable', `${memberName(member)}: ${printable(member.problem ?? '')}`));
  const more = unread.length - lines.length;
  return more > 0 ? [...lines, line('unreadable', `and ${count(more, 'more member')}`)] : lines;
}

/** Counted, the most frequent first; of as many, the first met first. */
function tally(items: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

const kindText = ({ kind, machine }: MemberInspection): string => (machine ? `${kind} ${machine}` : kind);
const memberName = ({ name }: MemberInspection): string => printable(name);

function memberLines(members: readonly MemberInspection[]): string[] {
  const head = `  ${'#'.padStart(5)} ${'size'.padStart(10)} ${'defined'.padStart(8)} ${'refers'.padStart(8)} ${'state'.padStart(6)}  name`;
  return members.length === 0 ? [] : [head, ...members.flatMap(memberLine)];
}

function memberLine(member: MemberInspection): string[] {
  const columns = [
    String(member.ordinal).padStart(5),
    String(member.size).padStart(10),
    String(member.defined).padStart(8),
    String(member.undefined).padStart(8),
    String(member.state).padStart(6),
  ];
  return [`  ${columns.join(' ')}  ${memberName(member)}`, `${' '.repeat(44)}${detailText(member)}`];
}

function objectLines(object: MemberInspection, colors: Colors): string[] {
  return [
    `${colors.bold(memberName(object))}: ${detailText(object)}`,
    line('content', bytesText(object.size)),
    line('symbols', symbolsText([object])),
  ];
}

/** All that is known of one member but its numbers. */
function detailText(member: MemberInspection): string {
  const { origin, producers, sideEffects, hasBitcode, edits, problem } = member;
  const parts = [
    kindText(member),
    ...(origin
      ? [`crate ${origin.crate}${origin.build === '' ? '' : `, build ${origin.build}`}, unit ${origin.unit}`]
      : []),
    ...producers,
    ...(member.import ? [`imports ${member.import.symbol} from ${member.import.dll}`] : []),
    ...(sideEffects.length > 0
      ? [`acts on load: ${sideEffects.map(({ section }) => section).join(', ')}`]
      : []),
    ...(hasBitcode ? ['embeds bitcode'] : []),
    ...(edits ? [memberEditText(edits)] : []),
    ...(problem === undefined ? [] : [problem]),
  ];
  return printable(parts.join('; '));
}
