import type { ByteSource } from '../../bytes/byte-source.js';
import { ELFCLASS64, ELFDATA2LSB } from '../../core/elf/constants.js';
import type { Core } from '../../engine/core.js';
import type { ObjectContent, ObjectInfo } from '../object-format.js';
import { readElfHeader } from './header.js';
import { elfMachine } from './machine.js';
import { readInfo } from './read-object.js';
import { reservedMeaning } from './reserved.js';
import { readTraits } from './side-effects.js';

/** An ELF object in an archive. Its rows are in the table. */
export interface ElfMember {
  readonly headerOffset: number;
  readonly dataOffset: number;
  readonly size: number;
  /** Null for a name in the table of long names. */
  readonly name: string | null;
  /** In the table of long names; −1 for another name. */
  readonly nameOffset: number;
  readonly content: ObjectContent;
}

/** Members that were read, and where the next header is. */
export interface ElfRun {
  readonly members: readonly ElfMember[];
  readonly next: number;
}

/** Bytes of a header in an archive. */
const HEADER_SIZE = 60;

/** Findings of the core about a member: `RECORD` in src/core/elf/read-members.ts. */
interface Found {
  readonly headerOffset: number;
  readonly size: number;
  readonly bitcode: ObjectInfo['bitcode'];
  readonly stackFlags: number;
  readonly flags: number;
  /** The section of attributes; null for an object without one, or with several. */
  readonly attributes: { readonly offset: number; readonly size: number } | null;
  /** e_machine, class and byte order. */
  readonly target: number;
  readonly nameOffset: number;
  readonly name: string | null;
  readonly isRecompiled: boolean;
}
const RECORD = 96;

/** Reads ELF objects that follow one another in an archive, with one call of the core for many. */
export class ElfMembers {
  readonly #core: Core;
  readonly #archive: ByteSource;
  /** The properties that most objects of an archive have. */
  #last: { readonly found: Found; readonly info: ObjectInfo; readonly content: ObjectContent } | null = null;

  constructor(core: Core, archive: ByteSource) {
    this.#core = core;
    this.#archive = archive;
    core.exports.openArchive(archive.size);
  }

  /**
   * Reads members from a header on, up to the first one that is not a sound ELF object or whose header is not plain.
   * @param hasLongNames whether there is a table of long names
   */
  read(header: number, hasLongNames: boolean): ElfRun {
    const { exports } = this.#core;
    const isWhole = this.#readRows(header, hasLongNames);
    const found = this.#found(exports.membersRead());
    // A section that acts ends the run.
    const acts = isWhole && found.length > 0 && exports.lastMemberActs() !== 0;
    const members: ElfMember[] = [];
    for (const [at, member] of found.entries()) {
      const isLast = at === found.length - 1;
      const content = acts && isLast ? this.#contentThatActs(member) : this.#contentOf(member);
      if (content !== null) members.push(memberOf(member, content));
    }
    return { members, next: exports.nextMember() };
  }

  /** @returns false where a member was begun that cannot be read */
  #readRows(header: number, hasLongNames: boolean): boolean {
    const core = this.#core;
    const fail = (): never => {
      throw new Error('the member is read on its own');
    };
    const meaning = (index: number) => reservedMeaning(core.exports.memberMachine(), index);
    try {
      core.read({ object: this.#archive, fail, reservedMeaning: meaning }, ({ readMembers }) =>
        readMembers(header, hasLongNames),
      );
      return true;
    } catch {
      // The member is read once more, on its own: that has the error.
      core.exports.leaveMember();
      return false;
    }
  }

  #found(count: number): Found[] {
    const start = this.#core.exports.foundOfMembers();
    const { buffer } = this.#core.bytes(start, count * RECORD).slice();
    const data = new DataView(buffer);
    const text = Buffer.from(buffer);
    return Array.from({ length: count }, (_, at) => foundAt(data, text, at * RECORD));
  }

  #contentOf(found: Found): ObjectContent {
    let last = this.#last;
    const traits = this.#traitsOf(found);
    if (last === null || last.info.traits !== traits || !isSameKind(last.found, found)) {
      const info = infoOf(found, traits);
      last = { found, info, content: { kind: 'object', info } };
      this.#last = last;
    }
    const { bitcode } = found;
    return bitcode === null ? last.content : { kind: 'object', info: { ...last.info, bitcode } };
  }

  #traitsOf({ headerOffset, size, target, flags, stackFlags, attributes }: Found): string {
    if (attributes === null) return `${flags} ${stackFlags}`;
    const header = { flags, littleEndian: isLittleEndian(target) };
    return readTraits(this.#objectAt(headerOffset, size), header, stackFlags, [attributes]);
  }

  #objectAt(headerOffset: number, size: number): ByteSource {
    return this.#archive.slice(headerOffset + HEADER_SIZE, size, this.#archive.label);
  }

  /** Null for a member that is to be read on its own. */
  #contentThatActs({ headerOffset, size }: Found): ObjectContent | null {
    const object = this.#objectAt(headerOffset, size);
    try {
      return { kind: 'object', info: readInfo(this.#core, object, readElfHeader(object)) };
    } catch {
      this.#core.exports.leaveLastMember();
      return null;
    }
  }
}

function foundAt(data: DataView, text: Buffer, at: number): Found {
  const bitcodeSize = data.getFloat64(at + 24, true);
  const attributesSize = data.getFloat64(at + 88, true);
  const nameOffset = data.getInt32(at + 48, true);
  const name = at + 64;
  return {
    headerOffset: data.getFloat64(at, true),
    size: data.getFloat64(at + 8, true),
    bitcode: bitcodeSize > 0 ? { offset: data.getFloat64(at + 16, true), size: bitcodeSize } : null,
    stackFlags: data.getFloat64(at + 32, true),
    flags: data.getUint32(at + 40, true),
    target: data.getUint32(at + 44, true),
    attributes: attributesSize > 0 ? { offset: data.getFloat64(at + 80, true), size: attributesSize } : null,
    nameOffset,
    name: nameOffset < 0 ? text.toString('latin1', name, name + data.getInt32(at + 52, true)) : null,
    isRecompiled: data.getInt32(at + 56, true) !== 0,
  };
}

const memberOf = ({ headerOffset, size, name, nameOffset }: Found, content: ObjectContent): ElfMember => ({
  headerOffset,
  dataOffset: headerOffset + HEADER_SIZE,
  size,
  name,
  nameOffset,
  content,
});

const isSameKind = (one: Found, other: Found): boolean =>
  one.target === other.target && one.isRecompiled === other.isRecompiled;

const isLittleEndian = (target: number): boolean => target >>> 24 === ELFDATA2LSB;

/** Properties of an object in which nothing acts, without its bitcode. */
function infoOf({ target, isRecompiled }: Found, traits: string): ObjectInfo {
  const bits = ((target >>> 16) & 0xff) === ELFCLASS64 ? 64 : 32;
  const littleEndian = isLittleEndian(target);
  return {
    format: 'elf',
    machine: elfMachine({ machine: target & 0xffff, bits, littleEndian }),
    bits,
    littleEndian,
    sideEffects: [],
    traits,
    bitcode: null,
    isRecompiled,
    notIndexed: [],
  };
}
