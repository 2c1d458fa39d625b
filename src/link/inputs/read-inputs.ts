import type { StoredArchive, StoredMember } from '../../archive/archive.js';
import { isArchive, isRegularArchive, MAGIC_SIZE, type MemberReader } from '../../archive/read-archive.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import type { LibraryTarget, MemberContent, ObjectContent } from '../../symbols/object-format.js';
import type { KnownIndex } from '../../symbols/snapshot.js';
import { type MemberId, NONE, SymbolTableBuilder } from '../../symbols/table.js';
import { type ReadArchive, readBySnapshot, type SnapshotStore } from './archive-snapshot.js';
import { elfMembersReader } from './elf-members-reader.js';
import { formatOfInputs } from './format-of-inputs.js';
import { indexOf, internIndex, rowsOf } from './index-rows.js';
import type { InputFile } from './input-file.js';
import type { Archive, ArchiveId, InputPlace, Inputs, Member, Purpose } from './inputs.js';
import type { InterfaceRecorder } from './object-interface.js';
import { hiding, readFileAlone, readMember, readWithMembers } from './read-members.js';

/** Reads files one by one into one symbol table, for lines that grow by linker directives. */
export interface InputsReader {
  /**
   * Reads a file; one that was read already (by key) is where it was.
   * @param isNamed by a word of the line, and by it alone
   * @throws MalformedError on a broken container or object, with file, member and offset
   */
  add(file: InputFile, isNamed?: boolean): InputPlace;
  /** Where a file was put; null for one that was not read. */
  placeOf(file: InputFile): InputPlace | null;
  /** Of the members so far, by MemberId. */
  readonly contents: readonly MemberContent[];
  /** Of a file that is on its own. */
  pathOf(member: MemberId): string;
  /** @throws MixedInputsError when objects are of different formats or machines */
  finish(): Inputs;
}

/**
 * Reads archives and objects into one symbol table.
 * @param files in line order; repeats (by key) are read once
 * @returns the inputs, and for each file where it is found in them
 * @throws MalformedError on a broken container or object, with file, member and offset
 * @throws MixedInputsError when objects are of different formats or machines
 */
export function readInputs(
  files: readonly InputFile[],
  purpose: Purpose = 'link',
): { inputs: Inputs; places: InputPlace[] } {
  const reader = inputsReader(purpose);
  const places = files.map((file) => reader.add(file));
  return { inputs: reader.finish(), places };
}

/**
 * @param target selects the part of libraries that serve several targets
 * @param kept records of this run and snapshots of earlier ones
 */
export const inputsReader = (
  purpose: Purpose = 'link',
  target: () => LibraryTarget | null = () => null,
  kept: KeptReading = {},
): InputsReader => new Reader(purpose, target, kept);

/** Records and snapshots of reading the inputs of a link, for other links. */
export interface KeptReading {
  /** Records which parts of objects outside of archives are read. */
  readonly recorder?: InterfaceRecorder | null;
  /** Snapshots of archives. */
  readonly snapshots?: SnapshotStore | null;
}

class Reader implements InputsReader {
  readonly contents: MemberContent[] = [];
  readonly #builder = new SymbolTableBuilder();
  readonly #archives: Archive[] = [];
  readonly #members: Member[] = [];
  /** By key of a file. */
  readonly #places = new Map<string, InputPlace>();
  /** Archives that the line does not name. */
  readonly #fixed = new Set<ArchiveId>();
  /** Files of thin archives that were read. */
  readonly #siblings = new Map<ByteSource, MemberId>();

  constructor(
    readonly purpose: Purpose,
    readonly target: () => LibraryTarget | null,
    readonly kept: KeptReading = {},
  ) {}

  add(file: InputFile, isNamed = true): InputPlace {
    const place = this.#places.get(file.key) ?? this.#addNew(file);
    this.#places.set(file.key, place);
    if (place.kind === 'archive' && !isNamed) this.#fixed.add(place.archive);
    return place;
  }

  placeOf(file: InputFile): InputPlace | null {
    return this.#places.get(file.key) ?? null;
  }

  pathOf(member: MemberId): string {
    return this.#members[member].name;
  }

  finish(): Inputs {
    return {
      archives: this.#archives,
      members: this.#members,
      contents: this.contents,
      symbols: this.#builder.finish(),
      format: formatOfInputs(this.#members, this.contents, this.purpose),
    };
  }

  #addNew(file: InputFile): InputPlace {
    return isArchive(headOf(file)) ? this.#addArchive(file) : this.#addAlone(file);
  }

  #addAlone(file: InputFile): InputPlace {
    const builder = this.#builder;
    const { purpose, target } = this;
    const { recorder = null } = this.kept;
    const member = builder.beginMember();
    const { source, content } = readFileAlone(file, { member, builder, purpose, target, recorder });
    this.#members.push({ id: member, archive: NONE, name: file.path, ordinal: 0, size: source.size, source });
    this.contents.push(content);
    return { kind: content.kind === 'shared-library' ? 'shared-library' : 'object', member };
  }

  #addArchive(file: InputFile): InputPlace {
    const id = this.#archives.length;
    const firstMember = this.#members.length;
    const inFile = ({ name, ordinal, size, dataOffset }: StoredMember): Omit<Member, 'id'> => {
      const source = file.source.slice(dataOffset, size, `${file.path}(${name})`);
      return { archive: id, name, ordinal, size, source };
    };
    const known = this.#bySnapshot(file);
    const stored = known?.stored ?? readWithMembers(file.source, this.#memberReader(file, inFile));
    if (known !== null)
      for (const member of stored.members) this.#addKnown(inFile(member), known.contents[member.ordinal]);
    else if (stored.isThin)
      for (const { name, ordinal, size } of stored.members)
        this.#addSibling(
          { archive: id, name, ordinal, size, source: openThinMember(file, name, size) },
          file,
        );
    this.#archives.push(this.#archiveOf(file, stored, { id, firstMember, known: known?.index }));
    return { kind: 'archive', archive: id };
  }

  #memberReader(file: InputFile, inFile: (member: StoredMember) => Omit<Member, 'id'>): MemberReader {
    const read = (member: StoredMember) => this.#addMember(inFile(member), file.isHidden);
    if (file.isHidden) return { read };
    const readOn = elfMembersReader(this.#builder.core, file.source, (member, content) =>
      this.#addKnown(inFile(member), content),
    );
    return { read, readOn };
  }

  /** Null: the archive is to be read. */
  #bySnapshot(file: InputFile): ReadArchive | null {
    const { snapshots } = this.kept;
    if (!snapshots || this.purpose !== 'link' || !isRegularArchive(headOf(file))) return null;
    return readBySnapshot(file, this.#builder, snapshots, () => {
      const alone = new Reader(this.purpose, this.target);
      alone.add(file);
      const [{ stored }] = alone.#archives;
      // Archives have objects alone.
      const contents = alone.contents as readonly ObjectContent[];
      return { stored, contents, rows: rowsOf(stored, alone.#builder) };
    });
  }

  /** Adds a member whose rows are in the table. */
  #addKnown(member: Omit<Member, 'id'>, content: ObjectContent): void {
    this.#members.push({ id: this.#members.length, ...member });
    this.contents.push(content);
  }

  /** @param place its rows, and its index where that is known */
  #archiveOf(
    file: InputFile,
    stored: StoredArchive,
    {
      id,
      firstMember,
      known,
    }: Pick<Archive, 'id' | 'firstMember'> & { readonly known: KnownIndex | undefined },
  ): Archive {
    const { names } = this.#builder;
    const fixed = this.#fixed;
    let index: Archive['index'] | undefined;
    return {
      id,
      path: file.path,
      kind: stored.kind,
      stored,
      ...(file.slice ? { slice: file.slice } : {}),
      firstMember,
      get isFixed() {
        return fixed.has(id);
      },
      get index() {
        if (index === undefined)
          index = known ? indexOf(known, firstMember) : internIndex(stored, firstMember, names);
        return index;
      },
    };
  }

  #addMember(member: Omit<Member, 'id'>, isHidden = false): void {
    const builder = this.#builder;
    this.#members.push({ id: builder.beginMember(), ...member });
    const sink = isHidden ? hiding(builder) : builder;
    this.contents.push(readMember(member.source, builder, this.purpose, sink));
  }

  /** Adds a file of a thin archive. One that several thin archives name is read once. */
  #addSibling(member: Omit<Member, 'id'>, { source, isHidden }: InputFile): void {
    const first = isHidden ? undefined : this.#siblings.get(member.source);
    if (first === undefined) {
      if (!isHidden) this.#siblings.set(member.source, this.#members.length);
      this.#addMember(member, isHidden);
      return;
    }
    this.#members.push({ id: this.#builder.repeatMember(first), ...member });
    this.contents.push(this.contents[first]);
    const { own, repeated } = this.#builder.rows;
    if (repeated > Math.max(FEWEST_REPEATED_ROWS, MOST_REPEATS * own))
      throw source.error(
        0,
        `thin archive: '${member.name}' and other files are listed repeatedly, ${repeated} symbols in all (at most ${MOST_REPEATS} times)`,
      );
  }
}

/**
 * How many symbols may be listed again for files that thin archives name again, and how many times as many as are read:
 * a header of 60 bytes could otherwise take any amount of memory.
 */
const FEWEST_REPEATED_ROWS = 1_000_000;
const MOST_REPEATS = 4;

const headOf = ({ source }: InputFile): Uint8Array => source.viewUpTo(0, MAGIC_SIZE, 'file magic').bytes;

function openThinMember(file: InputFile, relativePath: string, size: number): ByteSource {
  if (!file.openSibling)
    throw file.source.error(0, `thin archive: member '${relativePath}' cannot be opened from here`);
  const source = file.openSibling(relativePath);
  if (source.size !== size)
    throw source.error(
      0,
      `the thin archive ${file.path} records ${size} bytes, but the file has ${source.size}`,
    );
  return source;
}
