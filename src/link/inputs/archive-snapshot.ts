import type { StoredArchive } from '../../archive/archive.js';
import {
  type ArchiveDescription,
  describeArchive,
  describedArchive,
} from '../../archive/described-archive.js';
import type { ObjectContent } from '../../symbols/object-format.js';
import {
  type KnownIndex,
  openSnapshot,
  type PlaceBytes,
  type ReadRows,
  snapshotFile,
} from '../../symbols/snapshot.js';
import type { SymbolTableBuilder } from '../../symbols/table.js';
import type { InputFile } from './input-file.js';

/** An archive as read, with its members' contents. */
export interface ReadArchive {
  readonly stored: StoredArchive;
  /** By ordinal. */
  readonly contents: readonly ObjectContent[];
  /** Undefined where it is not known without reading it. */
  readonly index?: KnownIndex | undefined;
}

/** Snapshots of archives that an earlier run has read. */
export interface SnapshotStore {
  /** The key of an archive's content and of how it is read; null for one that is not kept. */
  keyOf(file: InputFile): string | null;
  /** Reads the file of a snapshot into place. Returns whether the file exists. */
  load(key: string, place: PlaceBytes): boolean;
  save(key: string, bytes: Uint8Array): void;
}

/** A snapshot besides its rows. Most members have the same content: each is listed once. */
interface Description {
  readonly archive: ArchiveDescription;
  readonly contents: readonly ObjectContent[];
  /** By ordinal: row of `contents`. */
  readonly contentOf: readonly number[];
  /** Whether the rows of the index are kept. */
  readonly hasIndex: boolean;
}

/**
 * Reads an archive by its snapshot, and adds its members to the table as if its bytes had been read.
 * @param readAlone reads it from its bytes, with a table of its own, where a snapshot is missing; that is then kept
 * @returns null for an archive of which no snapshot is kept; nothing was added
 * @throws MalformedError
 */
export function readBySnapshot(
  file: InputFile,
  builder: SymbolTableBuilder,
  store: SnapshotStore,
  readAlone: () => ReadArchive & { readonly rows: ReadRows },
): ReadArchive | null {
  const key = store.keyOf(file);
  if (key === null) return null;
  const known = addSnapshot(file, builder, key, (place) => store.load(key, place));
  if (known !== null) return known;
  const { stored, contents, rows } = readAlone();
  const text = describe(stored, contents, rows.index !== null);
  const bytes = text === null ? null : snapshotFile(rows, key, text);
  if (bytes === null) return null;
  store.save(key, bytes);
  return addSnapshot(file, builder, key, (place) => {
    place(bytes.length)?.set(bytes);
    return true;
  });
}

function addSnapshot(
  { source }: InputFile,
  builder: SymbolTableBuilder,
  key: string,
  load: (place: PlaceBytes) => boolean,
): ReadArchive | null {
  const snapshot = openSnapshot(builder, key, load);
  if (snapshot === null) return null;
  const { archive, contents, contentOf, hasIndex }: Description = JSON.parse(snapshot.text);
  if (!snapshot.add()) return null;
  return {
    stored: describedArchive(source, archive),
    contents: ofMembers(
      contents.map((content) => withNames(content, snapshot.nameOf)),
      contentOf,
    ),
    index: hasIndex ? snapshot.index() : undefined,
  };
}

const ofMembers = <Content>(contents: readonly Content[], contentOf: readonly number[]): Content[] =>
  contentOf.map((row) => contents[row]);

/** @returns null if JSON text cannot represent the content */
function describe(
  stored: StoredArchive,
  contents: readonly ObjectContent[],
  hasIndex: boolean,
): string | null {
  const archive = describeArchive(stored);
  if (archive === null) return null;
  const rows = new Map<string, number>();
  const contentOf = contents.map((content) => {
    const text = JSON.stringify(withPlainNames(content));
    const row = rows.get(text) ?? rows.size;
    rows.set(text, row);
    return row;
  });
  return `{"archive":${JSON.stringify(archive)},"contents":[${[...rows.keys()].join(',')}],"contentOf":${JSON.stringify(contentOf)},"hasIndex":${hasIndex}}`;
}

const withPlainNames = (content: ObjectContent): object =>
  content.kind === 'object' && content.info.localNames !== undefined
    ? { ...content, info: { ...content.info, localNames: [...content.info.localNames] } }
    : content;

/** The content with local names as ids of the table. */
function withNames(content: ObjectContent, nameOf: (name: number) => number): ObjectContent {
  if (content.kind !== 'object' || content.info.localNames === undefined) return content;
  const localNames = Int32Array.from(content.info.localNames, nameOf);
  return { ...content, info: { ...content.info, localNames } };
}
