import { instanceKey, originOf, unitKey } from '../origin/origin.js';
import type { Origin } from '../origin/runtime.js';
import { GO_RUNTIME, isAllocatorShim, TOOLCHAIN_CRATES } from '../origin/runtime-names.js';
import type { CopyRelation } from './causes.js';
import type { Diagnostic, PrintedFile } from './log/diagnostic.js';

/** How two files of a message relate by their names; their contents are not known. */
export type LogRelation =
  | Extract<
      CopyRelation,
      'same-file' | 'same-unit' | 'same-build' | 'other-build' | 'same-name' | 'other-library'
    >
  /** Two members of one archive. */
  | 'same-archive'
  /** Two builds of a crate that comes with the compiler. */
  | 'two-toolchains'
  /** C runtimes of Microsoft: static or dynamic, release or debug. */
  | 'two-c-runtimes'
  /** Functions by which Rust code calls its allocator, written by rustc into two libraries. */
  | 'allocator-shims'
  | 'two-go-runtimes'
  /** A line of one header, compiled into both. */
  | 'one-header'
  /** The message, or what is left of it, names one file. */
  | 'second-file-unknown';

/** Messages of a log that name the same two archives, which can be explained without the files. */
export interface LogCause {
  readonly kind: Diagnostic['kind'];
  /** By names alone; null for undefined names. */
  readonly relation: LogRelation | null;
  /** Archives, or objects on their own: those that define the names, or those that refer to them. */
  readonly files: readonly string[];
  /** Members of the first message, in the order of `files`; null for an object on its own. */
  readonly members: readonly (string | null)[];
  readonly count: number;
  /** All of them are warnings: the linker, or lib.exe, used the first definition. */
  readonly isWarning: boolean;
  /** Crates of the members, those with most complaints first. */
  readonly crates: readonly string[];
  /** Where both define the first name, as `net.h:4`; null where the messages name no line. */
  readonly source: string | null;
  /** As printed. */
  readonly symbols: readonly string[];
}

/** Groups a log's complaints by archives and by what the names of members say; the largest groups first. */
export function causesInLog(diagnostics: readonly Diagnostic[]): LogCause[] {
  const groups = new Map<string, { first: Diagnostic; relation: LogRelation | null; all: Diagnostic[] }>();
  for (const diagnostic of diagnostics) {
    const { kind, files } = diagnostic;
    const relation = kind === 'duplicate' ? relationOf(diagnostic) : null;
    const key = [kind, relation, ...files.map(fileText)].join('\0');
    const group = groups.get(key) ?? { first: diagnostic, relation, all: [] };
    groups.set(key, group);
    group.all.push(diagnostic);
  }
  return [...groups.values()]
    .map(({ first, relation, all }) => ({
      kind: first.kind,
      relation,
      files: first.files.map(fileText),
      members: first.files.map(({ archive, member }) => (archive === null ? null : member)),
      count: all.length,
      isWarning: all.every(({ severity }) => severity === 'warning'),
      crates: cratesOf(all),
      source: first.sources?.[0] ?? null,
      symbols: [...new Set(all.map(({ mangled, symbol }) => mangled ?? symbol))],
    }))
    .sort((a, b) => b.count - a.count);
}

const fileText = ({ archive, member }: PrintedFile): string => archive ?? member ?? '';

/** Thousands of messages name a few members: each name is read once. */
const origins = new Map<string, Origin | null>();
function originOfFile({ member }: PrintedFile): Origin | null {
  if (member === null) return null;
  const known = origins.get(member);
  if (known !== undefined) return known;
  const origin = originOf(member);
  origins.set(member, origin);
  return origin;
}

/** Import libraries and static libraries of Microsoft's C runtimes. */
const C_RUNTIME =
  /^(?:lib)?(?:cmtd?|cpmtd?|ucrtd?|vcruntimed?|msvcrtd?|msvcprtd?|concrtd?)(?:\d+d?)?\.(?:lib|dll)$/i;

const isCRuntime = ({ archive }: PrintedFile): boolean =>
  archive !== null && C_RUNTIME.test(archive.split(/[\\/]/).at(-1) ?? '');

/** How the files relate, by the name that both define and the source that both were compiled from. */
function relationOf({ files, symbol, sources = [] }: Diagnostic): LogRelation {
  const relation = relationByName(files);
  if (relation !== 'other-library' && relation !== 'same-name') return relation;
  const isGo =
    files.every(({ member }) => member === 'go.o') ||
    [symbol, symbol.slice(1)].some((name) => GO_RUNTIME.includes(name));
  if (isGo) return 'two-go-runtimes';
  if (isAllocatorShim(symbol)) return 'allocator-shims';
  const [one, other] = sources;
  return one !== undefined && one === other && HEADER.test(one) ? 'one-header' : relation;
}

/** `net.h:4`, a header and a line. */
const HEADER = /\.(?:h|hh|hpp|hxx|h\+\+|inc|inl|ipp|tcc):\d+$/i;

function relationByName([one, other]: readonly PrintedFile[]): LogRelation {
  if (one === undefined || other === undefined) return 'second-file-unknown';
  if (one.archive === other.archive && one.member === other.member) return 'same-file';
  const ofCrates = relationOfOrigins(originOfFile(one), originOfFile(other));
  if (ofCrates !== null) return ofCrates;
  if (isCRuntime(one) && isCRuntime(other)) return 'two-c-runtimes';
  if (one.archive !== null && one.archive === other.archive) return 'same-archive';
  return isSameName(one, other) ? 'same-name' : 'other-library';
}

/** How two compiled units relate; null where one of them is not known, or both are of different crates. */
function relationOfOrigins(one: Origin | null, other: Origin | null): LogRelation | null {
  if (one === null || other === null) return null;
  if (unitKey(one) === unitKey(other)) return 'same-unit';
  if (instanceKey(one) === instanceKey(other)) return 'same-build';
  if (one.crate !== other.crate) return null;
  return TOOLCHAIN_CRATES.has(one.crate) ? 'two-toolchains' : 'other-build';
}

/** Members of one name, but for a hash that a framework's packager appends: `Fetcher_0b6b…e921.o`. */
function isSameName({ member: one }: PrintedFile, { member: other }: PrintedFile): boolean {
  const plain = (name: string) => name.replace(/[_-][0-9a-f]{16,64}(?=\.\w+$)/i, '');
  return one !== null && other !== null && plain(one) === plain(other);
}

function cratesOf(diagnostics: readonly Diagnostic[]): string[] {
  const counts = new Map<string, number>();
  for (const { files } of diagnostics) {
    for (const crate of new Set(files.map((file) => originOfFile(file)?.crate)))
      if (crate !== undefined) counts.set(crate, (counts.get(crate) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([crate]) => crate);
}
