import type { ByteSource } from '../../bytes/byte-source.js';
import { EM_MIPS } from '../../core/elf/constants.js';
import { Table } from '../../core/problem.js';
import type { Core, CoreExports } from '../../engine/core.js';
import { scratchCore } from '../../engine/scratch-core.js';
import { type ElfHeader, entryBytes, readElfHeader, refuseOtherThanObjects } from './header.js';
import { refuseElf } from './problems.js';
import { reservedMeaning } from './reserved.js';

/** Lets a core read an object. @throws MalformedError, UnreadableError */
export const readWithCore = <Result>(
  core: Core,
  object: ByteSource,
  { machine }: ElfHeader,
  run: (exports: CoreExports) => Result,
): Result =>
  core.read(
    {
      object,
      fail: (...problem) => refuseElf(object, ...problem),
      reservedMeaning: (index) => reservedMeaning(machine, index),
    },
    run,
  );

/** An object whose headers and symbols are in a core, up to the end of the task. */
export interface OpenedObject {
  readonly core: Core;
  readonly header: ElfHeader;
  readonly sectionCount: number;
  /** Its relocations have fields in an order of their own. */
  readonly isMips: boolean;
}

/**
 * Opens an object in the scratch core, for a task that needs all of its sections or symbols.
 * @throws MalformedError for a broken object, UnreadableError for an ELF file that is not an object
 */
export function withOpened<Result>(object: ByteSource, run: (opened: OpenedObject) => Result): Result {
  const core = scratchCore();
  const header = readElfHeader(object);
  refuseOtherThanObjects(header);
  const { bits, littleEndian, machine, sectionsOffset, sectionCount, sectionNames } = header;
  return readWithCore(core, object, header, (exports) => {
    const fields = [bits === 64, !littleEndian, sectionsOffset, sectionCount, sectionNames] as const;
    exports.elfOpen(object.size, ...fields);
    return run({
      core,
      header,
      sectionCount: exports.elfTableLength(Table.SECTION_HEADERS) / entryBytes(header),
      isMips: machine === EM_MIPS,
    });
  });
}
