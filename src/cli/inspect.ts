import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { architectureName } from '../archive/architecture.js';
import { checkIndex } from '../link/archive-index.js';
import type { Archive, Inputs } from '../link/inputs.js';
import { type OpenedLine, openLine } from '../link/open-line.js';
import { originOf } from '../origin/origin.js';
import { bytesText, count, printable, shortList } from '../report/place.js';
import { isCommon, isDefined, isReference, isState, isWeak } from '../symbols/symbol-flags.js';
import { type MemberId, NONE } from '../symbols/symbol-table.js';
import { colorsOf } from './options.js';
import type { Streams } from './streams.js';

interface InspectOptions {
  readonly format: 'text' | 'json';
  readonly members?: boolean;
}

interface MemberInspection {
  readonly ordinal: number;
  readonly name: string;
  readonly size: number;
  readonly kind: string;
  readonly machine?: string;
  readonly defined: number;
  readonly weak: number;
  readonly common: number;
  readonly undefined: number;
  /** Mutable globals, local ones too. */
  readonly state: number;
  readonly sideEffects: readonly {
    readonly kind: string;
    readonly section: string;
    readonly entries: number;
  }[];
  readonly hasBitcode: boolean;
  readonly origin?: { readonly crate: string; readonly build: string; readonly unit: string };
  readonly problem?: string;
}

interface ArchiveInspection {
  readonly path: string;
  /** Of a slice of a universal file. */
  readonly architecture?: string;
  readonly kind: string;
  readonly indexEntries: number | null;
  /** Members with which the index does not agree. */
  readonly indexDisagreements: readonly {
    readonly ordinal: number;
    readonly missing: number;
    readonly stale: number;
  }[];
  readonly repeatedNames: number;
  readonly members: readonly MemberInspection[];
}

/** `ardedup inspect`: what is in archives and objects. */
export function inspectCommand(streams: Streams): Command {
  return new Command('inspect')
    .description('say what is in archives and objects: members, formats, symbols, index, origin, oddities')
    .argument('<files...>', 'archives and objects')
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'))
    .option('-m, --members', 'a line for each member')
    .action((files: string[], options: InspectOptions) => {
      const opened = openLine(files, 'inspect');
      try {
        const inspected = inspectAll(opened);
        if (options.format === 'json')
          streams.out(
            `${JSON.stringify({ format: 'ardedup-inspect', formatVersion: 1, ...inspected }, null, 1)}\n`,
          );
        else streams.out(inspectText(inspected, options, streams));
      } finally {
        opened.close();
      }
    });
}

interface UniversalInspection {
  readonly path: string;
  /** Of the offsets in its table. */
  readonly bits: 32 | 64;
  readonly slices: readonly {
    readonly architecture: string;
    readonly offset: number;
    readonly size: number;
    readonly alignment: number;
  }[];
}

interface Inspection {
  /** Not there without a universal file. */
  readonly universal?: readonly UniversalInspection[];
  readonly archives: readonly ArchiveInspection[];
  readonly objects: readonly MemberInspection[];
}

function inspectAll({ inputs, universal }: OpenedLine): Inspection {
  return {
    ...(universal.length > 0 ? { universal: universal.map(inspectUniversal) } : {}),
    archives: inputs.archives.map((archive) => inspectArchive(inputs, archive)),
    objects: inputs.members
      .filter(({ archive }) => archive === NONE)
      .map(({ id, source }) => ({ ...inspectMember(inputs, id), name: source.label })),
  };
}

function inspectUniversal({ path, file }: OpenedLine['universal'][number]): UniversalInspection {
  return {
    path,
    bits: file.is64 ? 64 : 32,
    slices: file.slices.map(({ cpuType, cpuSubtype, offset, size, align }) => ({
      architecture: architectureName(cpuType, cpuSubtype),
      offset,
      size,
      alignment: 2 ** align,
    })),
  };
}

function inspectArchive(inputs: Inputs, archive: Archive): ArchiveInspection {
  const { stored } = archive;
  return {
    path: archive.path,
    ...(archive.slice ? { architecture: archive.slice.architecture } : {}),
    kind: stored.isThin ? `${archive.kind} thin` : archive.kind,
    indexEntries: stored.index?.length ?? null,
    indexDisagreements: checkIndex(inputs, archive).disagreements.map(({ member, missing, stale }) => ({
      ordinal: inputs.members[member].ordinal,
      missing,
      stale,
    })),
    repeatedNames: stored.members.length - new Set(stored.members.map(({ name }) => name)).size,
    members: stored.members.map(({ ordinal }) => inspectMember(inputs, archive.firstMember + ordinal)),
  };
}

function inspectMember(inputs: Inputs, id: MemberId): MemberInspection {
  const { name, ordinal, size } = inputs.members[id];
  const content = inputs.contents[id];
  const origin = originOf(name);
  const { firstSymbol } = inputs.symbols;
  const flags = inputs.symbols.flags.subarray(firstSymbol[id], firstSymbol[id + 1]);
  const countOf = (test: (flags: number) => boolean) =>
    flags.reduce((sum, row) => sum + (test(row) ? 1 : 0), 0);
  const info = content.kind === 'object' ? content.info : null;
  return {
    ordinal,
    name,
    size,
    kind: info?.format ?? content.kind,
    ...(info ? { machine: info.machine } : {}),
    defined: countOf(isDefined),
    weak: countOf((row) => isDefined(row) && isWeak(row)),
    common: countOf(isCommon),
    undefined: countOf(isReference),
    state: countOf(isState),
    sideEffects: (info?.sideEffects ?? []).map(({ kind, section, entries }) => ({
      kind,
      section,
      entries: entries.length,
    })),
    hasBitcode: info?.bitcode != null,
    ...(origin ? { origin: { crate: origin.crate, build: origin.build, unit: origin.unit } } : {}),
    ...(content.kind === 'unreadable' ? { problem: content.problem } : {}),
  };
}

function inspectText(inspected: Inspection, options: InspectOptions, streams: Streams): string {
  const colors = colorsOf(streams);
  const lines: string[] = [];
  const universal = new Map(inspected.universal?.map((file) => [file.path, file.slices]));
  const listSlices = (path: string): void => {
    const slices = universal.get(path);
    if (!slices) return;
    lines.push(`${colors.bold(printable(basename(path)))}: universal file, ${count(slices.length, 'slice')}`);
    lines.push(...slices.map(sliceLine));
    universal.delete(path);
  };
  for (const archive of inspected.archives) {
    listSlices(archive.path);
    const slice = archive.architecture === undefined ? '' : ` (${archive.architecture})`;
    lines.push(
      `${colors.bold(printable(basename(archive.path)))}${slice}: ${archive.kind} archive, ${count(archive.members.length, 'member')}`,
    );
    lines.push(...archiveLines(archive));
    if (options.members) lines.push(...archive.members.map(memberLine));
  }
  for (const path of [...universal.keys()]) listSlices(path);
  for (const object of inspected.objects) lines.push(memberLine(object));
  return `${lines.join('\n')}\n`;
}

const sliceLine = ({
  architecture,
  offset,
  size,
  alignment,
}: UniversalInspection['slices'][number]): string =>
  `  ${architecture.padEnd(10)}  ${bytesText(size)} at ${offset.toLocaleString('en-US')}, aligned to ${alignment.toLocaleString('en-US')}`;

function archiveLines(archive: ArchiveInspection): string[] {
  const { members } = archive;
  const sum = (of: (member: MemberInspection) => number) =>
    members.reduce((total, member) => total + of(member), 0);
  const bytes = bytesText(sum(({ size }) => size));
  const kinds = tally(members.map(({ kind, machine }) => (machine ? `${kind} ${machine}` : kind)));
  const lines = [
    `  content     ${bytes}: ${kinds.map(([kind, number]) => `${number} ${kind}`).join(', ') || 'nothing'}`,
    `  symbols     ${count(
      sum(({ defined }) => defined),
      'definition',
    )} (${sum(({ weak }) => weak)} weak, ${sum(({ common }) => common)} common), ${count(
      sum(({ undefined: wanted }) => wanted),
      'reference',
    )}, ${count(
      sum(({ state }) => state),
      'mutable global',
    )}`,
    `  index       ${indexText(archive)}`,
  ];
  const crates = tally(members.flatMap(({ origin }) => (origin ? [`${origin.crate}-${origin.build}`] : [])));
  if (crates.length > 0)
    lines.push(
      `  crates      ${crates.length}: ${shortList(
        crates.map(([crate]) => crate),
        4,
        'crate',
      )}`,
    );
  const effects = tally(
    members.flatMap(({ sideEffects }) => sideEffects.map(({ kind, section }) => `${section} (${kind})`)),
  );
  if (effects.length > 0)
    lines.push(
      `  acts alone  ${shortList(
        effects.map(([effect, number]) => `${number} × ${printable(effect)}`),
        4,
        'kind of section',
        'kinds of section',
      )}`,
    );
  const bitcode = members.filter(({ hasBitcode }) => hasBitcode).length;
  if (bitcode > 0)
    lines.push(
      `  bitcode     ${count(bitcode, 'member embeds', 'members embed')} it; the native symbols are read`,
    );
  if (archive.repeatedNames > 0)
    lines.push(
      `  names       ${count(archive.repeatedNames, 'member shares', 'members share')} a name with another`,
    );
  const unread = members.filter(({ problem }) => problem !== undefined);
  for (const { name, problem } of unread.slice(0, 4))
    lines.push(`  unreadable  ${printable(name)}: ${printable(problem ?? '')}`);
  if (unread.length > 4) lines.push(`  unreadable  and ${count(unread.length - 4, 'more member')}`);
  return lines;
}

function indexText({ indexEntries, indexDisagreements }: ArchiveInspection): string {
  if (indexEntries === null) return 'none';
  const entries = count(indexEntries, 'entry', 'entries');
  if (indexDisagreements.length === 0) return `${entries}, as the members define`;
  return `${entries}; ${count(indexDisagreements.length, 'member defines', 'members define')} other names than it says`;
}

function tally(items: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function memberLine(member: MemberInspection): string {
  const numbers = `${String(member.defined).padStart(7)} T ${String(member.undefined).padStart(7)} U ${String(member.state).padStart(5)} S`;
  const effects = member.sideEffects.map(({ section }) => section).join(' ');
  return `  ${String(member.ordinal).padStart(5)} ${String(member.size).padStart(10)} ${numbers}  ${printable(member.name)}${effects ? `  [${printable(effects)}]` : ''}`;
}
