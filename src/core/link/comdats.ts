import { Column } from '../column';
import { isStrong } from '../symbol-flags';
import {
  digestOfGroup,
  flagsOf,
  groupCount,
  groupOf,
  nameOf,
  names,
  selectionOf,
  signatureOf,
  sizeOfGroup,
} from './graph';
import { comdats } from './linker';
import { Outcome, Selection } from './parts';
import { ComdatRule } from './rules';

/*
 * Decides which COMDAT groups are kept. `outcomeOf` is called for definitions in load order; the result for a
 * definition does not change afterwards.
 *
 * Source for lld-link: lld/COFF/InputFiles.cpp `handleComdatSelection`, SymbolTable.cpp `addComdat`; for MinGW's ld:
 * bfd/coffcode.h `handle_COMDAT`, which ignores NODUPLICATES, and keeps the first group of the other selections.
 */

const NONE: i32 = -1;

/** By name of a signature: the group that is kept. */
const prevailing = Column.of<i32>();
/** By group: its outcome so far. Only lld-link's rule needs it before the end. */
const outcomeOfGroup = Column.of<u8>();
/** By name of a signature: the selection that its groups must have. */
const selectionOfName = Column.of<u8>();
/** By name: 1 with a strong definition outside of groups. */
const isPlainName = Column.of<u8>();

/** Forgets all outcomes. */
export function clearComdats(): void {
  if (comdats === ComdatRule.LLD_LINK) isPlainName.fill(names, 0);
  if (groupCount === 0) return;
  prevailing.fill(names, 0xff);
  outcomeOfGroup.fill(groupCount, <u8>Outcome.UNDECIDED);
  if (comdats === ComdatRule.LLD_LINK) selectionOfName.fill(names, 0);
}

export function outcomeOf(symbol: i32): Outcome {
  const group = groupOf[symbol];
  if (group === NONE) {
    if (comdats === ComdatRule.LLD_LINK && isStrong(flagsOf[symbol])) isPlainName[nameOf[symbol]] = 1;
    return Outcome.KEPT;
  }
  if (selectionOf[group] === <u8>Selection.LOST)
    return comdats === ComdatRule.LLD_LINK ? Outcome.OUT : Outcome.KEPT;
  if (comdats === ComdatRule.LLD_LINK) return bySelection(symbol, group);
  if (comdats === ComdatRule.BY_NAME) return Outcome.KEPT;
  if (comdats === ComdatRule.MINGW && selectionOf[group] === <u8>Selection.NO_DUPLICATES) return Outcome.KEPT;
  const signature = signatureOf[group];
  if (prevailing[signature] === NONE) prevailing[signature] = group;
  return prevailing[signature] === group ? Outcome.KEPT : Outcome.OUT;
}

/** Where the outcomes of all groups are, each of which is kept unless it was decided otherwise. */
export function groupOutcomes(): usize {
  outcomeOfGroup.reserve(groupCount);
  if (comdats === ComdatRule.LLD_LINK) return outcomeOfGroup.start;
  for (let group = 0; group < groupCount; group++) {
    const present = isByFirst(group) ? prevailing[signatureOf[group]] : NONE;
    outcomeOfGroup[group] = <u8>(present === NONE || present === group ? Outcome.KEPT : Outcome.OUT);
  }
  return outcomeOfGroup.start;
}

/** Whether only the first group of the signature stays. */
function isByFirst(group: i32): bool {
  const selection = selectionOf[group];
  if (comdats === ComdatRule.BY_NAME || selection === <u8>Selection.LOST) return false;
  return comdats !== ComdatRule.MINGW || selection !== <u8>Selection.NO_DUPLICATES;
}

function bySelection(symbol: i32, group: i32): Outcome {
  if (outcomeOfGroup[group] === <u8>Outcome.UNDECIDED) outcomeOfGroup[group] = <u8>decide(group);
  const outcome: Outcome = outcomeOfGroup[group];
  // The symbol with the name of the group decides; the other symbols are kept or discarded with it.
  if (nameOf[symbol] === signatureOf[group]) return outcome;
  if (outcome === Outcome.CLASH) return Outcome.OUT;
  return outcome === Outcome.REPLACES ? Outcome.KEPT : outcome;
}

function decide(group: i32): Outcome {
  const signature = signatureOf[group];
  const selection = selectionOf[group];
  const present = prevailing[signature];
  if (present === NONE) {
    if (isPlainName[signature] === 1) return Outcome.CLASH;
    prevailing[signature] = group;
    selectionOfName[signature] = selection;
    return Outcome.KEPT;
  }
  const expected = selectionOfName[signature];
  const isMixed =
    (selection === <u8>Selection.ANY && expected === <u8>Selection.LARGEST) ||
    (selection === <u8>Selection.LARGEST && expected === <u8>Selection.ANY);
  if (isMixed) selectionOfName[signature] = <u8>Selection.LARGEST;
  else if (selection !== expected) return Outcome.CLASH;
  const outcome = outcomeNextTo(isMixed ? Selection.LARGEST : <Selection>selection, group, present);
  if (outcome === Outcome.REPLACES) prevailing[signature] = group;
  return outcome;
}

/** The outcome of a further group, by the selection that both have (IMAGE_COMDAT_SELECT_…). */
function outcomeNextTo(selection: Selection, group: i32, present: i32): Outcome {
  const isSameSize = sizeOfGroup[group] === sizeOfGroup[present];
  switch (selection) {
    case Selection.ANY:
      return Outcome.OUT;
    case Selection.LARGEST:
      return sizeOfGroup[group] <= sizeOfGroup[present] ? Outcome.OUT : Outcome.REPLACES;
    case Selection.SAME_SIZE:
      return isSameSize ? Outcome.OUT : Outcome.CLASH;
    case Selection.EXACT_MATCH:
      return isSameSize && digestOfGroup[group] === digestOfGroup[present] ? Outcome.OUT : Outcome.CLASH;
    default:
      return Outcome.CLASH;
  }
}
