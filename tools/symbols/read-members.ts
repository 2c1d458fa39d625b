import { basename } from 'node:path';
import { isArchive, MAGIC_SIZE, readArchive } from '../../src/archive/read-archive.js';
import type { ByteSource } from '../../src/bytes/byte-source.js';
import { MalformedError } from '../../src/bytes/malformed-error.js';
import {
  isAbsolute,
  isAutoHide,
  isCommon,
  isLocalState,
  isReference,
  isUnique,
  isWeak,
  kindName,
  visibilityName,
} from '../../src/symbols/flags.js';
import { formats, readContent } from '../../src/symbols/formats.js';
import type { ObjectContent, ObjectInfo } from '../../src/symbols/object-format.js';
import { type SymbolId, type SymbolTable, SymbolTableBuilder } from '../../src/symbols/table.js';
import type { ComparedMember, SymbolRow } from './comparison.js';

/** A member as we read it. */
export interface ReadMember extends ComparedMember {
  readonly object: ByteSource;
  readonly info: ObjectInfo | null;
  /** Why it cannot be read. */
  readonly problem: string | null;
  readonly family: string | null;
  /** Linkage symbols. */
  readonly count: number;
}

const familyOf = (format: string): string => (format === 'coff-import' ? 'coff' : format);

/** The format of the first object, which is that of all in a published archive. */
export function firstFamily(source: ByteSource): string | null {
  const isContainer = isArchive(source.viewUpTo(0, MAGIC_SIZE, 'magic').bytes);
  const members = isContainer ? readArchive(source).members : [{ dataOffset: 0 }];
  for (const { dataOffset } of members) {
    const head = source.viewUpTo(dataOffset, 64, 'first bytes').bytes;
    const format = formats.find((known) => known.matches(head));
    if (format) return familyOf(format.id);
  }
  return null;
}

/** Members in order; of a file that is not an archive, itself. */
export function readMembers(source: ByteSource): ReadMember[] {
  if (!isArchive(source.viewUpTo(0, MAGIC_SIZE, 'magic').bytes))
    return [readMember(source, basename(source.label), true)];
  return readArchive(source).members.map(({ name, dataOffset, size }) =>
    readMember(source.slice(dataOffset, size, name), name, false),
  );
}

export function readMember(object: ByteSource, name: string, isAlone: boolean): ReadMember {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const { content, problem } = contentOf(object, builder);
  const info = content?.kind === 'object' ? content.info : null;
  const table = builder.finish();
  const linkage: SymbolId[] = [];
  for (let symbol = 0; symbol < table.length; symbol++)
    if (!isLocalState(table.flags[symbol])) linkage.push(symbol);
  return {
    ...{ name, isAlone, object, info, problem },
    machine: info?.machine ?? null,
    family: info ? familyOf(info.format) : null,
    count: linkage.length,
    rows: (toLine) => linkage.map((symbol) => toLine(rowOf(table, symbol))),
  };
}

function contentOf(
  object: ByteSource,
  builder: SymbolTableBuilder,
): { readonly content: ObjectContent | null; readonly problem: string | null } {
  try {
    const content = readContent(object, builder);
    return { content, problem: content.kind === 'unreadable' ? content.problem : null };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { content: null, problem: error.message };
  }
}

function rowOf(table: SymbolTable, symbol: SymbolId): SymbolRow {
  const flags = table.flags[symbol];
  const group = table.groups[table.group[symbol]];
  return {
    name: table.names.text(table.name[symbol]),
    role: isReference(flags) ? 'reference' : isCommon(flags) ? 'common' : 'definition',
    weak: isWeak(flags),
    autoHide: isAutoHide(flags),
    unique: isUnique(flags),
    absolute: isAbsolute(flags),
    visibility: visibilityName(flags),
    kind: kindName(flags),
    section: table.section[symbol],
    size: table.size[symbol],
    alignment: table.alignment[symbol],
    group: group ? `${table.names.text(group.signature)} ${group.selection}` : '',
  };
}
