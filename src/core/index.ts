/*
 * The engine's core: names and rows of symbols in linear memory, and the loops over all of them. It decides nothing;
 * see docs/decisions/engine.md. `src/engine/core.ts` is its other side.
 */
import { readElfObject } from './elf/read-object';
import { holdsState } from './elf/section-names';
import { isNameEnding } from './name-endings';
import { findName, intern, stageName } from './names';
import * as rows from './rows';

export { hashModules, moduleHashWord } from './bitcode/module-hash';
export {
  elfCheckContents,
  elfDataColumn,
  elfFirstNamed,
  elfGraphColumn,
  elfGroupKinds,
  elfNamed,
  elfOpen,
  elfPossiblePlaces,
  elfReached,
  elfReadDataSymbols,
  elfReadSectionGraph,
  elfSectionCount,
  elfTableColumn,
  elfTableCount,
  elfUnchecked,
  elfUses,
  elfVisibleCount,
} from './elf/image';
export { checkPlaces as elfCheckPlaces, symbolAtPlace as elfSymbolAtPlace } from './elf/places';
export {
  acts as lastMemberActs,
  foundOfMembers,
  leaveLastMember,
  leaveMember,
  memberMachine,
  membersRead,
  nextMember,
  openArchive,
  readMembers,
} from './elf/read-members';
export {
  elfActingBytes,
  elfActingCount,
  elfActingName,
  elfActingOffset,
  elfActingRole,
  elfActingSection,
  elfActingSize,
  elfBitcodeOffset,
  elfBitcodeSize,
  elfFreeTables,
  elfHasExtendedIndexes,
  elfHeaderAddress,
  elfIsRecompiled,
  elfNamesSection,
  elfRelocatingCount,
  elfRelocatingSection,
  elfStackFlags,
  elfSymbolAddress,
  elfSymtab,
  elfTableAddress,
  elfTableLength,
  elfTableOffset,
} from './elf/read-object';
export { internIndex } from './index-names';
export { collectClashes } from './link/clashes';
export { findChangedNames, hasMoreDefinitions } from './link/differences';
export { foundCount, foundRows } from './link/found';
export { giveColumn } from './link/given';
export {
  isGraphSound,
  isLineSound,
  linkResult,
  linkResultLength,
  linkTooDeep,
  simulateLink,
} from './link/index';
export { findBoundElsewhere, findUsers } from './link/report-searches';
export {
  areIndexesExact,
  countStrongDefinitions,
  findFirstUsers,
  findSharedNames,
  firstUsers,
  flagsPresent,
  hasStrongInGroups,
  isWeakReferenceOffered,
} from './link/row-searches';
export { findRowsOfNames } from './link/rows-of-names';
export {
  digestedDefinitions,
  digestMembers,
  firstSelected,
  selectedRows,
  selectRows,
} from './link/select-rows';
export { countServedMembers } from './link/served-members';
export { countStateCopies, stateCopies } from './link/state-copies';
export { findNamesOfUnknownUsers } from './link/unknown-users';
export { clearNames, longestNameProbe, nameCount, nameRecord, nextNameWith, plainHashOf } from './names';
export {
  abandonMember,
  addGroup,
  addSymbol,
  beginMember,
  clearRows,
  groupCount,
  memberCount,
  repeatMember,
  symbolCount,
} from './rows';
export { headerOffsets, noteZeros, ordinalsInScan, scanBuffer, zeroPositions, zerosInScan } from './scan';
export {
  addSnapshot,
  addSnapshotMember,
  checksum,
  idOfSnapshotName,
  snapshotBuffer,
  snapshotIndexMembers,
  snapshotIndexNames,
} from './snapshot';
export { findName, readElfObject, stageName };

/** The id of the name that was staged. */
export function internStaged(bytes: i32): i32 {
  return intern(stageName(bytes), bytes);
}

/** Whether some name has the text that was staged, and `after` more bytes behind it up to its end. */
export function isStagedEnding(bytes: i32, after: i32): bool {
  return isNameEnding(stageName(bytes), bytes, after);
}

/** Whether a writable ELF section holds state that the program changes, by its name, which was staged with a NUL. */
export function elfHoldsState(): bool {
  return holdsState(stageName(0));
}

/** Addresses of the columns, in the order of `COLUMNS` in src/engine/core.ts. */
export function columnAddress(column: i32): usize {
  switch (column) {
    case 0:
      return rows.nameOf.start;
    case 1:
      return rows.memberOf.start;
    case 2:
      return rows.flagsOf.start;
    case 3:
      return rows.groupOf.start;
    case 4:
      return rows.sectionOf.start;
    case 5:
      return rows.sizeOf.start;
    case 6:
      return rows.alignmentOf.start;
    case 7:
      return rows.firstSymbolOf.start;
    case 8:
      return rows.signatureOfGroup.start;
    case 9:
      return rows.memberOfGroup.start;
    case 10:
      return rows.selectionOfGroup.start;
    case 11:
      return rows.sizeOfGroup.start;
    default:
      return rows.digestOfGroup.start;
  }
}
