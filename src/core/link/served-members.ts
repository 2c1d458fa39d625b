import { Column } from '../column';
import { List } from '../list';
import { isDefined, isReference } from '../symbol-flags';
import { bindColumn, givenRows, isWithin } from './given';
import {
  archiveCount,
  endSymbol,
  firstSymbol,
  flagsOf,
  memberCount,
  nameOf,
  names,
  openBoundGraph,
  symbolCount,
} from './graph';
import { Given } from './parts';

/*
 * How many members of other archives the members of each archive could replace: by classes of members, since thousands
 * of equal members make millions of pairs.
 */

const NONE: i32 = -1;
/** Most shapes of one unit that are compared with each other; copies of a unit have few. */
const MOST_SHAPES: i32 = 64;

const contentClass = Column.of<i32>();
const unitClass = Column.of<i32>();
const archiveOf = Column.of<i32>();

/** By archive, and one row more for objects that no archive has: the result. */
const served = Column.of<f64>();
/** By archive: how many members of a class it has, or 0. */
const inArchive = Column.of<i32>();
/** By name: 1 where some file references it. */
const isWanted = Column.of<u8>();
/** By name: the last turn in which a member was found to define it. */
const turnOf = Column.of<i32>();
let turn: i32 = 0;

/** Members in ascending order; the same by content; by unit; and by unit, then content. */
const members = Column.of<i32>();
const byContent = Column.of<i32>();
const byUnit = Column.of<i32>();
const byUnitAndContent = Column.of<i32>();
/** By class, and one row more: where its members begin in the column that is sorted by it. */
const startOfContent = Column.of<i32>();
const startOfUnit = Column.of<i32>();
const startOfBoth = Column.of<i32>();
const cursor = Column.of<i32>();

/** Of one unit, by shape: the names that a member defines. The key is their number, their sum, and their mixed sum. */
const shapeOf = List.empty();
const firstOfShape = List.empty();
const countOfShape = List.empty();
const sumOfShape = List.empty();
const mixedOfShape = List.empty();
/** Members of two shapes. */
const given = List.empty();
const taken = List.empty();

/**
 * Counts the pairs. A member could replace another of its unit that has other bytes if it defines all names of it that
 * some file references. Members of equal content define the same names.
 * @returns where the column by archive is; 0 if a class or archive is not in its table
 */
export function countServedMembers(): usize {
  openBoundGraph();
  bindColumn<i32>(contentClass, Given.CONTENT_CLASS);
  bindColumn<i32>(unitClass, Given.UNIT_CLASS);
  bindColumn<i32>(archiveOf, Given.ARCHIVE);
  if (!areClassesSound()) return 0;
  served.fill(archiveCount + 1, 0);
  inArchive.fill(archiveCount + 1, 0);
  sortMembers();
  for (let one = 0; one < memberCount; one++)
    addPairs(byContent, startOfContent[one], startOfContent[one + 1], 1);
  noteWantedNames();
  for (let one = 0; one < memberCount; one++) {
    if (!hasTwoArchives(startOfUnit[one], startOfUnit[one + 1])) continue;
    serveWithinUnit(startOfUnit[one], startOfUnit[one + 1]);
    subtractEqualMembers(startOfBoth[one], startOfBoth[one + 1]);
  }
  return served.start;
}

function areClassesSound(): bool {
  return (
    givenRows(Given.CONTENT_CLASS) === memberCount &&
    givenRows(Given.UNIT_CLASS) === memberCount &&
    givenRows(Given.ARCHIVE) === memberCount &&
    isWithin(Given.CONTENT_CLASS, NONE, memberCount) &&
    isWithin(Given.UNIT_CLASS, NONE, memberCount) &&
    isWithin(Given.ARCHIVE, 0, archiveCount + 1)
  );
}

function sortMembers(): void {
  members.reserve(memberCount);
  for (let member = 0; member < memberCount; member++) members[member] = member;
  sortBy(contentClass, members, memberCount, byContent, startOfContent);
  sortBy(unitClass, members, memberCount, byUnit, startOfUnit);
  sortBy(unitClass, byContent, startOfContent[memberCount], byUnitAndContent, startOfBoth);
}

/** Sorts members by class, otherwise in the order given; members without a class are left out. */
function sortBy(
  classOf: Column<i32>,
  source: Column<i32>,
  rows: i32,
  sorted: Column<i32>,
  start: Column<i32>,
): void {
  start.fill(memberCount + 1, 0);
  for (let row = 0; row < rows; row++) if (classOf[source[row]] !== NONE) start[classOf[source[row]] + 1]++;
  for (let one = 0; one < memberCount; one++) start[one + 1] += start[one];
  cursor.reserve(memberCount + 1);
  memory.copy(cursor.start, start.start, (<usize>memberCount + 1) << 2);
  sorted.reserve(rows);
  for (let row = 0; row < rows; row++) {
    const own = classOf[source[row]];
    if (own !== NONE) sorted[cursor[own]++] = source[row];
  }
}

/** Counts pairs of members of one class that are in different archives. @param times 1, or −1 to subtract them */
function addPairs(sorted: Column<i32>, start: i32, end: i32, times: f64): void {
  if (end - start > 1) addPairsWith(sorted, start, end, sorted, start, end, times);
}

/** Counts pairs of a member in the second range with one in the first, of another archive, which it could replace. */
function addPairsWith(
  others: Column<i32>,
  firstOther: i32,
  endOther: i32,
  own: Column<i32>,
  first: i32,
  end: i32,
  times: f64,
): void {
  for (let at = firstOther; at < endOther; at++) inArchive[archiveOf[others[at]]]++;
  for (let at = first; at < end; at++) {
    const archive = archiveOf[own[at]];
    served[archive] += times * <f64>(endOther - firstOther - inArchive[archive]);
  }
  for (let at = firstOther; at < endOther; at++) inArchive[archiveOf[others[at]]] = 0;
}

function noteWantedNames(): void {
  isWanted.fill(names, 0);
  for (let symbol = 0; symbol < symbolCount; symbol++)
    if (isReference(flagsOf[symbol])) isWanted[nameOf[symbol]] = 1;
  turnOf.fill(names, 0);
  turn = 0;
}

function hasTwoArchives(start: i32, end: i32): bool {
  for (let at = start + 1; at < end; at++)
    if (archiveOf[byUnit[at]] !== archiveOf[byUnit[start]]) return true;
  return false;
}

/** Counts the pairs of members of a unit, equal ones too. */
function serveWithinUnit(start: i32, end: i32): void {
  findShapes(start, end);
  for (let to = 0; to < firstOfShape.length; to++) {
    turn++;
    noteDefinitions(firstOfShape[to]);
    membersOfShape(to, start, taken);
    for (let from = 0; from < firstOfShape.length; from++)
      if (from === to || definesAllWanted(firstOfShape[from])) {
        membersOfShape(from, start, given);
        addPairsWith(given, 0, given.length, taken, 0, taken.length, 1);
      }
  }
}

function findShapes(start: i32, end: i32): void {
  shapeOf.clear();
  firstOfShape.clear();
  countOfShape.clear();
  sumOfShape.clear();
  mixedOfShape.clear();
  for (let at = start; at < end; at++) shapeOf.push(shapeOfMember(byUnit[at]));
}

/** The number of a member's shape in its unit; NONE where the unit has too many. */
function shapeOfMember(member: i32): i32 {
  turn++;
  let count = 0;
  let sum = 0;
  let mixed = 0;
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++) {
    const defined = nameOf[symbol];
    if (!isDefined(flagsOf[symbol]) || turnOf[defined] === turn) continue;
    turnOf[defined] = turn;
    count++;
    sum += defined;
    mixed += (defined ^ (defined >>> 15)) * 0x2c1b3c6d;
  }
  for (let shape = 0; shape < firstOfShape.length; shape++)
    if (countOfShape[shape] === count && sumOfShape[shape] === sum && mixedOfShape[shape] === mixed)
      return shape;
  if (firstOfShape.length === MOST_SHAPES) return NONE;
  firstOfShape.push(member);
  countOfShape.push(count);
  sumOfShape.push(sum);
  mixedOfShape.push(mixed);
  return firstOfShape.length - 1;
}

function membersOfShape(shape: i32, start: i32, list: List): void {
  list.clear();
  for (let at = 0; at < shapeOf.length; at++) if (shapeOf[at] === shape) list.push(byUnit[start + at]);
}

function noteDefinitions(member: i32): void {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++)
    if (isDefined(flagsOf[symbol])) turnOf[nameOf[symbol]] = turn;
}

/** Whether the member of this turn defines the wanted names of another. */
function definesAllWanted(member: i32): bool {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++)
    if (isDefined(flagsOf[symbol]) && isWanted[nameOf[symbol]] === 1 && turnOf[nameOf[symbol]] !== turn)
      return false;
  return true;
}

/** Subtracts the pairs of a unit's members with equal content, which were counted already. */
function subtractEqualMembers(start: i32, end: i32): void {
  for (let first = start, after = start; first < end; first = after) {
    const own = contentClass[byUnitAndContent[first]];
    while (after < end && contentClass[byUnitAndContent[after]] === own) after++;
    addPairs(byUnitAndContent, first, after, -1);
  }
}
